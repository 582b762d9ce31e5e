//! EMV common and M/Chip session keys. Those of `UnionPay` are with its cryptograms.

use understudy_core::crypto::Atc;
use understudy_core::kd::{CardMasterKey, SessionKeyMethod, with_odd_parity};

use crate::cases::all;
use crate::mistakes::{one_short, swaps};

/// Every session key in the files, with the diversification value R that makes it.
fn each(mut check: impl FnMut([u8; 16], [u8; 8], [u8; 16])) {
    for vectors in all() {
        for case in vectors.common_session_keys {
            check(
                case.card_master_key.array(),
                case.r.array(),
                case.session_key.array(),
            );
        }
        for case in vectors.mchip_session_keys {
            let [atc, un] = [&case.atc.0[..], &case.un.0];
            let r = [atc, &[0x00, 0x00], un].concat().try_into().unwrap();
            check(case.card_master_key.array(), r, case.session_key.array());
        }
    }
}

/// The key in the form of the files, with odd parity.
fn derive(key: [u8; 16], r: [u8; 8]) -> [u8; 16] {
    with_odd_parity(
        CardMasterKey::from_octets(key)
            .common_session_key(r)
            .unwrap()
            .expose()
            .try_into()
            .unwrap(),
    )
}

/// The octets of a diversification value that matter: all except the third.
fn looked_at(r: &[u8]) -> [&[u8]; 2] {
    [&r[..2], &r[3..]]
}

#[test]
fn every_session_key_is_the_one_published() {
    each(|key, r, expected| assert_eq!(derive(key, r), expected));
}

#[test]
fn a_key_of_another_level_makes_another_key() {
    each(|key, r, expected| {
        assert_ne!(with_odd_parity(key), expected);
        assert_ne!(derive(expected, r), expected);
    });
}

#[test]
fn swapped_neighbours_in_the_diversification_value_make_another_key() {
    each(|key, r, expected| {
        for swapped in swaps(&r) {
            assert_ne!(derive(key, swapped.try_into().unwrap()), expected);
        }
    });
}

#[test]
fn a_diversification_value_an_octet_short_makes_another_key() {
    each(|key, r, expected| {
        // Any octet missing, filled up at either end.
        for short in one_short(&r) {
            for filled in [
                [&[0x00], &short[..]].concat(),
                [&short[..], &[0x00]].concat(),
            ] {
                let same = derive(key, filled.clone().try_into().unwrap()) == expected;
                assert_eq!(same, looked_at(&filled) == looked_at(&r), "{filled:02X?}");
            }
        }
    });
}

#[test]
fn mchip_takes_counter_and_unpredictable_number_and_common_takes_the_counter_alone() {
    for case in all().iter().flat_map(|vectors| &vectors.mchip_session_keys) {
        let expected: [u8; 16] = case.session_key.array();
        let atc = Atc::new(u16::from_be_bytes(case.atc.array())).unwrap();
        let made = |method, atc, un| {
            let key = CardMasterKey::from_octets(case.card_master_key.array());
            let made = key.session_key(method, atc, un);
            with_odd_parity(made.expose().try_into().unwrap())
        };
        assert_eq!(
            made(SessionKeyMethod::MChip, atc, case.un.array()),
            expected
        );
        for method in [
            SessionKeyMethod::MasterKey,
            SessionKeyMethod::UnionPay,
            SessionKeyMethod::Common,
        ] {
            assert_ne!(made(method, atc, case.un.array()), expected, "{method:?}");
        }
        for swapped in swaps(&case.un.0) {
            let un = swapped.try_into().unwrap();
            assert_ne!(made(SessionKeyMethod::MChip, atc, un), expected);
        }
        let swapped = Atc::new(atc.get().swap_bytes()).unwrap();
        assert_ne!(
            made(SessionKeyMethod::MChip, swapped, case.un.array()),
            expected
        );
    }
}
