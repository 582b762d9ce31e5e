//! What is not at its end: a request, a reversal, a settlement.

use serde::{Deserialize, Serialize};

use crate::batch::Record;
use crate::host::{Moment, TraceNumber};

/// A request that is not at its end. There is never more than one: it comes to its end before
/// anything else is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outstanding {
    /// Sent, or about to be sent. Found by whoever opens the state again, its answer is not known,
    /// and its reversal is owed.
    InFlight(Record),
    /// To be taken back.
    ReversalOwed(Record),
}

/// How often the host was asked to reverse a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Asked {
    Once,
    /// Or perhaps: nobody knows what was sent before.
    Again,
}

/// A settlement of the current batch that was sent, or is about to be, and whose answer is not
/// known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settling {
    pub(super) trace: TraceNumber,
    pub(super) moment: Moment,
    /// Whether the batch is closed whatever the totals.
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
