//! Making keys: derived, packed, sealed and stored.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use understudy_issuer::{Issuer, TokenId};

use crate::scene::{BATCH, NOW, folder, issuer, tokens};

/// Tokens in all; each gets a thousand keys.
const TOKENS: u64 = 100;

pub(crate) struct Issued {
    one_thread: Duration,
    two_threads: Duration,
}

pub(crate) fn measure() -> Result<Issued> {
    let folder = folder()?;
    let issuer = issuer(folder.path())?;
    let halves = [
        tokens(&issuer, 0, TOKENS / 2)?,
        tokens(&issuer, TOKENS, TOKENS / 2)?,
    ];
    let all = halves.concat();
    Ok(Issued {
        one_thread: run(&issuer, &[&all])?,
        two_threads: run(&issuer, &halves.each_ref().map(Vec::as_slice))?,
    })
}

/// Each thread replenishes its tokens.
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
