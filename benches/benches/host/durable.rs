//! Authorisations that are durable before they are answered, of one caller and of many.
//!
//! A slower disk is simulated: after each sync of this machine's disk, for a commit as for a bare
//! write, the thread that made it sleeps for the additional time.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use criterion::{BatchSize, Criterion};
use tempfile::TempDir;
use understudy_issuer::Issuer;

use crate::scene::{BATCH, Tap, Taps, folder, issuer};

/// The number of rounds. The rows are measured in turn within each, so that other work of the disk
/// affects all of them.
const ROUNDS: usize = 5;
/// The numbers of callers at once.
const CALLERS: [usize; 4] = [1, 8, 32, 64];
/// The times added to a sync of this machine's disk.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(1),
    Duration::from_millis(4),
];
/// The least authorisations, or bare writes, of a row in a round, and those of each caller.
const EACH: usize = 16;
const LEAST: usize = 128;

/// One page: the least that `SQLite` writes, and the write of the bare loop.
const PAGE: [u8; 4096] = [0x5A; 4096];

/// One row: the time of each authorisation, and of all together.
struct Row {
    name: String,
    each: Vec<Duration>,
    all: Duration,
}

/// The rows of one disk, the bare writes last.
struct Disk {
    pause: Duration,
    rows: Vec<Row>,
}

pub(crate) struct Table([Disk; 3]);

/// An issuer and a file on the same disk.
struct Bench {
    folder: TempDir,
    issuer: Issuer,
    bare: File,
    taps: Taps,
}

pub(crate) fn measure(criterion: &mut Criterion) -> Result<Table> {
    let folder = folder()?;
    let mut bench = Bench {
        issuer: issuer(folder.path())?,
        bare: File::create(folder.path().join("bare")).context("no file to write")?,
        folder,
        taps: Taps::default(),
    };
    let mut disks = PAUSES.map(Disk::new);
    for disk in &mut disks {
        for _ in 0..ROUNDS {
            bench.round(disk)?;
        }
    }
    bench.issuer.simulate_sync(Duration::ZERO);
    compare_runs(criterion, &bench.issuer, &mut bench.taps);
    Ok(Table(disks))
}

/// The same under criterion, which compares one run with the next.
fn compare_runs(criterion: &mut Criterion, issuer: &Issuer, taps: &mut Taps) {
    let mut waiting = Vec::new();
    let mut next = || {
        if waiting.is_empty() {
            waiting = taps.draw(issuer, usize::from(BATCH))?;
        }
        waiting.pop().context("no tap was drawn")
    };
    criterion.bench_function("authorise durably", |bencher| {
        let authorise = |tap: Result<Tap>| tap?.authorise(issuer);
        bencher.iter_batched(&mut next, authorise, BatchSize::PerIteration);
    });
}

impl Bench {
    fn round(&mut self, disk: &mut Disk) -> Result<()> {
        let Disk { pause, rows } = disk;
        let [callers @ .., processes, bare] = rows.as_mut_slice() else {
            return Ok(());
        };
        for (count, row) in CALLERS.into_iter().zip(callers) {
            self.issuer.simulate_sync(Duration::ZERO);
            let taps = self.taps.draw(&self.issuer, LEAST.max(EACH * count))?;
            self.issuer.simulate_sync(*pause);
            row.run(&vec![&self.issuer; count], taps)?;
        }
        self.issuer.simulate_sync(Duration::ZERO);
        let taps = self.taps.draw(&self.issuer, LEAST)?;
        self.issuer.simulate_sync(*pause);
        let mut other = issuer(self.folder.path())?;
        other.simulate_sync(*pause);
        processes.run(&[&self.issuer, &other], taps)?;
        bare.write(&mut self.bare, *pause)
    }
}

impl Disk {
    fn new(pause: Duration) -> Self {
        let callers = CALLERS.map(|count| match count {
            1 => "one caller".to_owned(),
            count => format!("{count} callers"),
        });
        let others = ["two callers, an issuer each", "bare 4 KiB write and fsync"];
        let names = callers.into_iter().chain(others.map(str::to_owned));
        Self {
            pause,
            rows: names.map(Row::new).collect(),
        }
    }
}

impl Row {
    const fn new(name: String) -> Self {
        Self {
            name,
            each: Vec::new(),
            all: Duration::ZERO,
        }
    }

    /// Lets the callers, each at its issuer, take the next tap until none is left.
    fn run(&mut self, callers: &[&Issuer], taps: Vec<Tap>) -> Result<()> {
        let left = Mutex::new(taps);
        let next = || left.lock().ok().and_then(|mut taps| taps.pop());
        let call = |issuer: &Issuer| {
            let mut each = Vec::new();
            while let Some(tap) = next() {
                let start = Instant::now();
                tap.authorise(issuer)?;
                each.push(start.elapsed());
            }
            Ok::<_, anyhow::Error>(each)
        };
        let start = Instant::now();
        thread::scope(|scope| {
            let call = &call;
            let calls = callers
                .iter()
                .map(|issuer| scope.spawn(move || call(issuer)));
            let calls: Vec<_> = calls.collect();
            for call in calls {
                let done = call.join().map_err(|_| anyhow!("a thread panicked"))?;
                self.each.extend(done?);
            }
            Ok::<_, anyhow::Error>(())
        })?;
        self.all += start.elapsed();
        Ok(())
    }

    /// Measures the smallest durable write of the disk.
    fn write(&mut self, file: &mut File, pause: Duration) -> Result<()> {
        let start = Instant::now();
        for _ in 0..LEAST {
            let start = Instant::now();
            file.write_all(&PAGE)?;
            file.sync_all()?;
            thread::sleep(pause);
            self.each.push(start.elapsed());
        }
        self.all += start.elapsed();
        Ok(())
    }

    fn per_second(&self) -> f64 {
        f64::from(u32::try_from(self.each.len()).unwrap_or(u32::MAX)) / self.all.as_secs_f64()
    }

    /// The time within which so many percent were done, in microseconds.
    fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        let found = sorted.get(sorted.len() * percent / 100);
        found.map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for disk in &self.0 {
            let name = match disk.pause.as_millis() {
                0 => "this disk".to_owned(),
                pause => format!("and {pause} ms a sync"),
            };
            writeln!(
                f,
                "authorisations, {name:<18} {:>9} {:>8} {:>8} {:>15}",
                "a second", "p50 µs", "p99 µs", "a second : bare",
            )?;
            let bare = disk.rows.last().map_or(f64::NAN, Row::per_second);
            for row in &disk.rows {
                writeln!(
                    f,
                    "{:<34} {:>9.0} {:>8.0} {:>8.0} {:>15.2}",
                    row.name,
                    row.per_second(),
                    row.percentile(50),
                    row.percentile(99),
                    row.per_second() / bare,
                )?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
