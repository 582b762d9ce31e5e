//! Keys as they are stored, batch by batch: single-use keys, or one limited-use key.

use std::collections::VecDeque;
use std::sync::Arc;

use understudy_core::card::UnixTime;
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithm, Algorithms, Atc, SessionKey};
use understudy_provisioning::Package;
use zeroize::Zeroizing;

#[cfg(feature = "limited-use")]
mod limited_use;
#[cfg(feature = "limited-use")]
pub(crate) use limited_use::for_counters;

/// The keys of a counter on the heap, one of each algorithm: neither a collection that grows nor a copy
/// of the book moves them.
pub(crate) type SharedKeys = Arc<Zeroizing<Box<[u8]>>>;

/// Keys, copied directly to the heap: moving them there would leave a copy on the stack.
pub(crate) fn shared(keys: &[u8]) -> SharedKeys {
    Arc::new(Zeroizing::new(Box::from(keys)))
}

/// A limited-use key's index, and what is left of its sum.
#[cfg(feature = "limited-use")]
#[derive(Clone, Copy)]
pub(crate) struct Limited {
    pub(crate) index: KeyIndex,
    /// In minor units of the card's currency.
    pub(crate) sum: u64,
}

/// Keys that were provisioned together.
#[derive(Clone)]
pub(crate) struct Batch {
    /// The last second in which the keys are good; `None` if they do not expire.
    pub(crate) not_after: Option<UnixTime>,
    /// The algorithms of the keys of each counter.
    pub(crate) algorithms: Algorithms,
    /// Of a limited-use key, which every counter shares.
    #[cfg(feature = "limited-use")]
    pub(crate) limited: Option<Limited>,
    /// The keys, in ascending order of their counters.
    pub(crate) keys: VecDeque<(Atc, SharedKeys)>,
}

/// The keys of one card, in ascending order of their counters. No batch is empty.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    pub(crate) batches: VecDeque<Batch>,
}

impl Batch {
    /// The keys of a package.
    pub(crate) fn of(package: &Package<'_>) -> Self {
        #[cfg(feature = "limited-use")]
        if let Some(key) = package.limited_use() {
            return Self::of_limited_use(package, &key);
        }
        let keys = package.keys();
        Self {
            not_after: package.not_after(),
            algorithms: package.algorithms(),
            #[cfg(feature = "limited-use")]
            limited: None,
            keys: keys
                .map(|(atc, keys)| (atc, shared(keys.octets())))
                .collect(),
        }
    }

    /// True if the keys may be used; also if the time is unknown.
    pub(crate) fn is_good(&self, now: Option<UnixTime>) -> bool {
        let end = self.not_after.zip(now);
        end.is_none_or(|(not_after, now)| now <= not_after)
    }

    fn first(&self) -> Option<Atc> {
        self.keys.front().map(|(atc, _)| *atc)
    }
}

impl Keys {
    /// Adds a batch; a limited-use key takes the place of those before. `false` if it is empty, or if its counters are not all above those held and
    /// above `last`.
    pub(crate) fn add(&mut self, batch: Batch, last: Option<Atc>) -> bool {
        let newer = batch.first() > self.last().max(last);
        if newer {
            #[cfg(feature = "limited-use")]
            if batch.limited.is_some() {
                self.batches.clear();
            }
            self.batches.push_back(batch);
        }
        newer
    }

    /// The highest counter.
    pub(crate) fn last(&self) -> Option<Atc> {
        let batch = self.batches.back()?;
        batch.keys.back().map(|(atc, _)| *atc)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Atc, SharedKeys)> {
        self.batches.iter().flat_map(|batch| &batch.keys)
    }

    /// The number of keys that are good, and of those past the end of their batch.
    pub(crate) fn count(&self, now: Option<UnixTime>) -> (u16, u16) {
        let batches = self.batches.iter();
        batches.fold((0, 0), |(good, expired), batch| {
            let keys = u16::try_from(batch.keys.len()).unwrap_or(u16::MAX);
            if batch.is_good(now) {
                (keys.saturating_add(good), expired)
            } else {
                (good, keys.saturating_add(expired))
            }
        })
    }

    /// The counter of the next key.
    pub(crate) fn next(&self, now: Option<UnixTime>) -> Option<Atc> {
        let mut batches = self.batches.iter();
        batches.find(|batch| batch.is_good(now))?.first()
    }

    /// The next single-use key of this algorithm, if it has this counter.
    pub(crate) fn get(
        &self,
        atc: Atc,
        algorithm: Algorithm,
        now: Option<UnixTime>,
    ) -> Option<SessionKey> {
        let batch = self.batches.iter().find(|batch| batch.is_good(now))?;
        let (first, keys) = batch.keys.front()?;
        let keys = (*first == atc).then_some(keys)?;
        #[cfg(feature = "limited-use")]
        if batch.limited.is_some() {
            return None;
        }
        batch.algorithms.session_key(keys, algorithm)
    }

    pub(crate) fn holds(&self, atc: Atc) -> bool {
        self.iter().any(|(held, _)| *held == atc)
    }

    /// Erases the key of this counter and those with lower ones, which cannot be used any more.
    pub(crate) fn pass(&mut self, atc: Atc) {
        for batch in &mut self.batches {
            while batch.first().is_some_and(|first| first <= atc) {
                batch.keys.pop_front();
            }
            if !batch.keys.is_empty() {
                break;
            }
        }
        self.batches.retain(|batch| !batch.keys.is_empty());
    }

    /// Erases the batches that had ended at a time that the issuer signed.
    pub(crate) fn erase_expired(&mut self, signed: UnixTime) {
        self.batches.retain(|batch| batch.is_good(Some(signed)));
    }

    /// The end of the batch that ends first.
    pub(crate) fn next_end(&self) -> Option<UnixTime> {
        self.batches
            .iter()
            .filter_map(|batch| batch.not_after)
            .min()
    }
}
