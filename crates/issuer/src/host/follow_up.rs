//! Void, refund and completion: what follows an approved request without the card.

use rusqlite::Transaction;
use understudy_core::card::UnixTime;

use super::authorise::{admit_new, admit_unreversed, approval};
use super::money;
use super::notify;
use super::processing::TransactionKind;
use super::reason::Reason;
use super::record::{Content, Record};
use super::request::FollowUpRequest;
use super::stop::Stop;
use super::verdict::{AuthorisationId, Verdict};
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;

/// The most that a completion may be of its pre-authorisation, in percent: `UnionPay`'s rule for
/// pre-authorisation completions, taken as the project's.
pub const COMPLETION_MAX_PERCENT: u64 = 115;

impl Issuer {
    /// Takes back a whole sale, completion, refund or pre-authorisation, at the terminal that sent
    /// it and before it is settled.
    ///
    /// The identical request again gets the identical answer; so it is with
    /// [`refund`](Self::refund) and [`complete`](Self::complete).
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn void(&self, request: &FollowUpRequest, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Void, request, now)
    }

    /// Gives money of a sale or completion back, also after it was settled. The refunds of one
    /// original together are at most its amount.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn refund(&self, request: &FollowUpRequest, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Refund, request, now)
    }

    /// Books a pre-authorisation, once, with at most [`COMPLETION_MAX_PERCENT`] of it, and ends its
    /// reservation.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn complete(&self, request: &FollowUpRequest, now: UnixTime) -> Result<Verdict, Fault> {
        self.follow_up(TransactionKind::Completion, request, now)
    }

    fn follow_up(
        &self,
        kind: TransactionKind,
        request: &FollowUpRequest,
        now: UnixTime,
    ) -> Result<Verdict, Fault> {
        let keys = self.keys();
        self.store.write(|db| {
            let fingerprint = request.fingerprint(keys, kind)?;
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
    request: &'a FollowUpRequest,
    now: UnixTime,
}

/// What became of it, and of what.
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
        let original = self.find_original()?;
        let reason = Stop::settle(self.admit(&original), |reason| reason)?;
        Ok(Outcome {
            reason,
            original: Some(original),
        })
    }

    /// The request of this merchant, and for a void of this terminal, that was answered with this
    /// approval code. A declined one has none, and is named so that the merchant knows.
    fn find_original(&self) -> Result<Record, Stop> {
        let (asked, identity) = (&self.request.original, &self.request.identity);
        let mut declined = false;
        for record in Record::of_reference(self.db, &identity.merchant, &asked.reference)? {
            let elsewhere = record.content.identity.terminal != identity.terminal;
            if self.kind == TransactionKind::Void && elsewhere {
                continue;
            }
            match record.content.approval {
                Some(approval) if approval == asked.approval => return Ok(record),
                Some(_) => {}
                None => declined = true,
            }
        }
        Err(if declined {
            Reason::OriginalNotApproved.into()
        } else {
            Reason::OriginalNotFound.into()
        })
    }

    fn admit(&self, original: &Record) -> Result<Reason, Stop> {
        if !can_follow(self.kind, original.content.kind) {
            return Err(Reason::OriginalUnsuitable.into());
        }
        admit_live(original)?;
        let followers = original.live_followers(self.db)?;
        let (asked, had) = (self.request.amount, original.content.amount);
        if asked.currency() != had.currency() {
            return Err(Reason::OriginalAmount.into());
        }
        match self.kind {
            TransactionKind::Refund => admit_refund(had.minor(), &followers, asked.minor())?,
            TransactionKind::Completion => {
                reject_followed(&followers)?;
                admit_completion(had.minor(), asked.minor())?;
            }
            _ => {
                reject_followed(&followers)?;
                if original.settlement.is_some() {
                    return Err(Reason::Settled.into());
                }
                if asked != had {
                    return Err(Reason::OriginalAmount.into());
                }
            }
        }
        Ok(Reason::Approved)
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
            identity: self.request.identity,
            reference: self.request.reference,
            decided_at: self.now,
        };
        let id = content.insert(self.db, fingerprint)?;
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
                notify::of_return(db, keys, original, content.amount, self.now)
            }
            _ => {
                original.set_voided(db, Some(id))?;
                money::void(db, original, id, self.now)?;
                notify::of_return(db, keys, original, content.amount, self.now)
            }
        }
    }
}

/// What may follow what.
const fn can_follow(kind: TransactionKind, original: TransactionKind) -> bool {
    use TransactionKind::{Completion, PreAuthorisation, Refund, Sale};
    match kind {
        Refund => matches!(original, Sale | Completion),
        Completion => matches!(original, PreAuthorisation),
        _ => matches!(original, Sale | Completion | Refund | PreAuthorisation),
    }
}

/// Whether an approved original still counts.
fn admit_live(original: &Record) -> Result<(), Reason> {
    if original.reversed_at.is_some() {
        return Err(Reason::AlreadyReversed);
    }
    if original.voided_by.is_some() {
        return Err(Reason::AlreadyVoided);
    }
    Ok(())
}

/// Refuses what other requests build on, and names one of them.
pub(super) fn reject_followed(followers: &[Record]) -> Result<(), Reason> {
    match followers.first().map(|follower| follower.content.kind) {
        None => Ok(()),
        Some(TransactionKind::Void) => Err(Reason::AlreadyVoided),
        Some(TransactionKind::Completion) => Err(Reason::AlreadyCompleted),
        Some(_) => Err(Reason::AlreadyRefunded),
    }
}

/// The refunds of an original together are at most its amount.
pub(super) fn admit_refund(had: u64, followers: &[Record], asked: u64) -> Result<(), Reason> {
    let refunds = (followers.iter()).filter(|one| one.content.kind == TransactionKind::Refund);
    let given = refunds.fold(asked, |sum, one| {
        sum.saturating_add(one.content.amount.minor())
    });
    if given <= had {
        Ok(())
    } else {
        Err(Reason::RefundExceeds)
    }
}

fn admit_completion(had: u64, asked: u64) -> Result<(), Reason> {
    if u128::from(asked) * 100 <= u128::from(had) * u128::from(COMPLETION_MAX_PERCENT) {
        Ok(())
    } else {
        Err(Reason::CompletionExceeds)
    }
}
