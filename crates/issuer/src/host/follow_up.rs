//! Void, refund and completion: requests that follow an approved one without the card.

use understudy_acquiring::{FollowUp, TransactionKind};
use understudy_core::card::UnixTime;

use super::admit::{admit_new, admit_unreversed};
use super::approval;
use super::bounds;
use super::completion;
use super::fingerprint;
use super::hold;
use super::money;
use super::notify;
use super::original::{self, reject_followed};
use super::reason::Reason;
use super::record::{Content, Record};
use super::refund;
use super::ruling::Ruling;
use super::stop::Stop;
use super::verdict::Verdict;
use crate::fault::Fault;
use crate::id::AuthorisationId;
use crate::issuer::Issuer;
use crate::store::Act;

impl Issuer {
    /// Takes back a whole sale, completion, refund or pre-authorisation, at the terminal that sent
    /// it and before it is settled.
    ///
    /// The identical request again gets the identical answer; so it is with
    /// [`refund`](Self::refund) and [`complete`](Self::complete).
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn void(&self, request: &FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Void, request, now)
    }

    /// Gives money of a sale or completion back, also after it was settled. The refunds of one
    /// original together are at most its amount. The money goes to the account that paid, whatever
    /// has become of the token since.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn refund(&self, request: &FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Refund, request, now)
    }

    /// Books a pre-authorisation, once, and ends its reservation.
    ///
    /// Up to the amount that is held it is honoured whatever has happened since. What goes beyond,
    /// up to [`COMPLETION_MAX_PERCENT`](super::COMPLETION_MAX_PERCENT), needs a token in good
    /// standing, the funds, and limits of the tap that admit the whole. A hold that has expired is
    /// not completed.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn complete(&self, request: &FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Completion, request, now)
    }

    fn follow_up(
        &self,
        kind: TransactionKind,
        request: &FollowUp,
        now: UnixTime,
    ) -> Result<Verdict, Fault> {
        self.act_on_money(now, |act| {
            let fingerprint = fingerprint::of_follow_up(act.keys, request, kind)?;
            if let Some(seen) = Record::of_request(act, &fingerprint)? {
                return Ok(seen.content.verdict(seen.id, true));
            }
            let case = Case { act, kind, request };
            let ruling = Stop::settle(case.examine(), Ruling::of)?;
            case.keep(&ruling, &fingerprint)
        })
    }
}

/// A request that follows another one.
struct Case<'a> {
    act: &'a Act<'a>,
    kind: TransactionKind,
    request: &'a FollowUp,
}

impl Case<'_> {
    fn examine(&self) -> Result<Ruling, Stop> {
        let (act, identity) = (self.act, &self.request.identity);
        admit_new(act, identity)?;
        admit_unreversed(act, identity)?;
        let original = original::find(act, self.kind, identity, &self.request.original)?;
        let reason = Stop::reason(self.admit(&original))?;
        Ok(Ruling {
            original: Some(original),
            ..Ruling::of(reason)
        })
    }

    fn admit(&self, original: &Record) -> Result<(), Stop> {
        let (act, amount) = (self.act, self.request.amount);
        match self.kind {
            TransactionKind::Refund => refund::admit_linked(act, self.kind, original, amount),
            TransactionKind::Completion => completion::admit(act, original, amount),
            _ => self.admit_void(original),
        }
    }

    fn admit_void(&self, original: &Record) -> Result<(), Stop> {
        let asked = self.request.amount;
        let followers = original::admit(self.act, self.kind, original, asked)?;
        reject_followed(&followers)?;
        let reason = if original.settlement.is_some() {
            Reason::Settled
        } else if original.released_at.is_some() {
            Reason::HoldExpired
        } else if asked != original.content.amount {
            Reason::OriginalAmount
        } else {
            return Ok(());
        };
        Err(reason.into())
    }

    fn keep(&self, ruling: &Ruling, fingerprint: &[u8; 32]) -> Result<Verdict, Fault> {
        let original = ruling.original.as_ref();
        let content = Content {
            token: original.and_then(|original| original.content.token),
            atc: None,
            cryptogram: None,
            kind: self.kind,
            by_code: false,
            original: original.map(|original| original.id),
            reason: ruling.reason,
            arpc: None,
            approval: approval::draw_for(ruling.reason)?,
            amount: self.request.amount,
            balance: None,
            hold: None,
            identity: self.request.identity,
            reference: self.request.reference,
            decided_at: self.act.now,
        };
        let id = content.insert(self.act, fingerprint, None)?;
        if content.is_idle() {
            bounds::forget_idle(self.act, content.token)?;
        }
        if let Some(original) = original.filter(|_| ruling.reason == Reason::Approved) {
            self.carry_out(original, id, &content)?;
        }
        Ok(content.verdict(id, false))
    }

    fn carry_out(
        &self,
        original: &Record,
        id: AuthorisationId,
        content: &Content,
    ) -> Result<(), Fault> {
        let act = self.act;
        match self.kind {
            TransactionKind::Completion => money::complete(act, original, id, content),
            TransactionKind::Refund => {
                money::refund(act, original, id, content)?;
                notify::of_refund(act, original)
            }
            _ => {
                original.set_voided(act, Some(id))?;
                money::void(act, original.id, hold::moved(act, original)?, id)?;
                notify::of_end(act, original)
            }
        }
    }
}
