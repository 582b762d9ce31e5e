//! Text before the octets in logs: times, arrows, labels.

use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use zeroize::Zeroizing;

use super::line::{self, Direction};
use crate::hex;

/// A mark, and the text after it.
pub(super) struct Mark<'t> {
    /// The offset of its beginning.
    at: usize,
    /// The direction that the mark states.
    pub(super) direction: Direction,
    /// The text after the mark.
    pub(super) rest: &'t str,
}

/// The arrows of logs.
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

/// Labels before a colon, an equals sign or octets, in lower case.
const LABELS: &[(&str, Direction)] = &[
    ("c", Direction::Command),
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
    ("r", Direction::Answer),
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

/// The parts of a line that hold one message each: a mark after octets begins another one.
pub(super) fn messages(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for mark in marks(text) {
        if let Some(part) = text.get(begin..mark.at).filter(|part| is_message(part)) {
            parts.push(part);
            begin = mark.at;
        }
    }
    parts.extend(text.get(begin..));
    parts
}

/// True if there are octets after a mark here, or at least a whole header without one.
fn is_message(text: &str) -> bool {
    let least = if find(text).is_some() { 1 } else { 4 };
    line::message(text).is_some_and(|line| line.defect.is_none() && line.octets.len() >= least)
}

/// A tag before a colon or an equals sign, and the text after that: `9F36: 0001`.
pub(super) fn tag(text: &str) -> Option<(Tag, &str)> {
    let (before, rest) = text.split_once([':', '='])?;
    let mut words = before.split_whitespace();
    let first = words.next()?;
    let word = if first.eq_ignore_ascii_case("tag") {
        words.next()?
    } else {
        first
    };
    // More colons than one mean octets with colons between them, and no tag.
    if words.next().is_some() || rest.contains([':', '=']) || !is_hex(word) {
        return None;
    }
    let tag = Tag::from_number(u32::from_str_radix(word, 16).ok()?)?;
    tags::meanings(tag).next().map(|_| (tag, rest))
}

/// The first arrow or known label.
pub(super) fn find(text: &str) -> Option<Mark<'_>> {
    let mark = arrow(text)
        .map(|mark| {
            let inner = known_label(mark.rest).filter(|inner| has_no_digit(mark.rest, inner.at));
            match inner {
                Some(inner) => Mark {
                    at: mark.at,
                    ..inner
                },
                None => mark,
            }
        })
        .or_else(|| known_label(text));
    mark.or_else(|| header(text)).or_else(|| known_word(text))
}

fn has_no_digit(text: &str, end: usize) -> bool {
    let before = text.get(..end).unwrap_or_default();
    words(before).all(|word| !is_octets(word))
}

/// The text itself, then the text after each label in it, known or not. A status word stays with
/// the text before it.
pub(super) fn rests(text: &str) -> impl Iterator<Item = &str> {
    let labels = labels(text).filter(|(_, label, _)| !label.starts_with("sw"));
    std::iter::once(text).chain(labels.map(|(_, _, rest)| rest))
}

/// The words between separators, without their marks of hex: `0x12`, `\x12`, `12h`.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(is_separator).flat_map(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let is_octets = parts.iter().all(|part| is_pair(part));
        let is_dotted = is_octets && (parts.len() > 2 || is_status(&parts.concat()));
        if is_dotted { parts } else { vec![word] }
    });
    words.map(bare).filter(|word| !word.is_empty())
}

fn bare(word: &str) -> &str {
    let octet = |word: &&str| word.len() == 2 && is_hex(word);
    word.strip_prefix("0x")
        .or(word.strip_prefix("0X"))
        .or(word.strip_prefix('x').filter(octet))
        .or(word.strip_suffix(['h', 'H']).filter(octet))
        .unwrap_or(word)
}

/// True for whole octets, or an octet without its leading zero.
pub(super) fn is_hex(word: &str) -> bool {
    is_hex_digits(word) && (word.len() == 1 || word.len().is_multiple_of(2))
}

