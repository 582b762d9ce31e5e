//! Issuing keys: derived, packed, sealed and stored.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use understudy_issuer::{Issuer, TokenId};

use crate::scene::{BATCH, Holder, NOW, folder, holders, issuer};

/// The number of tokens; each gets a thousand keys.
const TOKENS: u64 = 100;

pub(crate) struct Issued {
    one_thread: Duration,
    two_threads: Duration,
}

pub(crate) fn measure() -> Result<Issued> {
    let folder = folder()?;
    let issuer = issuer(folder.path())?;
    let holders = holders(&issuer, TOKENS)?;
    let tokens: Vec<_> = holders.iter().map(|holder| holder.token).collect();
    let report = |holder: &Holder| holder.report(&issuer);
    holders.iter().try_for_each(report)?;
    let one_thread = run(&issuer, &[&tokens])?;
    holders.iter().try_for_each(report)?;
    let (left, right) = tokens.split_at(tokens.len() / 2);
    let two_threads = run(&issuer, &[left, right])?;
    Ok(Issued {
        one_thread,
        two_threads,
    })
}

/// Replenishes tokens on several threads.
fn run(issuer: &Issuer, threads: &[&[TokenId]]) -> Result<Duration> {
    let start = Instant::now();
    thread::scope(|scope| {
        let running: Vec<_> = threads
            .iter()
            .map(|tokens| scope.spawn(|| replenish(issuer, tokens)))
            .collect();
        for thread in running {
            thread.join().map_err(|_| anyhow!("a thread panicked"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(start.elapsed())
}

fn replenish(issuer: &Issuer, tokens: &[TokenId]) -> Result<()> {
    for token in tokens {
        issuer.replenish(*token, BATCH, NOW)?;
    }
    Ok(())
}

impl fmt::Display for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, two) = (
            self.one_thread.as_secs_f64(),
            self.two_threads.as_secs_f64(),
        );
        let keys = TOKENS * u64::from(BATCH);
        write!(
            f,
            "{keys} keys issued: {one:.2} s on one thread, {two:.2} s on two ({:.2} times as fast)",
            one / two
        )
    }
}
