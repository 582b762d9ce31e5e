//! Benchmark of a sale at a till, in its files: with few entries in the batch and with many.
//! Nothing is asserted; the speed of the disk cancels in the ratio to a bare append of the same
//! length.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::Track2;
use understudy_pos::host::{Host, HostError, Request, Response, ResponseCode};
use understudy_pos::pin_pad::{PinEntry, PinPad, PinProblem, PinRequest};
use understudy_pos::till::{OnMismatch, Till, TillFile, TillFiles, TillRules};
use understudy_pos::{
    Aid, CardEntry, Config, Cvm, LocalTime, OnlineRequest, Transaction, TransactionType,
};

/// The number of sales that are timed at each size of the batch.
const TIMED: usize = 500;
/// The sizes of the batch.
const SIZES: [usize; 3] = [10, 1_000, 10_000];
/// The number of sales of the long run, settled half-way.
const LONG: usize = 30_000;
/// The octets of a sale's two appends, approximately.
const LINES: [usize; 2] = [578, 90];

fn main() -> Result<()> {
    println!(
        "{:<24} {:>10} {:>8} {:>12} {:>10}",
        "entries in the batch", "a sale µs", "bare µs", "sale : bare", "open ms"
    );
    for size in SIZES {
        row(size)?;
    }
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut till = open(&folder)?;
    let start = Instant::now();
    for half in 0..2 {
        sell(&mut till, LONG / 2)?;
        if half == 0 {
            till.settle(now()?, OnMismatch::StayOpen, &mut Approving)?;
        }
    }
    println!(
        "{LONG} sales and a settlement: {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn row(size: usize) -> Result<()> {
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut till = open(&folder)?;
    sell(&mut till, size)?;
    let mut bare = File::create(folder.path().join("bare"))?;
    let (mut sales, mut appends) = (Vec::new(), Vec::new());
    // In turn, so that other work of the disk affects both.
    for _ in 0..TIMED {
        sales.push(timed(|| sell(&mut till, 1))?);
        appends.push(timed(|| append(&mut bare))?);
    }
    let (sales, appends) = (median(sales)?, median(appends)?);
    drop(till);
    let start = Instant::now();
    open(&folder)?;
    let opened = start.elapsed();
    println!(
        "{size:<24} {:>10.0} {:>8.0} {:>12.2} {:>10.1}",
        sales.as_secs_f64() * 1e6,
        appends.as_secs_f64() * 1e6,
        sales.as_secs_f64() / appends.as_secs_f64(),
        opened.as_secs_f64() * 1e3,
    );
    Ok(())
}

/// Appends the octets of a sale to a file, without the till.
fn append(bare: &mut File) -> Result<()> {
    for length in LINES {
        bare.write_all(&vec![b'.'; length])?;
        bare.sync_data()?;
    }
    Ok(())
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Result<Duration> {
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .copied()
        .context("nothing was timed")
}

fn open(folder: &TempDir) -> Result<Till<Folder>> {
    let files = Folder {
        path: folder.path().to_owned(),
    };
    Ok(Till::open(&Config::default(), TillRules::default(), files)?)
}

fn now() -> Result<LocalTime> {
    LocalTime::from_unix(1_795_336_200, 480).context("a time")
}

fn sell(till: &mut Till<Folder>, count: usize) -> Result<()> {
    let amount = Amount::new(1234, Currency::CNY).context("an amount")?;
    let request = OnlineRequest {
        entry: CardEntry::Contactless,
        transaction: Transaction::new(TransactionType::Purchase, amount, now()?, 1)?,
        de55: hex::decode(DE55)?,
        track2: Track2::parse(&hex::decode("6230123456789014D30122200000000000000F")?)
            .ok()
            .context("a track")?,
        psn: Some(1),
        cvm: Cvm::None,
        aid: Aid::new(&hex::decode("A000000333010101")?).context("an AID")?,
        label: "UnionPay Debit".to_owned(),
    };
    for _ in 0..count {
        till.complete_online(&request, &mut Approving, &mut NoPad)?;
    }
    Ok(())
}

/// The chip data of a reversal: 9F26 9F10 95 9F1E 9F36.
const DE55: &str = "9F260811223344556677889F100807010103A00000019505000000000\
                    09F1E0830303030303030319F36020001";

struct Approving;

impl Host for Approving {
    fn send(&mut self, _: &Request) -> Result<Response, HostError> {
        Ok(Response::new(ResponseCode::APPROVED))
    }
}

struct NoPad;

impl PinPad for NoPad {
    fn enter(&mut self, _: &PinRequest<'_>) -> PinEntry {
        PinEntry::None(PinProblem::Unavailable)
    }
}

/// A till's files in a folder, with each append synced.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn file(&self, file: TillFile) -> PathBuf {
        self.path.join(format!("{file:?}"))
    }
}

impl TillFiles for Folder {
    fn read(&self, file: TillFile, _: u64) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        let new = self.path.join("new");
        let mut written = File::create(&new)?;
        written.write_all(content)?;
        written.sync_all()?;
        fs::rename(new, self.file(file))?;
        File::open(&self.path)?.sync_all()
    }

    fn append(&mut self, file: TillFile, _: u64, octets: &[u8]) -> io::Result<()> {
        let path = self.file(file);
        let mut open = OpenOptions::new().append(true).open(path)?;
        open.write_all(octets)?;
        open.sync_data()
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        match fs::remove_file(self.file(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            removed => removed.map(|()| true),
        }
    }
}
