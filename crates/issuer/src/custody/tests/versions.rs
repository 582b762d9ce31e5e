//! Versions of the issuer master key, each with its index.

use understudy_core::card::Scheme;
use understudy_core::crypto::{
    Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, Key, TdesKey, TransactionData,
};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::digits::CardNumber;

use super::number;
use crate::Secret;
use crate::custody::{
    CardIdentity, CryptogramCheck, CustodyError, IssuerKeys, KeyCustody as _, KeyFamily,
    MasterKeyError, MasterKeys, SoftwareCustody,
};

const FIRST: [u8; 16] = [
    0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86, 0xAD, 0x29,
];

fn tdes(octets: [u8; 16]) -> Key {
    TdesKey::from_octets(octets).into()
}

fn keys() -> IssuerKeys {
    IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets(FIRST)),
        ..IssuerKeys::generate().unwrap()
    }
}

/// Another issuer's keys beside the same master keys.
fn same(keys: &IssuerKeys) -> IssuerKeys {
    let mut copy = keys.application_cryptogram.keys();
    let first = copy.next().unwrap();
    let mut versions = MasterKeys::first(TdesKey::from_octets(first.expose().try_into().unwrap()));
    for key in copy {
        versions
            .add(Scheme::UnionPay, tdes(key.expose().try_into().unwrap()))
            .unwrap();
    }
    IssuerKeys {
        application_cryptogram: versions,
        terminal_pin: crate::TerminalPinKey::new(Secret::new(*keys.terminal_pin.secret().expose())),
        host: Secret::new(*keys.host.expose()),
        sign: understudy_provisioning::keys::SigningKey::from_octets(&zeroize::Zeroizing::new(
            *keys.sign.expose(),
        )),
        receive: understudy_provisioning::keys::ReceiveKey::from_octets(zeroize::Zeroizing::new(
            *keys.receive.expose(),
        )),
        ceremony: None,
    }
}

/// A check of a cryptogram by a card of the version `dki`.
fn check<'a>(
    number: &'a CardNumber,
    input: &'a CryptogramInput<'a>,
    dki: u8,
    cryptogram: [u8; 8],
) -> CryptogramCheck<'a> {
    CryptogramCheck {
        card: CardIdentity {
            number,
            psn: Some(0x01),
            scheme: Scheme::UnionPay,
            dki,
        },
        algorithm: Algorithm::Tdes,
        input,
        atc: Atc::new(1).unwrap(),
        unpredictable_number: [0; 4],
        cryptogram: Cryptogram(cryptogram),
    }
}

#[test]
fn a_rotation_adds_the_next_index_and_the_issuer_stays_the_same() {
    let mut keys = keys();
    let before = SoftwareCustody::new(same(&keys));
    assert_eq!(before.master_keys().len(), 1);
    for dki in 2..=4 {
        let version = keys.rotate(KeyFamily::UNIONPAY_TDES).unwrap();
        assert_eq!(version.dki, dki);
        let custody = SoftwareCustody::new(same(&keys));
        assert_eq!(custody.master_keys().last(), Some(&version));
        assert_eq!(custody.master_keys()[0], before.master_keys()[0]);
        assert_eq!(custody.check_value(), before.check_value());
    }
}

#[test]
fn the_last_index_is_ff_and_a_key_is_added_once() {
    let mut keys = keys();
    for dki in 2..=0xFF {
        assert_eq!(keys.rotate(KeyFamily::UNIONPAY_TDES).unwrap().dki, dki);
    }
    let mut versions = keys.application_cryptogram;
    let full = versions.add(Scheme::UnionPay, tdes([0x5A; 16]));
    let unionpay = KeyFamily::UNIONPAY_TDES;
    assert_eq!(full, Err(MasterKeyError::NoIndexLeft(unionpay)));
    // The same key in the other parity.
    let again = FIRST.map(|octet| octet ^ 0x01);
    for scheme in [Scheme::UnionPay, Scheme::Visa] {
        let refused = versions.add(scheme, tdes(again));
        assert_eq!(refused, Err(MasterKeyError::Known(unionpay, 0x01)));
    }
}

#[test]
fn a_cryptogram_is_right_under_the_version_of_its_card_alone() {
    let mut keys = keys();
    keys.rotate(KeyFamily::UNIONPAY_TDES).unwrap();
    let masters = [1, 2].map(|dki| {
        let key = keys
            .application_cryptogram
            .get(KeyFamily::UNIONPAY_TDES, dki);
        key.unwrap().expose().try_into().unwrap()
    });
    let custody = SoftwareCustody::new(keys);
    let number = number();
    let iad = [0x07, 0x01, 0x01, 0x03, 0xA0, 0x00, 0x00, 0x01];
    let data = TransactionData {
        amount_authorised: [0; 6],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0x26, 0x11, 0x22],
        transaction_type: 0,
        unpredictable_number: [0; 4],
        aip: [0; 2],
    };
    let input = CryptogramInput::new(Cvn::UnionPay01, data, &iad).unwrap();
    let atc = Atc::new(1).unwrap();
    let session_key = |dki: u8| {
        IssuerMasterKey::from_octets(masters[usize::from(dki) - 1])
            .card_master_key(MasterKeyMethod::OptionA, number.expose(), Some(0x01))
            .unwrap()
            .session_key(SessionKeyMethod::UnionPay, atc, [0; 4])
    };
    for (dki, other) in [(1, 2), (2, 1)] {
        let Cryptogram(made) = session_key(dki).application_cryptogram(&input, atc);
        assert_eq!(custody.verify(&check(&number, &input, dki, made)), Ok(true));
        assert_eq!(
            custody.verify(&check(&number, &input, other, made)),
            Ok(false)
        );
        for unknown in [0x00, 0x03, 0xFF] {
            let refused = custody.verify(&check(&number, &input, unknown, made));
            assert_eq!(
                refused,
                Err(CustodyError::NoSuchVersion(
                    KeyFamily::UNIONPAY_TDES,
                    unknown
                ))
            );
        }
    }
}
