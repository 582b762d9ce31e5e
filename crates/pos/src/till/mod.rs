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
//! A settlement is written down before it is sent, too. Until its answer is known it is repeated
//! as it was, and the batch takes nothing more.

mod conclusion;
mod error;
mod exchange;
mod follow_up;
mod online;
mod outstanding;
mod settle;
mod state;

use std::io;

use crate::batch::{EntryId, Record, RefusedReversal};
use crate::config::Config;
use crate::host::{FieldError, MerchantId, TerminalId};
use crate::receipt::{Heading, Printed, Receipt, Slip, Title};

pub use conclusion::{Conclusion, ReversalEnd, Verdict};
pub use error::{Consequence, ReversalProblem, TillError};
pub use outstanding::Outstanding;
pub use settle::{OnMismatch, SettlementReport};
pub use state::{StateError, TillState};

/// Where a till's state is kept. Only one till at a time may work with it: the store's owner holds
/// a lock.
pub trait TillStore {
    /// Keeps the state in the place of the last one, durably, before it returns.
    ///
    /// # Errors
    /// Any, if the state may not have been kept.
    fn keep(&mut self, state: &TillState) -> io::Result<()>;
}

/// What a merchant may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TillRules {
    /// The most that a completion takes, in percent of its pre-authorisation. The issuer has its
    /// own limit.
    pub completion_percent: u16,
    /// How many settled batches are kept, for refunds, completions and cancellations.
    pub kept_batches: usize,
}

impl Default for TillRules {
    fn default() -> Self {
        Self {
            completion_percent: 115,
            kept_batches: 30,
        }
    }
}

/// A terminal with a memory.
#[derive(Debug)]
pub struct Till<S> {
    heading: Heading,
    rules: TillRules,
    state: TillState,
    store: S,
    /// A write failed: nobody knows what the store has.
    unsure: bool,
}

impl<S: TillStore> Till<S> {
    /// Opens a till with the state that was kept last; with none, a new one.
    ///
    /// # Errors
    /// [`TillError::OtherTerminal`] for the state of another terminal or merchant, and
    /// [`TillError::Configuration`].
    pub fn open(
        config: &Config,
        rules: TillRules,
        state: Option<TillState>,
        store: S,
    ) -> Result<Self, TillError> {
        let terminal = TerminalId::new(config.terminal_id());
        let terminal = terminal.ok_or(FieldError("a terminal of eight letters and digits"))?;
        let merchant = MerchantId::new(config.merchant.id);
        let merchant = merchant.ok_or(FieldError("a merchant of fifteen letters and digits"))?;
        let state = state.unwrap_or_else(|| TillState::new(terminal, merchant));
        if (state.terminal, state.merchant) != (terminal, merchant) {
            return Err(TillError::OtherTerminal(state.terminal));
        }
        let name = config.merchant_name().to_owned();
        Ok(Self {
            heading: Heading {
                name,
                merchant,
                terminal,
            },
            rules,
            state,
            store,
            unsure: false,
        })
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
