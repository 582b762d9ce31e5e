//! The issuer's answers (ARPC), methods 1 and 2.

use understudy_core::crypto::{Cryptogram, Padding, SessionKey, TdesKey};
use understudy_core::kd::SessionKeyMethod;

use crate::cases::{Answer, CryptogramCase, cryptograms};
use crate::mistakes::{one_short, swaps};

/// Every answer of a method in the files, with the key it is made under.
fn each(method: u8, mut check: impl FnMut(&CryptogramCase, &Answer, [u8; 16])) {
    for case in cryptograms() {
        let key = case.session_key(case.cvn().arpc_key_method().unwrap());
        for answer in case.answers.iter().filter(|answer| answer.method == method) {
            check(&case, answer, key);
        }
    }
}

/// The keys of every level, one of which is right.
fn keys(case: &CryptogramCase) -> [[u8; 16]; 5] {
    [
        case.imk_octets(),
        case.master_key_octets(),
        case.session_key(SessionKeyMethod::UnionPay),
        case.session_key(SessionKeyMethod::Common),
        case.session_key(SessionKeyMethod::MChip),
    ]
}

fn arqc(case: &CryptogramCase) -> Cryptogram {
    Cryptogram(case.cryptogram.array())
}

fn arc(answer: &Answer) -> [u8; 2] {
    answer.arc.as_ref().expect("method 1 has an ARC").array()
}

fn csu(answer: &Answer) -> [u8; 4] {
    answer.csu.as_ref().expect("method 2 has a CSU").array()
}

#[test]
fn every_answer_is_of_a_method_that_exists() {
    for case in cryptograms() {
        assert!(!case.answers.is_empty(), "{}", case.version);
        for answer in &case.answers {
            assert_eq!(answer.arc.is_some(), answer.method == 1);
            assert_eq!(answer.csu.is_some(), answer.method == 2);
            assert!([1, 2].contains(&answer.method));
        }
    }
}

#[test]
fn every_answer_is_the_one_published() {
    each(1, |case, answer, key| {
        let arpc = SessionKey::from_octets(key).arpc_method_1(&arqc(case), arc(answer));
        assert_eq!(arpc, answer.arpc.array(), "{}", case.version);
    });
    each(2, |case, answer, key| {
        let arpc = SessionKey::from_octets(key).arpc_method_2(&arqc(case), csu(answer), &[]);
        assert_eq!(arpc, answer.arpc.array(), "{}", case.version);
    });
}

#[test]
fn a_key_of_another_level_gives_another_answer() {
    each(1, |case, answer, right| {
        for key in keys(case) {
            let arpc = TdesKey::from_octets(key).arpc_method_1(&arqc(case), arc(answer));
            assert_eq!(
                arpc == answer.arpc.array(),
                key == right,
                "{}",
                case.version
            );
        }
    });
    each(2, |case, answer, right| {
        for key in keys(case) {
            let arpc = TdesKey::from_octets(key).arpc_method_2(&arqc(case), csu(answer), &[]);
            assert_eq!(
                arpc == answer.arpc.array(),
                key == right,
                "{}",
                case.version
            );
        }
    });
}

#[test]
fn swapped_neighbours_give_another_answer() {
    each(1, |case, answer, key| {
        let key = TdesKey::from_octets(key);
        for swapped in swaps(&arqc(case).0) {
            let swapped = Cryptogram(swapped.try_into().unwrap());
            assert_ne!(
                key.arpc_method_1(&swapped, arc(answer)),
                answer.arpc.array()
            );
        }
        for swapped in swaps(&arc(answer)) {
            let swapped = swapped.try_into().unwrap();
            assert_ne!(key.arpc_method_1(&arqc(case), swapped), answer.arpc.array());
        }
    });
    each(2, |case, answer, key| {
        let data = [&arqc(case).0[..], &csu(answer)].concat();
        let fields_swapped = [&csu(answer)[..], &arqc(case).0].concat();
        for wrong in swaps(&data).iter().chain([&fields_swapped]) {
            let mac = TdesKey::from_octets(key).mac(Padding::Method2, &[wrong]);
            assert_ne!(mac[..4], answer.arpc.0);
        }
    });
}

#[test]
fn a_response_code_short_or_at_the_wrong_end_gives_another_answer() {
    each(1, |case, answer, key| {
        // The answer is one encrypted block; a MAC over that block shows its input.
        let mac = |padding, code: [u8; 8]| {
            let block: Vec<u8> = arqc(case).0.iter().zip(code).map(|(a, b)| a ^ b).collect();
            TdesKey::from_octets(key).mac(padding, &[&block])
        };
        let [a, b] = arc(answer);
        let right = [a, b, 0, 0, 0, 0, 0, 0];
        assert_eq!(mac(Padding::Method1, right), answer.arpc.array());
        assert_ne!(mac(Padding::Method2, right), answer.arpc.array());
        assert_ne!(
            mac(Padding::Method1, [0, 0, 0, 0, 0, 0, a, b]),
            answer.arpc.array()
        );
        for short in one_short(&arc(answer)) {
            assert_ne!(
                mac(Padding::Method1, [short[0], 0, 0, 0, 0, 0, 0, 0]),
                answer.arpc.array()
            );
        }
    });
}

#[test]
fn method_2_with_the_other_padding_or_an_octet_short_gives_another_answer() {
    each(2, |case, answer, key| {
        let mac = |padding, data: &[u8]| TdesKey::from_octets(key).mac(padding, &[data]);
        let data = [&arqc(case).0[..], &csu(answer)].concat();
        assert_eq!(mac(Padding::Method2, &data)[..4], answer.arpc.0);
        assert_ne!(mac(Padding::Method1, &data)[..4], answer.arpc.0);
        for short in one_short(&data) {
            assert_ne!(mac(Padding::Method2, &short)[..4], answer.arpc.0);
        }
        let key = TdesKey::from_octets(key);
        let proprietary = key.arpc_method_2(&arqc(case), csu(answer), &[0x00]);
        assert_ne!(proprietary[..], answer.arpc.0);
    });
}

#[test]
fn mchip_16_and_17_answer_under_the_card_master_key_and_not_under_the_session_key() {
    each(1, |case, answer, _| {
        let under = |key| TdesKey::from_octets(key).arpc_method_1(&arqc(case), arc(answer));
        let by_card = under(case.master_key_octets()) == answer.arpc.array();
        let listed = ["Visa 10", "M/Chip 16", "M/Chip 17"].contains(&case.version.as_str());
        assert_eq!(by_card, listed, "{}", case.version);
    });
}
