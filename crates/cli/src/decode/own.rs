//! The traces that `understudy tap -v` and `-vv` print.
//!
//! ```text
//! 2 SELECT UnionPay debit                                               0.007 ms
//!   C-APDU  00A4040008A00000033301010100
//!   R-APDU  6F478408A0000003330101…
//!   9000 success
//!     6F        File Control Information (FCI) Template
//! ```
//!
//! In the trace of a single `-v` the octets of the command stand below its name, and an answer has its
//! status word and its objects alone. Lines that are too long for a terminal go on below.

use zeroize::Zeroizing;

use super::marks;

/// The most lines of a command's name in a narrow terminal.
const NAME_LINES: usize = 4;
/// The fewest octets of a command.
const COMMAND_MIN: usize = 4;
/// The blanks before the octets of an answer without a known status word.
const ANSWER_INDENT: usize = 4;
/// The beginning of what the terminal says between two exchanges.
const STEP: &str = "  Terminal: ";
/// The label of the last statement before advice.
const RESULT: &str = "Result  ";

/// A text whose traces are written as a log.
pub(super) struct Rewritten {
    /// The text, line for line: octets behind `>>`, `<<` and `DE 55:`, and nothing in place of
    /// explanations.
    pub(super) text: Zeroizing<String>,
    /// The number of the first line with a status word whose answer has no octets, from 1.
    without_octets: Option<usize>,
}

impl Rewritten {
    /// The defect of a trace without the octets of answers.
    pub(super) fn problem(&self) -> Option<String> {
        let line = self.without_octets?;
        Some(format!(
            "line {line}: a trace of `understudy tap -v` has the objects of an answer and not its \
             octets: `understudy tap -vv` prints both"
        ))
    }
}

/// The text with its traces as a log; `None` if there is none in it.
pub(super) fn as_log(text: &str) -> Option<Rewritten> {
    let lines: Vec<&str> = text.lines().collect();
    let any = (0..lines.len()).any(|at| heading(&lines, at).is_some());
    any.then(|| Writer::default().all(&lines))
}

/// The part of a trace that a line is in.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// None: the line is not from a trace.
    #[default]
    Outside,
    /// Below the name of a command.
    Named,
    /// Below the heading of the data for the issuer.
    ForIssuer,
    /// Below octets, which may go on.
    Octets,
    /// Among explanations.
    Explained,
    /// Below the result, up to the next blank line.
    End,
}

/// The lines written so far.
#[derive(Default)]
struct Writer {
    lines: Vec<Zeroizing<String>>,
    part: Part,
    /// The blanks before octets that go on.
    indent: usize,
    /// True if the answer to the last command was written.
    answered: bool,
    without_octets: Option<usize>,
}

impl Writer {
    fn all(mut self, lines: &[&str]) -> Rewritten {
        while let Some(line) = lines.get(self.lines.len()) {
            if let Some(count) = heading(lines, self.lines.len()) {
                (0..count).for_each(|_| self.write(String::new()));
                (self.part, self.answered) = (Part::Named, false);
            } else {
                self.next(line);
            }
        }
        // The capacity suffices, so that the string never grows.
        let length = self.lines.iter().map(|line| line.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        Rewritten {
            text,
            without_octets: self.without_octets,
        }
    }

    fn write(&mut self, line: String) {
        self.lines.push(Zeroizing::new(line));
    }

    /// Writes one line that is no heading.
    fn next(&mut self, line: &str) {
        match (self.part, octets(line)) {
            (Part::Outside, _) if !line.starts_with(STEP) => return self.write(line.to_owned()),
            (Part::Outside, _) => self.part = Part::Explained,
            (Part::End, _) if line.trim().is_empty() => self.part = Part::Outside,
            (Part::End, _) => {}
            (Part::Named, Some(octets)) if octets.len() >= 2 * COMMAND_MIN => {
                return self.begin(">> ", &octets, indent(line));
            }
            (Part::ForIssuer, Some(octets)) => {
                return self.begin("DE 55: ", &octets, indent(line));
            }
            (Part::Octets, Some(octets)) if indent(line) == self.indent => {
                return self.go_on(&octets);
            }
            // An answer whose status word has no meaning is shown by its octets.
            (_, Some(octets)) if !self.answered && indent(line) == ANSWER_INDENT => {
                self.answered = true;
                return self.begin("<< ", &octets, ANSWER_INDENT);
            }
            _ => return self.explained(line),
        }
        self.write(String::new());
    }

    /// Writes a line that is an explanation, or has a label.
    fn explained(&mut self, line: &str) {
        for (label, mark) in [("  C-APDU  ", ">> "), ("  R-APDU  ", "<< ")] {
            if let Some(octets) = line.strip_prefix(label).and_then(octets_of) {
                self.answered |= mark == "<< ";
                return self.begin(mark, &octets, label.len());
            }
        }
        self.part = match line {
            _ if line.starts_with(RESULT) => Part::End,
            _ if line.starts_with("DE 55, ") => Part::ForIssuer,
            _ => Part::Explained,
        };
        if !self.answered && is_status(line) {
            self.without_octets.get_or_insert(self.lines.len() + 1);
        }
        self.write(String::new());
    }

    /// Writes octets behind a mark; they go on in lines with this indent.
    fn begin(&mut self, mark: &str, octets: &str, indent: usize) {
        (self.part, self.indent) = (Part::Octets, indent);
        self.write(format!("{mark}{octets}"));
    }

    /// Appends octets to the line that they belong to.
    fn go_on(&mut self, octets: &str) {
        let begun = self.lines.iter_mut().rfind(|line| !line.is_empty());
        if let Some(begun) = begun {
            begun.push_str(octets);
        }
        self.write(String::new());
    }
}

/// The number of lines of a command's name, which ends in its time, if one begins at a line and is
/// followed by octets.
fn heading(lines: &[&str], at: usize) -> Option<usize> {
    let (number, _) = lines.get(at)?.split_once(' ')?;
    if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let name = lines.iter().skip(at).take(NAME_LINES);
    let count = 1 + name.clone().position(|line| ends_with_time(line))?;
    let is_indented = name
        .skip(1)
        .take(count - 1)
        .all(|line| line.starts_with("  "));
    let below = lines.get(at + count)?;
    let is_followed = below.starts_with("  C-APDU  ")
        || octets(below).is_some_and(|octets| octets.len() >= 2 * COMMAND_MIN);
    (is_indented && is_followed).then_some(count)
}

/// True for a line that ends in milliseconds: `0.007 ms`.
fn ends_with_time(line: &str) -> bool {
    let time = line.trim_end().strip_suffix(" ms").unwrap_or_default();
    let time = time.rsplit(' ').next().unwrap_or_default();
    let decimal = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    time.split_once('.')
        .is_some_and(|(whole, part)| decimal(whole) && decimal(part))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The hex of an indented line that holds nothing else.
fn octets(line: &str) -> Option<Zeroizing<String>> {
    line.strip_prefix("  ").and_then(octets_of)
}

fn octets_of(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim();
    let is_hex = |word: &str| word.len().is_multiple_of(2) && marks::is_hex_digits(word);
    let all_hex = !text.is_empty() && text.split(' ').all(is_hex);
    all_hex.then(|| Zeroizing::new(text.replace(' ', "")))
}

/// True for a status word with its meaning, indented as an answer is.
fn is_status(line: &str) -> bool {
    let text = line.strip_prefix("  ").unwrap_or_default();
    let status = text.split_once(' ');
    status.is_some_and(|(status, meaning)| {
        status.len() == 4 && marks::is_hex_digits(status) && !meaning.starts_with(' ')
    })
}
