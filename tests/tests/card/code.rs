//! The code at the till: its objects, its cryptogram, and the refusals, which cost nothing.

use understudy_core::card::code::{self, CodeRefusal, Shown, TEMPLATE_MAX};
use understudy_core::card::{
    Exposure, KeyError, Profile, ProfileError, Refusal, Standing, UnixTime, tags,
};
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, TransactionData};
use understudy_core::wire::tlv::{Reader, Tag, find};
use understudy_tests::{GpoData, ProfileSpec, TestCard};

/// 2026-11-22T00:00:00Z.
const TODAY: u64 = 1_795_305_600;
/// 2031-01-01T00:00:00Z, the first second after the sample cards' last day.
const AFTER_EXPIRY: u64 = 1_924_992_000;

const AIP: u32 = 0x82;
const UNPREDICTABLE_NUMBER: u32 = 0x9F37;

/// A card whose time is known and whose user verified ten seconds ago.
fn ready(spec: &ProfileSpec) -> TestCard {
    let mut card = TestCard::new(spec);
    card.env.now = Some(TODAY);
    card.env.verified = Some(10);
    card
}

fn show(card: &mut TestCard) -> Result<Vec<u8>, CodeRefusal> {
    let mut room = [0; TEMPLATE_MAX];
    let code = code::present(&card.slots[0], &mut card.env, &mut room)?;
    assert_eq!(code.atc.get(), card.env.atc);
    assert_eq!(Some(code.at.0), card.env.now);
    Ok(code.template.to_vec())
}

fn refusal(card: &mut TestCard) -> CodeRefusal {
    let keys = card.env.keys;
    let refusal = show(card).unwrap_err();
    assert_eq!(card.env.keys, keys, "a refusal costs nothing");
    assert!(card.env.codes.is_empty());
    refusal
}

/// Data objects: the number of the tag, and the value.
type Objects = Vec<(u32, Vec<u8>)>;

/// The objects behind `61` and behind `63`.
fn objects(template: &[u8]) -> (Objects, Objects) {
    let outer: Vec<_> = Reader::new(template).map(Result::unwrap).collect();
    assert_eq!(outer.len(), 1);
    assert_eq!(outer[0].tag, Tag::new(0x61));
    let list = |octets| {
        let objects = Reader::new(octets).map(Result::unwrap);
        objects
            .map(|object| (number(object.tag), object.value.to_vec()))
            .collect::<Vec<_>>()
    };
    let mut application = list(outer[0].value);
    let (tag, chip_data) = application.pop().unwrap();
    assert_eq!(tag, 0x63);
    (application, list(&chip_data))
}

fn number(tag: Tag) -> u32 {
    let octets = tag.octets().iter();
    octets.fold(0, |number, octet| number << 8 | u32::from(*octet))
}

fn chip_value(template: &[u8], tag: u32) -> Vec<u8> {
    let (_, chip_data) = objects(template);
    let found = chip_data.into_iter().find(|(found, _)| *found == tag);
    found.unwrap().1
}

/// True if the cryptogram is one over this data and the rest of the code, under its key.
fn verifies(card: &TestCard, cvn: Cvn, template: &[u8], data: TransactionData) -> bool {
    let [.., (_, shown)] = card.env.codes.as_slice() else {
        panic!("a key was spent");
    };
    let iad = chip_value(template, 0x9F10);
    let atc = chip_value(template, 0x9F36).try_into().unwrap();
    let cryptogram = Cryptogram(chip_value(template, 0x9F26).try_into().unwrap());
    let input = CryptogramInput::new(cvn, data, &iad).unwrap();
    let atc = Atc::new(u16::from_be_bytes(atc)).unwrap();
    let key = card.env.session_key(shown.algorithm);
    key.verify(&input, atc, &cryptogram)
}

/// The data under the MAC of a code of today, written out.
fn fixed(aip: [u8; 2]) -> TransactionData {
    TransactionData {
        amount_authorised: [0; 6],
        amount_other: [0; 6],
        terminal_country: [0; 2],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0; 3],
        transaction_type: 0,
        unpredictable_number: 1_795_305_600_u32.to_be_bytes(),
        aip,
    }
}

