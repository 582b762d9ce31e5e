//! A cryptogram made by the card and verified by the issuer.
#![cfg(feature = "issuer")]

extern crate std;

use proptest::prelude::{any, prop_assert, proptest};

use crate::crypto::{Atc, Cryptogram, CryptogramInput, Cvn, SessionKey, TransactionData};

fn data(octets: [u8; 31]) -> TransactionData {
    let mut rest = octets.into_iter();
    let mut next = || rest.next().unwrap();
    TransactionData {
        amount_authorised: core::array::from_fn(|_| next()),
        amount_other: core::array::from_fn(|_| next()),
        terminal_country: core::array::from_fn(|_| next()),
        tvr: core::array::from_fn(|_| next()),
        currency: core::array::from_fn(|_| next()),
        date: core::array::from_fn(|_| next()),
        transaction_type: next(),
        unpredictable_number: core::array::from_fn(|_| next()),
        aip: core::array::from_fn(|_| next()),
    }
}

proptest! {
    #[test]
    fn what_the_card_makes_the_issuer_verifies_and_nothing_one_bit_away(
        key in any::<[u8; 16]>(),
        octets in any::<[u8; 31]>(),
        iad in any::<[u8; 18]>(),
        atc in 0x0001..=0xFFFE_u16,
        bit in 0..64_usize,
    ) {
        let atc = Atc::new(atc).unwrap();
        for cvn in Cvn::ALL {
            let input = CryptogramInput::new(cvn, data(octets), &iad).unwrap();
            let made = SessionKey::from_octets(key).application_cryptogram(&input, atc);
            let issuer = SessionKey::from_octets(key);
            prop_assert!(issuer.verify(&input, atc, &made), "{cvn}");

            let mut flipped = made;
            flipped.0[bit / 8] ^= 0x80 >> (bit % 8);
            prop_assert!(!issuer.verify(&input, atc, &flipped), "{cvn}, bit {bit}");
        }
    }
}

#[test]
fn a_cryptogram_verifies_under_no_other_counter() {
    let input = CryptogramInput::new(Cvn::UnionPay17, data([0x11; 31]), &[0; 8]).unwrap();
    let atc = Atc::new(0x0042).unwrap();
    let made = SessionKey::from_octets([0x5A; 16]).application_cryptogram(&input, atc);
    let issuer = SessionKey::from_octets([0x5A; 16]);
    for value in 0x0001..=0xFFFE {
        let other = Atc::new(value).unwrap();
        assert_eq!(
            issuer.verify(&input, other, &made),
            other == atc,
            "{value:04X}"
        );
    }
}

#[test]
fn a_session_key_answers_as_the_key_within() {
    let octets = [0x5A; 16];
    let (session, plain) = (
        SessionKey::from_octets(octets),
        crate::crypto::TdesKey::from_octets(octets),
    );
    let arqc = Cryptogram([0x13; 8]);
    assert_eq!(
        session.arpc_method_1(&arqc, *b"00"),
        plain.arpc_method_1(&arqc, *b"00")
    );
    assert_eq!(
        session.arpc_method_2(&arqc, [1, 2, 3, 4], &[5]),
        plain.arpc_method_2(&arqc, [1, 2, 3, 4], &[5])
    );
    assert_eq!(session.expose(), plain.expose());
}
