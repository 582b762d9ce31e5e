//! Void, refund and completion: what follows an approved request without the card.

use understudy_core::card::UnixTime;

use super::authorise::{admit_new, admit_unreversed, approval};
use super::bounds;
use super::completion;
use super::hold;
use super::money;
use super::notify;
use super::original::{self, reject_followed};
use super::reason::Reason;
use super::record::{Content, Record};
use super::refund;
use super::request::{self, follow_up_fingerprint};
use super::stop::Stop;
use super::verdict::{AuthorisationId, Verdict};
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::Transaction;
use understudy_acquiring::TransactionKind;

impl Issuer {
    /// Takes back a whole sale, completion, refund or pre-authorisation, at the terminal that sent
    /// it and before it is settled.
    ///
    /// The identical request again gets the identical answer; so it is with
    /// [`refund`](Self::refund) and [`complete`](Self::complete).
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn void(&self, request: &request::FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Void, request, now)
    }

    /// Gives money of a sale or completion back, also after it was settled. The refunds of one
    /// original together are at most its amount. The money goes to the account that paid, whatever
    /// has become of the token since.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn refund(&self, request: &request::FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
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
    pub fn complete(&self, request: &request::FollowUp, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Completion, request, now)
    }

    fn follow_up(
        &self,
        kind: TransactionKind,
        request: &request::FollowUp,
        now: UnixTime,
    ) -> Result<Verdict, Fault> {
        let keys = self.keys();
        self.act(now, |db| {
            let fingerprint = follow_up_fingerprint(request, keys, kind)?;
            if let Some(seen) = Record::of_request(db, &fingerprint)? {
                return Ok(seen.content.verdict(seen.id, true));
            }
            let case = FollowUp {
                db,
                keys,
                kind,
                request,
                now,
            };
            let outcome = Stop::settle(case.examine(), Outcome::declined)?;
            case.keep(&outcome, &fingerprint)
        })
    }
}

struct FollowUp<'a> {
    db: &'a Transaction<'a>,
    keys: &'a dyn KeyCustody,
    kind: TransactionKind,
    request: &'a request::FollowUp,
    now: UnixTime,
}

/// The result of a follow-up: its reason and the original that it is about.
struct Outcome {
    reason: Reason,
    original: Option<Record>,
}

impl Outcome {
    const fn declined(reason: Reason) -> Self {
        Self {
            reason,
            original: None,
        }
    }
}

impl FollowUp<'_> {
    fn examine(&self) -> Result<Outcome, Stop> {
        admit_new(self.db, &self.request.identity)?;
        admit_unreversed(self.db, &self.request.identity)?;
        let (asked, identity) = (&self.request.original, &self.request.identity);
        let original = original::find(self.db, self.kind, identity, asked)?;
        let admitted = self.admit(&original).map(|()| Reason::Approved);
        let reason = Stop::settle(admitted, |reason| reason)?;
        Ok(Outcome {
            reason,
            original: Some(original),
        })
    }

    fn admit(&self, original: &Record) -> Result<(), Stop> {
        let (db, amount) = (self.db, self.request.amount);
        match self.kind {
            TransactionKind::Refund => refund::admit_linked(db, self.kind, original, amount),
            TransactionKind::Completion => {
                completion::admit(db, self.keys, original, amount, self.now)
            }
            _ => self.admit_void(original),
        }
    }

    fn admit_void(&self, original: &Record) -> Result<(), Stop> {
        let asked = self.request.amount;
        let followers = original::admit(self.db, self.kind, original, asked)?;
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

    fn keep(&self, outcome: &Outcome, fingerprint: &[u8; 32]) -> Result<Verdict, Fault> {
        let original = outcome.original.as_ref();
        let content = Content {
            token: original.and_then(|original| original.content.token),
            atc: None,
            cryptogram: None,
            kind: self.kind,
            original: original.map(|original| original.id),
            reason: outcome.reason,
            arpc: None,
            approval: approval(outcome.reason)?,
            amount: self.request.amount,
            balance: None,
            hold: None,
            identity: self.request.identity,
            reference: self.request.reference,
            decided_at: self.now,
        };
        let id = content.insert(self.db, fingerprint)?;
        if content.is_idle() {
            bounds::forget_idle(self.db, content.token)?;
        }
        if let Some(original) = original.filter(|_| outcome.reason == Reason::Approved) {
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
        let (db, keys) = (self.db, self.keys);
        match self.kind {
            TransactionKind::Completion => money::complete(db, original, id, content),
            TransactionKind::Refund => {
                money::refund(db, original, id, content)?;
                notify::of_refund(db, keys, original, self.now)
            }
            _ => {
                original.set_voided(db, Some(id))?;
                money::void(db, original.id, hold::moved(db, original)?, id, self.now)?;
                notify::of_end(db, keys, original, self.now)
            }
        }
    }
}
