//! What stands before the octets in logs: times, arrows, labels.

use super::line::Direction;

/// A mark, and what follows it.
pub(super) struct Mark<'t> {
    /// Which way the octets went, says the mark.
    pub(super) direction: Direction,
    /// Only a status word follows.
    pub(super) is_status: bool,
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

/// The first arrow or known label.
pub(super) fn find(text: &str) -> Option<Mark<'_>> {
    arrow(text).or_else(|| known_label(text))
}

/// The text itself, then what follows each label in it, known or not. A status word belongs to what
/// stands before it.
pub(super) fn rests(text: &str) -> impl Iterator<Item = &str> {
    let labels = labels(text).filter(|(label, _)| !label.starts_with("sw"));
    std::iter::once(text).chain(labels.map(|(_, rest)| rest))
}

/// An arrow at the start, or one of several characters behind some words.
fn arrow(text: &str) -> Option<Mark<'_>> {
    let find = |(marker, direction): &(&str, Direction)| {
        let at = text.find(marker)?;
        let rest = text.get(at + marker.len()..)?;
        (at == 0 || marker.len() > 1).then_some((at, *direction, rest))
    };
    let (_, direction, rest) = ARROWS.iter().filter_map(find).min_by_key(|(at, ..)| *at)?;
    let rest = rest.trim_start_matches(['>', '<', '-', '=', ' ', '\t']);
    let rest = known_label(rest).map_or(rest, |mark| mark.rest);
    Some(Mark {
        direction,
        is_status: false,
        rest,
    })
}

fn known_label(text: &str) -> Option<Mark<'_>> {
    labels(text).find_map(|(label, rest)| {
        let (name, direction) = LABELS.iter().find(|(name, _)| *name == label)?;
        Some(Mark {
            direction: *direction,
            is_status: name.starts_with("sw"),
            rest,
        })
    })
}

/// Each word before a colon or equals sign, in lower case, and what follows. The colons between
/// octets (`6F:23:84`) make no labels.
fn labels(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.match_indices([':', '='])
        .filter_map(|(at, separator)| {
            let rest = text.get(at + separator.len()..)?;
            let word = text.get(..at)?.split_whitespace().next_back()?;
            let word = word
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_ascii_lowercase();
            let is_octets =
                word.len() % 2 == 0 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            let is_label = !is_octets || separator == "=" || rest.starts_with(char::is_whitespace);
            (is_label && !word.is_empty()).then_some((word, rest))
        })
}

/// The text behind dates, times and seconds since the start.
pub(super) fn skip_timestamps(text: &str) -> &str {
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
