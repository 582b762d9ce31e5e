//! Issuing keys: derived, packed, sealed and stored.

use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};
use understudy_benches::report;
use understudy_issuer::{Issuer, TokenId};

use crate::scene::{BATCH, Holder, NOW, folder, holders, issuer};

/// The number of tokens; each gets a thousand keys a run.
const TOKENS: u32 = 16;
/// The number of pairs of runs; odd, so that one of them is the median.
const ROUNDS: usize = 15;

/// Issues the same keys on one thread and on two in turn, and prints the ratio.
pub(crate) fn measure() -> Result<()> {
    let folder = folder()?;
    let issuer = issuer(folder.path())?;
    let holders = holders(&issuer, TOKENS.into())?;
    let tokens: Vec<_> = holders.iter().map(|holder| holder.token).collect();
    let (left, right) = tokens.split_at(tokens.len() / 2);
    let round = |_| {
        let one_thread = run(&issuer, &holders, &[&tokens])?;
        let two_threads = run(&issuer, &holders, &[left, right])?;
        Ok([one_thread, two_threads])
    };
    let rounds = (0..ROUNDS).map(round).collect::<Result<_>>()?;
    report(["a key on one thread", "a key on two"], rounds);
    Ok(())
}

/// Replenishes the tokens on several threads, after a report of each holder, which brings the
/// fresh receive key that new keys need; seconds for one key.
fn run(issuer: &Issuer, holders: &[Holder], threads: &[&[TokenId]]) -> Result<f64> {
    holders
        .iter()
        .try_for_each(|holder| holder.report(issuer))?;
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
    let keys = TOKENS * u32::from(BATCH);
    Ok(start.elapsed().as_secs_f64() / f64::from(keys))
}

fn replenish(issuer: &Issuer, tokens: &[TokenId]) -> Result<()> {
    for token in tokens {
        issuer.replenish(*token, BATCH, NOW)?;
    }
    Ok(())
}
