//! What stands before the octets in logs: times, arrows, labels.

use zeroize::Zeroizing;

use super::line::{self, Direction};
use crate::hex;

/// A mark, and what follows it.
pub(super) struct Mark<'t> {
    /// Where it begins.
    at: usize,
    /// Which way the octets went, says the mark.
    pub(super) direction: Direction,
    /// What follows.
    pub(super) rest: &'t str,
}

/// Arrows as they stand in logs.
const ARROWS: &[(&str, Direction)] = &[
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

/// Words before a colon, an equals sign or octets, in lower case.
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
    ("outgoing", Direction::Command),
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
    ("incoming", Direction::Answer),
    ("rx", Direction::Answer),
];

/// The parts of a line that each hold one message: a mark behind octets begins another one.
pub(super) fn messages(text: &str) -> impl Iterator<Item = &str> {
    let at = marks(text)
        .map(|mark| mark.at)
        .find(|at| text.get(..*at).is_some_and(is_message));
    let (first, second) = at
        .and_then(|at| text.split_at_checked(at))
        .map_or((text, None), |(first, second)| (first, Some(second)));
    std::iter::once(first).chain(second)
}

/// Whether octets behind a mark stand here, or a whole header without one.
fn is_message(text: &str) -> bool {
    let (octets, defect) = line::payload(find(text).map_or(text, |mark| mark.rest));
    let least = if find(text).is_some() { 1 } else { 4 };
    defect.is_none() && octets.len() >= least
}

/// The first arrow or known label.
pub(super) fn find(text: &str) -> Option<Mark<'_>> {
    let mark = arrow(text)
        .map(|mark| {
            let inner = known_label(mark.rest).filter(|inner| has_no_digit(mark.rest, inner.at));
            let rest = inner.map_or(mark.rest, |inner| inner.rest);
            Mark { rest, ..mark }
        })
        .or_else(|| known_label(text));
    mark.or_else(|| header(text)).or_else(|| known_word(text))
}

fn has_no_digit(text: &str, end: usize) -> bool {
    let before = text.get(..end).unwrap_or_default();
    words(before).all(|word| hex::parse(word).is_err())
}

/// The text itself, then what follows each label in it, known or not. A status word belongs to what
/// stands before it.
pub(super) fn rests(text: &str) -> impl Iterator<Item = &str> {
    let labels = labels(text).filter(|(_, label, _)| !label.starts_with("sw"));
    std::iter::once(text).chain(labels.map(|(_, _, rest)| rest))
}

/// The words between separators, without `0x`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let bare = |word| strip(word, "0x").or(strip(word, "0X")).unwrap_or(word);
    text.split(is_separator)
        .map(bare)
        .filter(|word| !word.is_empty())
}

/// Whether a text begins with a word of letters, and not only of hex digits.
pub(super) fn begins_with_a_word(text: &str) -> bool {
    let word = words(text).next().unwrap_or_default();
    word.chars().all(char::is_alphabetic) && !word.chars().all(|c| c.is_ascii_hexdigit())
}

/// Whether a word says that a status word follows.
pub(super) fn names_status(word: &str) -> bool {
    ["sw", "sw1", "sw2", "sw1sw2", "sw12"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// The status word of a text that begins with its name and holds nothing else but words; either
/// half may stand alone.
pub(super) fn status(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut words = words(text).peekable();
    let _ = words.next_if(|word| {
        let name = word.to_ascii_lowercase();
        LABELS.contains(&(name.as_str(), Direction::Answer))
    });
    words.next_if(|word| names_status(word))?;
    let mut octets = Zeroizing::new(Vec::new());
    for word in words.filter(|word| !names_status(word)) {
        match hex::parse(word) {
            Ok(more) if octets.len() + more.len() <= 2 => octets.extend_from_slice(&more),
            Err(_) if begins_with_a_word(word) && !octets.is_empty() => break,
            _ => return None,
        }
    }
    (!octets.is_empty()).then_some(octets)
}

/// The text without remarks in parentheses, and the status word if one of them is nothing else.
/// Parentheses around octets stay.
pub(super) fn without_groups(text: &str) -> (Zeroizing<String>, Option<[u8; 2]>) {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut found = None;
    let mut rest = text;
    while let Some((before, (group, after))) = rest
        .split_once('(')
        .and_then(|(before, inner)| Some((before, inner.split_once(')')?)))
    {
        kept.push_str(before);
        let octets = status(group);
        found = octets
            .and_then(|octets| octets.as_slice().try_into().ok())
            .or(found);
        if line::payload(group).1.is_none() && found.is_none() {
            kept.push('(');
            kept.push_str(group);
            kept.push(')');
        }
        rest = after;
    }
    kept.push_str(rest);
    (kept, found)
}

fn strip<'t>(word: &'t str, prefix: &str) -> Option<&'t str> {
    word.strip_prefix(prefix)
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || "[](){},;:|\"'=-_".contains(character)
}

