//! An issuer on a disk, taps to be decided, and a device with cards.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;
use understudy_core::card::{Profile, UnixTime};
use understudy_core::crypto::{Algorithm, Atc, CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Overflow, Tag, Writer};
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_issuer::{
    Authorisation, ChipData, EntryMode, Identity, IssueOptions, Issuer, LocalTime, MerchantId,
    ProcessingCode, Reference, Request, Restrictions, TerminalId, TokenId, TraceNumber, Verdict,
    demonstration,
};
use understudy_provisioning::Package;
use understudy_test_bank as bank;
use understudy_test_phone::{HandClock, Phone};

/// 2026-11-22 01:30 UTC.
pub(crate) const NOW: UnixTime = UnixTime(1_795_311_000);

/// An IAD with CVN 01, an ARQC, and the user verified on the device.
pub(crate) const IAD: [u8; 8] = [0x07, 0x01, 0x01, 0x03, 0xA4, 0x00, 0x00, 0x01];

/// The most keys in one package.
pub(crate) const BATCH: u16 = 1000;

/// A temporary folder in the target directory, removed when the value is dropped.
pub(crate) fn folder() -> Result<TempDir> {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).context("no folder to measure in")
}

/// The demonstration issuer on a database in a folder.
pub(crate) fn issuer(folder: &Path) -> Result<Issuer> {
    let path = folder.join("issuer.db");
    let issuer = Issuer::open(&path, demonstration::custody(), demonstration::config())?;
    Ok(issuer)
}

/// The data of a transaction of 0.01 CNY.
pub(crate) fn data() -> TransactionData {
    TransactionData {
        amount_authorised: [0, 0, 0, 0, 0, 0x01],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0x26, 0x11, 0x22],
        transaction_type: 0,
        unpredictable_number: [0x12, 0x34, 0x56, 0x78],
        aip: [0; 2],
    }
}

/// A tap that is new to the issuer.
pub(crate) struct Tap {
    trace: u32,
    track2: Track2,
    chip_data: ChipData,
}

/// A generator of taps, each with its own key and trace number.
#[derive(Default)]
pub(crate) struct Taps {
    traces: u32,
}

impl Taps {
    /// `count` taps, with as many new cards as they need; each card has a thousand keys.
    pub(crate) fn draw(&mut self, issuer: &Issuer, count: usize) -> Result<Vec<Tap>> {
        let mut taps = Vec::with_capacity(count);
        while taps.len() < count {
            let pan = CardNumber::parse(demonstration::TEST_PAN)?;
            let bench = demonstration::custody();
            let made =
                issuer.personalise(&bench, &pan, expiry()?, &options(BATCH), funds()?, NOW)?;
            let package = Package::parse(&made.package)?;
            let profile = Profile::parse(package.profile().context("a new card")?)?;
            for (atc, keys) in package.keys().take(count - taps.len()) {
                self.traces += 1;
                taps.push(Tap {
                    trace: self.traces,
                    track2: Track2::parse(profile.track2())?,
                    chip_data: ChipData::new(&de55(
                        atc,
                        keys.session_key(Algorithm::Tdes).context("a key")?,
                    )?)?,
                });
            }
        }
        Ok(taps)
    }
}

impl Tap {
    /// Sends the tap to an issuer for its decision.
    pub(crate) fn authorise(&self, issuer: &Issuer) -> Result<Verdict> {
        let request = Authorisation {
            processing_code: ProcessingCode::SALE,
            amount: Amount::new(1, Currency::CNY).context("an amount")?,
            identity: Identity {
                merchant: MerchantId::parse("000000000000001")?,
                terminal: TerminalId::parse("00000001")?,
                trace: TraceNumber::new(self.trace)?,
                local_time: LocalTime::parse("093000", "1122")?,
            },
            expiry: None,
            entry_mode: EntryMode::parse("072")?,
            psn: Some(0x01),
            track2: self.track2.clone(),
            reference: Reference::parse(&format!("{:012}", self.trace))?,
            pin_block: None,
            chip_data: self.chip_data.clone(),
            original: None,
        };
        let verdict = issuer.authorise(&request, NOW)?;
        anyhow::ensure!(verdict.approved(), "declined: {}", verdict.reason);
        Ok(verdict)
    }
}

fn de55(atc: Atc, key: SessionKey) -> Result<Vec<u8>> {
    let data = data();
    let input = CryptogramInput::new(Cvn::UnionPay01, data, &IAD)?;
    let cryptogram = key.application_cryptogram(&input, atc);
    let counter = atc.get().to_be_bytes();
    let objects: [(u32, &[u8]); 14] = [
        (0x9F26, &cryptogram.0),
        (0x9F27, &[0x80]),
        (0x9F10, &IAD),
        (0x9F37, &data.unpredictable_number),
        (0x9F36, &counter),
        (0x95, &data.tvr),
        (0x9A, &data.date),
        (0x9C, &[data.transaction_type]),
        (0x9F02, &data.amount_authorised),
        (0x5F2A, &data.currency),
        (0x82, &data.aip),
        (0x9F1A, &data.terminal_country),
        (0x9F03, &data.amount_other),
        (0x9F33, &[0xE0, 0x68, 0x00]),
    ];
    let mut room = [0; 255];
    let mut writer = Writer::new(&mut room);
    let mut written = objects.iter();
    written.try_for_each(|(tag, value)| -> Result<(), Overflow> {
        writer.object(Tag::new(*tag), value)
    })?;
    Ok(writer.written().to_vec())
}

/// A phone with one active token.
pub(crate) struct Holder {
    pub(crate) token: TokenId,
    pub(crate) phone: Phone,
}

/// `count` phones with one token each, of different PANs.
pub(crate) fn holders(issuer: &Issuer, count: u64) -> Result<Vec<Holder>> {
    (0..count).map(|number| holder(issuer, number)).collect()
}

fn holder(issuer: &Issuer, number: u64) -> Result<Holder> {
    let phone = Phone::new(&HandClock::at(NOW.0));
    let device = bank::enrol(issuer, &phone.wallet, NOW);
    let request = Request {
        pan: &bank::pan(number),
        expiry: expiry()?,
        device,
        options: &options(1),
        funds: funds()?,
        restrictions: &Restrictions::default(),
    };
    let token = bank::issue(issuer, &request, NOW).token;
    Ok(Holder { token, phone })
}

impl Holder {
    /// Takes the letters to the phone, and reports: new keys need a fresh receive key.
    pub(crate) fn report(&self, issuer: &Issuer) -> Result<()> {
        self.fetch(issuer)?;
        issuer.receive_report(&self.phone.wallet.report()?, NOW)?;
        self.fetch(issuer)
    }

    pub(crate) fn fetch(&self, issuer: &Issuer) -> Result<()> {
        let device = self.phone.wallet.device().context("enrolled")?;
        for letter in issuer.letters(device, NOW)? {
            self.phone.wallet.receive(&letter)?;
        }
        Ok(())
    }
}

fn options(keys: u16) -> IssueOptions {
    IssueOptions {
        keys,
        ..IssueOptions::default()
    }
}

fn expiry() -> Result<Expiry> {
    Expiry::new(30, 12).context("a month")
}

fn funds() -> Result<Amount> {
    Amount::new(Amount::MAX_MINOR, Currency::CNY).context("an amount")
}
