//! Requests about an earlier entry: void, refund, completion, reversal.

use understudy_core::wire::amount::Amount;

use super::change::Change;
use super::exchange::Draft;
use super::outstanding::Asked;
use super::{Conclusion, Consequence, Till, TillError, TillFiles, Verdict};
use crate::batch::{Act, Entry, EntryId, EntryKind, Refusal, Standing};
use crate::clock::LocalTime;
use crate::host::{FollowUp, Host, Original, Request};
use crate::receipt::{Printed, Receipt, Title};

impl<F: TillFiles> Till<F> {
    /// Voids a sale or a completion of the current batch, or cancels a pre-authorisation of any
    /// kept batch, since no pre-authorisation is settled. Always the whole amount.
    ///
    /// The money of a voided completion is held again: its pre-authorisation can be completed or
    /// cancelled as before.
    ///
    /// # Errors
    /// [`TillError`]; unless it says otherwise, the request was not sent.
    pub fn void(
        &mut self,
        entry: EntryId,
        now: LocalTime,
        host: &mut dyn Host,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        let (original, after) = self.allowed(entry, Act::Void)?;
        let kind = match original.record.kind {
            EntryKind::PreAuthorisation => EntryKind::Cancellation,
            _ => EntryKind::Void,
        };
        let amount = original.record.amount;
        self.follow_up(host, &original, (kind, amount, after), now)
    }

    /// Refunds all or a part of a sale or a completion of any kept batch. All refunds of an entry
    /// together are at most its amount.
    ///
    /// # Errors
    /// [`TillError`]; unless it says otherwise, the request was not sent.
    pub fn refund(
        &mut self,
        entry: EntryId,
        amount: Amount,
        now: LocalTime,
        host: &mut dyn Host,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        let (original, after) = self.refundable(entry, amount)?;
        self.follow_up(host, &original, (EntryKind::Refund, amount, after), now)
    }

    /// Checks that an amount of an entry can be refunded at present, by [`refund`](Self::refund) or
    /// [`refund_online`](Self::refund_online).
    ///
    /// # Errors
    /// [`TillError::UnknownEntry`] and [`TillError::Refused`].
    pub fn admit_refund(&self, entry: EntryId, amount: Amount) -> Result<(), TillError> {
        self.refundable(entry, amount).map(drop)
    }

    /// Completes a pre-authorisation of any kept batch, once, up to the percentage of
    /// [`TillRules`](super::TillRules).
    ///
    /// # Errors
    /// [`TillError`]; unless it says otherwise, the request was not sent.
    pub fn complete(
        &mut self,
        entry: EntryId,
        amount: Amount,
        now: LocalTime,
        host: &mut dyn Host,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        let (original, after) = self.allowed(entry, Act::Complete)?;
        let held = original.record.amount;
        let most = held.minor() * u64::from(self.rules.completion_percent) / 100;
        within(entry, amount, most.min(Amount::MAX_MINOR), held)?;
        let completion = (EntryKind::Completion, amount, after);
        self.follow_up(host, &original, completion, now)
    }

    /// Reverses an entry of the current batch. Once stored, this cannot be undone: if the host does
    /// not answer, the reversal is owed like any other. If the host refuses it for good at once,
    /// the entry is unchanged; if it does so later, the entry is doubtful.
    ///
    /// # Errors
    /// [`TillError`]; [`TillError::ReversalOwed`] if the host has not acknowledged it yet.
    pub fn reverse(
        &mut self,
        entry: EntryId,
        host: &mut dyn Host,
    ) -> Result<Conclusion, TillError> {
        self.send_reversal(host)?;
        self.admit_change()?;
        let (original, _) = self.allowed(entry, Act::Reverse)?;
        let record = original.record;
        self.keep(Consequence::NothingSent, Change::Reversing(entry))?;
        let ended = self.ask_for_reversal(host, Asked::Once)?;
        let refused = ended.and_then(|end| end.refused);
        let reversed = false;
        let reversed_since = Printed::Since(Standing::Reversed, original.approval);
        let printed = refused.map_or(reversed_since, |code| Printed::Declined { code, reversed });
        let title = Title::ReversalOf(record.kind);
        Ok(Conclusion {
            verdict: refused.map_or(Verdict::Approved, Verdict::Declined),
            entry: refused.is_none().then_some(entry),
            receipt: Receipt::new(self.heading.clone(), title, self.slip(&record), printed),
            balance: None,
            arpc: None,
        })
    }

    /// The entry, and its standing after a refund of this amount.
    pub(super) fn refundable(
        &self,
        entry: EntryId,
        amount: Amount,
    ) -> Result<(Entry, Standing), TillError> {
        let (original, after) = self.allowed(entry, Act::Refund)?;
        let whole = original.record.amount;
        let left = whole.minor().saturating_sub(self.state.refunded(entry));
        within(entry, amount, left, whole)?;
        Ok((original, after))
    }

    /// The host's identification of an entry.
    pub(super) const fn original(entry: &Entry) -> Original {
        let record = &entry.record;
        Original {
            reference: record.reference,
            approval: entry.approval,
        }
    }

    /// The entry, and its standing after the act; or the reason for which the act is refused.
    fn allowed(&self, id: EntryId, act: Act) -> Result<(Entry, Standing), TillError> {
        let entry = self.state.entry(id).ok_or(TillError::UnknownEntry(id))?;
        let refused = |refusal| TillError::Refused { entry: id, refusal };
        let kind = entry.record.kind;
        if let Some(doubtful) = self.state.doubtful(id) {
            return Err(refused(Refusal::Doubtful(doubtful)));
        }
        let after = act.applied(kind, entry.standing).map_err(refused)?;
        if matches!(act, Act::Void | Act::Reverse) {
            let settled = id.batch != self.state.batch.number;
            let held = (act, kind) == (Act::Void, EntryKind::PreAuthorisation);
            if settled && !held {
                return Err(refused(Refusal::BatchClosed(kind)));
            }
            if self.state.refunded(id) > 0 {
                return Err(refused(Refusal::PartlyRefunded));
            }
        }
        Ok((entry.clone(), after))
    }

    fn follow_up(
        &mut self,
        host: &mut dyn Host,
        original: &Entry,
        (kind, amount, after): (EntryKind, Amount, Standing),
        now: LocalTime,
    ) -> Result<Conclusion, TillError> {
        let of = &original.record;
        let named = Self::original(original);
        let draft = Draft {
            kind,
            moment: now.into(),
            amount,
            card: of.card.clone(),
            chip: None,
            original: Some((of.id, after)),
        };
        self.exchange(host, draft, |identity, record| {
            let request = FollowUp {
                identity,
                reference: record.reference,
                amount,
                original: named,
            };
            match kind {
                EntryKind::Completion => Request::Completion(request),
                EntryKind::Refund => Request::Refund(request),
                _ => Request::Void(request),
            }
        })
    }
}

/// Checks that an amount is above zero, at most `most`, and in the currency of the entry.
fn within(entry: EntryId, amount: Amount, most: u64, of: Amount) -> Result<(), TillError> {
    let currency = of.currency();
    let refusal = if amount.currency() != currency {
        Refusal::Currency
    } else if amount.minor() == 0 {
        Refusal::Zero
    } else if amount.minor() > most {
        Refusal::AboveMost(Amount::new(most, currency).unwrap_or(of))
    } else {
        return Ok(());
    };
    Err(TillError::Refused { entry, refusal })
}
