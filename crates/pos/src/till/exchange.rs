//! One request: stored, sent, and its answer stored. The only way to the host for a request that
//! moves money.

use std::collections::BTreeSet;

use understudy_acquiring::CURRENCIES_MAX;
use understudy_core::wire::amount::{Amount, Currency};

use super::change::Change;
use super::outstanding::Asked;
use super::{
    Conclusion, Consequence, ReversalEnd, ReversalProblem, Till, TillError, TillFiles, Verdict,
};
use crate::batch::{Card, Chip, EntryId, EntryKind, Record, Standing};
use crate::host::{
    ChipData, Host, HostError, Identity, Moment, Request, Response, ResponseCode, Reversal,
    TraceNumber,
};
use crate::receipt::{Printed, Receipt, Title};

/// A request before it gets a number.
pub(super) struct Draft {
    pub(super) kind: EntryKind,
    pub(super) moment: Moment,
    pub(super) amount: Amount,
    pub(super) card: Card,
    pub(super) chip: Option<Chip>,
    /// The entry that it is about, and the standing of that after the approval.
    pub(super) original: Option<(EntryId, Standing)>,
}

impl<F: TillFiles> Till<F> {
    /// Sends the owed reversal, if there is one, and returns its result. Every request begins with
    /// this.
    ///
    /// A final answer concludes it. A reversal that is refused for good is stored with its code
    /// ([`TillState::refused_reversals`](super::TillState::refused_reversals)) and does not block
    /// later requests.
    ///
    /// # Errors
    /// [`TillError::ReversalOwed`] if it is still owed: no answer, or a temporary one
    /// ([`ResponseCode::is_temporary`]). [`TillError::NotWritten`].
    pub fn send_reversal(&mut self, host: &mut dyn Host) -> Result<Option<ReversalEnd>, TillError> {
        self.ask_for_reversal(host, Asked::Again)
    }

    pub(super) fn ask_for_reversal(
        &mut self,
        host: &mut dyn Host,
        asked: Asked,
    ) -> Result<Option<ReversalEnd>, TillError> {
        self.restore()?;
        let Some(record) = self.owed().cloned() else {
            return Ok(None);
        };
        let entry = record.id;
        let owed = |problem| TillError::ReversalOwed { entry, problem };
        let reply = host.send(&self.reversal(&record));
        let reply = reply.map_err(|error| owed(ReversalProblem::NoAnswer(error)))?;
        let code = reply.response_code;
        if code.is_temporary() {
            return Err(owed(ReversalProblem::Temporary(code)));
        }
        let done = [ResponseCode::APPROVED, ResponseCode::NO_ORIGINAL];
        let refused = (!done.contains(&code)).then_some(code);
        let change = refused.map_or(Change::Reversed, |code| Change::ReversalRefused {
            code,
            asked,
        });
        self.keep(Consequence::ReversalRepeated, change)?;
        Ok(Some(ReversalEnd { entry, refused }))
    }

    /// Refuses a change of the batch while it is being settled.
    pub(super) const fn admit_change(&self) -> Result<(), TillError> {
        if self.state.settling() {
            return Err(TillError::SettlementOpen(self.state.batch.number));
        }
        Ok(())
    }

    /// Refuses an addition to a batch that is being settled or is full. A full batch still takes
    /// voids: no void can follow its settlement, and there are never more voids than entries to be
    /// voided.
    pub(super) fn admit_entry(&self, kind: EntryKind) -> Result<(), TillError> {
        self.admit_change()?;
        let batch = &self.state.batch;
        if kind != EntryKind::Void && batch.held() >= self.rules.batch_entries {
            return Err(TillError::BatchFull {
                batch: batch.number,
                entries: batch.held(),
            });
        }
        Ok(())
    }

    /// Refuses a currency more than a settlement can say. Whatever became of an entry, its currency
    /// counts, for it may come to count again.
    fn admit_currency(&self, currency: Currency) -> Result<(), TillError> {
        let batch = &self.state.batch;
        let currencies = || {
            batch
                .entries
                .iter()
                .map(|entry| entry.record.amount.currency())
        };
        if currencies().any(|one| one == currency) {
            return Ok(());
        }
        let known: BTreeSet<Currency> = currencies().collect();
        if known.len() >= CURRENCIES_MAX {
            return Err(TillError::CurrenciesFull(batch.number));
        }
        Ok(())
    }

