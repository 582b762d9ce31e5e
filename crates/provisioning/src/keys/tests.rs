use std::format;
use std::vec::Vec;

use super::{
    HELD_MAX, PublicReceiveKey, RandomFailed, ReceiveKey, ReceiveKeys, SigningKey, VerifyKey,
};
use crate::kit::{Broken, Counter, receiving, signing};

/// The points of low order of Curve25519, by their u coordinate: 0, 1, two of order 8, p-1, p, p+1.
/// RFC 7748 §6.1 detects them by their result, zero.
const LOW_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn point(hex: &str) -> [u8; 32] {
    hex::decode(hex).unwrap().try_into().unwrap()
}

#[test]
fn a_receive_key_of_low_order_is_no_key() {
    for low in LOW_ORDER {
        assert_eq!(PublicReceiveKey::parse(&point(low)), None, "{low}");
    }
    let good = *receiving(3).public().octets();
    assert_eq!(PublicReceiveKey::parse(&good), Some(receiving(3).public()));
}

#[test]
fn a_verify_key_that_is_no_point_or_of_low_order_is_no_key() {
    // The neutral element; y = 2 is on no point of the curve.
    let (mut neutral, mut off) = ([0; 32], [0; 32]);
    neutral[0] = 1;
    off[0] = 2;
    assert_eq!(VerifyKey::parse(&neutral), None);
    assert_eq!(VerifyKey::parse(&[0; 32]), None, "y = 0 has order 4");
    assert_eq!(VerifyKey::parse(&off), None);
    let good = signing(3).public();
    assert_eq!(VerifyKey::parse(good.octets()), Some(good));
}

/// The points of low order of edwards25519, in their one encoding: of order 1, 2, 4 twice, and 8
/// four times (RFC 8032 §5.1 has the curve; each times 8 is the neutral element).
const LOW_ORDER_SIGNING: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

#[test]
fn no_point_of_low_order_is_a_verify_key_in_any_encoding() {
    for low in LOW_ORDER_SIGNING {
        let mut octets = point(low);
        assert_eq!(VerifyKey::parse(&octets), None, "{low}");
        octets[31] ^= 0x80;
        assert_eq!(VerifyKey::parse(&octets), None, "{low}, other sign");
    }
}

#[test]
fn a_verify_key_has_one_encoding() {
    // y is below p = 2^255 - 19: each of the 19 values from p on names the point of y - p.
    for above in 0..19 {
        for sign in [0x7F, 0xFF] {
            let mut octets = [0xFF; 32];
            octets[0] = 0xED + above;
            octets[31] = sign;
            assert_eq!(VerifyKey::parse(&octets), None, "p + {above}, {sign:02X}");
        }
    }
}

#[test]
fn a_signature_whose_point_has_low_order_passes_for_nothing_though_the_equation_holds() {
    // By the key of 32 octets 11 over "understudy": R is the neutral element and
    // s = SHA-512(R || A || M) a mod L, computed with Python's integers. OpenSSL accepts it.
    let forged = "0100000000000000000000000000000000000000000000000000000000000000\
                  1ce14d72e9cf032721aeef5ffdd13226c02f3e44275cb86ca1b344321aa85e00";
    let key = signing(0x11).public();
    let signature: [u8; 64] = hex::decode(forged).unwrap().try_into().unwrap();
    assert!(!key.verifies(b"understudy", &signature));
    for low in LOW_ORDER_SIGNING {
        let mut other = signature;
        other[..32].copy_from_slice(&point(low));
        assert!(!key.verifies(b"understudy", &other), "{low}");
    }
}

#[test]
fn a_signature_has_one_form() {
    let key = signing(0x11);
    let signature = key.sign(b"understudy");
    assert!(key.public().verifies(b"understudy", &signature));
    // The same signature with s + L, which satisfies the same equation.
    let longer = "33b0612d21f1c0022d1f155b1daf57f8ed35b91c65c778539df0a78c475aabc1\
                  551ba2a976b1a02449a96627814f0ea732bf18e8a5ad972d00bfe0517d4e9d1b";
    let longer: [u8; 64] = hex::decode(longer).unwrap().try_into().unwrap();
    assert_eq!(longer[..32], signature[..32]);
    assert!(!key.public().verifies(b"understudy", &longer));
}

