//! The terminal of this project taps a card of each scheme, version and kind of record, and the
//! cryptogram verifies over what the terminal would send to the issuer, and over nothing else.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, TransactionData};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::{Tag, find};
use understudy_pos::{
    Config, Cvm, LinkError, LocalTime, OnlineRequest, Outcome, Reason, SystemRandom, TapReport,
    Terminal, Transaction, TransactionType, Transceive,
};
use understudy_tests::{ProfileSpec, TestCard};

const TERMINAL: &str = "[reader]\npin_after_read = false\n\
    [[applications]]\naid = \"A0000003330101\"\n\
    [[applications]]\naid = \"A0000000031010\"\n\
    [[applications]]\naid = \"A0000000041010\"";

struct InField<'c>(&'c mut TestCard);

impl Transceive for InField<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.answer(command))
    }

    fn reset(&mut self) {
        self.0.tap.field_lost(&mut self.0.env);
    }
}

/// A card of each scheme and version, with a record and without where it may be either.
fn cards() -> Vec<(Scheme, ProfileSpec)> {
    let mut cards = Vec::new();
    for (scheme, spec) in [
        (Scheme::UnionPay, ProfileSpec::default()),
        (Scheme::Visa, ProfileSpec::visa()),
        (Scheme::Mastercard, ProfileSpec::mastercard()),
    ] {
        for cvn in scheme.versions() {
            let mut spec = spec.clone();
            spec.cvn = cvn.byte();
            spec.flags |= understudy_core::card::tags::flags::DOMESTIC_ONLY;
            cards.push((scheme, spec.clone()));
            if spec.records.is_empty() {
                let usage = vec![0x9F, 0x07, 0x02, 0xFF, 0x80];
                spec.records.push(([0x01, 0x01], usage));
                cards.push((scheme, spec));
            }
        }
    }
    cards
}

fn tap(card: &mut TestCard, minor: u64) -> TapReport {
    tap_at(Config::from_toml(TERMINAL).unwrap(), card, minor)
}

pub(super) fn tap_at(config: Config, card: &mut TestCard, minor: u64) -> TapReport {
    let terminal = Terminal::new(config);
    let amount = Amount::new(minor, Currency::CNY).unwrap();
    let time = LocalTime::from_unix(1_795_336_200, 480).unwrap();
    let purchase = Transaction::new(TransactionType::Purchase, amount, time, 42).unwrap();
    terminal.tap(&purchase, &mut InField(card), &mut SystemRandom)
}

pub(super) fn online(report: &TapReport) -> &OnlineRequest {
    match &report.outcome {
        Outcome::OnlineRequest(request) => request,
        other => panic!("not an online request: {other}"),
    }
}

fn object<const N: usize>(de55: &[u8], tag: u32) -> [u8; N] {
    let value = find(de55, Tag::new(tag)).unwrap();
    value.unwrap().try_into().unwrap()
}

/// True if the cryptogram in DE 55 verifies over the rest of it.
fn verifies(card: &TestCard, cvn: Cvn, de55: &[u8]) -> bool {
    verifies_with(card, Algorithm::Tdes, cvn, de55)
}

/// As [`verifies`], for a key of another algorithm.
pub(super) fn verifies_with(card: &TestCard, algorithm: Algorithm, cvn: Cvn, de55: &[u8]) -> bool {
    let [transaction_type] = object(de55, 0x9C);
    let data = TransactionData {
        amount_authorised: object(de55, 0x9F02),
        amount_other: object(de55, 0x9F03),
        terminal_country: object(de55, 0x9F1A),
        tvr: object(de55, 0x95),
        currency: object(de55, 0x5F2A),
        date: object(de55, 0x9A),
        transaction_type,
        unpredictable_number: object(de55, 0x9F37),
        aip: object(de55, 0x82),
    };
    let iad = find(de55, Tag::new(0x9F10)).unwrap().unwrap();
    let input = CryptogramInput::new(cvn, data, iad).unwrap();
    let Some(atc) = Atc::new(u16::from_be_bytes(object(de55, 0x9F36))) else {
        return false;
    };
    let cryptogram = Cryptogram(object(de55, 0x9F26));
    card.env
        .session_key(algorithm)
        .verify(&input, atc, &cryptogram)
}

#[test]
fn every_card_goes_online_with_a_cryptogram_over_what_the_terminal_sends() {
    for (scheme, spec) in cards() {
        let mut card = TestCard::new(&spec);
        let report = tap(&mut card, 1234);
        let request = online(&report);
        assert_eq!(request.cvm, Cvm::None, "{scheme:?}");
        let iad = find(&request.de55, Tag::new(0x9F10)).unwrap().unwrap();
        let stated = scheme.parse_iad(iad).unwrap();
        assert!(!stated.user_verified);
        assert!(verifies(&card, stated.cvn, &request.de55), "{scheme:?}");
        assert_eq!(card.env.payments.len(), 1);
        assert_eq!(request.track2.number().expose(), number(&spec));
    }
}

