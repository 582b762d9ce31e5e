//! Why a till did not do what it was asked.

use std::{fmt, io};

use thiserror::Error;
use understudy_acquiring::CURRENCIES_MAX;
use understudy_acquiring::FieldError;

use super::StateError;
use crate::batch::{ChipDataError, EntryId, Refusal};
use crate::host::{HostError, ResponseCode, TerminalId};
use crate::pin_pad::PinProblem;

/// Why a till did not do what it was asked.
#[derive(Debug, Error)]
pub enum TillError {
    /// No entry has this name, or its batch is too old to be kept.
    #[error("this terminal has no entry {0}; look into its journal for the name")]
    UnknownEntry(EntryId),
    /// The entry is not one that this can be done to.
    #[error("entry {entry}: {refusal}")]
    Refused {
        /// The entry.
        entry: EntryId,
        /// Why not.
        refusal: Refusal,
    },
    /// A reversal is owed and could not be brought to its end. Nothing else was sent.
    #[error(
        "the reversal of {entry} is owed and not done: {problem}; it goes before anything else, try again"
    )]
    ReversalOwed {
        /// What is to be reversed.
        entry: EntryId,
        /// Why it is not.
        problem: ReversalProblem,
    },
    /// No PIN, so nothing was sent.
    #[error("{0}")]
    Pin(#[from] PinProblem),
    /// The request's chip data can't be used, so nothing was sent.
    #[error("{0}")]
    ChipData(#[from] ChipDataError),
    /// The state could not be written.
    #[error("the terminal's state could not be written ({source}), so {consequence}")]
    NotWritten {
        /// What comes of it.
        consequence: Consequence,
        /// Why.
        source: io::Error,
    },
    /// No answer to a settlement. The batch takes nothing more until there is one.
    #[error("the batch is not settled: {0}; settle again")]
    SettlementUnanswered(HostError),
    /// The batch takes nothing more but voids. Nothing was sent.
    #[error("batch {batch:06} is full with {entries} entries; settle first")]
    BatchFull {
        /// The batch.
        batch: u32,
        /// What is in it.
        entries: usize,
    },
    /// The batch has as many currencies as a settlement can say. Nothing was sent.
    #[error("batch {0:06} has {most} currencies and takes no other; settle first", most = CURRENCIES_MAX)]
    CurrenciesFull(u32),
    /// The files can't be read, or are not what a till writes.
    #[error("{0}")]
    State(#[from] StateError),
    /// The host may have closed the batch, so nothing can be added to it.
    #[error("the answer to the settlement of batch {0:06} is not known; settle again first")]
    SettlementOpen(u32),
    /// The host refused to settle. If the code is final, nothing has changed; else the settlement
    /// counts as unanswered.
    #[error("the batch is not settled: the host answered {0} ({meaning})", meaning = .0.meaning())]
    SettlementRefused(ResponseCode),
    /// The state is another terminal's.
    #[error("the state belongs to terminal {0}; give each terminal its own")]
    OtherTerminal(TerminalId),
    /// A message to the host can't carry it: the terminal or the merchant of the configuration, or
    /// what the card gave. Nothing was sent.
    #[error("no message to the host can say this: {0}")]
    NotSayable(#[from] FieldError),
}

/// What comes of a state that could not be written.
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

/// Why a reversal is still owed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ReversalProblem {
    /// No answer.
    #[error("{0}")]
    NoAnswer(#[from] HostError),
    /// An answer that says nothing final.
    #[error("the host answered it with {0} ({meaning})", meaning = .0.meaning())]
    Temporary(ResponseCode),
}
