//! The environment of the card: time, verification, keys and history. No call may wait for slow
//! storage.

use super::{CardId, Cvm, InstructionKind, Ledger, Refusal, Usage};
#[cfg(feature = "limited-use")]
use crate::crypto::LentKey;
use crate::crypto::{Algorithm, Atc, SessionKey};
use crate::wire::amount::Amount;
use crate::wire::digits::bcd_to_u64;
use crate::wire::qualifiers::CryptogramType;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// The first second after the day `YYMMDD` (n6, years 2000–2099), or `None` if there is no such
    /// day.
    #[must_use]
    pub fn end_of_day(date: [u8; 3]) -> Option<Self> {
        const DAYS_TO_2000: u64 = 10_957;
        let [year, month, day] = date.map(|part| bcd_to_u64(&[part]));
        let (year, month, day) = (year?, month?, day?);
        let leap = u64::from(year.is_multiple_of(4));
        let (before, length) = match month {
            1 => (0, 31),
            2 => (31, 28 + leap),
            3 => (59 + leap, 31),
            4 => (90 + leap, 30),
            5 => (120 + leap, 31),
            6 => (151 + leap, 30),
            7 => (181 + leap, 31),
            8 => (212 + leap, 31),
            9 => (243 + leap, 30),
            10 => (273 + leap, 31),
            11 => (304 + leap, 30),
            12 => (334 + leap, 31),
            _ => return None,
        };
        if !(1..=length).contains(&day) {
            return None;
        }
        let days = DAYS_TO_2000 + year * 365 + year.div_ceil(4) + before + day;
        Some(Self(days * 86_400))
    }
}

/// Proof that the user verified on the device. Made only by the code that saw it happen, kept in
/// memory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserVerified {
    age: u32,
}

impl UserVerified {
    /// The user verified `seconds` ago.
    #[must_use]
    pub const fn aged(seconds: u32) -> Self {
        Self { age: seconds }
    }

    /// Seconds since the user verified.
    #[must_use]
    pub const fn age(self) -> u32 {
        self.age
    }
}

/// The payment of one cryptogram: the reader's request, as far as it was stated, and the card's
/// decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// `9F02` in the currency of `5F2A`.
    pub amount: Amount,
    /// `9A`, n6 YYMMDD; zeros if the card does not ask for it.
    pub date: [u8; 3],
    /// `9F21`, n6 HHMMSS, if the card asks for it.
    pub time: Option<[u8; 3]>,
    /// `9C`; 00 if the card does not ask for it.
    pub transaction_type: u8,
    /// `9F4E`, ans 20, if the card asks for it. Not authenticated: for display only.
    pub merchant: Option<[u8; 20]>,
    /// The cardholder verification that the card answered with.
    pub cvm: Cvm,
    /// The type of the cryptogram that the key is spent on.
    pub cryptogram: CryptogramType,
    /// The algorithm of that key.
    pub algorithm: Algorithm,
    /// The counts after this payment: store them with the key's mark.
    pub usage: Usage,
}

/// A key that was taken out for one cryptogram.
#[derive(Debug)]
pub struct Spent {
    /// The counter that the key belongs to.
    pub atc: Atc,
    /// The key; used up by the cryptogram.
    pub key: SessionKey,
}

/// The reason for which the environment hands out no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Every key of the card is spent.
    #[error("no key is left")]
    Exhausted,
    /// Every key that is left is past the end of its batch.
    #[error("every key that is left has expired")]
    Expired,
    /// So many used keys wait to be reported that no report could hold another.
    #[error("too many used keys wait to be reported")]
    Unreported,
    /// The mark could not be written, so the key must not leave.
    #[error("the key's mark could not be stored")]
    Storage,
}

/// An event of the conversation, for history and display. [`Env::observe`] cannot fail and learns
/// no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A reader selected the card.
    Selected {
        /// The card.
        card: CardId,
    },
    /// A command was refused.
    Refused {
        /// The card, where one was selected.
        card: Option<CardId>,
        /// The command, where it was one of this card's.
        instruction: Option<InstructionKind>,
        /// The reason.
        refusal: Refusal,
        /// The amount that the reader wanted, where it had already said so.
        amount: Option<Amount>,
        /// `9F4E`, ans 20, likewise. Not authenticated: for display only.
        merchant: Option<[u8; 20]>,
    },
    /// A cryptogram was written into the answer.
    Answered {
        /// The card.
        card: CardId,
        /// Its counter.
        atc: Atc,
        /// The payment that the cryptogram is for.
        payment: Payment,
    },
    /// The field went away; `after` names the cryptogram of this tap, if there was one.
    FieldLost {
        /// The card and counter of the tap's cryptogram.
        after: Option<(CardId, Atc)>,
    },
}

/// The environment of the card.
pub trait Env {
    /// The time; `None` if it is unknown, and then nothing that depends on time limits the card.
    fn time(&self) -> Option<UnixTime>;

    /// A time that the user cannot set, for the drain guard; it may lag behind [`Env::time`].
    /// `None` if it is unknown.
    fn steady_time(&self) -> Option<UnixTime> {
        self.time()
    }

    /// The user's last verification on the device that holds for a payment of `amount` with
    /// `card`.
    fn verification(&self, card: CardId, amount: Amount) -> Option<UserVerified>;

    /// The card's account.
    fn ledger(&self, card: CardId) -> Ledger;

    /// Takes the next key of `card` out for good: when this returns `Ok`, the mark and
    /// `payment.usage` are stored, and the same counter is never handed out again.
    ///
    /// # Errors
    /// [`KeyError`]; then nothing has changed.
    fn spend(&mut self, card: CardId, payment: &Payment) -> Result<Spent, KeyError>;

    /// Lends the limited-use key of `card` for its next counter: when this returns `Ok`, the mark
    /// and `payment.usage` are stored, and the key is never lent again for the same counter. A key
    /// is lent within its limits: on the number of its counters, the sum of its payments, its time.
    ///
    /// # Errors
    /// [`Refusal`]; then nothing has changed. An environment without limited-use keys has none.
    #[cfg(feature = "limited-use")]
    fn lend(&mut self, card: CardId, payment: &Payment) -> Result<LentKey, Refusal> {
        let _ = (card, payment);
        Err(KeyError::Exhausted.into())
    }

    /// Reports an event, for history and display.
    fn observe(&mut self, event: Event);
}
