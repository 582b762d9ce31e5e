//! The identities of messages, and references to earlier ones.

use crate::field::{ApprovalCode, LocalTime, MerchantId, Reference, TerminalId, TraceNumber};

/// The identity of a request: its sender, its trace number, and its time by the sender's clock. A
/// repetition has the same identity, any other request another; a reversal names its original by
/// it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Identity {
    /// DE 42.
    pub merchant: MerchantId,
    /// DE 41.
    pub terminal: TerminalId,
    /// DE 11.
    pub trace: TraceNumber,
    /// DE 12 and 13.
    pub local_time: LocalTime,
}

/// Names an earlier transaction of the same merchant, as its host knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Original {
    /// Its DE 37; DE 61 of the message that names it.
    pub reference: Reference,
    /// The DE 38 that it was answered with, if any; DE 38 of the message that names it.
    pub approval: Option<ApprovalCode>,
}