fn visa_22() -> ProfileSpec {
    ProfileSpec {
        cvn: 0x22,
        ..ProfileSpec::visa()
    }
}

fn mchip_21() -> ProfileSpec {
    ProfileSpec {
        cvn: 0x15,
        ..ProfileSpec::mastercard()
    }
}

/// Every version with codes: its card, its AIP in a code and the first octets of its `9F10`.
fn versions() -> [(ProfileSpec, Cvn, [u8; 2], &'static str); 5] {
    [
        (
            ProfileSpec::default(),
            Cvn::UnionPay01,
            [0, 2],
            "07010103a4000001",
        ),
        (ProfileSpec::visa(), Cvn::Visa18, [0, 2], "06011203a40000"),
        (visa_22(), Cvn::Visa22, [0, 2], "1f220100a4000000"),
        (
            ProfileSpec::mastercard(),
            Cvn::MChip20,
            [0x1A, 0x82],
            "0114a50000000000",
        ),
        (mchip_21(), Cvn::MChip21, [0x1A, 0x82], "0115a50000000000"),
    ]
}

#[test]
fn a_code_of_every_version_has_its_objects_and_a_cryptogram_over_the_fixed_values() {
    for (spec, cvn, aip, iad) in versions() {
        let mut card = ready(&spec);
        let template = show(&mut card).unwrap();
        let (application, chip_data) = objects(&template);
        let aid = spec.applications[0].0.clone();
        let known = [(0x4F, aid), (0x57, spec.track2.clone()), (0x5F34, vec![0])];
        assert_eq!(application, known, "{cvn}");
        let tags: Vec<u32> = chip_data.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(
            tags,
            [0x9F26, 0x9F27, 0x9F10, 0x9F36, AIP, UNPREDICTABLE_NUMBER]
        );
        assert_eq!(chip_value(&template, 0x9F27), [0x80]);
        assert_eq!(chip_value(&template, AIP), aip);
        let now = u32::try_from(TODAY).unwrap().to_be_bytes();
        assert_eq!(chip_value(&template, UNPREDICTABLE_NUMBER), now);
        assert!(hex::encode(chip_value(&template, 0x9F10)).starts_with(iad));
        let data = fixed(aip);
        assert!(verifies(&card, cvn, &template, data), "{cvn}");
        let of_a_tap = TransactionData {
            aip: spec.aip,
            ..data
        };
        assert!(!verifies(&card, cvn, &template, of_a_tap), "{cvn}");
    }
}

#[test]
fn a_code_is_made_with_keys_of_every_algorithm_and_a_card_of_two_takes_sm4() {
    for algorithm in Algorithm::ALL {
        let mut spec = ProfileSpec::visa();
        if algorithm.octet() != 0x01 {
            spec.more = vec![(tags::ALGORITHMS, vec![algorithm.octet()])];
        }
        let mut card = ready(&spec);
        let template = show(&mut card).unwrap();
        assert_eq!(card.env.codes[0].1.algorithm, *algorithm);
        assert!(
            verifies(&card, Cvn::Visa18, &template, fixed([0, 2])),
            "{algorithm}"
        );
    }
    let mut dual = ProfileSpec {
        more: vec![(tags::ALGORITHMS, vec![0x01, 0x04])],
        ..ProfileSpec::default()
    };
    dual.pdol.extend([0xDF, 0x69, 0x01]);
    let mut card = ready(&dual);
    let template = show(&mut card).unwrap();
    assert_eq!(card.env.codes[0].1.algorithm.octet(), 0x04);
    assert_eq!(chip_value(&template, 0x9F10)[7], 0x04);
}

#[test]
fn the_count_of_unverified_taps_starts_anew_and_the_drain_guard_counts_the_code() {
    let mut card = ready(&ProfileSpec::default());
    card.env.usage.exposure = Exposure { taps: 3, sum: 900 };
    show(&mut card).unwrap();
    let (_, Shown { at, usage, .. }) = card.env.codes[0];
    assert_eq!(at, UnixTime(TODAY));
    assert_eq!(usage.exposure, Exposure::default());
    assert_eq!(usage.guard.since_act, 1);
    assert_eq!(usage.guard.recent[0], TODAY);
}

#[test]
fn a_version_whose_mac_lacks_the_aip_shows_no_code() {
    let spec = ProfileSpec {
        cvn: 0x17,
        flags: tags::flags::VERIFIED_IN_IAD | tags::flags::DOMESTIC_ONLY,
        ..ProfileSpec::default()
    };
    let refused = refusal(&mut ready(&spec));
    assert_eq!(refused, CodeRefusal::Version(Cvn::UnionPay17));
    for (_, cvn, ..) in versions() {
        assert!(code::has_codes(cvn), "{cvn}");
    }
}

#[test]
fn a_card_that_cannot_state_the_verification_shows_no_code() {
    let spec = ProfileSpec {
        flags: 0,
        ..ProfileSpec::default()
    };
    assert_eq!(refusal(&mut ready(&spec)), CodeRefusal::Unstated);
}

#[test]
fn a_code_needs_a_verification_that_is_fresh() {
    let mut card = ready(&ProfileSpec::default());
    card.env.verified = None;
    assert_eq!(refusal(&mut card), CodeRefusal::NotVerified);
    card.env.verified = Some(61);
    assert_eq!(refusal(&mut card), CodeRefusal::Stale);
    card.env.verified = Some(60);
    assert!(show(&mut card).is_ok());
}

#[test]
fn a_code_needs_a_time_that_four_octets_hold() {
    let mut card = ready(&ProfileSpec::default());
    for now in [None, Some(u64::from(u32::MAX) + 1)] {
        card.env.now = now;
        assert_eq!(refusal(&mut card), CodeRefusal::NoTime);
    }
}

#[test]
fn a_card_that_could_not_be_tapped_shows_no_code() {
    let mut card = ready(&ProfileSpec::default());
    card.slots[0].standing = Standing::Suspended;
    assert_eq!(refusal(&mut card), CodeRefusal::Suspended);
    card.slots[0].standing = Standing::Active;
    card.env.now = Some(AFTER_EXPIRY);
    assert_eq!(refusal(&mut card), CodeRefusal::Card(Refusal::Expired));
    card.env.now = Some(TODAY);
    card.env.usage.guard.since_act = 5;
    assert_eq!(refusal(&mut card), CodeRefusal::Card(Refusal::Drained));
    card.env.usage.guard.since_act = 0;
    card.env.broken = true;
    let storage = Refusal::Key(KeyError::Storage);
    assert_eq!(refusal(&mut card), CodeRefusal::Card(storage));
    card.env.broken = false;
    card.env.keys = 0;
    let exhausted = Refusal::Key(KeyError::Exhausted);
    assert_eq!(refusal(&mut card), CodeRefusal::Card(exhausted));
}

#[test]
fn a_profile_with_the_mark_of_codes_is_refused_so_that_no_tap_has_it() {
    for aip in [[0x00, 0x02], [0x1A, 0x82], [0xFF, 0xFF]] {
        let spec = ProfileSpec {
            aip,
            ..ProfileSpec::default()
        };
        let refused = Profile::parse(spec.octets()).unwrap_err();
        assert_eq!(refused, ProfileError::Value(Tag::new(AIP)));
    }
    let spec = ProfileSpec {
        aip: [0xFF, 0xFD],
        ..ProfileSpec::default()
    };
    let mut card = TestCard::new(&spec);
    let answer = card.pay(&GpoData::default());
    let body = find(&answer[..answer.len() - 2], Tag::new(0x77)).unwrap();
    assert_eq!(
        find(body.unwrap(), Tag::new(AIP)).unwrap(),
        Some(&[0xFF, 0xFD][..])
    );
}

#[test]
fn the_longest_code_fits() {
    let spec = ProfileSpec {
        applications: vec![(vec![0xA5; 16], "QuickPass", 1)],
        track2: hex::decode("6250947000000000001D30122010000000000F").unwrap(),
        idd: vec![0x55; 23],
        ..ProfileSpec::default()
    };
    assert_eq!(spec.track2.len(), 19);
    let template = show(&mut ready(&spec)).unwrap();
    assert_eq!(template.len(), 113);
}
