//! The kind of a string of octets, and its detection.

use std::str::FromStr;

use understudy_core::wire::apdu::{Command, Response};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_core::wire::track2::Track2;
use zeroize::Zeroizing;

use super::code::is_code;
use super::message::is_message;
use crate::hex;

/// The fewest digits of a card number in unlabelled octets; the reference of a payment has twelve.
const NUMBER_MIN: usize = 13;

/// The kind of a string of octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Command APDU.
    Command,
    /// Response APDU, status word included.
    Answer,
    /// BER-TLV data objects.
    Tlv,
    /// Data object list: tags and lengths.
    Dol,
    /// Track 2: card number, D, expiry, service code, discretionary data.
    Track2,
    /// A payment code: data objects of a consumer's, or the text of a merchant's.
    Code,
    /// A message of ISO 8583, in BCD or ASCII, with its length of two octets in front or without.
    Message,
    /// Card number, padded with F.
    Pan,
    /// The value of this tag, without tag and length.
    Value(Tag),
}

/// The names of the kinds.
const KINDS: &[(&str, Kind)] = &[
    ("command", Kind::Command),
    ("answer", Kind::Answer),
    ("tlv", Kind::Tlv),
    ("dol", Kind::Dol),
    ("iso8583", Kind::Message),
    ("qr", Kind::Code),
    ("track2", Kind::Track2),
    ("pan", Kind::Pan),
    ("aid", Kind::Value(tags::APPLICATION_IDENTIFIER)),
    ("aip", Kind::Value(tags::AIP)),
    ("afl", Kind::Value(tags::AFL)),
    ("cid", Kind::Value(tags::CRYPTOGRAM_INFORMATION_DATA)),
    ("ctq", Kind::Value(tags::CTQ)),
    ("cvm-list", Kind::Value(tags::CVM_LIST)),
    ("cvm-results", Kind::Value(tags::CVM_RESULTS)),
    ("iad", Kind::Value(tags::ISSUER_APPLICATION_DATA)),
    ("tsi", Kind::Value(tags::TSI)),
    ("ttq", Kind::Value(tags::TTQ)),
    ("tvr", Kind::Value(tags::TVR)),
];

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = KINDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((_, kind)) = named {
            return Ok(*kind);
        }
        let tag = u32::from_str_radix(text, 16)
            .ok()
            .and_then(Tag::from_number);
        match tag {
            Some(tags::TRACK_2_EQUIVALENT_DATA) => Ok(Self::Track2),
            Some(tags::APPLICATION_PAN) => Ok(Self::Pan),
            Some(tag) => Ok(Self::Value(tag)),
            None => {
                let all: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
                Err(format!("give a tag in hex or one of {}", all.join(", ")))
            }
        }
    }
}

impl Kind {
    /// The tag, if the octets are one value.
    pub(super) fn tag(self) -> Option<Tag> {
        match self {
            Self::Track2 => Some(tags::TRACK_2_EQUIVALENT_DATA),
            Self::Pan => Some(tags::APPLICATION_PAN),
            Self::Value(tag) => Some(tag),
            Self::Command | Self::Answer | Self::Tlv | Self::Dol | Self::Message | Self::Code => {
                None
            }
        }
    }

    /// The kind from a log's mark, unless the octets can only be the opposite one: a phone's log
    /// has the arrows the other way round.
    pub(super) fn settle(marked: Self, octets: &[u8]) -> Self {
        let command = Command::parse(octets).is_ok() && is_command(octets);
        match (marked, command, is_answer(octets)) {
            (Self::Command, false, true) => Self::Answer,
            (Self::Answer, true, false) => Self::Command,
            _ => marked,
        }
    }

