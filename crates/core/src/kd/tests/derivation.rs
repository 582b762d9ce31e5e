//! Card numbers and sequence numbers that derivation accepts, refuses and uses.

extern crate std;

use std::string::String;

use MasterKeyMethod::{OptionA, OptionB};

use crate::crypto::{Atc, Cvn, TdesKey};
use crate::kd::{
    CardMasterKey, DerivationError, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod,
};

const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

fn derive(
    method: MasterKeyMethod,
    pan: &str,
    psn: Option<u8>,
) -> Result<[u8; 16], DerivationError> {
    let imk = IssuerMasterKey::from_octets(KEY);
    imk.card_master_key(method, pan, psn)
        .map(|key| key.expose().try_into().unwrap())
}

/// One block under the key: the MAC over a single whole block is its encryption.
fn encrypt(block: [u8; 8]) -> [u8; 8] {
    TdesKey::from_octets(KEY).mac(crate::crypto::Padding::Method1, &[&block])
}

fn both(left: [u8; 8], right: [u8; 8]) -> [u8; 16] {
    core::array::from_fn(|i| if i < 8 { left[i] } else { right[i - 8] })
}

fn session_key(method: SessionKeyMethod, atc: u16, un: [u8; 4]) -> [u8; 16] {
    let key = CardMasterKey::from_octets(KEY);
    let key = key.session_key(method, Atc::new(atc).unwrap(), un);
    key.expose().try_into().unwrap()
}

#[test]
fn card_numbers_of_8_to_19_digits_are_taken_and_others_refused() {
    for length in 0..40 {
        let pan: String = "1234567890".chars().cycle().take(length).collect();
        for method in [OptionA, OptionB] {
            let taken = derive(method, &pan, None);
            if (8..=19).contains(&length) {
                assert!(taken.is_ok(), "{length} digits");
            } else {
                assert_eq!(taken, Err(DerivationError::CardNumber), "{length} digits");
            }
        }
    }
}

#[test]
fn card_numbers_with_anything_but_digits_are_refused() {
    for pan in [
        "62509470 0000014",
        "6250947000000O14",
        "625094700000001F",
        "６２５０９４７０",
    ] {
        assert_eq!(
            derive(OptionA, pan, None),
            Err(DerivationError::CardNumber),
            "{pan}"
        );
    }
}

#[test]
fn sequence_numbers_are_two_decimal_digits() {
    for psn in 0..=u8::MAX {
        let decimal = psn >> 4 <= 9 && psn & 0x0F <= 9;
        let taken = derive(OptionA, "6250947000000014", Some(psn));
        let refused = taken == Err(DerivationError::SequenceNumber);
        assert_eq!(refused, !decimal, "{psn:02X}");
    }
}

#[test]
fn an_absent_sequence_number_counts_as_00() {
    for pan in ["12345678", "6250947000000014", "6250947000000000014"] {
        for method in [OptionA, OptionB] {
            assert_eq!(derive(method, pan, None), derive(method, pan, Some(0x00)));
        }
    }
}

#[test]
fn option_a_encrypts_the_last_16_digits_and_their_complement() {
    let cases = [
        (
            "12345678",
            Some(0x90),
            [0x00, 0x00, 0x00, 0x12, 0x34, 0x56, 0x78, 0x90],
        ),
        (
            "12345678901234",
            Some(0x01),
            [0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x01],
        ),
        (
            "123456789012345",
            Some(0x01),
            [0x23, 0x45, 0x67, 0x89, 0x01, 0x23, 0x45, 0x01],
        ),
        (
            "6250947000000000014",
            None,
            [0x47, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x00],
        ),
    ];
    for (pan, psn, y) in cases {
        let expected = both(encrypt(y), encrypt(y.map(|octet| !octet)));
        assert_eq!(derive(OptionA, pan, psn), Ok(expected), "{pan}");
    }
}

#[test]
fn option_b_is_option_a_up_to_16_digits_and_differs_beyond() {
    let digits = "1234567890123456789";
    for length in 8..=19 {
        let pan = &digits[..length];
        let same = derive(OptionA, pan, Some(0x01)) == derive(OptionB, pan, Some(0x01));
        assert_eq!(same, length <= 16, "{length} digits");
    }
}

#[test]
fn session_keys_encrypt_their_diversification_blocks() {
    let un = [0xAB, 0xCD, 0xEF, 0x12];
    assert_eq!(session_key(SessionKeyMethod::MasterKey, 0x12FE, un), KEY);
    assert_eq!(
        session_key(SessionKeyMethod::UnionPay, 0x12FE, un),
        both(
            encrypt([0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x12, 0xFE]),
            encrypt([0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xED, 0x01]),
        )
    );
    assert_eq!(
        session_key(SessionKeyMethod::Common, 0x12FE, un),
        both(
            encrypt([0x12, 0xFE, 0xF0, 0x00, 0x00, 0x00, 0x00, 0x00]),
            encrypt([0x12, 0xFE, 0x0F, 0x00, 0x00, 0x00, 0x00, 0x00]),
        )
    );
    assert_eq!(
        session_key(SessionKeyMethod::MChip, 0x12FE, un),
        both(
            encrypt([0x12, 0xFE, 0xF0, 0x00, 0xAB, 0xCD, 0xEF, 0x12]),
            encrypt([0x12, 0xFE, 0x0F, 0x00, 0xAB, 0xCD, 0xEF, 0x12]),
        )
    );
}

#[test]
fn the_third_octet_of_r_is_replaced() {
    let key = CardMasterKey::from_octets(KEY);
    let make = |r| key.common_session_key(r).unwrap();
    let expected = make([0x12, 0x34, 0x00, 0x78, 0x90, 0x12, 0x34, 0x56]);
    for octet in 0..=u8::MAX {
        let sk = make([0x12, 0x34, octet, 0x78, 0x90, 0x12, 0x34, 0x56]);
        assert_eq!(sk.expose(), expected.expose());
    }
}

#[test]
fn every_version_has_its_session_key() {
    use SessionKeyMethod::{Common, MChip, MasterKey, UnionPay};
    let table = [
        (Cvn::UnionPay01, Some(UnionPay), Some(UnionPay)),
        (Cvn::UnionPay17, Some(UnionPay), Some(UnionPay)),
        (Cvn::Visa10, Some(MasterKey), Some(MasterKey)),
        (Cvn::Visa18, Some(Common), Some(Common)),
        (Cvn::Visa22, Some(Common), Some(Common)),
        (Cvn::Visa43, None, None),
        (Cvn::MChip16, Some(MChip), Some(MasterKey)),
        (Cvn::MChip17, Some(MChip), Some(MasterKey)),
        (Cvn::MChip20, Some(Common), Some(Common)),
        (Cvn::MChip21, Some(Common), Some(Common)),
    ];
    assert_eq!(table.map(|row| row.0), Cvn::ALL);
    for (cvn, cryptogram, answer) in table {
        assert_eq!(cvn.session_key_method(), cryptogram, "{cvn}");
        assert_eq!(cvn.arpc_key_method(), answer, "{cvn}");
    }
}
