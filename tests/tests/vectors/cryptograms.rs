//! Application cryptograms, from the issuer master key to `9F26`.

use understudy_core::crypto::{Cryptogram, CryptogramInput, Cvn, Padding, SessionKey, TdesKey};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};

use crate::cases::{CryptogramCase, cryptograms};
use crate::mistakes::{one_short, other, pad, swaps};

/// The octets of the key that makes the cryptogram.
fn right_key(case: &CryptogramCase) -> [u8; 16] {
    case.session_key(case.cvn().session_key_method().unwrap())
}

/// The cryptogram as a bare MAC, for the mistakes to be tried.
fn mac(key: [u8; 16], padding: Padding, data: &[u8]) -> [u8; 8] {
    TdesKey::from_octets(key).mac(padding, &[data])
}

fn made(case: &CryptogramCase, key: [u8; 16], cvn: Cvn) -> Cryptogram {
    SessionKey::from_octets(key).application_cryptogram(&case.input(cvn), case.atc())
}

fn expected(case: &CryptogramCase) -> [u8; 8] {
    case.cryptogram.array()
}

#[test]
fn every_cryptogram_is_the_one_published_and_verifies() {
    for case in cryptograms() {
        let (key, cvn) = (right_key(&case), case.cvn());
        assert_eq!(made(&case, key, cvn), Cryptogram(expected(&case)), "{cvn}");
        let issuer = SessionKey::from_octets(key);
        assert!(issuer.verify(&case.input(cvn), case.atc(), &Cryptogram(expected(&case))));
    }
}

#[test]
fn the_keys_on_the_way_are_the_ones_published() {
    for case in cryptograms() {
        if let Some(key) = &case.card_master_key {
            assert_eq!(case.master_key_octets(), key.array());
        }
        if let Some(key) = &case.session_key {
            assert_eq!(right_key(&case), key.array());
        }
    }
}

#[test]
fn the_data_under_the_mac_is_the_one_published_and_makes_the_cryptogram() {
    for case in cryptograms() {
        let data = case.elements().concat();
        assert_eq!(
            mac(right_key(&case), case.cvn().padding(), &data),
            expected(&case)
        );
        if let Some(published) = &case.under_mac {
            assert_eq!(data, published.0, "{}", case.version);
        }
    }
}

#[test]
fn the_other_padding_gives_another_cryptogram() {
    for case in cryptograms() {
        let (key, data) = (right_key(&case), case.elements().concat());
        let right = case.cvn().padding();
        assert_ne!(
            mac(key, other(right), &data),
            expected(&case),
            "{}",
            case.version
        );
        // Only the padding is wrong there: with independent padding the value is right again.
        assert_eq!(
            mac(key, Padding::Method1, &pad(right, &data)),
            expected(&case)
        );
    }
}

#[test]
fn unionpay_01_and_visa_10_differ_in_the_padding_alone() {
    for case in cryptograms()
        .iter()
        .filter(|case| case.cvn() == Cvn::UnionPay01)
    {
        let (key, data) = (right_key(case), case.elements().concat());
        let visa = made(case, key, Cvn::Visa10);
        assert_ne!(visa, Cryptogram(expected(case)));
        assert_eq!(visa, Cryptogram(mac(key, Padding::Method1, &data)));
    }
}

