//! Dates and times before the octets.

use super::marks;

/// The text after dates, times and seconds since the start, and after the process, thread and level
/// of a phone's log. Octets with the same separators are not taken for times.
pub(super) fn skip(text: &str) -> &str {
    let mut rest = text;
    while let Some((word, tail)) = rest.split_once(char::is_whitespace) {
        let bare = word.trim_matches(['[', ']', '(', ')', ',']);
        let behind = tail.trim_start();
        let is_time = is_timestamp(bare) || is_day(bare) && begins_with_a_time(behind);
        if !is_time || goes_on(bare, behind) {
            break;
        }
        rest = behind;
    }
    if rest.len() == text.len() {
        return text;
    }
    behind_process(rest).unwrap_or(rest)
}

/// True if the next word consists of octets with the same separator as `word`.
fn goes_on(word: &str, behind: &str) -> bool {
    let Some(separator) = word.chars().find(|c| [':', '-', '/'].contains(c)) else {
        return false;
    };
    let next = behind.split_whitespace().next().unwrap_or_default();
    let mut octets = next.split(separator);
    let is_octet = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let is_octets = next.contains(separator) && octets.all(is_octet);
    is_octets && !is_timestamp(next)
}

/// True for a month and a day: `11-22`.
fn is_day(word: &str) -> bool {
    word.split_once(['-', '/']).is_some_and(|(month, day)| {
        let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() == 2);
        number(month).is_some_and(|month| (1..=12).contains(&month))
            && number(day).is_some_and(|day| (1..=31).contains(&day))
    })
}

fn begins_with_a_time(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.contains(':') && is_timestamp(word)
}

/// The text after process, thread and level: `1234  5678 D NfcHce: …`.
fn behind_process(text: &str) -> Option<&str> {
    let (process, rest) = text.split_once(char::is_whitespace)?;
    let (thread, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let (level, rest) = rest.trim_start().split_once(char::is_whitespace)?;
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let is_level = matches!(level, "V" | "D" | "I" | "W" | "E" | "F");
    (is_number(process) && is_number(thread) && is_level).then(|| rest.trim_start())
}

/// True for a date or time: `12:00`, `12:00:01.123`, `2026-11-22`, `2026-11-22T12:00:01Z`, `0.123`.
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
        let below = |part: &str, bound: u8| part.parse::<u8>().is_ok_and(|value| value < bound);
        let hour = parts.first().is_some_and(|hour| below(hour, 24));
        let minutes = parts.iter().skip(1).all(|minute| below(minute, 60));
        let whole = last.split(['.', ',']).next().unwrap_or_default();
        (1..=2).contains(&parts.len()) && hour && minutes && below(whole, 60) && seconds(last)
    };
    let date = |text: &str| {
        let parts: Vec<&str> = text.split(['-', '/']).collect();
        parts.len() == 3 && parts.iter().all(|part| number(part, 4))
    };
    let both = word
        .split_once('T')
        .is_some_and(|(day, hour)| date(day) && time(hour));
    let is_seconds =
        word.contains('.') && seconds(word) && !marks::is_status(&word.replace('.', ""));
    both || date(word) || time(word) || is_seconds
}
