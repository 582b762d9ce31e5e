//! What a string of octets is, when nobody says so.

use clap::ValueEnum;
use understudy_core::wire::apdu::{Command, Response};
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_core::wire::track2::Track2;

/// How a string of octets is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Command APDU
    Command,
    /// Response APDU, status word included
    Answer,
    /// BER-TLV data objects
    Tlv,
    /// Data object list: tags and lengths
    Dol,
    /// Track 2: card number, D, expiry, service code, discretionary data
    Track2,
}

impl Kind {
    /// What a mark in a log says, unless the octets can only be the other one: a phone's log has
    /// the arrows the other way round.
    pub(super) fn settle(marked: Self, octets: &[u8]) -> Self {
        let command = Command::parse(octets).is_ok() && is_command(octets);
        match (marked, command, is_answer(octets)) {
            (Self::Command, false, true) => Self::Answer,
            (Self::Answer, true, false) => Self::Command,
            _ => marked,
        }
    }

    /// The kind that fits; for a damaged string the one that its beginning speaks for.
    pub(super) fn of(octets: &[u8]) -> Self {
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

/// A header that terminals send.
fn is_command(octets: &[u8]) -> bool {
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

/// A known status word behind nothing, or behind data objects.
fn is_answer(octets: &[u8]) -> bool {
    Response::parse(octets).is_ok_and(|response| {
        let status = response.status.0;
        let plausible = status == 0x9000 || (0x6100..=0x6FFF).contains(&status);
        let body = response.body;
        let one = Reader::new(body).count() == 1 && known_objects(body).is_some();
        plausible && (body.is_empty() || one)
    })
}

/// How many tags of this level are unknown; `None` if it is not a level of data objects.
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