    /// Sends a request of the current batch and stores the result.
    pub(super) fn exchange(
        &mut self,
        host: &mut dyn Host,
        draft: Draft,
        message: impl FnOnce(Identity, &Record) -> Request,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        self.admit_entry(draft.kind)?;
        self.admit_currency(draft.amount.currency())?;
        let (record, after) = self.record(draft);
        let message = message(self.identity(record.id.trace, record.moment), &record);
        let in_flight = Change::InFlight(Box::new(record.clone()));
        self.keep(Consequence::NothingSent, in_flight)?;
        let answer = host.send(&message);
        let change = match &answer {
            Ok(reply) if reply.response_code.approves_otherwise() => Change::Owed,
            Ok(reply) if reply.approved() => Change::Approved {
                approval: reply.approval,
                after,
            },
            Ok(_) => Change::Declined,
            Err(_) => Change::Owed,
        };
        self.keep(Consequence::ReversalOwed, change)?;
        Ok(self.conclude(&record, answer))
    }

    /// Stores a change, then applies it. A change that failed may nevertheless be in the files
    /// until they are [restored](Self::restore); nothing is sent before that.
    pub(super) fn keep(
        &mut self,
        consequence: Consequence,
        change: Change,
    ) -> Result<(), TillError> {
        let kept = self.journal.keep(&self.state, &change);
        kept.map_err(|source| TillError::NotWritten {
            consequence,
            source,
        })?;
        self.state.apply(change);
        self.state.let_go(self.rules.kept_batches);
        Ok(())
    }

    /// Makes the files equal to the state in memory.
    fn restore(&mut self) -> Result<(), TillError> {
        let restored = self.journal.restore(&self.state);
        restored.map_err(|source| TillError::NotWritten {
            consequence: Consequence::NothingSent,
            source,
        })
    }

    pub(super) const fn identity(&self, trace: TraceNumber, moment: Moment) -> Identity {
        Identity {
            trace,
            local_time: moment.local_time(),
            terminal: self.state.terminal,
            merchant: self.state.merchant,
        }
    }

    fn record(&self, draft: Draft) -> (Record, Option<Standing>) {
        let trace = self.state.free_trace();
        let (original, after) = draft.original.unzip();
        let record = Record {
            id: EntryId {
                batch: self.state.batch.number,
                trace,
            },
            kind: draft.kind,
            moment: draft.moment,
            amount: draft.amount,
            reference: draft.moment.reference(trace),
            card: draft.card,
            chip: draft.chip,
            original,
        };
        (record, after)
    }

    fn reversal(&self, record: &Record) -> Request {
        let chip = record.chip.as_ref();
        Request::Reversal(Reversal {
            original: self.identity(record.id.trace, record.moment),
            reference: record.reference,
            kind: record.kind.of_transaction(),
            amount: record.amount,
            chip_data: chip.and_then(|chip| ChipData::new(&chip.reversal).ok()),
        })
    }

    fn conclude(&self, record: &Record, answer: Result<Response, HostError>) -> Conclusion {
        let verdict = Verdict::from(&answer);
        let reply = answer.ok();
        let printed = match verdict {
            Verdict::Approved => Printed::Approved(reply.as_ref().and_then(|reply| reply.approval)),
            Verdict::Declined(code) => Printed::Declined {
                code,
                reversed: code.approves_otherwise(),
            },
            Verdict::NoAnswer(_) => Printed::NoAnswer { reversed: true },
        };
        let title = Title::Entry(record.kind);
        Conclusion {
            verdict,
            entry: (verdict == Verdict::Approved).then_some(record.id),
            receipt: Receipt::new(self.heading.clone(), title, self.slip(record), printed),
            balance: None,
            arpc: reply.and_then(|reply| reply.arpc),
        }
    }
}
