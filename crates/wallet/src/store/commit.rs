//! Writing the next generation, and erasing older ones.

use std::sync::Arc;

use rand_core::TryCryptoRng;

use super::error::{Failure, StoreError};
use super::folder::{File as _, Folder};
use super::found::names_in;
use super::generation;
use super::header::{HEADER_LEN, Header, SALT_LEN};
use super::name::Name;
use super::slot::Nonces;
use super::tail::{Slots, Tail};
use super::{STATE_MAX, Store};

impl<F: Folder> Store<F> {
    /// Stores a state as the next generation, durably: two syncs. Then the generation before the
    /// last is erased, with a third sync.
    ///
    /// `folded` is the number of the current tail's slots that the state contains. Records appended
    /// to that tail afterwards are not lost: the next opening returns them. The caller applies
    /// those records again and replaces the old tail by the new one.
    ///
    /// # Errors
    /// [`StoreError`]. The old tail goes on. The next opening finds the last state that was
    /// committed, or this one if the failure came so late that it was there already.
    pub fn commit<R: TryCryptoRng>(
        &mut self,
        state: &[u8],
        folded: usize,
        rng: &mut R,
    ) -> Result<Tail<F::File>, StoreError> {
        let header = self.next_header(state, folded, rng)?;
        let mut nonces = Nonces::draw(rng).map_err(|_| StoreError::Randomness)?;
        let written = generation::emit(&self.key, &header, state, &mut nonces);
        let (octets, records) = written.ok_or(StoreError::TooLong)?;
        let file = self.write(header.generation, &octets).inspect_err(|_| {
            // A file that has its name stays whole: a power cut may undo its removal.
            let new = Name::unfinished(header.generation);
            let _ = self.erase_all(|name| *name == new);
        })?;
        let slots = Arc::new(Slots::new(file, 0, self.slots.take(), folded));
        self.kept = [self.generation, header.generation];
        self.generation = header.generation;
        self.slots = Some(Arc::clone(&slots));
        // The change is durable. A file that cannot be erased now is tried again by the next
        // commit.
        let _ = self.erase_older();
        Ok(Tail::new(slots, records, nonces))
    }

    /// Erases every generation except the two newest.
    ///
    /// Data is erased for good after a commit of a state without it, use of the new tail, a second
    /// commit (then both generations are without it, and the second has the records appended during
    /// the first), and this call.
    ///
    /// # Errors
    /// [`StoreError::Io`]. What can be erased is, all the same.
    pub fn forget(&mut self) -> Result<(), StoreError> {
        self.erase_older()?;
        Ok(self.sync_folder()?)
    }

    /// Erases every file of the store.
    ///
    /// # Errors
    /// [`StoreError::Io`]. What can be erased is, all the same.
    pub fn wipe(self) -> Result<(), StoreError> {
        self.erase_all(|_| true)?;
        Ok(self.sync_folder()?)
    }

    /// Erases every file that is not one of the two newest generations, unfinished ones included.
    pub(super) fn erase_older(&self) -> Result<(), Failure> {
        self.erase_all(|name| name.new || !self.kept.contains(&name.generation))
    }

    /// Erases the unfinished files of interrupted commits.
    pub(super) fn erase_unfinished(&self) -> Result<(), Failure> {
        self.erase_all(|name| name.new)
    }

    fn next_header<R: TryCryptoRng>(
        &mut self,
        state: &[u8],
        folded: usize,
        rng: &mut R,
    ) -> Result<Header, StoreError> {
        let state_len = u32::try_from(state.len()).map_err(|_| StoreError::TooLong)?;
        if state.len() > STATE_MAX {
            return Err(StoreError::TooLong);
        }
        let mut salt = [0; SALT_LEN];
        let drawn = rng.try_fill_bytes(&mut salt);
        drawn.map_err(|_| StoreError::Randomness)?;
        self.highest = self.highest.checked_add(1).ok_or(StoreError::Numbers)?;
        Ok(Header {
            store: self.id,
            check: self.key.check_value(&self.id),
            generation: self.highest,
            // A damaged generation takes no records, so the new one has no predecessor.
            predecessor: self.slots.as_ref().map_or(0, |_| self.generation),
            folded: u16::try_from(folded).unwrap_or(u16::MAX),
            state_len,
            salt,
        })
    }

    /// Writes a file under a temporary name, syncs it, and renames it.
    fn write(&self, generation: u64, octets: &[u8]) -> Result<F::File, Failure> {
        let name = Name::of(generation).to_string();
        let new = Name::unfinished(generation).to_string();
        let new = new.as_str();
        let failed = |doing| move |cause| Failure::new(doing, new, cause);
        let file = self.folder.create(new).map_err(failed("create"))?;
        file.write_at(0, octets).map_err(failed("write"))?;
        file.sync().map_err(failed("sync"))?;
        let renamed = self.folder.rename(new, &name);
        renamed.map_err(failed("rename"))?;
        self.sync_folder()?;
        Ok(file)
    }

    /// Erases files: first the header is overwritten, and with it the salt without which nothing in
    /// the file can be decrypted; then the file is removed. After a failure the other files are
    /// still tried; the first failure is returned.
    fn erase_all(&self, unwanted: impl Fn(&Name) -> bool) -> Result<(), Failure> {
        let names = names_in(&self.folder)?;
        let erased = names
            .iter()
            .filter(|name| unwanted(name))
            .map(|name| self.erase(name));
        erased.fold(Ok(()), Result::and)
    }

    fn erase(&self, name: &Name) -> Result<(), Failure> {
        let name = name.to_string();
        let failed = |cause| Failure::new("erase", &name, cause);
        let file = self.folder.open(&name).map_err(failed)?;
        file.write_at(0, &[0; HEADER_LEN]).map_err(failed)?;
        file.sync().map_err(failed)?;
        self.folder.remove(&name).map_err(failed)
    }

    pub(super) fn sync_folder(&self) -> Result<(), Failure> {
        let synced = self.folder.sync();
        synced.map_err(|cause| Failure::of_folder("sync", cause))
    }
}
