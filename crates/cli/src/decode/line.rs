//! One line of a log: which way it went, and its octets.

use zeroize::Zeroizing;

use crate::hex::{self, HexError};

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
    fn new(direction: Direction, (octets, defect): (Zeroizing<Vec<u8>>, Option<HexError>)) -> Self {
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

/// Markers as they stand in logs, in lower case.
const MARKERS: &[(&str, Direction)] = &[
    (">>", Direction::Command),
    ("<<", Direction::Answer),
    ("=>", Direction::Command),
    ("<=", Direction::Answer),
    ("->", Direction::Command),
    ("<-", Direction::Answer),
    ("→", Direction::Command),
    ("←", Direction::Answer),
    (">", Direction::Command),
    ("<", Direction::Answer),
];

/// Words before a colon or equals sign, in lower case.
const LABELS: &[(&str, Direction)] = &[
    ("c-apdu", Direction::Command),
    ("capdu", Direction::Command),
    ("command", Direction::Command),
    ("cmd", Direction::Command),
    ("request", Direction::Command),
    ("req", Direction::Command),
    ("send", Direction::Command),
    ("sent", Direction::Command),
    ("sending", Direction::Command),
    ("tx", Direction::Command),
    ("transmit", Direction::Command),
    ("r-apdu", Direction::Answer),
    ("rapdu", Direction::Answer),
    ("response", Direction::Answer),
    ("resp", Direction::Answer),
    ("rsp", Direction::Answer),
    ("answer", Direction::Answer),
    ("reply", Direction::Answer),
    ("recv", Direction::Answer),
    ("received", Direction::Answer),
    ("rx", Direction::Answer),
    ("sw", Direction::Answer),
    ("sw1sw2", Direction::Answer),
    ("sw12", Direction::Answer),
];

/// What a line holds; `None` if it is a remark.
pub(super) fn read(line: &str) -> Option<Line> {
    if let Some(dump) = dump(line.trim()) {
        return Some(dump);
    }
    let text = skip_timestamps(line.trim());
    if let Some((direction, rest)) = arrow(text) {
        return Some(marked(direction, rest, false));
    }
    if let Some((label, rest)) = label(text) {
        let known = LABELS.iter().find(|(name, _)| *name == label);
        if let Some((name, direction)) = known {
            return Some(marked(*direction, rest, name.starts_with("sw")));
        }
        return unmarked(rest);
    }
    unmarked(text)
}

/// What follows a marker must be octets.
fn marked(direction: Direction, text: &str, status_only: bool) -> Line {
    Line {
        marked: true,
        status_only,
        ..Line::new(direction, payload(text))
    }
}

/// A line without a marker counts if it is hex, or nearly so.
fn unmarked(text: &str) -> Option<Line> {
    let (octets, defect) = payload(text);
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let all = text.split_whitespace().map(str::len).sum::<usize>();
    let wanted = match defect {
        None => !octets.is_empty() && text.bytes().any(|byte| byte.is_ascii_digit()),
        Some(_) => digits >= 8 && 8 * digits >= 7 * all,
    };
    wanted.then(|| Line::new(Direction::Unknown, (octets, defect)))
}

/// The octets of the rest of a line: separators, `0x` and the words before a status word go.
fn payload(text: &str) -> (Zeroizing<Vec<u8>>, Option<HexError>) {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    let separators = |c: char| c.is_whitespace() || "[](){},;:|\"'=-_".contains(c);
    for word in text.split(separators) {
        let word = word
            .strip_prefix("0x")
            .or_else(|| word.strip_prefix("0X"))
            .unwrap_or(word);
        if !matches!(
            word.to_ascii_lowercase().as_str(),
            "sw" | "sw1" | "sw2" | "sw1sw2" | "sw12"
        ) {
            digits.push_str(word);
        }
    }
    hex::prefix(&digits)
}

/// An arrow at the start, or behind a few words.
fn arrow(text: &str) -> Option<(Direction, &str)> {
    let find = |(marker, direction): &(&str, Direction)| {
        let at = text.find(marker)?;
        let rest = text.get(at + marker.len()..)?;
        (at == 0 || marker.len() > 1).then_some((at, *direction, rest))
    };
    let (_, direction, rest) = MARKERS.iter().filter_map(find).min_by_key(|(at, ..)| *at)?;
    let rest = rest.trim_start_matches(['>', '<', '-', '=', ' ', '\t']);
    match label(rest) {
        Some((_, rest)) => Some((direction, rest)),
        None => Some((direction, rest)),
    }
}

/// The last word before the first colon or equals sign, and what follows.
fn label(text: &str) -> Option<(String, &str)> {
    let (before, after) = text.split_once([':', '='])?;
    let word = before.split_whitespace().next_back()?;
    let word = word
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase();
    let is_octets = word.len() % 2 == 0 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_octets && !word.is_empty()).then_some((word, after))
}

/// A line of a hex dump: an offset of four or eight digits, up to 16 octets, perhaps the octets as
/// text.
fn dump(text: &str) -> Option<Line> {
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
    (octets.len() > 1 && offset % 16 == 0).then(|| Line {
        offset: Some(offset),
        ..Line::new(Direction::Unknown, (octets, None))
    })
}

/// The text behind dates, times and seconds since the start.
fn skip_timestamps(text: &str) -> &str {
    let mut rest = text;
    while let Some((word, tail)) = rest.split_once(char::is_whitespace) {
        if !is_timestamp(word.trim_matches(['[', ']', '(', ')', ','])) {
            break;
        }
        rest = tail.trim_start();
    }
    rest
}

/// `12:00`, `12:00:01.123`, `2026-11-22`, `2026-11-22T12:00:01Z`, `0.123`.
fn is_timestamp(word: &str) -> bool {
    let number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let seconds = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, fraction)) => number(whole, 10) && number(fraction, 9),
        None => number(text, 2),
    };
    let time = |text: &str| {
        let mut parts: Vec<&str> = text.trim_end_matches('Z').split(':').collect();
        let last = parts.pop().unwrap_or_default();
        (1..=2).contains(&parts.len()) && parts.iter().all(|part| number(part, 2)) && seconds(last)
    };
    let date = |text: &str| {
        let parts: Vec<&str> = text.split(['-', '/']).collect();
        parts.len() == 3 && parts.iter().all(|part| number(part, 4))
    };
    let both = word
        .split_once('T')
        .is_some_and(|(day, hour)| date(day) && time(hour));
    both || date(word) || time(word) || (word.contains('.') && seconds(word))
}
