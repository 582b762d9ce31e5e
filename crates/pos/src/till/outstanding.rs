//! Requests, reversals and settlements that are not concluded.

use serde::{Deserialize, Serialize};

use crate::batch::Record;
use crate::host::{Moment, TraceNumber};

/// The request that is not concluded. There is at most one: it is concluded before anything else is
/// sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outstanding {
    /// Sent, or about to be sent. If the process dies now, the answer is unknown and the reversal
    /// is owed.
    InFlight(Record),
    /// To be reversed.
    ReversalOwed(Record),
}

/// The number of times that the host was asked to reverse a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Asked {
    Once,
    /// More than once, or possibly so: earlier messages are not known.
    Again,
}

/// A settlement of the current batch that was sent, or is about to be, and whose answer is not
/// known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settling {
    pub(super) trace: TraceNumber,
    pub(super) moment: Moment,
    /// True if the batch is closed even if the totals differ.
    pub(super) close: bool,
}

impl Outstanding {
    /// The request.
    #[must_use]
    pub const fn record(&self) -> &Record {
        match self {
            Self::InFlight(record) | Self::ReversalOwed(record) => record,
        }
    }

    pub(super) fn into_record(self) -> Record {
        match self {
            Self::InFlight(record) | Self::ReversalOwed(record) => record,
        }
    }
}
