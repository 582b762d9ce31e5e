//! Windows of counters, and packages with their keys.

use std::ops::RangeInclusive;

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::package::{self, Subject};
use zeroize::Zeroizing;

use super::{IssueError, PackageOctets};
use crate::account::Account;
use crate::custody::{CardIdentity, KeyCustody};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::profile::{self, Cardholder};
use crate::store::Act;
use crate::token::{KeyBatch, Terms, Token};

/// A package to be made, with everything but the keys.
pub(super) struct Batch {
    token: TokenId,
    number: CardNumber,
    terms: Terms,
    /// The counters reserved for it.
    counters: RangeInclusive<u16>,
    /// The last second in which the keys are good.
    not_after: Option<UnixTime>,
    /// The profile, if the package contains one.
    pub(super) profile: Option<Zeroizing<Vec<u8>>>,
}

impl Batch {
    /// Reserves the next counters of a token, in the value and in the database.
    pub(super) fn reserve(
        act: &Act<'_>,
        token: &mut Token,
        keys: u16,
        profile: Option<Zeroizing<Vec<u8>>>,
        not_after: Option<UnixTime>,
    ) -> Result<Self, IssueError> {
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
        };
        batch.insert(act)?;
        Ok(Self {
            token: token.id,
            number: token.number().clone(),
            terms: token.terms.clone(),
            counters: first..=last.get(),
            not_after,
            profile,
        })
    }

    /// Records that the keys are given out. False, and nothing recorded, if later keys of the token
    /// were: a device takes no keys below those that it has.
    pub(super) fn give_out(&self, act: &Act<'_>) -> Result<bool, Fault> {
        let (token, first) = (self.token, *self.counters.start());
        if KeyBatch::is_overtaken(act, token, first)? {
            return Ok(false);
        }
        KeyBatch::set_given_out(act, token, first)?;
        Ok(true)
    }

    /// Derives the keys and packs them. This takes time, and needs no database.
    pub(super) fn pack(&self, keys: &dyn KeyCustody) -> Result<PackageOctets, IssueError> {
        let card = CardIdentity {
            number: &self.number,
            psn: self.terms.psn,
        };
        // Room for all keys: a vector that grows leaves copies in freed memory.
        let mut derived = Vec::with_capacity(self.counters.len());
        keys.single_use_keys(
            card,
            self.terms.cvn,
            self.counters.clone(),
            &mut |atc, key| {
                derived.push((atc, key));
            },
        )
        .map_err(Fault::from)?;
        let subject = match &self.profile {
            Some(profile) => Subject::Card { profile },
            None => Subject::Keys {
                number: self.number.clone(),
            },
        };
        let length = package::emitted_len(&subject, Algorithms::TDES, derived.len());
        let mut octets = Zeroizing::new(vec![0; length]);
        let not_after = self.not_after;
        let written =
            package::emit(&mut octets, &subject, not_after, Algorithms::TDES, derived)?.len();
        octets.truncate(written);
        Ok(octets)
    }
}

/// The present profile of a token.
pub(crate) fn profile(act: &Act<'_>, token: &Token) -> Result<Zeroizing<Vec<u8>>, IssueError> {
    let account = Account::load(act, token.account)?;
    let holder = Cardholder {
        track2: &token.track2,
        pan: &account.pan,
        par: &account.par,
        token_requestor: act.config.token_requestor,
    };
    Ok(profile::emit(&holder, &token.terms)?)
}
