//! Dates and times before the octets.

/// The text behind dates, times and seconds since the start.
pub(super) fn skip(text: &str) -> &str {
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
