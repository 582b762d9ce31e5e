//! Single-use keys at rest, batch by batch.

use std::collections::VecDeque;
use std::sync::Arc;

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_provisioning::Package;
use zeroize::Zeroizing;

/// A key, in a place of its own: what moves in a collection or is shared between copies of the book
/// is not the key.
pub(crate) type SharedKey = Arc<Zeroizing<[u8; 16]>>;

/// A key, copied straight into its place: moving it there would leave it on the stack.
pub(crate) fn shared(key: &[u8; 16]) -> SharedKey {
    let mut place = SharedKey::default();
    if let Some(octets) = Arc::get_mut(&mut place) {
        octets.copy_from_slice(key);
    }
    place
}

/// Keys that were provisioned together.
#[derive(Clone)]
pub(crate) struct Batch {
    /// The last second in which they are good; `None` if they do not expire.
    pub(crate) not_after: Option<UnixTime>,
    /// In ascending order of their counters.
    pub(crate) keys: VecDeque<(Atc, SharedKey)>,
}

/// The keys of one card, in ascending order of their counters. No batch is empty.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    pub(crate) batches: VecDeque<Batch>,
}

impl Batch {
    /// The keys of a package.
    pub(crate) fn of(package: &Package<'_>) -> Self {
        let keys = package.stored_keys();
        Self {
            not_after: package.not_after(),
            keys: keys.map(|(atc, key)| (atc, shared(key))).collect(),
        }
    }

    /// Unknown time lets it be good.
    pub(crate) fn is_good(&self, now: Option<UnixTime>) -> bool {
        let end = self.not_after.zip(now);
        end.is_none_or(|(not_after, now)| now <= not_after)
    }

    fn first(&self) -> Option<Atc> {
        self.keys.front().map(|(atc, _)| *atc)
    }
}

impl Keys {
    /// Adds a batch whose counters lie above all that are held and above `last`; `false` if they do
    /// not, or if it is empty.
    pub(crate) fn add(&mut self, batch: Batch, last: Option<Atc>) -> bool {
        let newer = batch.first() > self.last().max(last);
        if newer {
            self.batches.push_back(batch);
        }
        newer
    }

    /// The highest counter.
    pub(crate) fn last(&self) -> Option<Atc> {
        let batch = self.batches.back()?;
        batch.keys.back().map(|(atc, _)| *atc)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Atc, SharedKey)> {
        self.batches.iter().flat_map(|batch| &batch.keys)
    }

    /// How many are good, and how many are past the end of their batch.
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

    /// The counter that is used next.
    pub(crate) fn next(&self, now: Option<UnixTime>) -> Option<Atc> {
        let mut batches = self.batches.iter();
        batches.find(|batch| batch.is_good(now))?.first()
    }

    /// The key that is used next, if it is that of this counter.
    pub(crate) fn get(&self, atc: Atc, now: Option<UnixTime>) -> Option<SharedKey> {
        let mut batches = self.batches.iter().filter(|batch| batch.is_good(now));
        let (first, key) = batches.next()?.keys.front()?;
        (*first == atc).then(|| Arc::clone(key))
    }

    pub(crate) fn holds(&self, atc: Atc) -> bool {
        self.iter().any(|(held, _)| *held == atc)
    }

    /// Erases the key of this counter and those below it, which cannot be used any more.
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

    /// Erases the batches that have ended by a time that the issuer signed.
    pub(crate) fn erase_expired(&mut self, signed: UnixTime) {
        self.batches.retain(|batch| batch.is_good(Some(signed)));
    }

    /// The next end of a batch.
    pub(crate) fn next_end(&self) -> Option<UnixTime> {
        self.batches
            .iter()
            .filter_map(|batch| batch.not_after)
            .min()
    }
}
