//! Windows of counters, and what is packed with their keys.

use std::ops::RangeInclusive;

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::IssueError;
use crate::account::Account;
use crate::custody::{CardIdentity, KeyBatch, SingleUse};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::profile::{self, Cardholder};
use crate::store::Transaction;
use crate::token::Token;

/// A package to be made, with everything but the keys. Its counters are used up.
pub(super) struct Batch {
    number: CardNumber,
    psn: Option<u8>,
    dki: u8,
    cvn: SingleUse,
    /// The counters reserved for it.
    counters: RangeInclusive<u16>,
    /// The last second in which the keys are good.
    not_after: Option<UnixTime>,
    /// The profile, if the package contains one.
    profile: Option<Zeroizing<Vec<u8>>>,
}

impl Batch {
    /// Takes the next counters of a token, in the value and in the database.
    pub(super) fn take(
        db: &Transaction<'_>,
        token: &mut Token,
        keys: u16,
        profile: Option<Zeroizing<Vec<u8>>>,
        now: UnixTime,
        not_after: Option<UnixTime>,
    ) -> Result<Self, IssueError> {
        let cvn = SingleUse::new(token.terms.cvn).ok_or(IssueError::Cvn(token.terms.cvn))?;
        let issued = token.last_key.map_or(0, Atc::get);
        let left = Atc::LAST.get().saturating_sub(issued);
        let last = issued.checked_add(keys).and_then(Atc::new);
        let last = last.ok_or(IssueError::CountersExhausted { left })?;
        let first = issued.saturating_add(1);
        token.last_key = Some(last);
        db.prepare_cached(
            "INSERT INTO key_batch (token, first, last, device, card, issued_at, given_out, not_after) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)",
        )
        .and_then(|mut insert| {
            insert.execute((
                token.id.0,
                first,
                last.get(),
                token.home.map(|home| home.device.0),
                token.home.map(|home| home.card.0),
                now.0,
                not_after.map(|at| at.0),
            ))
        })
        .map_err(Fault::from)?;
        Ok(Self {
            number: token.number().clone(),
            psn: token.terms.psn,
            dki: token.terms.dki,
            cvn,
            counters: first..=last.get(),
            not_after,
            profile,
        })
    }

    /// The batch as the custodian takes it.
    pub(super) fn keys(&self) -> KeyBatch<'_> {
        KeyBatch {
            card: CardIdentity {
                number: &self.number,
                psn: self.psn,
                dki: self.dki,
            },
            cvn: self.cvn,
            counters: self.counters.clone(),
            not_after: self.not_after,
            profile: self.profile.as_ref().map(|profile| profile.as_slice()),
        }
    }
}

impl Issuer {
    /// The present profile of a token.
    pub(crate) fn profile(
        &self,
        db: &Transaction<'_>,
        token: &Token,
    ) -> Result<Zeroizing<Vec<u8>>, IssueError> {
        let account = Account::load(db, self.keys(), token.account)?;
        let holder = Cardholder {
            track2: &token.track2,
            pan: &account.pan,
            par: &account.par,
            token_requestor: self.config.token_requestor,
        };
        Ok(profile::emit(&holder, &token.terms)?)
    }
}
