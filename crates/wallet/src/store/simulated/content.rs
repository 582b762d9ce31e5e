//! Files and names, each in its durable state and with the later changes.

use std::collections::BTreeMap;
use std::io;

/// A file, whatever its name.
pub(super) type Inode = usize;

/// The outcome of an unsynced change when the power is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The change reached the disk.
    Kept,
    /// The change was lost.
    Lost,
    /// The first octets of a write reached the disk; a change of a name is lost.
    Torn(usize),
}

#[derive(Clone, Default)]
pub(super) struct Content {
    files: Vec<Octets>,
    names: BTreeMap<String, Inode>,
    durable_names: BTreeMap<String, Inode>,
    changes: Vec<Change>,
}

#[derive(Clone, Default)]
struct Octets {
    now: Vec<u8>,
    durable: Vec<u8>,
    writes: Vec<(usize, Vec<u8>)>,
}

/// A change of names that is not durable.
#[derive(Clone)]
enum Change {
    Create(String, Inode),
    Rename(String, String, Inode),
    Remove(String),
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<String, Inode>) {
        match self {
            Self::Create(name, inode) => {
                names.insert(name.clone(), *inode);
            }
            Self::Rename(from, to, inode) => {
                names.remove(from);
                names.insert(to.clone(), *inode);
            }
            Self::Remove(name) => {
                names.remove(name);
            }
        }
    }
}

impl Content {
    pub(super) fn names(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
    }

    pub(super) fn find(&self, name: &str) -> io::Result<Inode> {
        let inode = self.names.get(name).copied();
        inode.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    pub(super) fn is_named(&self, inode: Inode) -> bool {
        self.names.values().any(|named| *named == inode)
    }

    pub(super) fn octets(&self, inode: Inode) -> &[u8] {
        self.files.get(inode).map_or(&[], |file| &file.now)
    }

    pub(super) fn create(&mut self, name: &str) -> io::Result<Inode> {
        if self.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let inode = self.files.len();
        self.files.push(Octets::default());
        self.change(Change::Create(name.to_owned(), inode));
        Ok(inode)
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let inode = self.find(from)?;
        self.change(Change::Rename(from.to_owned(), to.to_owned(), inode));
        Ok(())
    }

    pub(super) fn remove(&mut self, name: &str) -> io::Result<()> {
        self.find(name)?;
        self.change(Change::Remove(name.to_owned()));
        Ok(())
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }

    pub(super) fn write(&mut self, inode: Inode, offset: usize, octets: &[u8]) {
        if let Some(file) = self.files.get_mut(inode) {
            put(&mut file.now, offset, octets);
            file.writes.push((offset, octets.to_vec()));
        }
    }

    pub(super) fn sync_file(&mut self, inode: Inode) {
        if let Some(file) = self.files.get_mut(inode) {
            file.durable.clone_from(&file.now);
            file.writes.clear();
        }
    }

    pub(super) fn sync_names(&mut self) {
        self.durable_names.clone_from(&self.names);
        self.changes.clear();
    }

    /// The content of the disk after a power cut.
    pub(super) fn after_power_cut(&self, mut fate: impl FnMut() -> Fate) -> Self {
        let mut after = Self {
            files: self
                .files
                .iter()
                .map(|file| file.after_power_cut(&mut fate))
                .collect(),
            names: self.durable_names.clone(),
            ..Self::default()
        };
        for change in &self.changes {
            if fate() == Fate::Kept {
                change.apply(&mut after.names);
            }
        }
        after.sync_names();
        after
    }

    /// The octets of every file, with or without a name: the present ones and the durable ones.
    pub(super) fn remains(&self) -> Vec<Vec<u8>> {
        let both = |file: &Octets| [file.now.clone(), file.durable.clone()];
        let mut remains: Vec<_> = self.files.iter().flat_map(both).collect();
        remains.dedup();
        remains
    }

    /// Creates a file, durably, and replaces any file of that name.
    pub(super) fn put_file(&mut self, name: &str, octets: &[u8]) {
        let inode = self.files.len();
        self.files.push(Octets {
            now: octets.to_vec(),
            durable: octets.to_vec(),
            writes: Vec::new(),
        });
        self.change(Change::Create(name.to_owned(), inode));
        self.sync_names();
    }
}

impl Octets {
    fn after_power_cut(&self, fate: &mut impl FnMut() -> Fate) -> Self {
        let mut durable = self.durable.clone();
        for (offset, octets) in &self.writes {
            let kept = match fate() {
                Fate::Kept => octets.len(),
                Fate::Lost => continue,
                Fate::Torn(kept) => kept,
            };
            put(&mut durable, *offset, octets.get(..kept).unwrap_or(octets));
        }
        Self {
            now: durable.clone(),
            durable,
            writes: Vec::new(),
        }
    }
}

/// Writes octets at an offset, over a hole of zeros if the file is too short.
fn put(file: &mut Vec<u8>, offset: usize, octets: &[u8]) {
    let end = offset + octets.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    for (to, from) in file.iter_mut().skip(offset).zip(octets) {
        *to = *from;
    }
}
