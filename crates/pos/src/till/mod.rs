//! A terminal with a memory: batch, journal, and what it owes the host.
//!
//! Before a request is sent it is written down as *in flight*. Answered, it becomes an entry, or
//! nothing if it was declined. Unanswered, for whatever reason, its reversal is owed, and goes out
//! before anything else does, until the host decides about it.
//!
//! ```text
//!             ┌ approved ──▶ entry, once
//! in flight ──┼ declined ──▶ nothing
//!             └ no answer, found so by whoever opens the state, or approved otherwise than asked
//!                          └▶ reversal owed ┬ 00 or 25 ──▶ nothing
//!                                           └ refused for good ──▶ written down, with its code
//! ```
//!
//! Each of these steps is one line of a journal, which a batch has to itself.
//!
//! A settlement is written down before it is sent, too. Until its answer is known it is repeated
//! as it was, and the batch takes nothing more.

mod change;
mod conclusion;
mod error;
mod exchange;
mod files;
mod follow_up;
mod format1;
mod journal;
mod online;
mod outstanding;
mod settle;
mod state;

use crate::batch::{EntryId, Record, RefusedReversal};
use crate::config::Config;
use crate::host::{MerchantId, TerminalId};
use crate::receipt::{Heading, Printed, Receipt, Slip, Title};
use change::Change;
use journal::Journal;

pub use conclusion::{Conclusion, ReversalEnd, Verdict};
pub use error::{Consequence, ReversalProblem, TillError};
pub use files::{TillFile, TillFiles};
pub use outstanding::Outstanding;
pub use settle::{OnMismatch, SettlementReport};
pub use state::{StateError, TillState};

/// What a merchant may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TillRules {
    /// The most that a completion takes, in percent of its pre-authorisation. The issuer has its
    /// own limit.
    pub completion_percent: u16,
    /// How many settled batches are kept, for refunds, completions and cancellations.
    pub kept_batches: usize,
    /// How many entries and refused reversals a batch takes; then it must be settled. Voids are
    /// taken beyond it.
    pub batch_entries: usize,
}

impl TillRules {
    /// The default of `batch_entries`.
    pub(crate) const BATCH_ENTRIES: usize = 20_000;
}

impl Default for TillRules {
    fn default() -> Self {
        Self {
            completion_percent: 115,
            kept_batches: 30,
            batch_entries: Self::BATCH_ENTRIES,
        }
    }
}

/// A terminal with a memory.
#[derive(Debug)]
pub struct Till<F> {
    heading: Heading,
    rules: TillRules,
    state: TillState,
    journal: Journal<F>,
}

impl<F: TillFiles> Till<F> {
    /// Opens the till whose files these are; without any, a new one. Nothing is written before
    /// there is something to keep.
    ///
    /// # Errors
    /// [`TillError::State`] for files that are not what a till writes,
    /// [`TillError::OtherTerminal`] for those of another terminal or merchant, and
    /// [`TillError::NotSayable`].
    pub fn open(config: &Config, rules: TillRules, files: F) -> Result<Self, TillError> {
        let terminal = TerminalId::new(config.terminal_id())?;
        let merchant = MerchantId::new(config.merchant.id)?;
        let (journal, state) = Journal::open(files, rules.kept_batches)?;
        let mut state = state.unwrap_or_else(|| TillState::new(terminal, merchant));
        if (state.terminal, state.merchant) != (terminal, merchant) {
            return Err(TillError::OtherTerminal(state.terminal));
        }
        state.let_go(rules.kept_batches);
        let name = config.merchant_name().to_owned();
        Ok(Self {
            heading: Heading {
                name,
                merchant,
                terminal,
            },
            rules,
            state,
            journal,
        })
    }

    /// The transaction sequence counter (`9F41`) for a new transaction: one more than the last,
    /// whatever became of that; 1 behind 99999999. It is kept before it is used.
    ///
    /// # Errors
    /// [`TillError::NotWritten`]
    pub fn count_transaction(&mut self) -> Result<u32, TillError> {
        let sequence = self.state.next_sequence;
        let (first, last) = TillState::SEQUENCES.into_inner();
        let next = if sequence == last {
            first
        } else {
            sequence + 1
        };
        self.keep(Consequence::NothingSent, Change::NextSequence(next))?;
        Ok(sequence)
    }

    /// What the till remembers.
    #[must_use]
    pub const fn state(&self) -> &TillState {
        &self.state
    }

    /// The request whose reversal is owed, if there is one.
    #[must_use]
    pub fn owed(&self) -> Option<&Record> {
        self.state.outstanding().map(Outstanding::record)
    }

    /// The receipt of an entry once more, marked as a duplicate. An entry that was taken back says
    /// so. A request without an entry whose reversal was refused has a slip that says so.
    ///
    /// # Errors
    /// [`TillError::UnknownEntry`]
    pub fn reprint(&self, entry: EntryId) -> Result<Receipt, TillError> {
        let heading = self.heading.clone();
        if let Some(found) = self.state.entry(entry) {
            let slip = self.slip(&found.record);
            return Ok(Receipt::duplicate(heading, slip, found));
        }
        let mut refused = self.state.refused_reversals();
        let RefusedReversal { record, code } = refused
            .find(|refused| refused.record.id == entry)
            .ok_or(TillError::UnknownEntry(entry))?;
        let (title, printed) = (Title::Entry(record.kind), Printed::ReversalRefused(*code));
        Ok(Receipt::new(heading, title, self.slip(record), printed))
    }

    /// The slip of a request.
    fn slip(&self, record: &Record) -> Slip {
        let original = record.original.and_then(|id| self.state.entry(id));
        Slip::new(record, original.map(|original| original.record.reference))
    }
}
