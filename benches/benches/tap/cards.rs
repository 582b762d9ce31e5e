//! A stand-in card of each scheme, as its issuer writes it, and the commands that a terminal sends to
//! it until it has the cryptogram.

use anyhow::{Context, Result, ensure};
use understudy_card_image::Chip;
use understudy_core::card::{
    Application, CvmOrder, CvmPolicy, Flags, Limits, Personalisation, Scheme,
};
use understudy_core::crypto::{Algorithms, Atc, Cvn};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::Writer;
use understudy_pos::{
    Config, LinkError, LocalTime, Outcome, RandomError, Terminal, Transaction, TransactionType,
    Transceive, UnpredictableNumbers,
};
use understudy_provisioning::Subject;
use understudy_provisioning::package::{emit, emitted_len};

/// Track 2 of a test card's number.
const TRACK2: [u8; 16] = [
    0x62, 0x50, 0x94, 0x70, 0x00, 0x00, 0x00, 0x14, 0xD3, 0x01, 0x22, 0x01, 0x00, 0x00, 0x00, 0x0F,
];

/// A card in flash, and a tap of it.
pub(crate) struct Card {
    /// The subject of the measurement.
    pub(crate) name: &'static str,
    pub(crate) package: &'static [u8],
    pub(crate) commands: Vec<Vec<u8>>,
    /// The blocks of eight octets under the MAC, with the padding.
    pub(crate) blocks: usize,
}

impl Card {
    /// A card of the usual product and cryptogram version of each scheme, with triple DES.
    pub(crate) fn of_every_scheme() -> Result<[Self; 3]> {
        Ok([
            // 33 octets of terminal and card, and CVR of 4, the whole 9F10 of 7, CVR of 6.
            Self::new("tap of UnionPay 01", Scheme::UnionPay, 37)?,
            Self::new("tap of Visa 18", Scheme::Visa, 40)?,
            Self::new("tap of M/Chip 20", Scheme::Mastercard, 39)?,
        ])
    }

    fn new(name: &'static str, scheme: Scheme, under_mac: usize) -> Result<Self> {
        let cvn = *scheme
            .versions()
            .first()
            .context("a scheme has a version")?;
        ensure!(name.ends_with(cvn.name()), "{name} is not of {cvn}");
        let package = package(&profile(scheme, cvn)?)?;
        Ok(Self {
            name,
            package,
            commands: tapped(package)?,
            blocks: under_mac / 8 + 1,
        })
    }
}

/// The profile of a stand-in card, in the form that a package holds.
fn profile(scheme: Scheme, cvn: Cvn) -> Result<Vec<u8>> {
    let product = scheme
        .products()
        .first()
        .context("a scheme has a product")?;
    let applications = [Application {
        aid: product.aid,
        label: product.label.as_bytes(),
        priority: 1,
        preferred_name: &[][..],
        code_table: 0,
    }];
    let personalisation = Personalisation {
        applications: &applications,
        language: b"zhen",
        discretionary_fci: &[],
        pdol: scheme.pdol(),
        aip: scheme.aip(),
        track2: &TRACK2,
        expiry: [0x30, 0x12, 0x31],
        psn: Some(0x00),
        reference: &[b'V'; 29],
        requestor: &[0x01, 0x23, 0x45, 0x67, 0x89, 0x01],
        last_four: &[0x12, 0x30],
        form_factor: &[],
        product: &[],
        scheme,
        cvn,
        algorithms: Algorithms::TDES,
        dki: 0x01,
        discretionary: &[],
        flags: Flags {
            verified_in_iad: true,
            ..Flags::default()
        },
        policy: CvmPolicy {
            order: CvmOrder::Flexible,
            online_pin: true,
            signature: false,
        },
        limits: Limits {
            currency: Currency::CNY,
            unverified_tap: 100_000,
            unverified_taps: 5,
            unverified_sum: 300_000,
            verified_tap: 5_000_000,
            validity: 60,
        },
        with_record: false,
    };
    let mut room = [0; 1024];
    let mut writer = Writer::new(&mut room);
    personalisation.emit(&mut writer)?;
    Ok(writer.finish().to_vec())
}

/// A package with this profile and one key, which stays in memory as one in flash does.
fn package(profile: &[u8]) -> Result<&'static [u8]> {
    let subject = Subject::Card { profile };
    let mut room = vec![0; emitted_len(&subject, Algorithms::TDES, 1)];
    let atc = Atc::new(1).context("1 is a counter")?;
    emit(
        &mut room,
        &subject,
        None,
        Algorithms::TDES,
        [(atc, [0x10; 16])],
    )?;
    Ok(Vec::leak(room))
}

/// The commands of the terminal's default configuration for a purchase of 12.34 CNY.
fn tapped(package: &'static [u8]) -> Result<Vec<Vec<u8>>> {
    let mut field = Field {
        chip: Chip::boot(package).context("the chip does not boot")?,
        commands: Vec::new(),
    };
    let amount = Amount::new(1234, Currency::CNY).context("an amount")?;
    let time = LocalTime::from_unix(1_795_336_200, 480).context("a time")?;
    let purchase = Transaction::new(TransactionType::Purchase, amount, time, 42)?;
    let terminal = Terminal::new(Config::default());
    let report = terminal.tap(&purchase, &mut field, &mut Always);
    let outcome = report.outcome;
    ensure!(matches!(outcome, Outcome::OnlineRequest(_)), "{outcome}");
    Ok(field.commands)
}

/// A chip in a reader's field, and the commands that it got.
struct Field {
    chip: Chip,
    commands: Vec<Vec<u8>>,
}

impl Transceive for Field {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.commands.push(command.to_vec());
        Ok(self.chip.process(command, &mut [0; 258]).to_vec())
    }

    fn reset(&mut self) {
        self.chip.field_lost();
    }
}

/// The same unpredictable number for every tap.
struct Always;

impl UnpredictableNumbers for Always {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0x12, 0x34, 0x56, 0x78])
    }
}
