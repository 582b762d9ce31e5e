//! One line of a log: which way it went, and its octets.

use zeroize::Zeroizing;

use super::marks::{self, Mark};
use crate::hex::{self, HexError};

/// Octets before the first defect, and the defect.
type Found = (Zeroizing<Vec<u8>>, Option<HexError>);

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
    /// Nothing but a status word, labelled as one.
    pub(super) status_only: bool,
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect, if there is one.
    pub(super) defect: Option<HexError>,
}

impl Line {
    fn new(direction: Direction, (octets, defect): Found) -> Self {
        Self {
            direction,
            marked: false,
            offset: None,
            status_only: false,
            octets,
            defect,
        }
    }
}

/// What a line holds; `None` if it is a remark. A dump that was begun before it goes on at
/// `offset`.
pub(super) fn read(line: &str, offset: Option<usize>) -> Option<Line> {
    if let Some(dump) = dump(line.trim(), offset) {
        return Some(dump);
    }
    let text = marks::skip_timestamps(line.trim());
    match marks::find(text) {
        Some(mark) => marked(&mark),
        None => marks::rests(text).filter_map(unmarked).last(),
    }
}

/// What follows a mark: hex, or nearly so, or words with hex among them.
fn marked(mark: &Mark<'_>) -> Option<Line> {
    let line = |found| Line {
        marked: true,
        status_only: mark.is_status,
        ..Line::new(mark.direction, found)
    };
    let found = payload(mark.rest);
    if found.1.is_none() || !begins_with_a_word(mark.rest) && is_nearly_hex(mark.rest) {
        return Some(line(found));
    }
    let inner = marks::rests(mark.rest).map(payload);
    let whole = inner
        .filter(|(octets, defect)| defect.is_none() && !octets.is_empty())
        .last();
    whole.or_else(|| longest_run(mark.rest)).map(line)
}

/// Whether a text begins with a word of letters, and not only of hex digits.
fn begins_with_a_word(text: &str) -> bool {
    let word = text
        .split(is_separator)
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    word.chars().all(char::is_alphabetic) && !word.chars().all(|c| c.is_ascii_hexdigit())
}

/// A line without a mark counts if it is hex, or nearly so.
fn unmarked(text: &str) -> Option<Line> {
    let found = payload(text);
    let wanted = match found {
        (ref octets, None) => !octets.is_empty() && text.bytes().any(|byte| byte.is_ascii_digit()),
        (_, Some(_)) => is_nearly_hex(text),
    };
    wanted.then(|| Line::new(Direction::Unknown, found))
}

/// Whether a text was meant as octets: seven of eight characters are hex digits.
fn is_nearly_hex(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let all = text.split_whitespace().map(str::len).sum::<usize>();
    digits >= 8 && 8 * digits >= 7 * all
}

/// The octets of a text: separators, `0x` and the words before a status word go.
fn payload(text: &str) -> Found {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for word in text.split(is_separator) {
        let word = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        let lower = word.to_ascii_lowercase();
        if !matches!(lower.as_str(), "sw" | "sw1" | "sw2" | "sw1sw2" | "sw12") {
            digits.push_str(word);
        }
    }
    hex::prefix(&digits)
}

/// The longest run of words that are whole octets, four octets at least.
fn longest_run(text: &str) -> Option<Found> {
    let mut longest = Zeroizing::new(Vec::new());
    let mut run = Zeroizing::new(Vec::new());
    for word in text.split(is_separator).filter(|word| !word.is_empty()) {
        match hex::parse(word) {
            Ok(octets) => run.extend_from_slice(&octets),
            Err(_) => run.clear(),
        }
        if run.len() > longest.len() {
            longest.clone_from(&run);
        }
    }
    (longest.len() >= 4).then_some((longest, None))
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || "[](){},;:|\"'=-_".contains(character)
}

/// A line of a hex dump: an offset of four or eight digits, up to 16 octets, perhaps the octets as
/// text. Only 0 and the offset that must come next are offsets: `9F10 08 07 01` is not from a dump.
fn dump(text: &str, next: Option<usize>) -> Option<Line> {
    let (offset, rest) = text.split_once(|c: char| c == ':' || c.is_whitespace())?;
    if !matches!(offset.len(), 4 | 8) {
        return None;
    }
    let offset = usize::from_str_radix(offset, 16).ok()?;
    let rest = rest.split('|').next().unwrap_or_default();
    let mut octets = Zeroizing::new(Vec::new());
    for word in rest.split_whitespace() {
        match hex::parse(word) {
            Ok(word) if matches!(word.len(), 1 | 2) && octets.len() + word.len() <= 16 => {
                octets.extend_from_slice(&word);
            }
            _ => break,
        }
    }
    let in_sequence = offset == 0 || Some(offset) == next;
    (octets.len() > 1 && in_sequence).then(|| Line {
        offset: Some(offset),
        ..Line::new(Direction::Unknown, (octets, None))
    })
}
