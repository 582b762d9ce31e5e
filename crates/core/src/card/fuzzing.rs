//! The bodies of the fuzz targets: arbitrary octets as a profile, and arbitrary conversations with
//! a card.

use super::instruction::PPSE;
use super::{
    CardId, Directory, Env, Event, KeyError, Ledger, Payment, Profile, Slot, Spent, Standing,
    StateKind, Tap, UnixTime, UserVerified,
};
use crate::crypto::{Atc, SessionKey};
use crate::wire::amount::Amount;
use crate::wire::answer::ANSWER_MAX;
use crate::wire::apdu::Command;
use crate::wire::status::StatusWord;
use crate::wire::tags;
use crate::wire::tlv::Writer;

const CARD: CardId = CardId(1);

/// A debit card: CVN 01, merchant and time in the PDOL, 1000.00 CNY without verification.
#[rustfmt::skip]
const PROFILE: &[u8] = b"\xE0\x81\x8B\
    \xC0\x01\x01\
    \xE1\x18\x4F\x08\xA0\x00\x00\x03\x33\x01\x01\x01\x50\x09QuickPass\x87\x01\x01\
    \x5F\x2D\x02zh\
    \x9F\x38\x1E\x9F\x66\x04\x9F\x02\x06\x9F\x03\x06\x9F\x1A\x02\x95\x05\x5F\x2A\x02\x9A\x03\
        \x9C\x01\x9F\x37\x04\x9F\x21\x03\x9F\x4E\x14\
    \x82\x02\x00\x00\
    \x57\x10\x62\x50\x94\x70\x00\x00\x00\x14\xD3\x01\x22\x01\x00\x00\x00\x0F\
    \x5F\x24\x03\x30\x12\x31\
    \x5F\x34\x01\x00\
    \x9F\x51\x02\x01\x56\
    \xC1\x03\x01\x01\x01\
    \xC3\x01\x90\
    \xC4\x02\x02\x80\
    \xC5\x15\x00\x00\x00\x10\x00\x00\x05\x00\x00\x00\x30\x00\x00\x00\x00\x01\x00\x00\x00\x00\x3C";

/// Octets as a profile: refused, or a card that answers each of its own commands.
pub fn profile(octets: &[u8]) {
    let Ok(profile) = Profile::parse(octets) else {
        return;
    };
    assert_eq!(profile.octets(), octets);
    let mut session = Session::new(profile.clone());
    assert_eq!(
        session.command([0x00, 0xA4, 0x04, 0x00], PPSE),
        StatusWord::SUCCESS
    );
    for application in profile.applications() {
        let answer = session.command([0x00, 0xA4, 0x04, 0x00], application.aid);
        assert_eq!(answer, StatusWord::SUCCESS);
    }
    let mut template = [0; 255];
    let mut writer = Writer::new(&mut template);
    let values = [0; 252];
    let length = profile.parsed_pdol().map_or(0, |pdol| pdol.data_length());
    let values = values.get(..length).unwrap_or_default();
    assert!(writer.object(tags::COMMAND_TEMPLATE, values).is_ok());
    let answer = session.command([0x80, 0xA8, 0x00, 0x00], writer.written());
    assert_eq!(
        answer,
        StatusWord::CONDITIONS_NOT_SATISFIED,
        "a TTQ of zeros has no path"
    );
}

/// A conversation: each command behind its length in one octet; from `F0` on, the octet is an event
/// of the card's surroundings instead.
pub fn card_session(octets: &[u8]) {
    let Ok(profile) = Profile::parse(PROFILE) else {
        return;
    };
    let mut session = Session::new(profile);
    let mut rest = octets;
    while let Some((length, tail)) = rest.split_first() {
        rest = tail;
        match length {
            0xF0..=0xF7 => session.field_lost(),
            0xF8 | 0xF9 => session.env.verified ^= true,
            0xFA | 0xFB => session.env.broken ^= true,
            0xFC | 0xFD => session.toggle_standing(),
            0xFE | 0xFF => session.presented ^= true,
            _ => {
                let length = usize::from(*length).min(rest.len());
                let (command, tail) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                rest = tail;
                session.answer(command);
            }
        }
    }
}

