//! What became of each tap. The phone does not learn by itself whether a terminal or an issuer
//! approved: only a notice of the issuer says so.

mod civil;
mod export;
mod query;
mod sums;

use std::collections::VecDeque;

use understudy_core::card::{CardId, Cvm, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::qualifiers::CryptogramType;

use crate::entry::{Marked, Refused};

pub use export::{csv, json};
pub use query::Filter;
pub(crate) use query::select;
pub use sums::{MonthlySum, monthly_sums};

/// One tap, or one key that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts the records of a wallet, in the order in which they were entered.
    pub number: u64,
    /// The card.
    pub card: CardId,
    /// Its counter; `None` if no key was used.
    pub atc: Option<Atc>,
    /// When, by the device's clocks; `None` if they did not know.
    pub at: Option<UnixTime>,
    /// The amount that the reader asked for; `None` if it had not said so, or if that is not known.
    pub amount: Option<Amount>,
    /// The reader's date (`9A`), n6 YYMMDD; zeros if it did not say or that is not known.
    pub date: [u8; 3],
    /// The reader's transaction type (`9C`), likewise 00.
    pub transaction_type: u8,
    /// The merchant's name and place as the reader gave them (`9F4E`, ans 20). Not authenticated.
    pub merchant: Option<[u8; 20]>,
    /// How the cardholder was verified; `None` if no key was used or that is not known.
    pub cvm: Option<Cvm>,
    /// What became of it, as far as the device can know.
    pub outcome: Outcome,
}

/// What the device knows of a tap's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A key left for an answer with this cryptogram, and the answer was given to the radio unless
    /// the process died in that moment.
    Sent(CryptogramType),
    /// As sent, and the field went away so soon after the answer that the reader may not have it: a
    /// hint.
    PossiblyTorn,
    /// No key was used, and this is why.
    Refused(Refusal),
    /// No key was used: the user must verify and tap again.
    NeedsVerification,
    /// The device lost power when the key was armed, or a part of the journal cannot be read:
    /// whether the key left, and for what, is not known.
    PowerLost,
    /// The issuer says that it approved.
    Approved {
        /// What it approved.
        amount: Amount,
        /// When, by its clock, if it says so.
        at: Option<UnixTime>,
    },
    /// The issuer says that it declined.
    Declined {
        /// Why: DE 39.
        response_code: [u8; 2],
        /// When, by its clock, if it says so.
        at: Option<UnixTime>,
    },
    /// The issuer says that an approved payment was taken back.
    Reversed {
        /// How much of it.
        amount: Amount,
        /// When, by its clock, if it says so.
        at: Option<UnixTime>,
    },
}

impl Outcome {
    /// It comes from a notice, and not from what the device saw.
    pub(crate) const fn is_issuers_word(self) -> bool {
        match self {
            Self::Approved { .. } | Self::Declined { .. } | Self::Reversed { .. } => true,
            Self::Sent(_)
            | Self::PossiblyTorn
            | Self::Refused(_)
            | Self::NeedsVerification
            | Self::PowerLost => false,
        }
    }
}

impl Record {
    pub(crate) fn of_marked(number: u64, marked: &Marked) -> Self {
        Self {
            number,
            card: marked.card,
            atc: Some(marked.atc),
            at: marked.at,
            amount: Some(marked.amount),
            date: marked.date,
            transaction_type: marked.transaction_type,
            merchant: marked.merchant,
            cvm: Some(marked.cvm),
            outcome: Outcome::Sent(marked.cryptogram),
        }
    }

    pub(crate) fn of_refused(number: u64, refused: &Refused) -> Self {
        let outcome = match refused.reason {
            Refusal::UserMustAct => Outcome::NeedsVerification,
            reason => Outcome::Refused(reason),
        };
        Self {
            number,
            card: refused.card,
            atc: None,
            at: refused.at,
            amount: refused.amount,
            date: [0; 3],
            transaction_type: 0,
            merchant: refused.merchant,
            cvm: None,
            outcome,
        }
    }

    pub(crate) const fn power_lost(number: u64, card: CardId, atc: Atc) -> Self {
        Self {
            number,
            card,
            atc: Some(atc),
            at: None,
            amount: None,
            date: [0; 3],
            transaction_type: 0,
            merchant: None,
            cvm: None,
            outcome: Outcome::PowerLost,
        }
    }
}

/// The records of one card, oldest first: those with a key apart from refusals, so that a reader
/// that is refused again and again does not push payments out.
#[derive(Clone, Default)]
pub(crate) struct CardHistory {
    pub(crate) used: VecDeque<Record>,
    pub(crate) refused: VecDeque<Record>,
}

impl CardHistory {
    /// Records with a key that are kept of a card; older ones give way.
    pub(crate) const USED_MAX: usize = 100;
    /// Refusals that are kept of a card; older ones give way.
    pub(crate) const REFUSED_MAX: usize = 50;

    pub(crate) fn enter(&mut self, record: Record) {
        let (records, most) = match record.atc {
            Some(_) => (&mut self.used, Self::USED_MAX),
            None => (&mut self.refused, Self::REFUSED_MAX),
        };
        if records.len() >= most {
            records.pop_front();
        }
        records.push_back(record);
    }

    pub(crate) fn find_mut(&mut self, atc: Atc) -> Option<&mut Record> {
        let mut records = self.used.iter_mut().rev();
        records.find(|record| record.atc == Some(atc))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.used.iter().chain(&self.refused)
    }
}
