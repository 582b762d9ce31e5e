//! Octets of a line that were not read as a message: they are reported, not dropped.

use super::kind;
use super::line::{Direction, Line, payload, without_count};
use super::marks;
use super::span::Span;

/// The number of octets in a row that can no longer be a remark.
const NEVER_A_REMARK: usize = 4;
/// Words after a number that make it a count or a time.
const UNITS: &[&str] = &[
    "b", "byte", "bytes", "octet", "octets", "ms", "us", "ns", "s", "sec", "seconds", "bit",
    "bits", "times", "cards", "files",
];
/// Words before a number that make it a count or a name.
const COUNTED: &[&str] = &[
    "len", "length", "size", "lc", "le", "sfi", "rec", "record", "tag", "de", "field", "pid",
    "tid", "time", "line", "slot", "reader", "version", "ver", "id", "no", "nr", "t",
];

/// The lines that were read, and an additional one for each run of octets in `text` that none of
/// them contains. A run that is a message is read as one; `line` is the whole line, for positions.
pub(super) fn with_unread(line: &str, text: &str, mut lines: Vec<Line>) -> Vec<Line> {
    for run in runs(text, &lines) {
        let Some(span) = Span::over(&run) else {
            continue;
        };
        let Some(part) = span.text(text) else {
            continue;
        };
        let found = payload(part);
        let is_message = found.defect.is_none()
            && found.octets.len() >= NEVER_A_REMARK
            && kind::is_plausible(&found.octets);
        let unread = (!is_message).then(|| 1 + characters_before(line, part));
        lines.push(Line {
            unread,
            ..Line::new(Direction::Unknown, found)
        });
    }
    lines.sort_by_key(|line| line.spans.first().map(Span::start));
    lines
}

/// The runs of hex words that no line was read from and that are no remark.
fn runs<'t>(text: &'t str, lines: &[Line]) -> Vec<Vec<&'t str>> {
    let is_read = |word: &str| {
        lines
            .iter()
            .any(|line| line.spans.iter().any(|span| span.holds(word)))
    };
    let words: Vec<&str> = marks::words(text).collect();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = data_element(rest) {
            at += length;
            continue;
        }
        let open = |word: &&&str| marks::is_hex_digits(word) && !is_read(word);
        let length = rest.iter().take_while(open).count();
        let (run, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        let run = behind.first().map_or(run, |word| without_count(run, word));
        let before = at
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .copied();
        if is_lost(run, before, rest.get(run.len()).copied(), !lines.is_empty()) {
            runs.push(run.to_vec());
        }
        at += length.max(1);
    }
    runs
}

/// The number of words at the front that name a field of a message to the host: `DE 55`, `DE55`.
fn data_element(words: &[&str]) -> Option<usize> {
    match words {
        [word, ..] if marks::is_data_element(&word.to_ascii_lowercase()) => Some(1),
        [de, number, ..] if de.eq_ignore_ascii_case("de") => {
            marks::is_data_element(&format!("de{number}")).then_some(2)
        }
        _ => None,
    }
}

/// True if hex words between two others are octets, and not a remark.
fn is_lost(run: &[&str], before: Option<&str>, behind: Option<&str>, has_message: bool) -> bool {
    let octets: usize = run.iter().map(|word| word.len().div_ceil(2)).sum();
    let has_digit = run
        .iter()
        .any(|word| word.contains(|c: char| c.is_numeric()));
    let named = |words: &[&str], word: Option<&str>| {
        word.is_some_and(|word| words.contains(&word.to_ascii_lowercase().as_str()))
    };
    let is_counted = match run {
        [word] => named(COUNTED, before) || behind.is_some_and(|unit| is_count(word, unit)),
        _ => false,
    };
    let pairs = run.iter().filter(|word| word.len() == 2).count();
    let is_status = run.len() <= 2 && marks::is_status(&run.concat());
    has_digit && !is_counted && (octets >= NEVER_A_REMARK || is_status || has_message && pairs >= 2)
}

/// True for a single letter, which is an article or a log level, and not an octet.
pub(super) fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// True if a text begins with a number and its unit.
pub(super) fn begins_with_a_count(text: &str) -> bool {
    let mut words = marks::words(text);
    let number = words.next().unwrap_or_default();
    is_count(number, words.next().unwrap_or_default())
}

/// True for a decimal number with a unit after it.
pub(super) fn is_count(number: &str, unit: &str) -> bool {
    let is_decimal = number.bytes().all(|digit| digit.is_ascii_digit());
    is_decimal && UNITS.contains(&unit.to_ascii_lowercase().as_str())
}

fn characters_before(line: &str, part: &str) -> usize {
    let at = part.as_ptr().addr().saturating_sub(line.as_ptr().addr());
    line.get(..at).map_or(0, |before| before.chars().count())
}
