use std::sync::Arc;

use understudy_provisioning::keys::{ReceiveKey, ReceiveKeys};
use zeroize::Zeroizing;

/// A stored receive key with its epoch, on the heap, so that a collection that grows moves no key.
pub(crate) type KeptKey = (u32, Arc<ReceiveKey>);

/// The receive keys as they are stored. [`ReceiveKeys`], which checks which of them are held, is
/// built from them for one use: it holds the keys themselves and cannot be shared.
#[derive(Clone)]
pub(crate) struct Keyring {
    /// The keys before the newest, in ascending order of their epochs, without gaps.
    older: Vec<KeptKey>,
    newest: KeptKey,
}

/// A key for storage.
pub(crate) fn kept(epoch: u32, key: &ReceiveKey) -> KeptKey {
    (epoch, Arc::new(copy(key)))
}

impl Keyring {
    pub(crate) fn enrolled(key: &ReceiveKey) -> Self {
        Self {
            older: Vec::new(),
            newest: kept(1, key),
        }
    }

    /// The keys from storage, in ascending order; `None` if there is none, if epochs are missing or
    /// start at 0, or if there are more than a device holds.
    pub(crate) fn restored(mut keys: Vec<KeptKey>) -> Option<Self> {
        let newest = keys.pop()?;
        let ring = Self {
            older: keys,
            newest,
        };
        let held: Vec<u32> = ring.ring().iter().map(|(epoch, _)| epoch).collect();
        let whole = ring
            .iter()
            .map(|(epoch, _)| *epoch)
            .eq(held.iter().copied());
        (whole && held.first() >= Some(&1)).then_some(ring)
    }

    /// Adds a key and returns its epoch; `None` when epochs are used up.
    pub(crate) fn push(&mut self, key: ReceiveKey) -> Option<u32> {
        let at_rest = Arc::new(copy(&key));
        let mut ring = self.ring();
        let epoch = ring.push(key)?;
        let before = std::mem::replace(&mut self.newest, (epoch, at_rest));
        self.older.push(before);
        self.keep_those_of(&ring);
        Some(epoch)
    }

    /// Erases every key before `epoch`, once a batch sealed to that key is installed.
    pub(crate) fn installed(&mut self, epoch: u32) {
        let mut ring = self.ring();
        ring.installed(epoch);
        self.keep_those_of(&ring);
    }

    /// The keys, for opening a letter.
    pub(crate) fn ring(&self) -> ReceiveKeys {
        let (epoch, oldest) = self.older.first().unwrap_or(&self.newest);
        let mut ring = ReceiveKeys::kept(*epoch, copy(oldest));
        for (_, key) in self.iter().skip(1) {
            ring.push(copy(key));
        }
        ring
    }

    pub(crate) const fn newest(&self) -> u32 {
        self.newest.0
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &KeptKey> {
        self.older.iter().chain(std::iter::once(&self.newest))
    }

    fn keep_those_of(&mut self, ring: &ReceiveKeys) {
        self.older.retain(|(epoch, _)| ring.get(*epoch).is_some());
    }
}

fn copy(key: &ReceiveKey) -> ReceiveKey {
    ReceiveKey::from_octets(Zeroizing::new(*key.expose()))
}