    /// The kind that fits; for damaged octets the one that fits their beginning.
    pub(super) fn of(octets: &[u8]) -> Self {
        if is_code(octets) {
            return Self::Code;
        }
        if is_message(octets) {
            return Self::Message;
        }
        if Command::parse(octets).is_ok() && is_command(octets) {
            return Self::Command;
        }
        if Track2::parse(octets).is_ok() {
            return Self::Track2;
        }
        if is_answer(octets) {
            return Self::Answer;
        }
        if known_objects(octets).is_some_and(|unknown| unknown == 0) {
            return Self::Tlv;
        }
        match numbers(octets) {
            Numbers::None => {}
            Numbers::Alone => return Self::Pan,
            Numbers::Track => return Self::Track2,
        }
        if is_list(octets) {
            return Self::Dol;
        }
        if known_objects(octets).is_some() {
            return Self::Tlv;
        }
        match octets {
            _ if is_command(octets) => Self::Command,
            [.., 0x90, 0x00] => Self::Answer,
            _ => Self::Tlv,
        }
    }
}

/// True if octets are certainly a message or a part of one: a command, an answer, known objects, a
/// list.
pub(super) fn is_plausible(octets: &[u8]) -> bool {
    Command::parse(octets).is_ok() && is_command(octets)
        || is_answer(octets)
        || known_objects(octets) == Some(0)
        || is_list(octets)
}

/// True for a command header that terminals send.
pub(super) fn is_command(octets: &[u8]) -> bool {
    match octets {
        [0x80 | 0x84, 0xA8 | 0xAE, _, p2, ..] => *p2 == 0x00,
        [0x00..=0x03 | 0x0C, instruction, ..] => {
            matches!(
                instruction,
                0x20 | 0x82 | 0x84 | 0x88 | 0xA4 | 0xB0 | 0xB2 | 0xC0
            )
        }
        [0x80 | 0x84 | 0x8C, instruction, ..] => {
            let known = [0x16, 0x18, 0x1E, 0x24, 0x2A, 0xCA, 0xD0, 0xDA, 0xE2, 0xEA];
            // 80, 84 and 8C are tags as well.
            known.contains(instruction) && Reader::new(octets).any(|object| object.is_err())
        }
        _ => false,
    }
}

/// The meaning of octets that begin with a card number.
enum Numbers {
    None,
    Alone,
    Track,
}

/// The meaning of octets that begin with digits: a card number if there are enough of them, with
/// the right check digit.
fn numbers(octets: &[u8]) -> Numbers {
    let hex = Zeroizing::new(hex::upper(octets));
    let end = hex.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = hex.split_at(end.unwrap_or(hex.len()));
    let is_number = CardNumber::parse(digits)
        .is_ok_and(|number| number.len() >= NUMBER_MIN && number.luhn_valid());
    match rest {
        "" | "F" if is_number => Numbers::Alone,
        _ if is_number && rest.starts_with('D') => Numbers::Track,
        _ => Numbers::None,
    }
}

/// True for a known status word, alone or after data objects.
pub(super) fn is_answer(octets: &[u8]) -> bool {
    Response::parse(octets).is_ok_and(|response| {
        let status = response.status.0;
        let plausible = status == 0x9000 || (0x6100..=0x6FFF).contains(&status);
        let body = response.body;
        let one = Reader::new(body).count() == 1 && known_objects(body).is_some();
        plausible && (body.is_empty() || one)
    })
}

/// The number of unknown tags on this level; `None` if it is not a level of data objects.
fn known_objects(octets: &[u8]) -> Option<usize> {
    let mut unknown = 0;
    for object in Reader::new(octets) {
        unknown += usize::from(!is_known(object.ok()?.tag));
    }
    (!octets.is_empty()).then_some(unknown)
}

fn is_list(octets: &[u8]) -> bool {
    Dol::parse(octets).is_ok_and(|list| {
        let mut entries = list.entries().peekable();
        entries.peek().is_some() && entries.all(|entry| is_known(entry.tag))
    })
}

fn is_known(tag: Tag) -> bool {
    tags::meanings(tag).next().is_some()
}
