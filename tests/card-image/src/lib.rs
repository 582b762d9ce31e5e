//! A whole card in the form that a chip holds: a package in flash, the card, and an environment
//! without storage.
//!
//! The panic scan links this for a chip and inspects the result; the tests here show that the
//! linked code does pay.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "limited-use")]
mod limited_use;
mod package;

use core::hint::black_box;
use understudy_core::card::{
    CardId, Directory, Env, Event, KeyError, Ledger, Payment, Profile, Slot, Spent, Standing, Tap,
    UnixTime, Usage, UserVerified,
};
use understudy_core::wire::amount::Amount;
#[cfg(feature = "limited-use")]
use understudy_core::{card::Refusal, crypto::LentKey};
use understudy_provisioning::package::{Keys, Package};

pub use package::PACKAGE;

/// The commands of one tap: PPSE, the application, 12.34 CNY to a reader that asks for a
/// cryptogram.
pub const TAP: [&[u8]; 3] = [
    b"\x00\xA4\x04\x00\x0E2PAY.SYS.DDF01\x00",
    b"\x00\xA4\x04\x00\x08\xA0\x00\x00\x03\x33\x01\x01\x01\x00",
    b"\x80\xA8\x00\x00\x23\x83\x21\x36\x00\xC0\x80\0\0\0\0\x12\x34\0\0\0\0\0\0\
      \x01\x56\0\0\0\0\0\x01\x56\x26\x11\x22\0\x12\x34\x56\x78\x00",
];

const CARD: CardId = CardId(1);

/// A card and its environment.
pub struct Chip {
    slots: [Slot<&'static [u8]>; 1],
    tap: Tap,
    /// The card's surroundings, which change between commands.
    pub env: ChipEnv,
}

/// The card's surroundings: a clock that may be unknown, a user, and the unused keys.
pub struct ChipEnv {
    /// The time, if the chip knows it.
    pub time: Option<UnixTime>,
    /// The user's last verification.
    pub verified: Option<UserVerified>,
    ledger: Ledger,
    keys: Keys<'static>,
    #[cfg(feature = "limited-use")]
    limited_use: Option<limited_use::Lender>,
}

impl Chip {
    /// The card of a package, or `None` if the package or its profile is not valid.
    #[must_use]
    pub fn boot(package: &'static [u8]) -> Option<Self> {
        let package = Package::parse(package).ok()?;
        let profile = Profile::parse(package.profile()?).ok()?;
        Some(Self {
            slots: [Slot {
                id: CARD,
                profile,
                standing: Standing::Active,
            }],
            tap: Tap::default(),
            env: ChipEnv {
                time: None,
                verified: None,
                ledger: Ledger {
                    keys: 2,
                    expired: 0,
                    last_atc: None,
                    usage: Usage::default(),
                },
                keys: package.keys(),
                #[cfg(feature = "limited-use")]
                limited_use: package.limited_use().map(limited_use::Lender::new),
            },
        })
    }

    /// Answers one command.
    pub fn process<'b>(&mut self, command: &[u8], answer: &'b mut [u8; 258]) -> &'b [u8] {
        let cards = Directory {
            slots: &self.slots,
            presented: Some(CARD),
        };
        self.tap.process(command, cards, &mut self.env, answer)
    }

    /// The reader's field went away.
    pub fn field_lost(&mut self) {
        self.tap.field_lost(&mut self.env);
    }
}

impl Env for ChipEnv {
    fn time(&self) -> Option<UnixTime> {
        self.time
    }

    fn verification(&self, _: CardId, _: Amount) -> Option<UserVerified> {
        self.verified
    }

    fn ledger(&self, _: CardId) -> Ledger {
        self.ledger
    }

    fn spend(&mut self, _: CardId, payment: &Payment) -> Result<Spent, KeyError> {
        let (atc, keys) = self.keys.next().ok_or(KeyError::Exhausted)?;
        let key = keys.session_key(payment.algorithm);
        let key = key.ok_or(KeyError::Exhausted)?;
        self.ledger = Ledger {
            keys: self.ledger.keys.saturating_sub(1),
            expired: 0,
            last_atc: Some(atc),
            usage: payment.usage,
        };
        Ok(Spent { atc, key })
    }

    #[cfg(feature = "limited-use")]
    fn lend(&mut self, _: CardId, payment: &Payment) -> Result<LentKey, Refusal> {
        let lender = self.limited_use.as_mut().ok_or(KeyError::Exhausted)?;
        let lent = lender.lend(payment)?;
        self.ledger = Ledger {
            keys: lender.left(),
            expired: 0,
            last_atc: Some(lent.atc()),
            usage: payment.usage,
        };
        Ok(lent)
    }

    fn observe(&mut self, event: Event) {
        black_box(event);
    }
}

#[cfg(test)]
mod tests {
    use super::{Chip, PACKAGE, TAP};

    const SUCCESS: [u8; 2] = [0x90, 0x00];

    fn tap(chip: &mut Chip) -> [[u8; 2]; 3] {
        let statuses = TAP.map(|command| {
            let mut buffer = [0; 258];
            *chip.process(command, &mut buffer).last_chunk().unwrap()
        });
        chip.field_lost();
        statuses
    }

    #[test]
    fn the_card_that_is_scanned_pays_until_its_keys_are_spent() {
        let mut chip = Chip::boot(&PACKAGE).unwrap();
        assert_eq!(tap(&mut chip), [SUCCESS; 3]);
        assert_eq!(tap(&mut chip), [SUCCESS; 3]);
        assert_eq!(tap(&mut chip), [SUCCESS, SUCCESS, [0x69, 0x85]]);
    }

    #[test]
    fn a_damaged_package_boots_no_card() {
        assert!(Chip::boot(PACKAGE.get(1..).unwrap()).is_none());
        assert!(Chip::boot(&[]).is_none());
    }
}