#[test]
fn a_key_of_another_level_gives_another_cryptogram() {
    for case in cryptograms() {
        let (cvn, imk, mk) = (case.cvn(), case.imk_octets(), case.master_key_octets());
        let as_card_key = CardMasterKey::from_octets(imk);
        let as_issuer_key = IssuerMasterKey::from_octets(mk);
        let method = cvn.session_key_method().unwrap();
        let keys = [
            ("issuer master key", imk),
            ("card master key", mk),
            ("session key", case.session_key(SessionKeyMethod::UnionPay)),
            ("session key", case.session_key(SessionKeyMethod::Common)),
            ("session key", case.session_key(SessionKeyMethod::MChip)),
            (
                "session key of the issuer key",
                case.session_key_from(&as_card_key, method),
            ),
            (
                "session key of a card key made by a card key",
                case.session_key_from(&case.master_key_from(&as_issuer_key), method),
            ),
        ];
        // Only the level of the key is wrong there: the right key occurs once.
        assert_eq!(
            keys.iter()
                .filter(|(_, key)| *key == right_key(&case))
                .count(),
            1
        );
        for (level, key) in keys {
            let same = made(&case, key, cvn) == Cryptogram(expected(&case));
            assert_eq!(same, key == right_key(&case), "{cvn} under the {level}");
        }
    }
}

#[test]
fn swapped_neighbours_give_another_cryptogram() {
    for case in cryptograms() {
        let (key, padding) = (right_key(&case), case.cvn().padding());
        let elements = case.elements();
        let data = elements.concat();
        let moved: Vec<Vec<u8>> = swaps(&elements)
            .iter()
            .map(|swapped| swapped.concat())
            .filter(|it| *it != data)
            .collect();
        assert!(moved.len() >= 2, "neighbours that differ");
        for wrong in moved.iter().chain(&swaps(&data)) {
            assert_ne!(
                mac(key, padding, wrong),
                expected(&case),
                "{}",
                case.version
            );
        }
    }
}

#[test]
fn one_octet_short_gives_another_cryptogram() {
    for case in cryptograms() {
        let (key, padding) = (right_key(&case), case.cvn().padding());
        for short in one_short(&case.elements().concat()) {
            assert_ne!(
                mac(key, padding, &short),
                expected(&case),
                "{}",
                case.version
            );
        }
        for short in one_short(&case.elements()) {
            assert_ne!(
                mac(key, padding, &short.concat()),
                expected(&case),
                "{}",
                case.version
            );
        }
    }
}

#[test]
fn issuer_data_one_octet_short_is_refused() {
    for case in cryptograms() {
        let (cvn, data) = (case.cvn(), case.data.transaction_data());
        let short = &case.iad.0[..case.iad.0.len() - 1];
        let refused = CryptogramInput::new(cvn, data, short).unwrap_err();
        assert_eq!((refused.cvn, refused.length), (cvn, short.len()));
    }
}

#[test]
fn another_part_of_the_issuer_data_under_the_mac_gives_another_cryptogram() {
    for case in cryptograms() {
        let (cvn, key) = (case.cvn(), right_key(&case));
        let elements = case.elements();
        let terminal = elements[..elements.len() - issuer_elements(cvn)].concat();
        let right = elements.concat();
        let iad = &case.iad.0;
        for from in 0..iad.len() {
            for to in from..=iad.len() {
                let data = [&terminal, &iad[from..to]].concat();
                let same = mac(key, cvn.padding(), &data) == expected(&case);
                assert_eq!(same, data == right, "{cvn}, octets {from}..{to} of 9F10");
            }
        }
    }
}

#[test]
fn unionpay_makes_its_card_keys_by_option_a() {
    for case in cryptograms()
        .iter()
        .filter(|case| case.card_master_key.is_some())
    {
        let (imk, psn) = (case.imk(), case.psn());
        let a = imk
            .card_master_key(MasterKeyMethod::OptionA, &case.pan, psn)
            .unwrap();
        let b = imk
            .card_master_key(MasterKeyMethod::OptionB, &case.pan, psn)
            .unwrap();
        let published = &case.card_master_key.as_ref().unwrap().0;
        assert_eq!(a.expose(), published);
        assert_eq!(b.expose() == published, case.pan.len() <= 16);
    }
}

/// The number of elements under the MAC that are taken from `9F10`.
fn issuer_elements(cvn: Cvn) -> usize {
    if matches!(cvn, Cvn::MChip17 | Cvn::MChip21) {
        2
    } else {
        1
    }
}
