//! Windows of counters, and what is packed with their keys.

use std::ops::RangeInclusive;

use understudy_core::card::{Scheme, UnixTime};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::IssueError;
#[cfg(feature = "limited-use")]
use super::limited_use;
use crate::account::Account;
use crate::custody::{BatchKeys, BatchOrder, CardIdentity, SingleUse};
use crate::profile::{self, Cardholder};
use crate::store::Act;
use crate::token::{KeyBatch, Terms, Token};

/// A package to be made, with everything but the keys. Its counters are used up.
pub(super) struct Batch {
    number: CardNumber,
    psn: Option<u8>,
    scheme: Scheme,
    dki: u8,
    keys: BatchKeys,
    algorithms: Algorithms,
    /// The counters that its keys are good for.
    counters: RangeInclusive<u16>,
    /// The last second in which the keys are good.
    not_after: Option<UnixTime>,
    /// The profile, if the package contains one.
    profile: Option<Zeroizing<Vec<u8>>>,
}

impl Batch {
    /// Takes the next counters of a token, in the value and in the database.
    pub(super) fn take(
        act: &Act<'_>,
        token: &mut Token,
        keys: u16,
        profile: Option<Zeroizing<Vec<u8>>>,
        not_after: Option<UnixTime>,
    ) -> Result<Self, IssueError> {
        let kind = kind_of_keys(act, token)?;
        let issued = token.last_key.map_or(0, Atc::get);
        let left = Atc::LAST.get().saturating_sub(issued);
        let last = issued.checked_add(keys).and_then(Atc::new);
        let last = last.ok_or(IssueError::CountersExhausted { left })?;
        let first = issued.saturating_add(1);
        token.last_key = Some(last);
        let batch = KeyBatch {
            token: token.id,
            first,
            last: last.get(),
            home: token.home,
            not_after,
            #[cfg(feature = "limited-use")]
            limits: match kind {
                BatchKeys::LimitedUse(limits) => Some(limits),
                BatchKeys::SingleUse(_) => None,
            },
        };
        batch.insert(act)?;
        Ok(Self {
            number: token.number().clone(),
            psn: token.terms.psn,
            scheme: token.terms.scheme,
            dki: token.terms.dki,
            keys: kind,
            algorithms: token.terms.algorithms,
            counters: first..=last.get(),
            not_after,
            profile,
        })
    }

    /// The batch as the custodian takes it.
    pub(super) fn order(&self) -> BatchOrder<'_> {
        BatchOrder {
            card: CardIdentity {
                number: &self.number,
                psn: self.psn,
                scheme: self.scheme,
                dki: self.dki,
            },
            keys: self.keys,
            algorithms: self.algorithms,
            counters: self.counters.clone(),
            not_after: self.not_after,
            profile: self.profile.as_ref().map(|profile| profile.as_slice()),
        }
    }
}

/// The kind of a token's next keys.
#[cfg_attr(
    not(feature = "limited-use"),
    expect(
        unused_variables,
        reason = "the index of a limited-use key is of the act's time"
    )
)]
fn kind_of_keys(act: &Act<'_>, token: &Token) -> Result<BatchKeys, IssueError> {
    let Terms { scheme, cvn, .. } = token.terms;
    #[cfg(feature = "limited-use")]
    if token.terms.has_limited_use_key() {
        let next = limited_use::next_key(act, token.id, &token.terms.limits, act.now)?;
        return next
            .map(BatchKeys::LimitedUse)
            .ok_or(IssueError::KeyIndexes(token.id));
    }
    let version = SingleUse::new(cvn).ok_or(IssueError::Cvn(scheme, cvn))?;
    Ok(BatchKeys::SingleUse(version))
}

/// The present profile of a token.
pub(crate) fn profile(act: &Act<'_>, token: &Token) -> Result<Zeroizing<Vec<u8>>, IssueError> {
    let account = Account::load(act, token.account)?;
    let holder = Cardholder {
        track2: &token.track2,
        pan: &account.pan,
        par: &account.par,
        token_requestor: act.config.token_requestor,
        on_phone: token.home.is_some(),
    };
    Ok(profile::emit(&holder, &token.terms)?)
}
