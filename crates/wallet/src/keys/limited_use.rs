//! A limited-use key among a card's keys: one key that all counters of its batch share, so that it is
//! gone with the last of them.

use std::collections::VecDeque;
use std::sync::Arc;

use understudy_core::card::{KeyError, Refusal, UnixTime};
use understudy_core::crypto::{Atc, LentKey, LimitedUseKey, TdesKey};
use understudy_provisioning::Package;
use understudy_provisioning::package::LimitedUseBatch;

use super::{Batch, Keys, Limited, SharedKeys, shared};

impl Batch {
    pub(super) fn of_limited_use(package: &Package<'_>, key: &LimitedUseBatch<'_>) -> Self {
        let terms = key.terms();
        Self {
            not_after: package.not_after(),
            algorithms: package.algorithms(),
            limited: Some(Limited {
                index: terms.index,
                sum: terms.sum,
            }),
            keys: for_counters(terms.first, terms.last, &shared(key.octets())),
        }
    }
}

/// A key, shared by all counters from the first to the last.
pub(crate) fn for_counters(first: Atc, last: Atc, key: &SharedKeys) -> VecDeque<(Atc, SharedKeys)> {
    let counters = (first.get()..=last.get()).filter_map(Atc::new);
    counters.map(|atc| (atc, Arc::clone(key))).collect()
}

impl Keys {
    /// Lends the limited-use key for this counter, if it is the next, and for this amount in minor
    /// units of the card's currency, if its sum allows it. What was lent is recorded by
    /// [`Keys::paid`] and [`Keys::pass`], before it is used.
    pub(crate) fn lend(
        &self,
        atc: Atc,
        amount: u64,
        now: Option<UnixTime>,
    ) -> Result<LentKey, Refusal> {
        let batch = self.batches.iter().find(|batch| batch.is_good(now));
        let batch = batch.ok_or(KeyError::Storage)?;
        let limited = batch.limited.ok_or(KeyError::Storage)?;
        let (first, key) = batch.keys.front().ok_or(KeyError::Storage)?;
        if *first != atc {
            return Err(KeyError::Storage.into());
        }
        if amount > limited.sum {
            return Err(Refusal::OverLimit);
        }
        let octets = key.first_chunk().ok_or(KeyError::Storage)?;
        let key = TdesKey::from_octets(*octets);
        Ok(LimitedUseKey::new(limited.index, key).for_atc(atc))
    }

    /// Takes a payment under this counter's key from the sum of that key.
    pub(crate) fn paid(&mut self, atc: Atc, amount: u64) {
        if let Some(limited) = self.batch_of(atc).and_then(|batch| batch.limited.as_mut()) {
            limited.sum = limited.sum.saturating_sub(amount);
        }
    }

    /// Erases the limited-use key of this counter: the amount that it was lent for is not known, and
    /// what is left of its sum is not either.
    pub(crate) fn lose_count(&mut self, atc: Atc) {
        self.batches
            .retain(|batch| batch.limited.is_none() || !batch.has(atc));
    }

    /// The least sum that is left of a limited-use key.
    pub(crate) fn sum_left(&self) -> Option<u64> {
        let limited = self.batches.iter().filter_map(|batch| batch.limited);
        limited.map(|limited| limited.sum).min()
    }

    fn batch_of(&mut self, atc: Atc) -> Option<&mut Batch> {
        self.batches.iter_mut().find(|batch| batch.has(atc))
    }
}

impl Batch {
    fn has(&self, atc: Atc) -> bool {
        self.keys.iter().any(|(held, _)| *held == atc)
    }
}
