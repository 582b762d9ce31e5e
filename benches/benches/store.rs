//! Benchmarks of the wallet's store, as ratios to the bare calls of the operating system and the
//! cipher that it needs at least. The folder is in the target directory, on this machine's disk.

use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use getrandom::SysRng;
use understudy_benches::report;
use understudy_wallet::store::{Disk, RECORD_LEN, SLOTS, StorageKey, Store, Tail};
use zeroize::Zeroizing;

/// The length of a state in octets: about that of ten cards of fifty keys, with a history.
const STATE_LEN: usize = 100_000;
const KEY: [u8; 32] = [7; 32];

struct Scene {
    folder: PathBuf,
    store: Store<Disk>,
    state: Vec<u8>,
    /// A file of the length of a generation's slots, written once.
    bare: File,
}

fn main() -> Result<()> {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut scene = Scene::new(&home.path().join("wallet"))?;
    appending(&mut scene)?;
    arming(&mut scene)?;
    committing(&mut scene)?;
    opening(scene)
}

/// The duration of `body` in seconds.
fn timed<T>(body: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    black_box(body()?);
    Ok(start.elapsed().as_secs_f64())
}

impl Scene {
    fn new(folder: &Path) -> Result<Self> {
        let bare = File::create_new(folder.with_extension("bare"))?;
        bare.write_all_at(&[0; 64 * SLOTS], 0)?;
        bare.sync_all()?;
        let mut scene = Self {
            folder: folder.to_owned(),
            store: open(folder)?,
            state: vec![0x5A; STATE_LEN],
            bare,
        };
        for _ in 0..3 {
            scene.commit()?;
        }
        Ok(scene)
    }

    fn commit(&mut self) -> Result<Tail<File>> {
        Ok(self.store.commit(&self.state, 0, &mut SysRng)?)
    }

    fn write_bare(&self, index: usize) -> Result<()> {
        Ok(self.bare.write_all_at(&[1; 64], 64 * index as u64)?)
    }
}

fn open(folder: &Path) -> Result<Store<Disk>> {
    let key = StorageKey::new(Zeroizing::new(KEY));
    let opened = Store::open(Disk::open(folder)?, &key, &mut SysRng)?;
    black_box(opened.state);
    Ok(opened.store)
}

/// An append of a record, relative to a bare write of 64 octets.
fn appending(scene: &mut Scene) -> Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..101 {
        let mut tail = scene.commit()?;
        let record = [0x5A; RECORD_LEN];
        let ours = timed(|| Ok((0..SLOTS).try_for_each(|_| tail.append(&record))?))?;
        let theirs = timed(|| (0..SLOTS).try_for_each(|index| scene.write_bare(index)))?;
        rounds.push([ours, theirs].map(|seconds| seconds / 128.0));
    }
    report(["append a record", "a bare 64-octet write"], rounds);
    Ok(())
}

/// An append and sync of a record, relative to a bare write and sync.
fn arming(scene: &mut Scene) -> Result<()> {
    let mut tail = scene.commit()?;
    let mut rounds = Vec::new();
    for index in 0..SLOTS {
        let ours = timed(|| {
            tail.append(&[0x5A; RECORD_LEN])?;
            Ok(tail.file().sync()?)
        })?;
        let theirs = timed(|| {
            scene.write_bare(index)?;
            Ok(scene.bare.sync_data()?)
        })?;
        rounds.push([ours, theirs]);
    }
    report(["arm", "a bare write and sync"], rounds);
    Ok(())
}

/// A commit of a generation, relative to writing, syncing and renaming a file of the same length.
fn committing(scene: &mut Scene) -> Result<()> {
    let octets = vec![1; STATE_LEN + 128 * SLOTS];
    let [new, old] = ["new", "old"].map(|name| scene.folder.with_extension(name));
    let home = File::open(scene.folder.parent().context("no parent")?)?;
    let mut rounds = Vec::new();
    for _ in 0..51 {
        let ours = timed(|| scene.commit())?;
        let theirs = timed(|| {
            let file = File::create(&new)?;
            file.write_all_at(&octets, 0)?;
            file.sync_data()?;
            fs::rename(&new, &old)?;
            Ok(home.sync_all()?)
        })?;
        rounds.push([ours, theirs]);
    }
    report(["commit 100 kB and erase", "a bare file replaced"], rounds);
    Ok(())
}

/// An opening with every slot used, relative to reading the two files and decrypting the snapshot.
fn opening(mut scene: Scene) -> Result<()> {
    let mut tail = scene.commit()?;
    (0..SLOTS).try_for_each(|_| tail.append(&[0x5A; RECORD_LEN]))?;
    tail.file().sync()?;
    let Scene {
        folder,
        store,
        state,
        ..
    } = scene;
    drop((store, tail));
    let cipher = ChaCha20Poly1305::new(&KEY.into());
    let sealed = cipher.encrypt(&[0; 12].into(), state.as_slice());
    let sealed = sealed.ok().context("the cipher failed")?;
    let mut rounds = Vec::new();
    for _ in 0..101 {
        let ours = timed(|| open(&folder))?;
        let theirs = timed(|| {
            for entry in fs::read_dir(&folder)? {
                black_box(fs::read(entry?.path())?);
            }
            let opened = cipher.decrypt(&[0; 12].into(), sealed.as_slice());
            opened.ok().context("the cipher failed")
        })?;
        rounds.push([ours, theirs]);
    }
    report(["open 100 kB", "reading and decrypting it"], rounds);
    Ok(())
}