#[test]
fn the_default_terminal_takes_every_product_of_every_scheme() {
    for (scheme, spec) in [
        (Scheme::UnionPay, ProfileSpec::default()),
        (Scheme::Visa, ProfileSpec::visa()),
        (Scheme::Mastercard, ProfileSpec::mastercard()),
    ] {
        for product in scheme.products() {
            let mut spec = spec.clone();
            spec.applications = vec![(product.aid.to_vec(), product.label, 1)];
            let report = tap_at(Config::default(), &mut TestCard::new(&spec), 1234);
            assert_eq!(online(&report).aid.octets(), product.aid, "{product:?}");
        }
    }
}

fn number(spec: &ProfileSpec) -> String {
    let digits = hex::encode_upper(&spec.track2);
    digits.split_once('D').unwrap().0.to_owned()
}

#[test]
fn a_verification_on_the_device_is_seen_by_the_terminal_and_stands_under_the_mac() {
    for (scheme, spec) in cards() {
        let mut card = TestCard::new(&spec);
        card.env.verified = Some(0);
        let report = tap(&mut card, 200_000);
        let request = online(&report);
        assert_eq!(request.cvm, Cvm::Device, "{scheme:?}");
        let iad = find(&request.de55, Tag::new(0x9F10)).unwrap().unwrap();
        let stated = scheme.parse_iad(iad).unwrap();
        assert!(stated.user_verified, "{scheme:?}");
        assert!(verifies(&card, stated.cvn, &request.de55));

        let at = request.de55.windows(iad.len()).position(|part| part == iad);
        let (place, bits) = match scheme {
            Scheme::UnionPay | Scheme::Visa => (4, 0x04),
            Scheme::Mastercard => (2, 0x05),
        };
        let octet = at.unwrap() + place;
        let mut relayed = request.de55.clone();
        relayed[octet] ^= bits;
        assert!(!verifies(&card, stated.cvn, &relayed), "{scheme:?}");
    }
}

#[test]
fn no_bit_of_what_every_full_version_authenticates_can_be_flipped() {
    for (scheme, spec) in cards().into_iter().filter(|(_, spec)| spec.cvn != 0x17) {
        let mut card = TestCard::new(&spec);
        let report = tap(&mut card, 1234);
        let de55 = &online(&report).de55;
        let iad = find(de55, Tag::new(0x9F10)).unwrap().unwrap();
        let cvn = scheme.parse_iad(iad).unwrap().cvn;
        for tag in [
            0x9F02, 0x9F03, 0x9F1A, 0x95, 0x5F2A, 0x9A, 0x9C, 0x9F37, 0x82, 0x9F36, 0x9F26,
        ] {
            let value = find(de55, Tag::new(tag)).unwrap().unwrap();
            let start = value.as_ptr().addr() - de55.as_ptr().addr();
            for bit in 0..value.len() * 8 {
                let mut flipped = de55.clone();
                flipped[start + bit / 8] ^= 0x80 >> (bit % 8);
                assert!(!verifies(&card, cvn, &flipped), "{scheme:?} {tag:X} {bit}");
            }
        }
    }
}

#[test]
fn above_the_limits_the_phone_asks_and_the_second_tap_is_verified() {
    for (scheme, mut spec) in cards() {
        spec.policy = [0x01, 0x00];
        let mut card = TestCard::new(&spec);
        let report = tap(&mut card, 200_000);
        assert_eq!(
            report.outcome,
            Outcome::TryAgain(Reason::SeePhone),
            "{scheme:?}"
        );
        assert!(card.env.payments.is_empty());
        card.env.verified = Some(1);
        assert_eq!(online(&tap(&mut card, 200_000)).cvm, Cvm::Device);
        assert_eq!(card.env.payments.len(), 1);
    }
}

#[test]
fn a_card_of_mastercard_that_offers_no_device_is_verified_by_pin() {
    let mut card = TestCard::new(&ProfileSpec {
        aip: [0x18, 0x80],
        ..ProfileSpec::mastercard()
    });
    let report = tap(&mut card, 200_000);
    assert_eq!(online(&report).cvm, Cvm::OnlinePin);
    assert_eq!(
        card.env.payments[0].1.cvm,
        understudy_core::card::Cvm::OnlinePin
    );
}

#[test]
fn each_tap_has_a_cryptogram_of_its_own() {
    for (scheme, spec) in cards() {
        let mut card = TestCard::new(&spec);
        let first = online(&tap(&mut card, 1234)).de55.clone();
        let second = online(&tap(&mut card, 1234)).de55.clone();
        let counter = |de55: &[u8]| object::<2>(de55, 0x9F36);
        assert_eq!((counter(&first), counter(&second)), ([0, 1], [0, 2]));
        let cryptogram = |de55: &[u8]| object::<8>(de55, 0x9F26);
        assert_ne!(cryptogram(&first), cryptogram(&second), "{scheme:?}");
    }
}

#[test]
fn without_keys_no_card_goes_online() {
    for (scheme, spec) in cards() {
        let mut card = TestCard::new(&spec);
        card.env.keys = 0;
        let report = tap(&mut card, 1234);
        assert!(
            matches!(report.outcome, Outcome::EndApplication(_)),
            "{scheme:?}: {}",
            report.outcome
        );
    }
}
