//! Card numbers, tracks and payment codes as text: not hex.

use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::code;
use super::kind::Kind;

/// The fewest digits of a track before its separator, and after it.
const TRACK_MIN: (usize, usize) = (12, 7);

/// The fewest digits of an unlabelled card number.
const NUMBER_MIN: usize = 13;

/// The text as hex; a payment code as its octets, a track 2 (also in a reader's form, `;number=YYMM…?`) and a card number are
/// padded to whole octets.
pub(super) fn as_hex(text: &str, kind: Option<Kind>) -> Zeroizing<String> {
    let unchanged = || Zeroizing::new(text.to_owned());
    if let Some(octets) = code::octets(text, kind) {
        return octets;
    }
    let (before, after) = if kind == Some(Kind::Track2) {
        (1, 0)
    } else {
        TRACK_MIN
    };
    let trimmed = text.trim().trim_start_matches(';').trim_end_matches('?');
    match trimmed.split_once(['=', 'D', 'd']) {
        Some((number, rest)) => {
            let rest = rest.trim_end_matches(['F', 'f']);
            let is_track = is_digits(number, before) && is_digits(rest, after);
            if is_track {
                padded(format!("{number}D{rest}"))
            } else {
                unchanged()
            }
        }
        None => number(trimmed, kind).map_or_else(unchanged, padded),
    }
}

/// A card number: digits with the right check digit, or any that are said to be one.
fn number(text: &str, kind: Option<Kind>) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let number = CardNumber::parse(&digits).ok()?;
    let wanted = match kind {
        Some(Kind::Pan) => true,
        Some(_) => false,
        None => number.len() >= NUMBER_MIN && number.luhn_valid(),
    };
    wanted.then_some(digits)
}

fn padded(mut digits: String) -> Zeroizing<String> {
    if digits.len() % 2 == 1 {
        digits.push('F');
    }
    Zeroizing::new(digits)
}

fn is_digits(text: &str, least: usize) -> bool {
    text.len() >= least && text.bytes().all(|character| character.is_ascii_digit())
}