#[test]
fn a_signature_is_that_of_rfc_8032() {
    // RFC 8032 §7.1, TEST 2.
    let secret = point("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let key = SigningKey::from_octets(&zeroize::Zeroizing::new(secret));
    let public = point("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    assert_eq!(key.public().octets(), &public);
    let signature = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                     085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    assert_eq!(hex::encode(key.sign(&[0x72])), signature);
    assert!(key.public().verifies(&[0x72], &key.sign(&[0x72])));
    assert!(!key.public().verifies(&[0x73], &key.sign(&[0x72])));
}

#[test]
fn a_secret_key_shows_nothing_when_it_is_debugged() {
    assert_eq!(format!("{:?}", receiving(0xAB)), "ReceiveKey(..)");
    assert_eq!(format!("{:?}", signing(0xAB)), "SigningKey(..)");
    let keys = format!("{:?}", ReceiveKeys::enrolled(receiving(0xAB)));
    assert!(
        keys.contains("ReceiveKey(..)") && !keys.contains("171"),
        "{keys}"
    );
}

#[test]
fn secret_keys_are_wiped_on_drop() {
    fn assert_wiped<T: zeroize::ZeroizeOnDrop>() {}
    assert_wiped::<ReceiveKey>();
    assert_wiped::<SigningKey>();
}

/// Fails to compile if the type implements the trait: there would be two candidates to infer.
macro_rules! assert_does_not_implement {
    ($type:ty: $($bound:path),+) => {$({
        trait Candidate<Marker> {
            fn unique() {}
        }
        struct Implements;
        impl<T: ?Sized> Candidate<()> for T {}
        impl<T: ?Sized + $bound> Candidate<Implements> for T {}
        <$type as Candidate<_>>::unique();
    })+};
}

#[test]
fn secret_keys_cannot_be_cloned_or_compared_or_displayed() {
    use core::fmt::Display;
    assert_does_not_implement!(ReceiveKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    assert_does_not_implement!(SigningKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    assert_does_not_implement!(ReceiveKeys: Clone, Copy, PartialEq, Display, Default);
}

#[test]
fn keys_come_from_the_generator_or_not_at_all() {
    assert_eq!(
        ReceiveKey::generate(&mut Counter(6)).unwrap().expose(),
        &[7; 32]
    );
    assert_eq!(
        SigningKey::generate(&mut Counter(6)).unwrap().expose(),
        &[7; 32]
    );
    assert_eq!(ReceiveKey::generate(&mut Broken).err(), Some(RandomFailed));
    assert_eq!(SigningKey::generate(&mut Broken).err(), Some(RandomFailed));
}

fn epochs(keys: &ReceiveKeys) -> Vec<(u32, u8)> {
    keys.iter()
        .map(|(epoch, key)| (epoch, key.expose()[0]))
        .collect()
}

#[test]
fn a_device_holds_the_newest_keys_and_erases_the_old_ones_once_a_batch_is_installed() {
    let mut keys = ReceiveKeys::enrolled(receiving(1));
    assert_eq!(keys.push(receiving(2)), Some(2));
    assert_eq!(keys.push(receiving(3)), Some(3));
    assert_eq!(epochs(&keys), [(1, 1), (2, 2), (3, 3)]);
    assert_eq!(keys.iter().count(), HELD_MAX);
    assert_eq!(keys.push(receiving(4)), Some(4));
    assert_eq!(epochs(&keys), [(2, 2), (3, 3), (4, 4)]);
    keys.installed(3);
    assert_eq!(epochs(&keys), [(3, 3), (4, 4)]);
    assert!(keys.get(2).is_none() && keys.get(5).is_none());
    assert_eq!(keys.get(3).unwrap().expose(), &[3; 32]);
    keys.installed(9);
    assert_eq!(epochs(&keys), [(4, 4)]);
    assert_eq!(keys.newest(), 4);
}

#[test]
fn epochs_run_out_without_wrapping() {
    let mut keys = ReceiveKeys::kept(u32::MAX, receiving(1));
    assert_eq!(keys.push(receiving(2)), None);
    assert_eq!(epochs(&keys), [(u32::MAX, 1)]);
}
