//! The online request to the issuer, and the meaning of its answer.

use serde::{Deserialize, Serialize};
use understudy_acquiring::EntryMode;
use understudy_core::wire::track2::Track2;

use crate::aid::Aid;
use crate::outcome::{Cvm, Outcome};
use crate::reason::Reason;
use crate::transaction::Transaction;

/// The way in which the card's data came to the terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardEntry {
    /// The reader's field.
    #[default]
    Contactless,
    /// A code that the cardholder presented.
    Code,
}

impl CardEntry {
    /// True for a tap.
    #[must_use]
    pub const fn is_contactless(&self) -> bool {
        matches!(self, Self::Contactless)
    }
}

/// The data that the terminal sends to the issuer, apart from its own identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnlineRequest {
    /// The transaction: DE 3, 4, 11, 12, 13 and 49.
    pub transaction: Transaction,
    /// A tap, or a code.
    pub entry: CardEntry,
    /// The chip data, DE 55, at most 255 octets.
    pub de55: Vec<u8>,
    /// Track 2, DE 35.
    pub track2: Track2,
    /// DE 23: the PSN (`5F34`), two BCD digits, if the card has one.
    pub psn: Option<u8>,
    /// The cardholder verification. For [`Cvm::OnlinePin`] the sender asks for the PIN and adds the
    /// PIN block (DE 52).
    pub cvm: Cvm,
    /// The application's name in the card's answer (`84`), for receipts.
    pub aid: Aid,
    /// The application label (`50`) of the application or of its directory entry, for receipts:
    /// printable ASCII, empty if the card gives none.
    pub label: String,
}

impl OnlineRequest {
    /// DE 22: contactless chip, with (071) or without (072) a PIN, or a code (032).
    #[must_use]
    pub fn entry_mode(&self) -> EntryMode {
        match self.entry {
            CardEntry::Contactless => EntryMode::contactless_chip(self.cvm == Cvm::OnlinePin),
            CardEntry::Code => EntryMode::consumer_code(),
        }
    }

    /// The final outcome. The card has left the field, so an ARPC remains unchecked: the response
    /// code decides.
    #[must_use]
    pub const fn complete(&self, answer: HostAnswer) -> Outcome {
        match answer {
            HostAnswer::ResponseCode(HostAnswer::APPROVED) => Outcome::Approved(self.cvm),
            HostAnswer::ResponseCode(code) => Outcome::Declined(Reason::IssuerDeclined(code)),
            HostAnswer::Unreachable => Outcome::Declined(Reason::IssuerUnreachable),
        }
    }
}

/// The issuer's answer to an online request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HostAnswer {
    /// An answer with this response code (DE 39, also the ARC), two characters.
    ResponseCode([u8; 2]),
    /// No answer. The terminal owes the issuer a reversal.
    Unreachable,
}

impl HostAnswer {
    /// The response code of an approval.
    pub const APPROVED: [u8; 2] = *b"00";
}
