//! A disk in memory, whose files can also be read and written without the till.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use sha2::{Digest, Sha256};
use understudy_pos::Config;
use understudy_pos::till::{Till, TillFile, TillFiles, TillRules, TillState};

pub(crate) type Files = BTreeMap<TillFile, Vec<u8>>;

/// A disk that may be full, and counts the operations on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Rc<RefCell<Content>>);

#[derive(Debug, Default)]
struct Content {
    files: Files,
    /// The number of writes left; `None`: unlimited.
    left: Option<usize>,
    writes: usize,
    octets: usize,
}

impl Disk {
    pub(crate) fn of(files: Files) -> Self {
        let disk = Self::default();
        disk.0.borrow_mut().files = files;
        disk
    }

    pub(crate) fn files(&self) -> Files {
        self.0.borrow().files.clone()
    }

    /// All files as text, one after the other.
    pub(crate) fn text(&self) -> String {
        let files = self.0.borrow().files.clone();
        let texts = files.into_values().map(String::from_utf8);
        texts.map(Result::unwrap).collect()
    }

    /// The number of writes.
    pub(crate) fn writes(&self) -> usize {
        self.0.borrow().writes
    }

    /// The number of octets written.
    pub(crate) fn octets(&self) -> usize {
        self.0.borrow().octets
    }

    pub(crate) fn set_full(&self, full: bool) {
        self.0.borrow_mut().left = full.then_some(0);
    }

    /// Lets the disk become full after `writes` more writes.
    pub(crate) fn set_left(&self, writes: usize) {
        self.0.borrow_mut().left = Some(writes);
    }

    /// The latest journal, as text.
    pub(crate) fn journal(&self) -> String {
        let files = self.files();
        let (_, latest) = files.into_iter().next_back().unwrap();
        String::from_utf8(latest).unwrap()
    }

    pub(crate) fn state(&self) -> TillState {
        let config = Config::default();
        let till = Till::open(&config, TillRules::default(), self.clone()).unwrap();
        till.state().clone()
    }

    /// The same disk with `from` replaced by `to` in the latest journal, whose lines are sealed
    /// again.
    pub(crate) fn forged(&self, from: &str, to: &str) -> Self {
        let mut files = self.files();
        let (_, journal) = files.iter_mut().next_back().unwrap();
        let text = String::from_utf8(journal.clone()).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        let lines = text.lines().map(|line| line.rsplit_once(' ').unwrap().0);
        let altered: Vec<_> = lines.map(|line| line.replace(from, to)).collect();
        *journal = sealed(&altered).into_bytes();
        Self::of(files)
    }

    fn write(&self, octets: usize) -> io::Result<()> {
        let mut content = self.0.borrow_mut();
        content.left = match content.left {
            Some(0) => return Err(io::Error::from(io::ErrorKind::StorageFull)),
            left => left.map(|left| left - 1),
        };
        content.writes += 1;
        content.octets += octets;
        Ok(())
    }
}

/// These lines, sealed by the rules of `docs/formats.md`.
pub(crate) fn sealed(lines: &[impl AsRef<str>]) -> String {
    let mut seal = vec![0; 16];
    let mut text = String::new();
    for line in lines.iter().map(AsRef::as_ref) {
        let digest = Sha256::digest([&seal, line.as_bytes()].concat());
        seal = digest[..16].to_vec();
        text.extend([line, " ", &hex::encode_upper(&seal), "\n"]);
    }
    text
}

impl TillFiles for Disk {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        self.0.borrow().files.read(file, most)
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        self.write(content.len())?;
        self.0.borrow_mut().files.replace(file, content)
    }

    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()> {
        self.write(octets.len())?;
        TillFiles::append(&mut self.0.borrow_mut().files, file, length, octets)
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        TillFiles::remove(&mut self.0.borrow_mut().files, file)
    }
}
