//! One line of a log: direction and octets.

use understudy_core::wire::tlv::Tag;
use zeroize::Zeroizing;

use super::marks::{self, Mark};
use super::span::Span;
use super::{account, dump, groups, kind, times};
use crate::hex::{self, HexError};

/// Octets that were found in a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect, if there is one.
    pub(super) defect: Option<HexError>,
    /// The text that they were read from.
    pub(super) span: Span,
}

/// The direction of octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the card.
    Command,
    /// From the card.
    Answer,
    /// Not stated in the log.
    Unknown,
}

/// A line that holds octets, or should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The direction.
    pub(super) direction: Direction,
    /// True if a mark states the direction, or at least that octets follow.
    pub(super) marked: bool,
    /// The offset of the octets in a dump of several lines.
    pub(super) offset: Option<usize>,
    /// True if the octets are repeated as text on the line.
    pub(super) is_dump: bool,
    /// True if the line is only a status word, labelled as one.
    pub(super) status_only: bool,
    /// A status word that belongs after the octets, although it precedes them in the log.
    pub(super) status: Option<[u8; 2]>,
    /// The tag whose value the octets are, if the line begins with it: `9F36: 0001`.
    pub(super) tag: Option<Tag>,
    /// For octets that are not part of a message: the position of their first character, from 1.
    pub(super) unread: Option<usize>,
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect, if there is one.
    pub(super) defect: Option<HexError>,
    /// The texts that they were read from.
    pub(super) spans: Vec<Span>,
}

impl Line {
    pub(super) fn new(direction: Direction, found: Found) -> Self {
        Self {
            direction,
            marked: false,
            offset: None,
            is_dump: false,
            status_only: false,
            status: None,
            tag: None,
            unread: None,
            octets: found.octets,
            defect: found.defect,
            spans: vec![found.span],
        }
    }
}

/// The content of a line: nothing for a remark, one entry for each message on it, and one for
/// octets outside all of them. `offset` is the next offset of a dump that began before.
pub(super) fn read(line: &str, offset: Option<usize>) -> Vec<Line> {
    let text = line.trim();
    if dump::is_end(text, offset) {
        return Vec::new();
    }
    if dump::is_table_row(text) {
        return dump::table_row(text).into_iter().collect();
    }
    let dump = dump::with_offset(text, offset).or_else(|| dump::with_text(text));
    if let Some(dump) = dump {
        return account::with_unread(line, text, vec![dump]);
    }
    let text = times::skip(text);
    account::with_unread(line, text, messages(text))
}

fn messages(text: &str) -> Vec<Line> {
    let is_header = text.ends_with(':');
    if let Some(status) = marks::status(text).filter(|_| !is_header) {
        return vec![status_line(status, Span::of(text))];
    }
    let kept = groups::without_groups(text);
    let mut lines: Vec<Line> = marks::messages(&kept.text)
        .into_iter()
        .filter_map(message)
        .collect();
    for line in &mut lines {
        for span in &mut line.spans {
            *span = span.moved(&kept.text, text);
        }
    }
    match (lines.last_mut(), kept.status) {
        (Some(last), Some((status, span))) => {
            last.status = Some(status);
            last.spans.push(span);
        }
        (None, Some((status, span))) => {
            lines.push(status_line(Zeroizing::new(status.to_vec()), span));
        }
        (_, None) => {}
    }
    lines
}

fn status_line(octets: Zeroizing<Vec<u8>>, span: Span) -> Line {
    let found = Found {
        octets,
        defect: None,
        span,
    };
    Line {
        marked: true,
        status_only: true,
        ..Line::new(Direction::Answer, found)
    }
}

/// The message in a part of a line.
pub(super) fn message(text: &str) -> Option<Line> {
    if let Some((tag, value)) = marks::tag(text) {
        let found = payload(value);
        if found.defect.is_none() && !found.octets.is_empty() {
            return Some(Line {
                marked: true,
                tag: Some(tag),
                spans: vec![Span::of(text)],
                ..Line::new(Direction::Unknown, found)
            });
        }
    }
    match marks::find(text) {
        Some(mark) => marked(&mark),
        None => marks::rests(text).filter_map(unmarked).last(),
    }
}

/// The octets after a mark: hex, nearly hex, or words with hex among them. Text that looks like
/// octets and cannot be read is a defect, not a remark.
fn marked(mark: &Mark<'_>) -> Option<Line> {
    let line = |found| Line {
        marked: true,
        ..Line::new(mark.direction, found)
    };
    let found = payload(mark.rest);
    if found.defect.is_none() {
        return Some(line(found));
    }
    if let Some(found) = before_a_remark(mark.rest) {
        return Some(line(found));
    }
    if !marks::begins_with_a_word(mark.rest) && is_nearly_hex(mark.rest) {
        return Some(line(found));
    }
    let inner = marks::rests(mark.rest).map(payload);
    let whole = inner
        .filter(|found| found.defect.is_none() && !found.octets.is_empty())
        .last();
    let least = if mark.direction == Direction::Answer {
        2
    } else {
        4
    };
    let run = || longest_run(mark.rest, least);
    let damaged = || begins_with_a_digit(mark.rest).then_some(found);
    whole.or_else(run).or_else(damaged).map(line)
}

