//! One request: written down, sent, and its answer written down. The only way to the host for
//! whatever moves money.

use understudy_core::wire::amount::Amount;

use super::outstanding::Asked;
use super::{
    Conclusion, Consequence, Outstanding, ReversalEnd, ReversalProblem, Till, TillError, TillState,
    TillStore, Verdict,
};
use crate::batch::{Card, Chip, Entry, EntryId, EntryKind, Record, Standing};
use crate::host::{
    Host, HostError, HostMessage, HostReply, Identity, Moment, ResponseCode, RetrievalReference,
    Reversal, TraceNumber,
};
use crate::receipt::{Printed, Receipt, Title};

/// A request before it has a number.
pub(super) struct Draft {
    pub(super) kind: EntryKind,
    pub(super) moment: Moment,
    pub(super) amount: Amount,
    pub(super) card: Card,
    pub(super) chip: Option<Chip>,
    /// The entry it is about, and how that stands once this one is approved.
    pub(super) original: Option<(EntryId, Standing)>,
}

impl<S: TillStore> Till<S> {
    /// Sends the reversal that is owed, if there is one, and says how it ended. Every request does
    /// so first.
    ///
    /// It ends with a definite answer. A reversal that is refused for good is written down with
    /// its code ([`TillState::refused_reversals`]) and does not stand in the way of what comes
    /// next.
    ///
    /// # Errors
    /// [`TillError::ReversalOwed`] if it is owed still: no answer, or a temporary one
    /// ([`ResponseCode::is_temporary`]). [`TillError::NotWritten`].
    pub fn send_reversal(&mut self, host: &mut dyn Host) -> Result<Option<ReversalEnd>, TillError> {
        self.ask_for_reversal(host, Asked::Again)
    }

    pub(super) fn ask_for_reversal(
        &mut self,
        host: &mut dyn Host,
        asked: Asked,
    ) -> Result<Option<ReversalEnd>, TillError> {
        if self.unsure {
            self.keep(Consequence::NothingSent, |_| ())?;
        }
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
        self.keep(Consequence::ReversalRepeated, |state| {
            state.outstanding = None;
            match refused {
                None => state.take_back(&record),
                Some(code) => state.leave(record, code, asked),
            }
        })?;
        Ok(Some(ReversalEnd { entry, refused }))
    }

    /// Refuses to add to a batch, or to change what is in it, while it is being settled.
    pub(super) const fn admit_change(&self) -> Result<(), TillError> {
        if self.state.settling() {
            return Err(TillError::SettlementOpen(self.state.batch.number));
        }
        Ok(())
    }

    /// Sends a request of the current batch and writes down what comes of it.
    pub(super) fn exchange(
        &mut self,
        host: &mut dyn Host,
        draft: Draft,
        message: impl FnOnce(Identity, &Record) -> HostMessage,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        self.admit_change()?;
        let (record, after) = self.record(draft);
        let message = message(self.identity(record.id.trace, record.moment), &record);
        self.keep(Consequence::NothingSent, |state| {
            state.outstanding = Some(Outstanding::InFlight(record.clone()));
        })?;
        let answer = host.send(&message);
        match &answer {
            Ok(reply) if reply.response_code.approves_otherwise() => {
                self.owe()?;
            }
            Ok(reply) => self.keep(Consequence::ReversalOwed, |state| {
                state.outstanding = None;
                if reply.approved() {
                    approve(state, &record, reply, after);
                }
            })?,
            Err(_) => self.owe()?,
        }
        Ok(self.conclude(&record, answer))
    }

    /// Writes a state, and takes it over once it is written. A write that fails may have happened
    /// all the same: what is in memory is written again before anything else is sent.
    pub(super) fn keep(
        &mut self,
        consequence: Consequence,
        change: impl FnOnce(&mut TillState),
    ) -> Result<(), TillError> {
        let mut state = self.state.clone();
        change(&mut state);
        let kept = self.store.keep(&state);
        self.unsure = kept.is_err();
        kept.map_err(|source| TillError::NotWritten {
            consequence,
            source,
        })?;
        self.state = state;
        Ok(())
    }

    pub(super) const fn identity(&self, trace: TraceNumber, moment: Moment) -> Identity {
        Identity {
            trace,
            moment,
            terminal: self.state.terminal,
            merchant: self.state.merchant,
        }
    }

    /// What is in flight has no answer that counts.
    fn owe(&mut self) -> Result<(), TillError> {
        self.keep(Consequence::ReversalOwed, |state| {
            let record = state.outstanding.take().map(Outstanding::into_record);
            state.outstanding = record.map(Outstanding::ReversalOwed);
        })
    }

    fn record(&mut self, draft: Draft) -> (Record, Option<Standing>) {
        let trace = self.state.take_trace();
        let (original, after) = draft.original.unzip();
        let record = Record {
            id: EntryId {
                batch: self.state.batch.number,
                trace,
            },
            kind: draft.kind,
            moment: draft.moment,
            amount: draft.amount,
            reference: RetrievalReference::of(draft.moment, trace),
            card: draft.card,
            chip: draft.chip,
            original,
        };
        (record, after)
    }

    fn reversal(&self, record: &Record) -> HostMessage {
        HostMessage::Reversal(Reversal {
            original: self.identity(record.id.trace, record.moment),
            reference: record.reference,
            kind: record.kind,
            amount: record.amount,
            de55: record.chip.as_ref().map(|chip| chip.reversal.clone()),
        })
    }

    fn conclude(&self, record: &Record, answer: Result<HostReply, HostError>) -> Conclusion {
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

fn approve(state: &mut TillState, record: &Record, reply: &HostReply, after: Option<Standing>) {
    state.batch.entries.push(Entry {
        record: record.clone(),
        approval: reply.approval,
        standing: Standing::Approved,
    });
    if let (Some(original), Some(after)) = (record.original, after) {
        state.follow(original, after);
    }
}
