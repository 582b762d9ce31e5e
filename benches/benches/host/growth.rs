//! The same acts on a database with few tokens, devices and past authorisations, and on one with many.
//!
//! Both lie in memory where there is a file system for that, so that no sync covers up the rest. The
//! environment variable `UNDERSTUDY_BENCH_TOKENS` says how many are many.

use std::env;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use rusqlite::Connection;
use tempfile::TempDir;
use understudy_benches::report;
use understudy_issuer::{AuthorisationFilter, Issuer, TokenId};
use understudy_provisioning::letter::SuspendReason;

use crate::scene::{Holder, NOW, Tap, Taps, folder, holders, issuer};

const FEW: usize = 1_000;
const MANY: usize = 100_000;
const ROUNDS: usize = 51;

/// Past authorisations of one token and its device: at least a few pages of its list, at most nearly
/// as many as a counter of 16 bits counts.
const OWN_PAST: [usize; 2] = [250, 50_000];

/// An issuer with a past.
struct Scene {
    folder: TempDir,
    issuer: Issuer,
    holder: Holder,
    taps: Vec<Tap>,
}

pub(crate) fn measure() -> Result<()> {
    let many = match env::var("UNDERSTUDY_BENCH_TOKENS") {
        Ok(number) => number
            .parse()
            .context("UNDERSTUDY_BENCH_TOKENS is a number")?,
        Err(_) => MANY,
    };
    println!("\nwith {many} tokens and past authorisations, beside {FEW}");
    let (mut many, mut few) = (Scene::new(many)?, Scene::new(FEW)?);
    compare("opening", &mut many, &mut few, Scene::open)?;
    compare("an authorisation", &mut many, &mut few, Scene::authorise)?;
    compare("resuming a token", &mut many, &mut few, Scene::resume)?;
    compare("a report", &mut many, &mut few, Scene::report)?;
    compare("a token", &mut many, &mut few, Scene::token)?;
    compare("a token's list", &mut many, &mut few, Scene::list)
}

/// Measures an act on both in turn.
fn compare(
    name: &'static str,
    many: &mut Scene,
    few: &mut Scene,
    act: impl Fn(&mut Scene) -> Result<f64>,
) -> Result<()> {
    let mut round = || Ok::<_, anyhow::Error>([act(many)?, act(few)?]);
    round()?;
    let rounds = (0..ROUNDS).map(|_| round()).collect::<Result<_>>()?;
    report([name, "the same with few"], rounds);
    Ok(())
}

/// Seconds that something takes.
fn timed<T>(body: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    std::hint::black_box(body()?);
    Ok(start.elapsed().as_secs_f64())
}

impl Scene {
    fn new(past: usize) -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)?
        } else {
            folder()?
        };
        let issuer = issuer(folder.path())?;
        let holder = holders(&issuer, 1)?.pop().context("a holder")?;
        let taps = Taps::default().draw(&issuer, ROUNDS + 1)?;
        invent(folder.path(), past, holder.token)?;
        Ok(Self {
            folder,
            issuer,
            holder,
            taps,
        })
    }

    fn open(&mut self) -> Result<f64> {
        timed(|| issuer(self.folder.path()))
    }

    fn authorise(&mut self) -> Result<f64> {
        let tap = self.taps.pop().context("a tap")?;
        timed(|| tap.authorise(&self.issuer))
    }

    fn resume(&mut self) -> Result<f64> {
        let token = self.holder.token;
        self.issuer.suspend(token, SuspendReason::Issuer, NOW)?;
        timed(|| Ok(self.issuer.resume(token, NOW)?))
    }

    fn report(&mut self) -> Result<f64> {
        self.holder.fetch(&self.issuer)?;
        let report = self.holder.phone.wallet.report()?;
        let seconds = timed(|| Ok(self.issuer.receive_report(&report, NOW)?))?;
        self.holder.fetch(&self.issuer)?;
        Ok(seconds)
    }

    fn list(&mut self) -> Result<f64> {
        let of = AuthorisationFilter {
            token: Some(self.holder.token),
            ..AuthorisationFilter::default()
        };
        timed(|| Ok(self.issuer.authorisations(&of)?))
    }

    fn token(&mut self) -> Result<f64> {
        timed(|| self.issuer.token(self.holder.token)?.context("the token"))
    }
}

/// Writes a past that would take long to live through: so many tokens with a settled sale each, a
/// tenth as many devices, and a twentieth as many sales of the holder, each in its device's reports.
fn invent(folder: &Path, past: usize, holder: TokenId) -> Result<()> {
    let db = Connection::open(folder.join("issuer.db"))?;
    let (holder, now) = (holder.get(), NOW.0);
    let [least, most] = OWN_PAST;
    let (devices, own) = (past / 10, (past / 20).clamp(least, most));
    let numbers = |to: usize| {
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {to})")
    };
    let sale = "INSERT INTO authorisation (token, atc, kind, fingerprint, reason, approval, amount, \
        currency, merchant, terminal, trace, local_time, reference, decided_at, settlement)";
    let sold = format!(
        "'sale', randomblob(32), 'approved', '000000', 1, 156, '000000000000001', '00000001', \
         i % 1000000, '1121000000', printf('P%011d', i), {now}, 1 FROM n"
    );
    let (tokens, few) = (numbers(past), numbers(own));
    db.execute_batch(&format!(
        "BEGIN; \
         INSERT INTO settlement (id, merchant, terminal, batch, trace, local_time, fingerprint, \
            matched, settled_at) \
         VALUES (1, '000000000000001', '00000001', 1, 1, '1121000000', x'00', 1, {now}); \
         {tokens} INSERT INTO token (id, account, status, product, track2, number_index, cvn, dki, \
            discretionary, flags, cvm_policy, currency, unverified_tap, unverified_taps, \
            unverified_limit, verified_tap, validity) \
         SELECT 1000 + i, 1, 'active', 'debit', x'00', randomblob(32), 1, 1, x'', 0, 640, 156, 0, 0, 0, \
            0, 60 FROM n; \
         {tokens} {sale} SELECT 1000 + i, 1, {sold}; \
         {devices} INSERT INTO device (id, standing, attestation, verify_key, receive_key, epoch, \
            reports, generation, refusals, reported_at, enrolled_at) \
         SELECT randomblob(16), standing, attestation, verify_key, receive_key, epoch, reports, \
            generation, refusals, reported_at, enrolled_at FROM n, device LIMIT {count}; \
         UPDATE token SET last_key = {own} + 1 WHERE id = {holder}; \
         {few} INSERT INTO key_batch (token, first, last, device, card, issued_at, given_out) \
         SELECT {holder}, i + 1, i + 1, device, card, {now}, 1 FROM n, token WHERE token.id = {holder}; \
         {few} INSERT INTO reported (token, atc) SELECT {holder}, i + 1 FROM n; \
         {few} {sale} SELECT {holder}, i + 1, {sold}; \
         INSERT INTO ledger (kind, merchant, terminal, currency) \
         VALUES ('payable', '000000000000001', '00000001', 156); \
         INSERT INTO posting (kind, debit, credit, amount, account, authorisation, at) \
         SELECT 'posted', f.id, p.id, 1, 1, a.id, {now} FROM authorisation a, ledger f, ledger p \
         WHERE f.account = 1 AND f.kind = 'funds' AND p.kind = 'payable'; \
         COMMIT",
        devices = numbers(devices),
        count = devices,
    ))?;
    Ok(())
}
