use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

/// A card that always goes online, and one with ten octets of discretionary data, as debit cards
/// have them.
const SHORT: &str = "07010103A0000001";
const LONG: &str = "07011703A00000010A010000000000AABBCCDD";

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

#[test]
fn issuer_application_data_is_read_and_written() {
    let cases = [
        (SHORT, 0x01, 0x01, [0xA0, 0, 0], ALGORITHM_TDES, ""),
        (
            LONG,
            0x01,
            0x17,
            [0xA0, 0, 0],
            ALGORITHM_TDES,
            "010000000000AABBCCDD",
        ),
        (
            "07FF1703A4000004",
            0xFF,
            0x17,
            [0xA4, 0, 0],
            ALGORITHM_SM4,
            "",
        ),
    ];
    for (text, dki, cvn, cvr, algorithm, idd) in cases {
        let iad = octets(text);
        let idd = octets(idd);
        let expected = UnionPayIad {
            dki,
            cvn,
            cvr: Cvr(cvr),
            algorithm,
            idd: &idd,
        };
        assert_eq!(UnionPayIad::parse(&iad), Ok(expected), "{text}");
        let mut buffer = vec![0; iad.len()];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(expected.emit(&mut writer), Ok(()));
        assert_eq!(writer.finish(), iad);
        let mut writer = Writer::new(&mut buffer[1..]);
        assert_eq!(expected.emit(&mut writer), Err(Overflow));
        assert!(writer.is_empty());
    }
}

#[test]
fn another_layout_is_refused() {
    for (text, error) in [
        // Visa's layout, and its 32-octet one; M/Chip's.
        ("06010A03A0000001", IadError::Layout),
        (
            "1F18010A03A00000010A0100000000000000000000000000000000000000000F",
            IadError::Layout,
        ),
        ("0110A00003220000123400000000000000FF", IadError::Layout),
        ("08010103A0000001", IadError::Layout),
        ("07010104A0000001", IadError::Layout),
        // Trailing octets, with and without a length before them.
        ("07010103A000000100", IadError::Length),
        ("07010103A000000101", IadError::Length),
        ("07010103A000000102AA", IadError::Length),
        ("07010103A000000101AABB", IadError::Length),
    ] {
        assert_eq!(UnionPayIad::parse(&octets(text)), Err(error), "{text}");
    }
}

#[test]
fn every_truncation_but_the_one_before_the_discretionary_data_is_refused() {
    let whole = octets(LONG);
    for length in 0..whole.len() {
        let parsed = UnionPayIad::parse(&whole[..length]);
        match length {
            8 => assert_eq!(parsed.unwrap().idd, []),
            _ => assert_eq!(parsed, Err(IadError::Length), "{length}"),
        }
    }
}

fn with_idd(idd: &[u8]) -> UnionPayIad<'_> {
    UnionPayIad {
        dki: 1,
        cvn: 1,
        cvr: Cvr::ARQC,
        algorithm: ALGORITHM_TDES,
        idd,
    }
}

#[test]
fn discretionary_data_fills_at_most_32_octets() {
    let mut buffer = [0; 300];
    let most = [0xAB; IDD_MAX];
    let mut writer = Writer::new(&mut buffer);
    with_idd(&most).emit(&mut writer).unwrap();
    let written = writer.finish();
    assert_eq!(written.len(), IAD_MAX);
    assert_eq!(UnionPayIad::parse(written), Ok(with_idd(&most)));

    for length in [IDD_MAX + 1, 255, 256] {
        let mut writer = Writer::new(&mut buffer);
        let idd = vec![0; length];
        assert_eq!(with_idd(&idd).emit(&mut writer), Err(Overflow));
        assert!(writer.is_empty());
    }
    let mut too_long = octets("07010103A000000118");
    too_long.extend([0; 24]);
    assert_eq!(UnionPayIad::parse(&too_long), Err(IadError::Length));
}

#[test]
fn the_cvr_holds_both_cryptogram_types_and_the_verified_bit() {
    use CryptogramType::{Aac, Arqc, Tc};
    for (first, cryptogram_type, second, user_verified) in [
        (0xA0, Some(Arqc), None, false),
        (0xA4, Some(Arqc), None, true),
        (0x80, Some(Aac), None, false),
        (0x90, Some(Tc), None, false),
        (0xB0, None, None, false),
        (0x24, Some(Arqc), Some(Aac), true),
        (0x60, Some(Arqc), Some(Tc), false),
        (0xE0, Some(Arqc), None, false),
    ] {
        let cvr = Cvr([first, 0xFB, 0xFF]);
        assert_eq!(cvr.cryptogram_type(), cryptogram_type, "{first:02X}");
        assert_eq!(cvr.second_cryptogram_type(), second, "{first:02X}");
        assert_eq!(cvr.user_verified(), user_verified, "{first:02X}");
    }
    assert_eq!(Cvr::ARQC | Cvr::USER_VERIFIED, Cvr([0xA4, 0, 0]));
}

proptest! {
    #[test]
    fn any_octets_that_are_read_are_written_back_the_same(
        tail in prop::collection::vec(prop_oneof![Just(3_u8), 0..40_u8, any::<u8>()], 0..40)
    ) {
        let octets = [&[0x07][..], &tail].concat();
        if let Ok(iad) = UnionPayIad::parse(&octets) {
            let mut buffer = [0; IAD_MAX];
            let mut writer = Writer::new(&mut buffer);
            iad.emit(&mut writer).unwrap();
            prop_assert_eq!(writer.finish(), octets);
        }
    }
}
