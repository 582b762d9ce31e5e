//! Wallets of any size, built in memory by an issuer's letters and copied to the disk.

use std::fs::{self, File};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use understudy_core::card::CardId;
use understudy_test_phone::{HandClock, Issuer, Phone, storage_key};
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::{Disk, Folder, Simulated, Wallet};

/// 2026-11-22T00:00:00Z.
const NOW: u64 = 1_795_305_600;

/// The size of a wallet.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) cards: u16,
    /// Unused keys of each card.
    pub(crate) keys: u16,
    /// Payments of each card.
    pub(crate) payments: u16,
    /// True if the payments are reported; otherwise their marks wait.
    pub(crate) reported: bool,
}

/// An enrolled wallet and its issuer.
pub(crate) struct Device<F: Folder> {
    pub(crate) wallet: Wallet<F, HandClock>,
    clock: HandClock,
    issuer: Issuer,
    folder: Option<Simulated>,
    /// The counter of the next key of card 1.
    next: u16,
}

/// A file for bare writes, written once before.
pub(crate) struct Bare {
    pub(crate) file: File,
}

impl Bare {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        use std::os::unix::fs::FileExt as _;
        let file = File::create_new(path)?;
        file.write_all_at(&[0; 64 * 128], 0)?;
        file.sync_all()?;
        Ok(Self { file })
    }
}

/// Opens the wallet in a folder of the disk.
pub(crate) fn open(folder: &Path) -> Result<Wallet<Disk, HandClock>> {
    let clock = HandClock::at(NOW);
    Ok(Wallet::open(Disk::open(folder)?, &storage_key(), clock)?)
}

impl Device<Simulated> {
    pub(crate) fn build(size: Size) -> Result<Self> {
        let clock = HandClock::at(NOW);
        let (phone, issuer) = Phone::enrolled(&clock);
        let mut device = Self {
            wallet: phone.wallet,
            clock,
            issuer,
            folder: Some(phone.folder),
            next: 1 + size.keys + size.payments,
        };
        let atcs: Vec<u16> = (1..device.next).collect();
        for name in 1..=size.cards {
            let mut batches = atcs.chunks(1000);
            let first = batches.next().context("no keys")?;
            let letter = device.issuer.card(CardId(name), first);
            device.wallet.receive(&letter)?;
            for batch in batches {
                let letter = device.issuer.keys(CardId(name), batch);
                device.wallet.receive(&letter)?;
            }
        }
        for name in 1..=size.cards {
            device.wallet.set_default(CardId(name))?;
            for _ in 0..size.payments {
                device.wallet.user_acted();
                device.pay()?;
                device.wallet.settle()?;
            }
        }
        device.wallet.set_default(CardId(1))?;
        if size.reported {
            let report = device.wallet.report()?;
            let taken = device.issuer.take(&report);
            taken.ok().context("the report is refused")?;
            let letter = device.issuer.acknowledge();
            device.wallet.receive(&letter)?;
        }
        device.wallet.settle()?;
        Ok(device)
    }

    /// The same wallet in a folder on the disk.
    pub(crate) fn on_disk(self, folder: &Path) -> Result<Device<Disk>> {
        let simulated = self.folder.context("a folder in memory")?;
        drop(Disk::open(folder)?);
        for name in simulated.names()? {
            fs::write(folder.join(&name), simulated.read(&name, 1 << 26)?)?;
        }
        let wallet = Wallet::open(Disk::open(folder)?, &storage_key(), self.clock.clone())?;
        wallet.settle()?;
        Ok(Device {
            wallet,
            clock: self.clock,
            issuer: self.issuer,
            folder: None,
            next: self.next,
        })
    }
}

impl<F: Folder> Device<F> {
    /// A tap with the presented card.
    pub(crate) fn pay(&self) -> Result<()> {
        let mut answer = [0; 258];
        self.wallet.process(&select(UNIONPAY_DEBIT), &mut answer);
        let gpo = GpoData::default().command();
        let paid = self.wallet.process(&gpo, &mut answer);
        anyhow::ensure!(paid.ends_with(&[0x90, 0x00]), "no cryptogram");
        self.wallet.field_lost();
        Ok(())
    }

    /// Takes a letter with one more key for card 1; returns the seconds.
    pub(crate) fn replenish(&mut self) -> Result<f64> {
        let letter = self.issuer.keys(CardId(1), &[self.next]);
        self.next += 1;
        let start = Instant::now();
        self.wallet.receive(&letter)?;
        Ok(start.elapsed().as_secs_f64())
    }
}
