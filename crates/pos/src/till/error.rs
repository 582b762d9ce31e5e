//! The reasons for which a till refuses or fails a request.

use std::{fmt, io};

use thiserror::Error;
use understudy_acquiring::CURRENCIES_MAX;
use understudy_acquiring::FieldError;

use super::StateError;
use crate::batch::{ChipDataError, EntryId, Refusal};
use crate::host::{HostError, ResponseCode, TerminalId};
use crate::pin_pad::PinProblem;

/// The reason for which a till refused or failed a request.
#[derive(Debug, Error)]
pub enum TillError {
    /// No entry has this name, or its batch is too old to be kept.
    #[error("this terminal has no entry {0}; look into its journal for the name")]
    UnknownEntry(EntryId),
    /// The act is not possible for this entry.
    #[error("entry {entry}: {refusal}")]
    Refused {
        /// The entry.
        entry: EntryId,
        /// The reason.
        refusal: Refusal,
    },
    /// A reversal is owed and could not be concluded. Nothing else was sent.
    #[error(
        "the reversal of {entry} is owed and not done: {problem}; it goes before anything else, try again"
    )]
    ReversalOwed {
        /// The request to be reversed.
        entry: EntryId,
        /// The reason for which it is not reversed yet.
        problem: ReversalProblem,
    },
    /// There is no PIN, so nothing was sent.
    #[error("{0}")]
    Pin(#[from] PinProblem),
    /// The request's chip data can't be used, so nothing was sent.
    #[error("{0}")]
    ChipData(#[from] ChipDataError),
    /// The state could not be written.
    #[error("the terminal's state could not be written ({source}), so {consequence}")]
    NotWritten {
        /// The consequence for the request.
        consequence: Consequence,
        /// The cause.
        source: io::Error,
    },
    /// No answer to a settlement. Nothing can be added to the batch until there is one.
    #[error("the batch is not settled: {0}; settle again")]
    SettlementUnanswered(HostError),
    /// The batch is full, except for voids. Nothing was sent.
    #[error("batch {batch:06} is full with {entries} entries; settle first")]
    BatchFull {
        /// The batch.
        batch: u32,
        /// The number of its entries and refused reversals.
        entries: usize,
    },
    /// The batch has as many currencies as a settlement can say. Nothing was sent.
    #[error("batch {0:06} has {most} currencies and takes no other; settle first", most = CURRENCIES_MAX)]
    CurrenciesFull(u32),
    /// The files cannot be read, or were not written by a till.
    #[error("{0}")]
    State(#[from] StateError),
    /// The host may have closed the batch, so nothing can be added to it.
    #[error("the answer to the settlement of batch {0:06} is not known; settle again first")]
    SettlementOpen(u32),
    /// The host refused to settle. If the code is final, nothing has changed; else the settlement
    /// counts as unanswered.
    #[error("the batch is not settled: the host answered {0} ({meaning})", meaning = .0.meaning())]
    SettlementRefused(ResponseCode),
    /// The state belongs to another terminal.
    #[error("the state belongs to terminal {0}; give each terminal its own")]
    OtherTerminal(TerminalId),
    /// A value of the configuration (terminal, merchant) or of the card has no form in a message to
    /// the host. Nothing was sent.
    #[error("no message to the host can say this: {0}")]
    NotSayable(#[from] FieldError),
}

/// The consequence of a state that could not be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Consequence {
    /// The request was not sent.
    NothingSent,
    /// The request was sent; it counts as unanswered and its reversal is owed.
    ReversalOwed,
    /// The reversal is acknowledged, and will be sent once more.
    ReversalRepeated,
    /// The batch is still open.
    BatchOpen,
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NothingSent => "nothing was sent",
            Self::ReversalOwed => "the host's answer does not count and will be reversed",
            Self::ReversalRepeated => "the reversal, which is done, will be sent once more",
            Self::BatchOpen => "the batch is still open; settle again",
        })
    }
}

/// The reason for which a reversal is still owed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReversalProblem {
    /// There was no answer.
    #[error("{0}")]
    NoAnswer(#[from] HostError),
    /// The answer decides nothing.
    #[error("the host answered it with {0} ({meaning})", meaning = .0.meaning())]
    Temporary(ResponseCode),
}