/// The octets before a remark, and the status word that the remark may end with.
fn before_a_remark(text: &str) -> Option<Found> {
    let words: Vec<&str> = marks::words(text).collect();
    let end = words.iter().position(|word| !marks::is_hex(word))?;
    let (octets, remark) = words.split_at(end);
    let (first, _) = remark.split_first()?;
    let octets = without_count(octets, first);
    if !marks::is_word(first) {
        return None;
    }
    let span = Span::over(octets)?;
    let mut found = payload(span.text(text)?);
    if found.defect.is_some() {
        return None;
    }
    if let Some(at) = remark.iter().position(|word| marks::names_status(word)) {
        let status = remark.get(at..).unwrap_or_default();
        found
            .octets
            .extend_from_slice(&marks::status(&status.join(" "))?);
        found.span = Span::of(text);
    }
    Some(found)
}

/// A line without a mark, if it is hex, nearly hex, or hex before a remark.
fn unmarked(text: &str) -> Option<Line> {
    let found = payload(text);
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let wanted = match found.defect {
        None => !found.octets.is_empty() && has_digit,
        Some(HexError::Odd(digits)) => digits >= 5 && has_digit,
        Some(HexError::Digit(_)) => is_nearly_hex(text) && !begins_with_a_remark(text),
    };
    let remarked = || {
        let found = before_a_remark(text)?;
        let is_message = found.octets.len() >= 4 || kind::is_answer(&found.octets);
        (is_message && has_digit && !account::begins_with_a_count(text)).then_some(found)
    };
    let line = |found| Line::new(Direction::Unknown, found);
    match found.defect {
        None => wanted.then(|| line(found)),
        Some(_) => remarked().or_else(|| wanted.then_some(found)).map(line),
    }
}

/// True if a text was meant as octets: seven of eight characters are hex digits.
fn is_nearly_hex(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let all = text.split_whitespace().map(str::len).sum::<usize>();
    digits >= 8 && 8 * digits >= 7 * all
}

fn begins_with_a_remark(text: &str) -> bool {
    marks::words(text).next().is_some_and(marks::is_word)
}

fn begins_with_a_digit(text: &str) -> bool {
    let first = marks::words(text).next().unwrap_or_default();
    first.starts_with(|c: char| c.is_ascii_hexdigit()) && first.contains(|c: char| c.is_numeric())
}

/// The octets of a text, without separators, `0x` and the words before a status word. A single
/// digit among octets is an octet printed without its leading zero.
pub(super) fn payload(text: &str) -> Found {
    let words = marks::words(text).filter(|word| !marks::names_status(word));
    let words: Vec<&str> = words.collect();
    let is_short = is_without_zeros(&words);
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for word in &words {
        if is_short && word.len() == 1 {
            digits.push('0');
        }
        digits.push_str(word);
    }
    let (octets, defect) = hex::prefix(&digits);
    Found {
        octets,
        defect,
        span: Span::over(&words).unwrap_or_else(|| Span::of(text)),
    }
}

/// The words without the letter (an article, a level) or the number that belongs to the first word
/// of the remark after them.
pub(super) fn without_count<'w, 't>(words: &'w [&'t str], remark: &str) -> &'w [&'t str] {
    match words {
        [before @ .., letter] if !before.is_empty() && account::is_letter(letter) => before,
        [before @ .., number] if !before.is_empty() && account::is_count(number, remark) => before,
        words => words,
    }
}

/// True if single digits are octets without their leading zeros: all others are separate octets
/// too, or the digit is the last of two (`9F5102015690 90 0`).
fn is_without_zeros(words: &[&str]) -> bool {
    let lone = |word: &&&str| word.len() == 1;
    let pairs = words.iter().filter(|word| word.len() == 2).count();
    let lones = words.iter().filter(lone).count();
    let ends = matches!(words, [.., pair, lone] if pair.len() == 2 && lone.len() == 1);
    let is_even = words
        .iter()
        .all(|word| word.len() == 1 || word.len().is_multiple_of(2));
    lones > 0 && pairs > 0 && (lones + pairs == words.len() || ends && lones == 1 && is_even)
}

/// The longest run of words that are whole octets, if it has at least `minimum` octets.
fn longest_run(text: &str, minimum: usize) -> Option<Found> {
    let words: Vec<&str> = marks::words(text).collect();
    let runs = words.split_inclusive(|word| !marks::is_hex(word) || word.len() == 1);
    let runs = runs.map(|run| match run {
        [octets @ .., last] if !marks::is_hex(last) || last.len() == 1 => {
            without_count(octets, last)
        }
        octets => octets,
    });
    let found = runs.filter_map(|run| Some(payload(Span::over(run)?.text(text)?)));
    found
        .filter(|found| found.defect.is_none() && found.octets.len() >= minimum)
        .max_by_key(|found| found.octets.len())
}
