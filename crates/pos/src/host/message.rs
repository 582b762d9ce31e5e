//! What a terminal sends: typed messages with the fields of ISO 8583:1987.

use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::{Expiry, Track2};

use super::fields::{ApprovalCode, MerchantId, RetrievalReference, TerminalId, TraceNumber};
use super::moment::Moment;
use crate::batch::{EntryKind, Totals};
use crate::pin_pad::PinBlock;
use crate::transaction::TransactionType;

/// A message to the host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HostMessage {
    /// A card was tapped: sale, pre-authorisation, refund or balance inquiry.
    Authorisation(Box<Authorisation>),
    /// Takes the money of a pre-authorisation.
    Completion(FollowUp),
    /// Takes a transaction of the same batch back, whole.
    Void(FollowUp),
    /// Gives back all or a part of a transaction, without the card.
    Refund(FollowUp),
    /// Takes back a request whose answer nobody knows, or that should not have been.
    Reversal(Reversal),
    /// The end of a batch.
    Settlement(Settlement),
}

impl HostMessage {
    /// The processing code (DE 3), six digits; a settlement has none.
    #[must_use]
    pub const fn processing_code(&self) -> Option<[u8; 6]> {
        match self {
            Self::Authorisation(request) => Some(match request.kind {
                TransactionType::Purchase => SALE,
                TransactionType::PreAuthorisation => PRE_AUTHORISATION,
                TransactionType::Refund => REFUND,
                TransactionType::Balance => BALANCE,
            }),
            Self::Completion(_) => Some(SALE),
            Self::Void(_) | Self::Refund(_) => Some(REFUND),
            Self::Reversal(reversal) => Some(match reversal.kind {
                EntryKind::Sale | EntryKind::Completion => SALE,
                EntryKind::PreAuthorisation => PRE_AUTHORISATION,
                EntryKind::Refund | EntryKind::Void | EntryKind::Cancellation => REFUND,
            }),
            Self::Settlement(_) => None,
        }
    }

    /// The identity of the message; that of a reversal is the identity of what it takes back.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        match self {
            Self::Authorisation(request) => &request.identity,
            Self::Completion(request) | Self::Void(request) | Self::Refund(request) => {
                &request.identity
            }
            Self::Reversal(reversal) => &reversal.original,
            Self::Settlement(settlement) => &settlement.identity,
        }
    }
}

const SALE: [u8; 6] = *b"000000";
const PRE_AUTHORISATION: [u8; 6] = *b"030000";
const REFUND: [u8; 6] = *b"200000";
const BALANCE: [u8; 6] = *b"310000";

/// Which request of which terminal: a repeat has the same, anything else another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Identity {
    /// DE 11.
    pub trace: TraceNumber,
    /// DE 12 and 13.
    pub moment: Moment,
    /// DE 41.
    pub terminal: TerminalId,
    /// DE 42.
    pub merchant: MerchantId,
}

/// A request with a card. `Debug` shows its masked number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorisation {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// DE 37.
    pub reference: RetrievalReference,
    /// DE 3.
    pub kind: TransactionType,
    /// DE 4 and 49.
    pub amount: Amount,
    /// DE 14.
    pub expiry: Expiry,
    /// DE 22: `071` with a PIN, `072` without.
    pub entry_mode: &'static str,
    /// DE 23: two BCD digits, if the card has it.
    pub psn: Option<u8>,
    /// DE 35.
    pub track2: Track2,
    /// DE 52.
    pub pin_block: Option<PinBlock>,
    /// DE 55, at most 255 octets.
    pub de55: Vec<u8>,
    /// The transaction that a refund gives back; `None` for whatever else, and for a refund without
    /// one.
    pub original: Option<Original>,
}

/// A request about an earlier transaction, without the card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowUp {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// DE 37.
    pub reference: RetrievalReference,
    /// DE 4 and 49.
    pub amount: Amount,
    /// The transaction it is about.
    pub original: Original,
}

/// An approved transaction, as its host knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Original {
    /// Its DE 11, 12, 13, 41 and 42 (DE 90).
    pub identity: Identity,
    /// Its DE 37.
    pub reference: RetrievalReference,
    /// Its DE 38, if the host gave one.
    pub approval: Option<ApprovalCode>,
}

/// Takes a request back. It has no trace number of its own: sent again, it is the same message,
/// and moves nothing more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reversal {
    /// The request's DE 11, 12, 13, 41 and 42.
    pub original: Identity,
    /// The request's DE 37.
    pub reference: RetrievalReference,
    /// What was requested.
    pub kind: EntryKind,
    /// The request's DE 4 and 49.
    pub amount: Amount,
    /// DE 55 with `95`, `9F10`, `9F1E` and `9F36`, if the request had a chip.
    pub de55: Option<Vec<u8>>,
}

/// The end of a batch: what the terminal has in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// The batch, 1–999999. A batch that is settled again has the same number.
    pub batch: u32,
    /// Counts and sums (DE 74 to 89), per currency.
    pub totals: Totals,
    /// The terminal closes the batch even if the host's totals differ: the host does so too.
    pub close: bool,
}
