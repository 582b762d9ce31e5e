//! The place and reason at which octets stop being data objects.

use understudy_core::wire::tlv::Tag;

use super::value;

/// The position of `part` in `whole`, of which it is a slice; from 1.
pub(super) fn position(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr().addr().saturating_sub(whole.as_ptr().addr()) + 1
}

/// The beginning of a data object that is incomplete.
pub(super) struct Broken<'a> {
    /// The problem in words.
    pub(super) problem: String,
    /// Its tag and the present part of its value, if both can be read.
    pub(super) cut: Option<(Tag, &'a [u8])>,
}

/// The defect for which `octets` do not start with a data object.
pub(super) fn object(octets: &[u8]) -> Broken<'_> {
    let broken = |problem| Broken { problem, cut: None };
    let Some((tag, rest)) = split_tag(octets) else {
        return broken(match octets.len() {
            ..3 => "the octets end inside a tag".to_owned(),
            _ => "a tag is longer than three octets".to_owned(),
        });
    };
    let (length, rest) = match rest {
        [] => {
            return broken(format!(
                "the octets end behind tag {tag}, its length is missing"
            ));
        }
        [length @ ..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => (usize::from(*length), rest),
        [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        [0x81 | 0x82, ..] => return broken(format!("the octets end inside the length of {tag}")),
        [first, ..] => {
            let can = "a length begins with 00 to 7F, 81 or 82";
            return broken(format!(
                "the length of {tag} begins with {first:02X}; {can}"
            ));
        }
    };
    Broken {
        problem: format!(
            "{tag} says {}, {} follow",
            value::octets(length),
            rest.len()
        ),
        cut: Some((tag, rest)),
    }
}

/// The defect for which `octets` do not start with an entry of a list, in words.
pub(super) fn entry(octets: &[u8]) -> String {
    match split_tag(octets) {
        Some((tag, [])) => format!("the list ends after tag {tag}: its length is missing"),
        Some((tag, _)) => format!("{tag} cannot stand in a list"),
        None if octets.len() < 3 => "the list ends inside a tag".to_owned(),
        None => "a tag in the list is longer than three octets".to_owned(),
    }
}

/// The tag at the front of `octets`, one to three octets long.
pub(super) fn split_tag(octets: &[u8]) -> Option<(Tag, &[u8])> {
    (1..=3).find_map(|length| {
        let (tag, rest) = octets.split_at_checked(length)?;
        let number = tag
            .iter()
            .fold(0, |number, octet| number << 8 | u32::from(*octet));
        Some((Tag::from_number(number)?, rest))
    })
}
