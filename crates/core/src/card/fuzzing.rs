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
#[cfg(feature = "unionpay")]
const UNIONPAY: &[u8] = b"\xE0\x81\x8B\
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

/// A Visa card: CVN 18, one record.
#[cfg(feature = "visa")]
const VISA: &[u8] =
    b"\xE0\x81\x8A\xC0\x01\x01\xE1\x12\x4F\x07\xA0\x00\x00\x00\x03\x10\x10\x50\x04\x56\
    \x69\x73\x61\x87\x01\x01\xC6\x08\x01\x01\x5F\x24\x03\x30\x12\x31\x9F\x38\x1E\x9F\
    \x66\x04\x9F\x02\x06\x9F\x03\x06\x9F\x1A\x02\x95\x05\x5F\x2A\x02\x9A\x03\x9C\x01\
    \x9F\x37\x04\x9F\x21\x03\x9F\x4E\x14\x82\x02\x00\x00\x57\x10\x47\x61\x73\x90\x01\
    \x01\x00\x10\xD3\x01\x22\x01\x00\x00\x00\x0F\x5F\x24\x03\x30\x12\x31\x5F\x34\x01\
    \x00\x9F\x51\x02\x01\x56\xC1\x03\x02\x12\x01\xC3\x01\x90\xC4\x02\x02\x80\xC5\x15\
    \x00\x00\x00\x10\x00\x00\x05\x00\x00\x00\x30\x00\x00\x00\x00\x01\x00\x00\x00\x00\
    \x3C";

/// A Mastercard card: CVN 20, its record with CDOL1 and CVM list.
#[cfg(feature = "mastercard")]
const MASTERCARD: &[u8] =
    b"\xE0\x81\xC2\xC0\x01\x01\xE1\x18\x4F\x07\xA0\x00\x00\x00\x04\x10\x10\x50\x0A\x4D\
    \x61\x73\x74\x65\x72\x63\x61\x72\x64\x87\x01\x01\xC6\x5B\x01\x01\x57\x10\x54\x13\
    \x33\x00\x89\x01\x04\x83\xD3\x01\x22\x01\x00\x00\x00\x0F\x5A\x08\x54\x13\x33\x00\
    \x89\x01\x04\x83\x5F\x24\x03\x30\x12\x31\x8C\x27\x9F\x02\x06\x9F\x03\x06\x9F\x1A\
    \x02\x95\x05\x5F\x2A\x02\x9A\x03\x9C\x01\x9F\x37\x04\x9F\x35\x01\x9F\x45\x02\x9F\
    \x4C\x08\x9F\x34\x03\x9F\x21\x03\x9F\x7C\x14\x8E\x0C\x00\x00\x00\x00\x00\x00\x00\
    \x00\x42\x03\x1F\x03\x82\x02\x1A\x80\x57\x10\x54\x13\x33\x00\x89\x01\x04\x83\xD3\
    \x01\x22\x01\x00\x00\x00\x0F\x5F\x24\x03\x30\x12\x31\x5F\x34\x01\x00\x9F\x51\x02\
    \x01\x56\xC1\x03\x03\x14\x01\xC3\x01\x90\xC4\x02\x02\x80\xC5\x15\x00\x00\x00\x10\
    \x00\x00\x05\x00\x00\x00\x30\x00\x00\x00\x00\x01\x00\x00\x00\x00\x3C";

/// The cards of a conversation, in the order of their events.
const CARDS: &[&[u8]] = &[
    #[cfg(feature = "unionpay")]
    UNIONPAY,
    #[cfg(feature = "visa")]
    VISA,
    #[cfg(feature = "mastercard")]
    MASTERCARD,
];

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
    if session.tap.state() != StateKind::Initiated {
        assert_eq!(
            answer,
            StatusWord::CONDITIONS_NOT_SATISFIED,
            "a TTQ of zeros has no path"
        );
        return;
    }
    for (file, number) in (1..=30).flat_map(|file| (1..=8).map(move |number| (file, number))) {
        let answer = session.command([0x00, 0xB2, number, file << 3 | 4], &[]);
        let named = profile.record(file, number).is_some();
        assert_eq!(answer == StatusWord::SUCCESS, named);
    }
    let (_, list) = profile.cryptogram_dol();
    let length = list.map_or(0, |list| list.data_length());
    let values = [0; 255];
    session.command(
        [0x80, 0xAE, 0x80, 0x00],
        values.get(..length).unwrap_or_default(),
    );
}

/// A conversation: each command behind its length in one octet; from `F0` on, the octet is an event
/// of the card's surroundings instead.
pub fn card_session(octets: &[u8]) {
    let cards = CARDS.iter().filter_map(|card| Profile::parse(*card).ok());
    let Some(first) = cards.clone().next() else {
        return;
    };
    let mut session = Session::new(first);
    let mut cards = cards.cycle().skip(1).zip((2..).map(CardId));
    let mut rest = octets;
    while let Some((length, tail)) = rest.split_first() {
        rest = tail;
        match length {
            0xF0..=0xF3 => session.field_lost(),
            0xF4..=0xF7 => session.exchange(cards.next()),
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
        let [slot] = &self.slots;
        let cards = Directory {
            slots: &self.slots,
            presented: self.presented.then_some(slot.id),
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

    /// Puts another card in the place of this one, in the middle of whatever goes on.
    fn exchange(&mut self, card: Option<(Profile<B>, CardId)>) {
        if let Some((profile, id)) = card {
            self.slots = [Slot {
                id,
                profile,
                standing: Standing::Active,
            }];
        }
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
    fn the_session_s_cards_are_valid_and_answer() {
        for card in CARDS {
            assert_eq!(Profile::parse(*card).err(), None);
            profile(card);
        }
    }
}
