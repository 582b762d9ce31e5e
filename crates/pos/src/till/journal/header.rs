//! The first line of a journal, and the index.

use serde::{Deserialize, Serialize};

use super::line::Seal;
use crate::host::{MerchantId, TerminalId, TraceNumber};

/// The format of a journal.
pub(super) const JOURNAL: &str = "understudy.journal/1";
/// The format of an index.
pub(super) const INDEX: &str = "understudy.terminal/2";

/// The first line of a journal: its terminal and merchant, and the beginning of its batch.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) format: String,
    /// The ordinal of the journal.
    pub(super) journal: u32,
    /// The seal of the last line of the journal before it; zeros for the first.
    pub(super) after: Seal,
    pub(super) terminal: TerminalId,
    pub(super) merchant: MerchantId,
    /// The number of the batch.
    pub(super) batch: u32,
    pub(super) next_trace: TraceNumber,
    pub(super) next_sequence: u32,
}

/// The index: the range of valid journals.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Index {
    pub(super) format: String,
    /// The ordinal of the oldest journal kept.
    pub(super) first: u32,
    /// The ordinal of the latest journal, which may be closed already.
    pub(super) current: u32,
}
