//! Entries: approved requests and their present standing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use understudy_acquiring::TransactionKind;
use understudy_core::wire::amount::Amount;

use super::card::{Card, Chip};
use super::codec;
use super::standing::Standing;
use crate::host::{ApprovalCode, Moment, Reference, ResponseCode, TextError, TraceNumber};

/// The name of an entry: its batch and its trace number. Written `000001/000042`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryId {
    /// The batch, 1–999999.
    pub batch: u32,
    /// The trace number (DE 11) of the request.
    pub trace: TraceNumber,
}

const ENTRY_ID: TextError = TextError("the name of an entry, such as 000001/000042");

impl FromStr for EntryId {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let number = |digits: &str| {
            let all_digits = digits.bytes().all(|octet| octet.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| all_digits);
            number
                .and_then(|number| TraceNumber::new(number).ok())
                .ok_or(ENTRY_ID)
        };
        let (batch, trace) = text.split_once('/').ok_or(ENTRY_ID)?;
        Ok(Self {
            batch: number(batch)?.get(),
            trace: number(trace)?,
        })
    }
}

impl TryFrom<String> for EntryId {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        text.parse()
    }
}

impl From<EntryId> for String {
    fn from(id: EntryId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}/{}", self.batch, self.trace)
    }
}

/// The kind of an entry. A balance inquiry moves nothing and makes no entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// Money taken from the cardholder.
    Sale,
    /// Money held on the account.
    PreAuthorisation,
    /// Held money taken.
    Completion,
    /// Money given to the cardholder, with the card or for an earlier entry.
    Refund,
    /// A sale or a completion undone.
    Void,
    /// Held money released.
    Cancellation,
}

impl EntryKind {
    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::PreAuthorisation => "pre-authorisation",
            Self::Completion => "completion",
            Self::Refund => "refund",
            Self::Void => "void",
            Self::Cancellation => "cancellation",
        }
    }

    /// The kind of transaction that it is for the host, to which a cancellation is a void.
    pub(crate) const fn of_transaction(self) -> TransactionKind {
        match self {
            Self::Sale => TransactionKind::Sale,
            Self::PreAuthorisation => TransactionKind::PreAuthorisation,
            Self::Completion => TransactionKind::Completion,
            Self::Refund => TransactionKind::Refund,
            Self::Void | Self::Cancellation => TransactionKind::Void,
        }
    }
}

/// A request as it is stored before it is sent: enough for its receipt, its entry and its reversal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The name of its entry. The trace number is DE 11.
    pub id: EntryId,
    /// The kind of the request.
    pub kind: EntryKind,
    /// The local date and time (DE 12 and 13).
    pub moment: Moment,
    /// The amount and currency (DE 4 and 49).
    #[serde(with = "codec::amount")]
    pub amount: Amount,
    /// The retrieval reference number, DE 37.
    pub reference: Reference,
    /// The card.
    pub card: Card,
    /// The tap; `None` for a request about an earlier entry, without the card.
    #[serde(deserialize_with = "Option::deserialize")]
    pub chip: Option<Chip>,
    /// The earlier entry that it is about, if any.
    #[serde(deserialize_with = "Option::deserialize")]
    pub original: Option<EntryId>,
}

/// An approved request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The request.
    pub record: Record,
    /// The approval code, DE 38, if the host gave one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub approval: Option<ApprovalCode>,
    /// The present standing of the entry.
    pub standing: Standing,
}

/// A request whose reversal the host refused for good: the terminal does not ask again, a person
/// must. If there is no entry, or a doubtful one, it is unknown if the request moved money.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedReversal {
    /// The request.
    pub record: Record,
    /// The host's answer to its reversal.
    pub code: ResponseCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_entry_is_read_as_it_is_written() {
        let id: EntryId = "000001/000042".parse().unwrap();
        assert_eq!((id.batch, id.trace.get()), (1, 42));
        assert_eq!(id.to_string(), "000001/000042");
        assert_eq!("1/42".parse(), Ok(id));
        for text in [
            "",
            "/",
            "1",
            "1/",
            "0/1",
            "1/0",
            "1/1000000",
            "+1/2",
            "1/2/3",
            "1/ 2",
        ] {
            assert!(text.parse::<EntryId>().is_err(), "{text}");
        }
    }
}