/// A card, its surroundings, and what must hold after every command.
struct Session<B> {
    slots: [Slot<B>; 1],
    presented: bool,
    tap: Tap,
    env: FuzzEnv,
    cryptograms: u16,
}

impl<B: AsRef<[u8]>> Session<B> {
    fn new(profile: Profile<B>) -> Self {
        Self {
            slots: [Slot {
                id: CARD,
                profile,
                standing: Standing::Active,
            }],
            presented: true,
            tap: Tap::default(),
            env: FuzzEnv::default(),
            cryptograms: 0,
        }
    }

    fn command(&mut self, [class, instruction, p1, p2]: [u8; 4], data: &[u8]) -> StatusWord {
        let command = Command {
            class,
            instruction,
            p1,
            p2,
            data,
            expected: Some(256),
        };
        let mut octets = [0; 300];
        self.answer(command.emit(&mut octets).unwrap_or_default())
    }

    fn answer(&mut self, command: &[u8]) -> StatusWord {
        let before = self.tap.state();
        let presented = self.presented.then_some(CARD);
        let cards = Directory {
            slots: &self.slots,
            presented,
        };
        let mut buffer = [0; ANSWER_MAX];
        let answer = self.tap.process(command, cards, &mut self.env, &mut buffer);
        let length = answer.len();
        let status = answer
            .last_chunk()
            .map(|octets| StatusWord(u16::from_be_bytes(*octets)));
        let status = status.unwrap_or(StatusWord::INTERNAL);

        assert_ne!(status, StatusWord::INTERNAL);
        assert!(
            length == 2 || status == StatusWord::SUCCESS,
            "an error has no body"
        );
        if before != StateKind::Complete && self.tap.state() == StateKind::Complete {
            assert_eq!(status, StatusWord::SUCCESS);
            self.cryptograms += 1;
        }
        assert_eq!(
            self.env.spent, self.cryptograms,
            "a key for each cryptogram, none without"
        );
        status
    }

    fn field_lost(&mut self) {
        self.tap.field_lost(&mut self.env);
        assert_eq!(self.tap.state(), StateKind::Idle);
    }

    fn toggle_standing(&mut self) {
        for slot in &mut self.slots {
            slot.standing = match slot.standing {
                Standing::Active => Standing::Suspended,
                Standing::Suspended => Standing::Active,
            };
        }
    }
}

/// An environment whose user acts before every command, so that keys keep flowing.
#[derive(Default)]
struct FuzzEnv {
    spent: u16,
    verified: bool,
    broken: bool,
}

impl Env for FuzzEnv {
    fn time(&self) -> Option<UnixTime> {
        None
    }

    fn verification(&self, _: CardId, _: Amount) -> Option<UserVerified> {
        self.verified.then_some(UserVerified::aged(0))
    }

    fn ledger(&self, _: CardId) -> Ledger {
        Ledger {
            keys: 1,
            last_atc: Atc::new(self.spent),
            ..Ledger::default()
        }
    }

    fn spend(&mut self, _: CardId, _: &Payment) -> Result<Spent, KeyError> {
        if self.broken {
            return Err(KeyError::Storage);
        }
        let atc = Atc::new(self.spent + 1).ok_or(KeyError::Exhausted)?;
        self.spent = atc.get();
        Ok(Spent {
            atc,
            key: SessionKey::from_octets([0x5A; 16]),
        })
    }

    fn observe(&mut self, _: Event) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_s_card_is_valid_and_pays() {
        assert_eq!(Profile::parse(PROFILE).err(), None);
        profile(PROFILE);
    }
}
