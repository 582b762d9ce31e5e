//! The history of taps. The phone itself does not learn a terminal's or issuer's decision; only a
//! notice of the issuer brings it.

mod civil;
mod export;
mod query;
mod sums;

use std::collections::VecDeque;

use understudy_core::card::{CardId, Cvm, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::qualifiers::CryptogramType;

use crate::entry::{Marked, Refused, Shown};

pub use export::{csv, json};
pub use query::Filter;
pub(crate) use query::select;
pub use sums::{MonthlySum, monthly_sums};

/// One tap, one code that was shown, or one key that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The number of the record in the wallet, in the order of entry.
    pub number: u64,
    /// The card.
    pub card: CardId,
    /// Its counter; `None` if no key was used.
    pub atc: Option<Atc>,
    /// The time, by the device's clocks; `None` if it was unknown.
    pub at: Option<UnixTime>,
    /// The payment was a tap, or a code at the till.
    pub entry_mode: EntryMode,
    /// The amount that the reader asked for; `None` if the reader had not stated it, or if it is
    /// unknown. Of a code the first amount that the issuer says it approved, and `None` before.
    pub amount: Option<Amount>,
    /// The reader's date (`9A`), n6 YYMMDD; zeros if not stated or unknown.
    pub date: [u8; 3],
    /// The reader's transaction type (`9C`); 00 if not stated or unknown.
    pub transaction_type: u8,
    /// The merchant's name and place as the reader gave them (`9F4E`, ans 20). Not authenticated.
    pub merchant: Option<[u8; 20]>,
    /// The cardholder verification; `None` if no key was used or it is unknown.
    pub cvm: Option<Cvm>,
    /// The outcome, as far as the device knows it.
    pub outcome: RecordOutcome,
}

/// The way in which a card's data comes to a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryMode {
    /// A reader's field.
    Tap,
    /// A code that the terminal scans.
    Code,
}

/// The outcome of a tap or a code, as far as the device knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOutcome {
    /// A key was used for an answer with this cryptogram, and the answer was given to the radio, or
    /// a code to the caller, unless the process died in that moment.
    Sent(CryptogramType),
    /// As sent, and the field was lost so soon after the answer that the reader may not have
    /// received it. A hint.
    PossiblyTorn,
    /// No key was used, for this reason.
    Refused(Refusal),
    /// No key was used: the user must verify and tap again.
    NeedsVerification,
    /// The device lost power while the key was armed, or a part of the journal is unreadable: the
    /// key may have been used, for an unknown payment.
    PowerLost,
    /// The issuer approved, by its notice.
    Approved {
        /// The amount that it approved.
        amount: Amount,
        /// The time of the decision by the issuer's clock, if the notice has it.
        at: Option<UnixTime>,
    },
    /// The issuer declined, by its notice.
    Declined {
        /// The response code, DE 39.
        response_code: [u8; 2],
        /// The time of the decision by the issuer's clock, if the notice has it.
        at: Option<UnixTime>,
    },
    /// The issuer reversed an approved payment, by its notice.
    Reversed {
        /// The amount that was reversed.
        amount: Amount,
        /// The time of the decision by the issuer's clock, if the notice has it.
        at: Option<UnixTime>,
    },
    /// The issuer put money of an approved payment back, by its notice.
    Refunded {
        /// The sum of the refunds.
        amount: Amount,
        /// The time of the last refund by the issuer's clock, if the notice has it.
        at: Option<UnixTime>,
    },
}

impl RecordOutcome {
    /// True for outcomes from a notice, false for those that the device observed.
    pub(crate) const fn is_issuers_word(self) -> bool {
        match self {
            Self::Approved { .. }
            | Self::Declined { .. }
            | Self::Reversed { .. }
            | Self::Refunded { .. } => true,
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
            entry_mode: EntryMode::Tap,
            amount: Some(marked.amount),
            date: marked.date,
            transaction_type: marked.transaction_type,
            merchant: marked.merchant,
            cvm: Some(marked.cvm),
            outcome: RecordOutcome::Sent(marked.cryptogram),
        }
    }

    pub(crate) const fn of_shown(number: u64, shown: &Shown) -> Self {
        Self {
            number,
            card: shown.card,
            atc: Some(shown.atc),
            at: Some(shown.at),
            entry_mode: EntryMode::Code,
            amount: None,
            date: [0; 3],
            transaction_type: 0,
            merchant: None,
            cvm: Some(Cvm::OnDevice),
            outcome: RecordOutcome::Sent(CryptogramType::Arqc),
        }
    }

    /// Takes the issuer's word about the payment. The first amount that it approved of a code becomes
    /// the record's, since nothing else tells it to the device.
    pub(crate) fn settle(&mut self, outcome: RecordOutcome) {
        if let (EntryMode::Code, None, RecordOutcome::Approved { amount, .. }) =
            (self.entry_mode, self.amount, outcome)
        {
            self.amount = Some(amount);
        }
        self.outcome = outcome;
    }

    pub(crate) fn of_refused(number: u64, refused: &Refused) -> Self {
        let outcome = match refused.reason {
            Refusal::UserMustAct => RecordOutcome::NeedsVerification,
            reason => RecordOutcome::Refused(reason),
        };
        Self {
            number,
            card: refused.card,
            atc: None,
            at: refused.at,
            entry_mode: EntryMode::Tap,
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
            entry_mode: EntryMode::Tap,
            amount: None,
            date: [0; 3],
            transaction_type: 0,
            merchant: None,
            cvm: None,
            outcome: RecordOutcome::PowerLost,
        }
    }
}

/// The records of one card, oldest first. Refusals are kept separately, so that a reader that is
/// refused again and again does not displace payments.
#[derive(Clone, Default)]
pub(crate) struct CardHistory {
    pub(crate) used: VecDeque<Record>,
    pub(crate) refused: VecDeque<Record>,
}

impl CardHistory {
    /// The most records with a key for one card; the oldest is dropped.
    pub(crate) const USED_MAX: usize = 100;
    /// The most refusals for one card; the oldest is dropped.
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
