//! A terminal with a memory: its batch, its journal, and the reversals and settlements that it owes
//! the host.
//!
//! A request is stored as *in flight* before it is sent. An approved one becomes an entry, a
//! declined one nothing. If there is no answer, for whatever reason, its reversal is owed, and is
//! sent before anything else until the host decides about it.
//!
//! ```text
//!             ┌ approved ──▶ entry, once
//! in flight ──┼ declined ──▶ nothing
//!             └ no answer, also if the process died, or approved on other terms
//!                          └▶ reversal owed ┬ 00 or 25 ──▶ nothing
//!                                           └ refused for good ──▶ stored with its code
//! ```
//!
//! Each of these steps is one line of the batch's journal.
//!
//! A settlement is also stored before it is sent. Until its answer is known the same message is
//! repeated, and nothing is added to the batch.

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

/// The limits on a merchant's acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TillRules {
    /// The most that a completion takes, in percent of its pre-authorisation. The issuer has its
    /// own limit.
    pub completion_percent: u16,
    /// The number of settled batches kept, for refunds, completions and cancellations.
    pub kept_batches: usize,
    /// The most entries and refused reversals of a batch, after which it must be settled. Voids are
    /// not limited.
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

/// The terminal (DE 41) and the merchant (DE 42) of a configuration.
///
/// # Errors
/// [`TillError::NotSayable`].
pub fn identity(config: &Config) -> Result<(TerminalId, MerchantId), TillError> {
    let terminal = TerminalId::new(config.terminal_id())?;
    Ok((terminal, MerchantId::new(config.merchant_id())?))
}

impl<F: TillFiles> Till<F> {
    /// Opens the till with these files; without any, a new one. Nothing is written before there is
    /// something to store.
    ///
    /// # Errors
    /// [`TillError::State`] for files that are not what a till writes,
    /// [`TillError::OtherTerminal`] for those of another terminal or merchant, and
    /// [`TillError::NotSayable`].
    pub fn open(config: &Config, rules: TillRules, files: F) -> Result<Self, TillError> {
        let (terminal, merchant) = identity(config)?;
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

    /// The state in these files, whatever terminal's it is; `None` if there is none yet.
    ///
    /// # Errors
    /// [`StateError`] for files that are not what a till writes.
    pub fn state_in(rules: TillRules, files: F) -> Result<Option<TillState>, StateError> {
        Journal::open(files, rules.kept_batches).map(|(_, state)| state)
    }

    /// The transaction sequence counter (`9F41`) for a new transaction: one more than the last,
    /// even if that failed; 1 after 99999999. It is stored before it is used.
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

    /// The till's state.
    #[must_use]
    pub const fn state(&self) -> &TillState {
        &self.state
    }

    /// The request whose reversal is owed, if there is one.
    #[must_use]
    pub fn owed(&self) -> Option<&Record> {
        self.state.outstanding().map(Outstanding::record)
    }

    /// The receipt of an entry again, marked as a duplicate, with the entry's present standing. For
    /// a request without an entry whose reversal was refused, a slip about that.
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
