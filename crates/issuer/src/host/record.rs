//! A request with its answer, as the issuer keeps it.

use understudy_acquiring::{ApprovalCode, Identity, Reference, TransactionKind};
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;

use super::reason::Reason;
use super::verdict::Verdict;
use crate::id::{AuthorisationId, SettlementId, TokenId};

/// A request, its answer, and its fate since.
pub(crate) struct Record {
    pub(crate) id: AuthorisationId,
    pub(crate) content: Content,
    pub(crate) reversed_at: Option<UnixTime>,
    pub(crate) voided_by: Option<AuthorisationId>,
    pub(crate) settlement: Option<SettlementId>,
    /// When its hold was let go because it had expired.
    pub(crate) released_at: Option<UnixTime>,
}

/// The columns of an authorisation that are written once and never changed.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) token: Option<TokenId>,
    /// The counter that it used up.
    pub(crate) atc: Option<Atc>,
    /// The cryptogram that used the counter up; none in records of the versions before 3.
    pub(crate) cryptogram: Option<[u8; 8]>,
    pub(crate) kind: TransactionKind,
    /// The card's data came by a code.
    pub(crate) by_code: bool,
    pub(crate) original: Option<AuthorisationId>,
    pub(crate) reason: Reason,
    pub(crate) arpc: Option<[u8; 8]>,
    pub(crate) approval: Option<ApprovalCode>,
    pub(crate) amount: Amount,
    pub(crate) balance: Option<Amount>,
    /// Of an approved pre-authorisation.
    pub(crate) hold: Option<Hold>,
    pub(crate) identity: Identity,
    pub(crate) reference: Reference,
    pub(crate) decided_at: UnixTime,
}

/// The conditions under which an approved pre-authorisation reserves its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// Its cardholder was verified; `false` where that is not known.
    pub(crate) verified: bool,
    /// The limit for one tap that it was approved under, if that is known.
    pub(crate) limit: Option<u64>,
    /// When the hold expires.
    pub(crate) until: UnixTime,
}

/// The requests of one page of a list; by default the newest of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuthorisationFilter {
    /// Of this token.
    pub token: Option<TokenId>,
    /// With this reference, DE 37.
    pub reference: Option<Reference>,
    /// Recorded before this one: the last of the page before.
    pub before: Option<AuthorisationId>,
    /// At most so many; [`PAGE`](crate::PAGE) if none is given, or more.
    pub limit: Option<usize>,
}

impl Record {
    /// True if it was approved, and is neither reversed nor voided.
    pub(crate) fn is_live(&self) -> bool {
        self.content.reason == Reason::Approved
            && self.reversed_at.is_none()
            && self.voided_by.is_none()
    }
}

impl Content {
    /// True if it moved no money and used no counter up: anybody can cause such a record.
    pub(crate) fn is_idle(&self) -> bool {
        self.atc.is_none() && self.reason != Reason::Approved
    }

    /// The answer.
    pub(crate) fn verdict(&self, id: AuthorisationId, repeat: bool) -> Verdict {
        Verdict {
            reason: self.reason,
            approval: self.approval,
            arpc: self.arpc,
            balance: self.balance,
            token: self.token,
            authorisation: Some(id),
            repeat,
        }
    }
}
