//! Benchmarks of the wallet: a tap on disk relative to one in memory, arming, opening, and the
//! growth of each with cards, keys, history and waiting marks. Nothing is asserted. The folder is
//! in the target directory, on this machine's disk.

mod scene;

use std::fs;
use std::hint::black_box;
use std::os::unix::fs::FileExt as _;
use std::time::Instant;

use anyhow::Result;
use understudy_benches::report;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::Folder;

use scene::{Bare, Device, Size};

/// Measurements of a pair; odd, so that one of them is the median.
const ROUNDS: usize = 301;
/// The number of measurements that use up a key each, fewer than the marks that may wait.
const FEW: usize = 61;

const LITTLE: Size = Size {
    cards: 1,
    keys: 10,
    payments: 0,
    reported: true,
};
const TEN_CARDS: Size = Size {
    cards: 10,
    keys: 50,
    payments: 0,
    reported: true,
};
const GROWN: [(&str, Size); 5] = [
    (
        "ten cards of 10 keys",
        Size {
            cards: 10,
            ..LITTLE
        },
    ),
    (
        "one card of 500 keys",
        Size {
            keys: 500,
            ..LITTLE
        },
    ),
    (
        "a full history",
        Size {
            payments: 100,
            ..LITTLE
        },
    ),
    (
        "3,000 marks waiting",
        Size {
            payments: 3000,
            reported: false,
            ..LITTLE
        },
    ),
    (
        "ten cards of 50 keys, full histories",
        Size {
            payments: 100,
            ..TEN_CARDS
        },
    ),
];

fn main() -> Result<()> {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let bare = Bare::create(&home.path().join("bare"))?;
    taps(&home, &bare)?;
    arming(&home, &bare)?;
    opening(&home)?;
    growth(&home)
}

/// The duration of `body` in seconds, without the dropping of its result.
fn timed<T, E>(body: impl FnOnce() -> Result<T, E>) -> Result<f64>
where
    anyhow::Error: From<E>,
{
    let start = Instant::now();
    let made = black_box(body()?);
    let seconds = start.elapsed().as_secs_f64();
    drop(made);
    Ok(seconds)
}

/// The seconds of a whole tap with an armed key (SELECT, GET PROCESSING OPTIONS, loss of the
/// field), and of its GET PROCESSING OPTIONS alone. Arms the next key afterwards.
fn tap<F: Folder>(device: &mut Device<F>) -> Result<[f64; 2]> {
    device.wallet.user_acted();
    device.wallet.settle()?;
    let (select, gpo) = (select(UNIONPAY_DEBIT), GpoData::default().command());
    let mut answer = [0; 258];
    let start = Instant::now();
    black_box(device.wallet.process(black_box(&select), &mut answer));
    let selected = start.elapsed();
    let paid = device.wallet.process(black_box(&gpo), &mut answer);
    let answered = start.elapsed();
    anyhow::ensure!(paid.ends_with(&[0x90, 0x00]), "no cryptogram");
    device.wallet.field_lost();
    let whole = start.elapsed();
    device.wallet.settle()?;
    Ok([whole, answered.saturating_sub(selected)].map(|time| time.as_secs_f64()))
}

/// Taps on disk and in memory, relative to each other and to one bare write of 64 octets.
fn taps(home: &tempfile::TempDir, bare: &Bare) -> Result<()> {
    let size = Size {
        keys: 900,
        ..LITTLE
    };
    let mut memory = Device::build(size)?;
    let mut disk = Device::build(size)?.on_disk(&home.path().join("taps"))?;
    let (mut whole, mut gpo, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let [disk_whole, disk_gpo] = tap(&mut disk)?;
        let [memory_whole, memory_gpo] = tap(&mut memory)?;
        whole.push([disk_whole, memory_whole]);
        gpo.push([disk_gpo, memory_gpo]);
        let written = timed(|| bare.file.write_all_at(&[1; 64], 64 * (round % 128) as u64))?;
        beside.push([disk_gpo, written]);
    }
    report(["whole tap on disk", "the same in memory"], whole);
    report(["GPO with an armed key on disk", "the same in memory"], gpo);
    report(["GPO on disk", "a bare 64-octet write"], beside);
    let waited = disk.wallet.storage()?.waited;
    println!("taps that waited for the disk: {waited} of {ROUNDS}");
    Ok(())
}

/// A settlement after each tap, relative to a bare write and sync.
fn arming(home: &tempfile::TempDir, bare: &Bare) -> Result<()> {
    let size = Size {
        keys: 900,
        ..LITTLE
    };
    let device = Device::build(size)?.on_disk(&home.path().join("arming"))?;
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        device.wallet.user_acted();
        device.wallet.settle()?;
        device.pay()?;
        let ours = timed(|| device.wallet.settle())?;
        let theirs = timed(|| {
            let place = 64 * (round % 128) as u64;
            let written = bare.file.write_all_at(&[2; 64], place);
            written.and_then(|()| bare.file.sync_data())
        })?;
        rounds.push([ours, theirs]);
    }
    report(["arm the next key", "a bare write and sync"], rounds);
    Ok(())
}

/// The opening of ten cards of fifty keys with full histories, relative to reading the same files.
fn opening(home: &tempfile::TempDir) -> Result<()> {
    let size = Size {
        payments: 100,
        ..TEN_CARDS
    };
    let little = home.path().join("open-little");
    let large = home.path().join("open-large");
    let small = Device::build(LITTLE)?.on_disk(&little)?;
    let device = Device::build(size)?.on_disk(&large)?;
    let octets = device.wallet.storage()?.octets;
    drop((small, device));
    let (mut beside, mut grown) = (Vec::new(), Vec::new());
    for _ in 0..FEW {
        let ours = timed(|| scene::open(&large))?;
        let read = timed(|| {
            let entries = fs::read_dir(&large)?;
            let contents = entries.map(|entry| fs::read(entry?.path()));
            contents.collect::<std::io::Result<Vec<_>>>()
        })?;
        beside.push([ours, read]);
        grown.push([ours, timed(|| scene::open(&little))?]);
    }
    println!("ten cards of 50 keys, full histories: {octets} octets on disk");
    report(["open that", "reading its files"], beside);
    report(["open that", "one card of 10 keys"], grown);
    Ok(())
}

/// Taps and settlements of large wallets, relative to those of a small one.
fn growth(home: &tempfile::TempDir) -> Result<()> {
    for (number, (name, size)) in GROWN.into_iter().enumerate() {
        let folder = |side: &str| home.path().join(format!("{side}-{number}"));
        let mut little = Device::build(LITTLE)?.on_disk(&folder("little"))?;
        let mut grown = Device::build(size)?.on_disk(&folder("grown"))?;
        let (mut taps, mut letters) = (Vec::new(), Vec::new());
        for round in 0..FEW {
            // The first one runs with cold caches, so they take turns.
            let [one, other] = if round % 2 == 0 {
                [tap(&mut grown)?, tap(&mut little)?]
            } else {
                let other = tap(&mut little)?;
                [tap(&mut grown)?, other]
            };
            taps.push([one[0], other[0]]);
            // Keeps the number of keys constant.
            letters.push([grown.replenish()?, little.replenish()?]);
        }
        report([&format!("tap, {name}"), "one card of 10 keys"], taps);
        report(
            [&format!("a letter, {name}"), "one card of 10 keys"],
            letters,
        );
    }
    Ok(())
}
