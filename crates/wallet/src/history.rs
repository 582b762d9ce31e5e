//! What left the device. The phone does not learn by itself whether a terminal or an issuer
//! approved: only a notice of the issuer says so.

use understudy_core::card::{CardId, Cvm, Payment, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::qualifiers::CryptogramType;

/// One cryptogram that left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// The card.
    pub card: CardId,
    /// Its counter.
    pub atc: Atc,
    /// When, by the device's clock.
    pub at: Option<UnixTime>,
    /// How much the reader asked for.
    pub amount: Amount,
    /// The reader's date, n6 YYMMDD.
    pub date: [u8; 3],
    /// The reader's transaction type (`9C`).
    pub transaction_type: u8,
    /// The merchant's name and place as the reader gave them (`9F4E`, ans 20). Not authenticated.
    pub merchant: Option<[u8; 20]>,
    /// How the cardholder was verified.
    pub cvm: Cvm,
    /// What became of it, as far as the device can know.
    pub outcome: Outcome,
}

/// What the device knows about a cryptogram's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The key is spent; the answer may not have left.
    Spent,
    /// The answer with the cryptogram was given to the radio.
    Sent(CryptogramType),
    /// The field went away so soon after the answer that the reader may not have it: a hint.
    PossiblyTorn,
    /// The issuer says that it approved.
    Approved {
        /// What it approved.
        amount: Amount,
    },
    /// The issuer says that it declined.
    Declined {
        /// Why: DE 39.
        response_code: [u8; 2],
    },
    /// The issuer says that an approved payment was taken back.
    Reversed {
        /// How much of it.
        amount: Amount,
    },
}

impl Outcome {
    /// It comes from a notice, and not from what the device saw.
    pub(crate) const fn is_issuers_word(self) -> bool {
        match self {
            Self::Approved { .. } | Self::Declined { .. } | Self::Reversed { .. } => true,
            Self::Spent | Self::Sent(_) | Self::PossiblyTorn => false,
        }
    }
}

impl Record {
    pub(crate) fn spent(card: CardId, atc: Atc, at: Option<UnixTime>, payment: &Payment) -> Self {
        let Payment {
            amount,
            date,
            transaction_type,
            merchant,
            cvm,
            ..
        } = *payment;
        let outcome = Outcome::Spent;
        Self {
            card,
            atc,
            at,
            amount,
            date,
            transaction_type,
            merchant,
            cvm,
            outcome,
        }
    }
}
