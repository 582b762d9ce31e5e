//! The recorded requests as a list.

use understudy_acquiring::{ApprovalCode, Identity, Reference, TransactionKind};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Amount;

use super::reason::Reason;
use super::record::{AuthorisationFilter, Record};
use crate::fault::Fault;
use crate::id::{AuthorisationId, SettlementId, TokenId};
use crate::issuer::Issuer;
use crate::store::View;
use crate::token::Token;

/// A recorded request with its answer, and what became of it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorisationSummary {
    /// Its name.
    pub id: AuthorisationId,
    /// The token, if it named one.
    pub token: Option<TokenId>,
    /// The token's number, masked.
    pub number: Option<String>,
    /// The kind of the request.
    pub kind: TransactionKind,
    /// True if the cardholder presented a code, false for a tap and for what follows a payment.
    pub by_code: bool,
    /// DE 4 and DE 49.
    pub amount: Amount,
    /// The answer.
    pub reason: Reason,
    /// DE 38.
    pub approval: Option<ApprovalCode>,
    /// DE 37.
    pub reference: Reference,
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// When it was answered.
    pub decided_at: UnixTime,
    /// When it was reversed.
    pub reversed_at: Option<UnixTime>,
    /// The void that took it back.
    pub voided_by: Option<AuthorisationId>,
    /// The settlement that it is part of.
    pub settlement: Option<SettlementId>,
    /// When its hold was let go because it had expired; none if it was completed or taken back.
    pub hold_expired_at: Option<UnixTime>,
    /// The sum of its refunds; none if nothing was refunded.
    pub refunded: Option<Amount>,
    /// The authorisation that it follows.
    pub original: Option<AuthorisationId>,
}

impl Issuer {
    /// One recorded request.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn authorisation(
        &self,
        id: AuthorisationId,
    ) -> Result<Option<AuthorisationSummary>, Fault> {
        self.view(|view| {
            let found = Record::load(view, id)?;
            found.map(|record| summary(view, record)).transpose()
        })
    }

    /// A page of the recorded requests, newest first.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn authorisations(
        &self,
        filter: &AuthorisationFilter,
    ) -> Result<Vec<AuthorisationSummary>, Fault> {
        self.view(|view| {
            let found = Record::page(view, filter)?.into_iter();
            found.map(|record| summary(view, record)).collect()
        })
    }
}

fn summary(view: &View<'_>, record: Record) -> Result<AuthorisationSummary, Fault> {
    let let_go = record.released_at.is_some() && record.is_open(view)?;
    let refunded = match record.content.kind {
        TransactionKind::Sale | TransactionKind::Completion => Some(record.refunded(view)?),
        _ => None,
    };
    let Record {
        id,
        content,
        reversed_at,
        voided_by,
        settlement,
        released_at,
    } = record;
    let token = content.token;
    let token = token.map_or(Ok(None), |token| Token::load(view, token))?;
    Ok(AuthorisationSummary {
        id,
        token: content.token,
        number: token.map(|token| token.number().to_string()),
        kind: content.kind,
        by_code: content.by_code,
        amount: content.amount,
        reason: content.reason,
        approval: content.approval,
        reference: content.reference,
        identity: content.identity,
        decided_at: content.decided_at,
        reversed_at,
        voided_by,
        settlement,
        hold_expired_at: released_at.filter(|_| let_go),
        refunded: refunded.filter(|refunded| refunded.minor() > 0),
        original: content.original,
    })
}