/// True for hex digits only.
pub(super) fn is_hex_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// True for a word of a language: two letters or more, at least one of which is not a hex digit.
pub(super) fn is_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let others = word.contains(|c: char| c.is_alphabetic() && !c.is_ascii_hexdigit());
    others && letters >= 2 && word.starts_with(char::is_alphabetic)
}

/// True for a status word that cards use.
pub(super) fn is_status(word: &str) -> bool {
    let number = u16::from_str_radix(word, 16)
        .ok()
        .filter(|_| word.len() == 4);
    number.is_some_and(|number| number == 0x9000 || (0x6100..=0x6FFF).contains(&number))
}

/// True if a text begins with a word of letters that are not all hex digits.
pub(super) fn begins_with_a_word(text: &str) -> bool {
    let word = words(text).next().unwrap_or_default();
    word.chars().all(char::is_alphabetic) && !word.chars().all(|c| c.is_ascii_hexdigit())
}

/// True for a word that announces a status word.
pub(super) fn names_status(word: &str) -> bool {
    ["sw", "sw1", "sw2", "sw1sw2", "sw12"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
}

/// The status word of a text that begins with a name of it and otherwise holds only words; either
/// half may be given alone.
pub(super) fn status(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut words = words(text).peekable();
    let _ = words.next_if(|word| {
        let name = word.to_ascii_lowercase();
        LABELS.contains(&(name.as_str(), Direction::Answer))
    });
    words.next_if(|word| names_status(word))?;
    let mut octets = Zeroizing::new(Vec::new());
    for word in words.filter(|word| !names_status(word)) {
        let word = if word.len() == 1 {
            format!("0{word}")
        } else {
            word.to_owned()
        };
        match hex::parse(&word) {
            Ok(more) if octets.len() + more.len() <= 2 => octets.extend_from_slice(&more),
            Err(_) if begins_with_a_word(&word) && !octets.is_empty() => break,
            _ => return None,
        }
    }
    (!octets.is_empty()).then_some(octets)
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || "[](){},;:|\"'=-_/\\·•~#!&@^`%$?<>→←".contains(character)
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

/// An arrow at the start, or one of several characters after some words.
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

/// Words that end in a colon, one of them known: the octets are on the following lines.
fn header(text: &str) -> Option<Mark<'_>> {
    let before = text.trim_end().strip_suffix(':')?;
    let known = |word: &str| direction(&lower(word));
    Some(Mark {
        at: 0,
        direction: before.split_whitespace().find_map(known)?,
        rest: "",
    })
}

/// A known word directly before octets.
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

/// Each word before a colon or equals sign: its offset, the word in lower case, and the text after
/// it. Colons between octets (`6F:23:84`, `6F: 23: 84`) make no labels.
fn labels(text: &str) -> impl Iterator<Item = (usize, String, &str)> {
    text.match_indices([':', '='])
        .filter_map(|(at, separator)| {
            let rest = text.get(at + separator.len()..)?;
            let before = text
                .get(..at)?
                .trim_end_matches([' ', ')', ']', '}', '>', '"']);
            let begin = before
                .rfind(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
                .map_or(0, |at| {
                    at + before
                        .get(at..)
                        .and_then(|c| c.chars().next())
                        .map_or(1, char::len_utf8)
                });
            let word = lower(before.get(begin..)?);
            let named = before.get(..begin)?.trim_end();
            let is_octet = is_octets(&word) || is_pair(&word) && begins_with_a_pair(rest);
            let is_label = !is_octet || is_data_element(&word) || ends_with_name(named);
            (is_label && !word.is_empty()).then_some((begin, word, rest))
        })
}

fn is_pair(word: &str) -> bool {
    word.len() == 2 && is_hex(word)
}

fn begins_with_a_pair(text: &str) -> bool {
    words(text).next().is_some_and(is_pair)
}

/// True for the number of a field of a message to the host: `DE55`.
pub(super) fn is_data_element(word: &str) -> bool {
    let number = word.strip_prefix("de").unwrap_or_default();
    (2..=3).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit())
}

/// True if the next number is that of a field: `DE 55`.
fn ends_with_name(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default();
    ["de", "field", "bit"]
        .iter()
        .any(|name| last.eq_ignore_ascii_case(name))
}
