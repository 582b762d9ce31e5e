//! The algorithm of a tap: what the reader says in `DF69`, and the keys that the card has.

use understudy_core::card::{Profile, ProfileError, tags};
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, TransactionData};
use understudy_core::wire::tlv::{Tag, find};
use understudy_tests::{GpoData, ProfileSpec, TestCard, UNIONPAY_DEBIT, gpo, select};

const LACKS_DF69: ProfileError = ProfileError::ListLacks {
    list: Tag::new(0x9F38),
    lacking: Tag::new(0xDF69),
};

const TDES: u8 = 0x01;
const SM4: u8 = 0x04;
const AES_128: u8 = 0x10;
const AES_256: u8 = 0x20;

/// A card with keys of these algorithms; empty for a profile that names none.
fn spec(algorithms: &[u8], asks: bool) -> ProfileSpec {
    let mut spec = ProfileSpec::default();
    if !algorithms.is_empty() {
        spec.more = vec![(tags::ALGORITHMS, algorithms.to_vec())];
    }
    if asks {
        spec.pdol.extend([0xDF, 0x69, 0x01]);
    }
    spec
}

/// The answer to GET PROCESSING OPTIONS, with the reader's `DF69` if the card asks for it.
fn answer(card: &mut TestCard, indicator: Option<u8>) -> Vec<u8> {
    assert_eq!(card.status(&select(UNIONPAY_DEBIT)), 0x9000);
    let mut values = GpoData::default().octets();
    values.extend(indicator);
    card.answer(&gpo(&values))
}

/// Asserts that the answer has a cryptogram of this algorithm and of no other, and says so.
fn assert_made_with(card: &TestCard, answer: &[u8], algorithm: u8) {
    let (body, status) = answer.split_last_chunk::<2>().unwrap();
    assert_eq!(status, &[0x90, 0x00]);
    let template = find(body, Tag::new(0x77)).unwrap().unwrap();
    let value = |tag| find(template, Tag::new(tag)).unwrap().unwrap();
    let iad = value(0x9F10);
    assert_eq!(iad[7], algorithm, "octet 8 of 9F10");
    let [.., (_, payment)] = card.env.payments.as_slice() else {
        panic!("a key was spent");
    };
    assert_eq!(payment.algorithm.octet(), algorithm);
    let data = TransactionData {
        amount_authorised: [0, 0, 0, 0, 0x12, 0x34],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0x26, 0x11, 0x22],
        transaction_type: 0x00,
        unpredictable_number: [0xA1, 0xB2, 0xC3, 0xD4],
        aip: [0; 2],
    };
    let input = CryptogramInput::new(Cvn::UnionPay01, data, iad).unwrap();
    let cryptogram = Cryptogram(value(0x9F26).try_into().unwrap());
    let atc = Atc::new(card.env.atc).unwrap();
    for &each in Algorithm::ALL {
        let key = card.env.session_key(each);
        let verifies = key.verify(&input, atc, &cryptogram);
        assert_eq!(verifies, each.octet() == algorithm, "{each}");
    }
}

#[test]
fn a_card_of_one_cipher_does_not_ask_and_uses_it() {
    let cases = [
        (&[][..], TDES),
        (&[AES_128], AES_128),
        (&[AES_256], AES_256),
    ];
    for (algorithms, expected) in cases {
        let mut card = TestCard::new(&spec(algorithms, false));
        let answer = answer(&mut card, None);
        assert_made_with(&card, &answer, expected);
    }
}

#[test]
fn a_triple_des_card_that_asks_all_the_same_never_refuses() {
    for indicator in [0x00, 0x01, 0xFF] {
        let mut card = TestCard::new(&spec(&[], true));
        let answer = answer(&mut card, Some(indicator));
        assert_made_with(&card, &answer, TDES);
    }
}

#[test]
fn a_dual_card_uses_sm4_where_the_reader_has_it_and_triple_des_elsewhere() {
    for indicator in 0..=u8::MAX {
        let mut card = TestCard::new(&spec(&[TDES, SM4], true));
        let answer = answer(&mut card, Some(indicator));
        let expected = if indicator == 0x01 { SM4 } else { TDES };
        assert_made_with(&card, &answer, expected);
    }
}

#[test]
fn a_card_of_sm4_alone_refuses_a_reader_without_it_and_spends_no_key() {
    for indicator in 0..=u8::MAX {
        let mut card = TestCard::new(&spec(&[SM4], true));
        let keys = card.env.keys;
        let answer = answer(&mut card, Some(indicator));
        if indicator == 0x01 {
            assert_made_with(&card, &answer, SM4);
        } else {
            assert_eq!(answer, [0x69, 0x85], "{indicator:02X}");
            assert_eq!((card.env.keys, card.env.payments.len()), (keys, 0));
        }
    }
}

#[test]
fn a_profile_with_sm4_must_ask_for_the_indicator_in_one_octet() {
    for algorithms in [&[SM4][..], &[TDES, SM4]] {
        assert!(Profile::parse(spec(algorithms, true).octets()).is_ok());
        let silent = Profile::parse(spec(algorithms, false).octets());
        assert_eq!(silent.unwrap_err(), LACKS_DF69);
        let mut longer = spec(algorithms, false);
        longer.pdol.extend([0xDF, 0x69, 0x02]);
        let longer = Profile::parse(longer.octets());
        assert_eq!(longer.unwrap_err(), LACKS_DF69);
    }
}

#[test]
fn a_profile_names_known_ciphers_in_ascending_order_and_not_triple_des_alone() {
    let wrong = [
        &[TDES][..],
        &[0x00],
        &[0x02],
        &[SM4, TDES],
        &[SM4, SM4],
        &[TDES, 0x05],
    ];
    for algorithms in wrong {
        let parsed = Profile::parse(spec(algorithms, true).octets());
        let expected = ProfileError::Value(tags::ALGORITHMS);
        assert_eq!(parsed.unwrap_err(), expected, "{algorithms:02X?}");
    }
    let three = Profile::parse(spec(&[TDES, SM4, AES_128], true).octets());
    assert_eq!(three.unwrap_err(), ProfileError::Length(tags::ALGORITHMS));
}

/// A profile with two algorithms between which nobody chooses could answer no reader, or would
/// erase one key of each pair unused.
#[test]
fn two_algorithms_are_those_between_which_the_scheme_s_readers_choose() {
    let all: Vec<_> = Algorithm::ALL.iter().map(|each| each.octet()).collect();
    let schemes = [
        ("UnionPay", spec(&[], true)),
        ("Visa", ProfileSpec::visa()),
        ("Mastercard", ProfileSpec::mastercard()),
    ];
    for (scheme, card) in schemes {
        let parsed = |algorithms: &[u8]| {
            let mut spec = card.clone();
            spec.more.push((tags::ALGORITHMS, algorithms.to_vec()));
            Profile::parse(spec.octets()).map(|_| ())
        };
        for &first in &all {
            let alone = parsed(&[first]).is_ok();
            assert_eq!(alone, first != TDES, "{scheme} {first:02X}");
            for &second in all.iter().filter(|&&second| second > first) {
                let negotiated = scheme == "UnionPay" && (first, second) == (TDES, SM4);
                let expected = Err(ProfileError::Value(tags::ALGORITHMS));
                let expected = if negotiated { Ok(()) } else { expected };
                let place = format!("{scheme} {first:02X} {second:02X}");
                assert_eq!(parsed(&[first, second]), expected, "{place}");
            }
        }
    }
}
