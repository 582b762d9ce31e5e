//! Authorisations that are durable before they are answered.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use criterion::{BatchSize, Criterion};
use understudy_issuer::Issuer;

use crate::scene::{BATCH, Tap, Taps, folder, issuer};

/// The number of rounds. The rows are measured in turn within each, so that other work of the disk
/// affects all of them.
const ROUNDS: usize = 10;
/// The number of authorisations of each row in a round.
const COUNT: usize = 500;

/// One page: the least that `SQLite` writes, and the write of the bare loop.
const PAGE: [u8; 4096] = [0x5A; 4096];

/// One row: the time of each authorisation, and of all together.
struct Row {
    name: &'static str,
    each: Vec<Duration>,
    all: Duration,
}

/// The rows, the bare writes last.
pub(crate) struct Table([Row; 4]);

pub(crate) fn measure(criterion: &mut Criterion) -> Result<Table> {
    let folder = folder()?;
    let (one, other) = (issuer(folder.path())?, issuer(folder.path())?);
    let mut bare = File::create(folder.path().join("bare")).context("no file to write")?;
    let mut taps = Taps::default();
    let mut rows = [
        "one thread",
        "two threads, one issuer",
        "two threads, an issuer each",
        "bare 4 KiB write and fsync",
    ]
    .map(Row::new);
    for _ in 0..ROUNDS {
        let [alone, sharing, apart, writes] = &mut rows;
        alone.run(&[(&one, &taps.draw(&one, COUNT)?)])?;
        let [first, second] = [taps.draw(&one, COUNT / 2)?, taps.draw(&one, COUNT / 2)?];
        sharing.run(&[(&one, &first), (&one, &second)])?;
        let [first, second] = [taps.draw(&one, COUNT / 2)?, taps.draw(&one, COUNT / 2)?];
        apart.run(&[(&one, &first), (&other, &second)])?;
        writes.write(&mut bare)?;
    }
    bench(criterion, &one, &mut taps);
    Ok(Table(rows))
}

/// The same under criterion, which compares one run with the next.
fn bench(criterion: &mut Criterion, issuer: &Issuer, taps: &mut Taps) {
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

impl Row {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            each: Vec::new(),
            all: Duration::ZERO,
        }
    }

    /// Decides taps on several threads, each with its issuer.
    fn run(&mut self, threads: &[(&Issuer, &Vec<Tap>)]) -> Result<()> {
        let start = Instant::now();
        thread::scope(|scope| {
            let running: Vec<_> = threads
                .iter()
                .map(|(issuer, taps)| scope.spawn(|| decide(issuer, taps)))
                .collect();
            for thread in running {
                let done = thread.join().map_err(|_| anyhow!("a thread panicked"))?;
                self.each.extend(done?);
            }
            Ok::<_, anyhow::Error>(())
        })?;
        self.all += start.elapsed();
        Ok(())
    }

    /// Measures the smallest durable write of the disk.
    fn write(&mut self, file: &mut File) -> Result<()> {
        let start = Instant::now();
        for _ in 0..COUNT {
            let start = Instant::now();
            file.write_all(&PAGE)?;
            file.sync_all()?;
            self.each.push(start.elapsed());
        }
        self.all += start.elapsed();
        Ok(())
    }
}

fn decide(issuer: &Issuer, taps: &[Tap]) -> Result<Vec<Duration>> {
    let decide = |tap: &Tap| {
        let start = Instant::now();
        tap.authorise(issuer)?;
        Ok(start.elapsed())
    };
    taps.iter().map(decide).collect()
}

impl Row {
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
        let [.., bare] = &self.0;
        writeln!(
            f,
            "{:<28} {:>9} {:>8} {:>8} {:>15} {:>11}",
            "durable authorisations",
            "a second",
            "p50 µs",
            "p99 µs",
            "bare : a second",
            "p50 : bare"
        )?;
        for row in &self.0 {
            writeln!(
                f,
                "{:<28} {:>9.0} {:>8.0} {:>8.0} {:>15.2} {:>11.2}",
                row.name,
                row.per_second(),
                row.percentile(50),
                row.percentile(99),
                bare.per_second() / row.per_second(),
                row.percentile(50) / bare.percentile(50),
            )?;
        }
        Ok(())
    }
}
