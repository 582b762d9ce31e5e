use super::ReceiveKey;

/// The most receive keys that a device holds at a time: that of the last installed batch, one that
/// it offered and the issuer may already use, and one that it offers now.
pub const HELD_MAX: usize = 3;

/// The receive keys that a device holds, each with its epoch: 1 at enrolment, one more for every
/// key that a report offers.
#[derive(Debug)]
pub struct ReceiveKeys {
    /// The keys before the newest, in ascending order of their epochs.
    older: [Option<(u32, ReceiveKey)>; HELD_MAX - 1],
    newest: (u32, ReceiveKey),
}

impl ReceiveKeys {
    /// The key of the enrolment request.
    #[must_use]
    pub const fn enrolled(key: ReceiveKey) -> Self {
        Self::kept(1, key)
    }

    /// A stored key with its epoch; [`ReceiveKeys::push`] adds the later ones.
    #[must_use]
    pub const fn kept(epoch: u32, key: ReceiveKey) -> Self {
        Self {
            older: [const { None }; HELD_MAX - 1],
            newest: (epoch, key),
        }
    }

    /// Adds a key with the next epoch, and returns that epoch. Above [`HELD_MAX`] keys the oldest
    /// is erased. `None`, and the new key erased, when epochs are used up.
    pub fn push(&mut self, key: ReceiveKey) -> Option<u32> {
        let epoch = self.newest.0.checked_add(1)?;
        let before = core::mem::replace(&mut self.newest, (epoch, key));
        let [oldest, second] = &mut self.older;
        *oldest = second.take();
        *second = Some(before);
        Some(epoch)
    }

    /// The newest epoch.
    #[must_use]
    pub const fn newest(&self) -> u32 {
        self.newest.0
    }

    /// The key of an epoch, if it is still held.
    #[must_use]
    pub fn get(&self, epoch: u32) -> Option<&ReceiveKey> {
        self.iter()
            .find(|(held, _)| *held == epoch)
            .map(|(_, key)| key)
    }

    /// The keys in ascending order of their epochs, for a store that keeps them.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &ReceiveKey)> {
        let older = self.older.iter().flatten();
        older
            .chain(core::iter::once(&self.newest))
            .map(|(epoch, key)| (*epoch, key))
    }

    /// Erases every key before `epoch`, once a batch sealed to the key of `epoch` is installed:
    /// nobody can then open what was sealed to the erased ones.
    pub fn installed(&mut self, epoch: u32) {
        for slot in &mut self.older {
            if slot.as_ref().is_some_and(|(held, _)| *held < epoch) {
                *slot = None;
            }
        }
    }
}