fn marks(text: &str) -> impl Iterator<Item = Mark<'_>> {
    let arrows =
        ARROWS
            .iter()
            .filter(|(arrow, _)| arrow.len() > 1)
            .flat_map(move |(arrow, direction)| {
                text.match_indices(arrow).filter_map(|(at, arrow)| {
                    let rest = text.get(at + arrow.len()..)?;
                    Some(Mark {
                        at,
                        direction: *direction,
                        rest,
                    })
                })
            });
    let labels = known_labels(text).chain(known_words(text));
    let mut all: Vec<Mark<'_>> = labels.chain(arrows).collect();
    all.sort_by_key(|mark| mark.at);
    all.into_iter()
}

/// An arrow at the start, or one of several characters behind some words.
fn arrow(text: &str) -> Option<Mark<'_>> {
    let find = |(marker, direction): &(&str, Direction)| {
        let at = text.find(marker)?;
        let rest = text.get(at + marker.len()..)?;
        (at == 0 || marker.len() > 1).then_some((at, *direction, rest))
    };
    let (at, direction, rest) = ARROWS.iter().filter_map(find).min_by_key(|(at, ..)| *at)?;
    let rest = rest.trim_start_matches(['>', '<', '-', '=', ' ', '\t']);
    Some(Mark {
        at,
        direction,
        rest,
    })
}

fn known_label(text: &str) -> Option<Mark<'_>> {
    known_labels(text).next()
}

fn known_labels(text: &str) -> impl Iterator<Item = Mark<'_>> {
    labels(text).filter_map(|(at, label, rest)| {
        let direction = direction(&label)?;
        Some(Mark {
            at,
            direction,
            rest,
        })
    })
}

fn direction(label: &str) -> Option<Direction> {
    let (_, direction) = LABELS.iter().find(|(name, _)| *name == label)?;
    Some(*direction)
}

/// Words that end in a colon, one of them known: the octets are on the lines below.
fn header(text: &str) -> Option<Mark<'_>> {
    let before = text.trim_end().strip_suffix(':')?;
    let known = |word: &str| direction(&lower(word));
    Some(Mark {
        at: 0,
        direction: before.split_whitespace().find_map(known)?,
        rest: "",
    })
}

/// A known word with octets right behind it.
fn known_word(text: &str) -> Option<Mark<'_>> {
    known_words(text).next()
}

fn known_words(text: &str) -> impl Iterator<Item = Mark<'_>> {
    let starts = text.split_whitespace().filter_map(|word| {
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        Some((at, word, text.get(at + word.len()..)?))
    });
    starts.filter_map(|(at, word, rest)| {
        let label = lower(word);
        let direction = match label.as_str() {
            "apdu" => Direction::Unknown,
            label => direction(label)?,
        };
        let octets = words(rest).next().is_some_and(is_octets);
        octets.then_some(Mark {
            at,
            direction,
            rest,
        })
    })
}

fn is_octets(word: &str) -> bool {
    hex::parse(word).is_ok() && word.contains(|c: char| c.is_numeric())
}

fn lower(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric())
        .to_ascii_lowercase()
}

/// Each word before a colon or equals sign, where it begins, in lower case, and what follows. The
/// colons between octets (`6F:23:84`) make no labels.
fn labels(text: &str) -> impl Iterator<Item = (usize, String, &str)> {
    text.match_indices([':', '='])
        .filter_map(|(at, separator)| {
            let rest = text.get(at + separator.len()..)?;
            let word = text.get(..at)?.split_whitespace().next_back()?;
            let begin = word.as_ptr().addr() - text.as_ptr().addr();
            let word = lower(word);
            let is_octets =
                word.len().is_multiple_of(2) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_label = !is_octets || separator == "=" || rest.starts_with(char::is_whitespace);
            (is_label && !word.is_empty()).then_some((begin, word, rest))
        })
}
