//! The choice of the algorithm between the terminal of this project and a card: the card asks by
//! `DF69`, the terminal states its configuration, and the cryptogram goes online unread.

use understudy_core::card::{Event, Refusal, Scheme, tags};
use understudy_core::crypto::Algorithm;
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags::SM_ALGORITHM_INDICATOR;
use understudy_core::wire::tlv::{Tag, find};
use understudy_pos::{Config, Outcome, Reason, TapReport};
use understudy_tests::{ProfileSpec, TestCard};

use super::terminal::{online, tap_at, verifies_with};

/// Where JR/T 0025.5 names the algorithm in issuer application data.
const ALGORITHM_OCTET: usize = 7;

/// A `UnionPay` card with keys of these algorithms, as the issuer writes its profile: it asks for
/// `DF69` if it has SM4, and does not name triple DES alone.
fn spec(cvn: u8, algorithms: &[Algorithm]) -> ProfileSpec {
    let mut spec = ProfileSpec {
        cvn,
        ..ProfileSpec::default()
    };
    spec.flags |= tags::flags::DOMESTIC_ONLY;
    if algorithms != [Algorithm::Tdes] {
        let octets = algorithms.iter().map(|each| each.octet()).collect();
        spec.more = vec![(tags::ALGORITHMS, octets)];
    }
    if algorithms.contains(&Algorithm::Sm4) {
        spec.pdol.extend([0xDF, 0x69, 0x01]);
    }
    spec
}

fn tap(card: &mut TestCard, has_sm4: bool) -> TapReport {
    let mut config = Config::default();
    if !has_sm4 {
        config = config.without_sm_algorithms();
    }
    tap_at(config, card, 1234)
}

/// The octet that the terminal sent for `DF69` in GET PROCESSING OPTIONS; `None` if the card had not
/// asked for it.
fn stated(spec: &ProfileSpec, report: &TapReport) -> Option<u8> {
    let mut gpo = report
        .exchanges()
        .filter(|exchange| exchange.command.starts_with(&[0x80, 0xA8]));
    let sent = &gpo.next().expect("GET PROCESSING OPTIONS").command;
    let values = find(&sent[5..sent.len() - 1], Tag::new(0x83)).unwrap();
    let mut values = values.unwrap();
    for entry in Dol::parse(&spec.pdol).unwrap().entries() {
        let (value, rest) = values.split_at(entry.length);
        if entry.tag == SM_ALGORITHM_INDICATOR {
            return Some(value[0]);
        }
        values = rest;
    }
    None
}

/// Asserts that the request has a cryptogram of this algorithm, names it, and has none of another.
fn assert_made_with(card: &TestCard, report: &TapReport, algorithm: Algorithm) {
    let request = online(report);
    let iad = find(&request.de55, Tag::new(0x9F10)).unwrap().unwrap();
    assert_eq!(iad[ALGORITHM_OCTET], algorithm.octet());
    let cvn = Scheme::UnionPay.parse_iad(iad).unwrap().cvn;
    for &each in Algorithm::ALL {
        let verifies = verifies_with(card, each, cvn, &request.de55);
        assert_eq!(verifies, each == algorithm, "{each} of {algorithm}");
    }
    assert_eq!(card.env.payments.len(), 1);
    assert_eq!(card.env.payments[0].1.algorithm, algorithm);
}

/// Version, the card's algorithms, the terminal's SM algorithms; `DF69`, and the cryptogram's algorithm.
#[test]
fn card_and_terminal_agree_on_the_algorithm() {
    use Algorithm::{Aes128, Sm4, Tdes};
    for cvn in [0x01, 0x17] {
        for (algorithms, has_sm4, indicator, agreed) in [
            (&[Tdes][..], true, None, Tdes),
            (&[Tdes], false, None, Tdes),
            (&[Aes128], true, None, Aes128),
            (&[Aes128], false, None, Aes128),
            (&[Tdes, Sm4], true, Some(0x01), Sm4),
            (&[Tdes, Sm4], false, Some(0x00), Tdes),
            (&[Sm4], true, Some(0x01), Sm4),
        ] {
            let spec = spec(cvn, algorithms);
            let mut card = TestCard::new(&spec);
            let report = tap(&mut card, has_sm4);
            assert_eq!(stated(&spec, &report), indicator, "{algorithms:?}");
            assert_made_with(&card, &report, agreed);
        }
    }
}

#[test]
fn a_card_of_sm4_alone_refuses_a_terminal_without_it_with_6985_and_spends_no_key() {
    for cvn in [0x01, 0x17] {
        let spec = spec(cvn, &[Algorithm::Sm4]);
        let mut card = TestCard::new(&spec);
        let keys = card.env.keys;
        let report = tap(&mut card, false);
        assert_eq!(stated(&spec, &report), Some(0x00));
        let last = report.exchanges().last().unwrap();
        assert_eq!(last.answer.as_deref(), Ok(&[0x69, 0x85][..]));
        let refused = Outcome::EndApplication(Reason::ConditionsNotSatisfied);
        assert_eq!(report.outcome, refused);
        let refusals = card.env.events.iter().filter_map(|event| match event {
            Event::Refused { refusal, .. } => Some(*refusal),
            _ => None,
        });
        assert!(refusals.eq([Refusal::NoCommonPath]));
        assert_eq!((card.env.keys, card.env.payments.len()), (keys, 0));
        // The same card in the next shop.
        let report = tap(&mut card, true);
        assert_made_with(&card, &report, Algorithm::Sm4);
    }
}
