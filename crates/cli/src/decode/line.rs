//! One line of a log: which way it went, and its octets.

use zeroize::Zeroizing;

use super::dump;
use super::marks::{self, Mark};
use super::times;
use crate::hex::{self, HexError};

/// Octets before the first defect, and the defect.
pub(super) type Found = (Zeroizing<Vec<u8>>, Option<HexError>);

/// Which way octets went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// To the card.
    Command,
    /// From the card.
    Answer,
    /// The log does not say.
    Unknown,
}

/// A line that holds octets, or should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Which way they went.
    pub(super) direction: Direction,
    /// Whether a marker said so, or at least that octets follow.
    pub(super) marked: bool,
    /// Their place in a dump that is written over several lines.
    pub(super) offset: Option<usize>,
    /// Whether the octets stand behind themselves as text.
    pub(super) is_dump: bool,
    /// Nothing but a status word, labelled as one.
    pub(super) status_only: bool,
    /// A status word that comes behind everything, though it is told before it.
    pub(super) status: Option<[u8; 2]>,
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect, if there is one.
    pub(super) defect: Option<HexError>,
}

impl Line {
    pub(super) fn new(direction: Direction, (octets, defect): Found) -> Self {
        Self {
            direction,
            marked: false,
            offset: None,
            is_dump: false,
            status_only: false,
            status: None,
            octets,
            defect,
        }
    }
}

/// What a line holds: nothing if it is a remark, a command and its answer if both are on it. A dump
/// that was begun before it goes on at `offset`.
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
        return vec![dump];
    }
    let text = times::skip(text);
    let is_header = text.ends_with(':');
    if let Some(status) = marks::status(text).filter(|_| !is_header) {
        return vec![status_line(status)];
    }
    let (text, status) = marks::without_groups(text);
    let mut lines: Vec<Line> = marks::messages(&text).filter_map(message).collect();
    match (lines.last_mut(), status) {
        (Some(last), status) => last.status = status,
        (None, Some(status)) => lines.push(status_line(Zeroizing::new(status.to_vec()))),
        (None, None) => {}
    }
    lines
}

fn status_line(octets: Zeroizing<Vec<u8>>) -> Line {
    Line {
        marked: true,
        status_only: true,
        ..Line::new(Direction::Answer, (octets, None))
    }
}

fn message(text: &str) -> Option<Line> {
    match marks::find(text) {
        Some(mark) => marked(&mark),
        None => marks::rests(text).filter_map(unmarked).last(),
    }
}

/// What follows a mark: hex, or nearly so, or words with hex among them. What looks like octets
/// and cannot be read is a defect and no remark.
fn marked(mark: &Mark<'_>) -> Option<Line> {
    let line = |found| Line {
        marked: true,
        ..Line::new(mark.direction, found)
    };
    let found = payload(mark.rest);
    if found.1.is_none() {
        return Some(line(found));
    }
    if let Some(octets) = before_a_remark(mark.rest) {
        return Some(line((octets, None)));
    }
    if !marks::begins_with_a_word(mark.rest) && is_nearly_hex(mark.rest) {
        return Some(line(found));
    }
    let inner = marks::rests(mark.rest).map(payload);
    let whole = inner
        .filter(|(octets, defect)| defect.is_none() && !octets.is_empty())
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

/// The octets in front of a remark, and the status word that the remark may end with.
fn before_a_remark(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let words: Vec<&str> = marks::words(text).collect();
    let end = words.iter().position(|word| hex::parse(word).is_err())?;
    let (octets, remark) = words.split_at(end);
    let (first, _) = remark.split_first()?;
    if octets.is_empty() || !marks::begins_with_a_word(first) {
        return None;
    }
    let mut octets = payload(&octets.concat()).0;
    if let Some(at) = remark.iter().position(|word| marks::names_status(word)) {
        let status = remark.get(at..).unwrap_or_default().join(" ");
        octets.extend_from_slice(&marks::status(&status)?);
    }
    Some(octets)
}

/// A line without a mark counts if it is hex, or nearly so.
fn unmarked(text: &str) -> Option<Line> {
    let found = payload(text);
    let wanted = match found {
        (ref octets, None) => !octets.is_empty() && text.bytes().any(|byte| byte.is_ascii_digit()),
        (_, Some(HexError::Odd(digits))) => {
            digits >= 5 && text.bytes().any(|byte| byte.is_ascii_digit())
        }
        (_, Some(HexError::Digit(_))) => is_nearly_hex(text),
    };
    wanted.then(|| Line::new(Direction::Unknown, found))
}

/// Whether a text was meant as octets: seven of eight characters are hex digits.
fn is_nearly_hex(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let all = text.split_whitespace().map(str::len).sum::<usize>();
    digits >= 8 && 8 * digits >= 7 * all
}

fn begins_with_a_digit(text: &str) -> bool {
    let first = marks::words(text).next().unwrap_or_default();
    first.starts_with(|c: char| c.is_ascii_hexdigit()) && first.contains(|c: char| c.is_numeric())
}

/// The octets of a text: separators, `0x` and the words before a status word go.
pub(super) fn payload(text: &str) -> Found {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for word in marks::words(text).filter(|word| !marks::names_status(word)) {
        digits.push_str(word);
    }
    hex::prefix(&digits)
}

/// The longest run of words that are whole octets, `least` octets or more.
fn longest_run(text: &str, least: usize) -> Option<Found> {
    let mut longest = Zeroizing::new(Vec::new());
    let mut run = Zeroizing::new(Vec::new());
    for word in marks::words(text) {
        match hex::parse(word) {
            Ok(octets) => run.extend_from_slice(&octets),
            Err(_) => run.clear(),
        }
        if run.len() > longest.len() {
            longest.clone_from(&run);
        }
    }
    (longest.len() >= least).then_some((longest, None))
}
