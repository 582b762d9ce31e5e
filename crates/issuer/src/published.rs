//! Published values for demonstrations and tests: keys, card numbers, a PIN.

use sha2::{Digest as _, Sha256};
use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Key, TdesKey};
use understudy_core::wire::digits::CardNumber;

use crate::key;

/// The prefix of the range of demonstration tokens.
pub const TEST_BIN: &str = "625094";

/// The number of digits of a demonstration token.
pub const TEST_BIN_LENGTH: usize = 16;

/// A card number for demonstrations; no bank has issued it.
pub const TEST_PAN: &str = "6222020000000001230";

/// A scheme's numbers for demonstrations. No bank issues them: acquirers and schemes publish them for
/// tests.
#[derive(Clone, Copy, Debug)]
pub struct TestNumbers {
    /// The scheme.
    pub scheme: Scheme,
    /// The prefix of the range of demonstration tokens, whose numbers have [`TEST_BIN_LENGTH`] digits.
    pub bin: &'static str,
    /// The number of the demonstration's bank card, which is outside the range.
    pub pan: &'static str,
}

/// The numbers of every scheme.
pub const TEST_NUMBERS: [TestNumbers; 3] = [
    TestNumbers {
        scheme: Scheme::UnionPay,
        bin: TEST_BIN,
        pan: TEST_PAN,
    },
    TestNumbers {
        scheme: Scheme::Visa,
        bin: "476173",
        pan: "4111111111111111",
    },
    TestNumbers {
        scheme: Scheme::Mastercard,
        bin: "541333",
        pan: "5555555555554444",
    },
];

/// True of the number of one of the demonstration's bank cards.
#[must_use]
pub fn is_test_pan(number: &CardNumber) -> bool {
    TEST_NUMBERS.iter().any(|test| test.pan == number.expose())
}

/// True of the number of the demonstration's bank card of this scheme.
pub(crate) fn is_test_pan_of(scheme: Scheme, number: &CardNumber) -> bool {
    let mut numbers = TEST_NUMBERS.iter();
    numbers.any(|test| test.scheme == scheme && test.pan == number.expose())
}

/// The PIN of demonstration cards.
pub const TEST_PIN: &str = "123456";

/// The well-known test key, used as issuer master key of `UnionPay` with triple DES.
pub const TEST_ISSUER_MASTER_KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

/// The test key between terminals and issuer.
pub const TEST_TERMINAL_PIN_KEY: [u8; 16] = [
    0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01,
];

/// The test key of the host.
pub const TEST_HOST_KEY: [u8; 32] = [0x22; 32];

/// The test key that signs letters.
pub const TEST_SIGNING_KEY: [u8; 32] = [0x33; 32];

/// The test key that reports are sealed to.
pub const TEST_RECEIVE_KEY: [u8; 32] = [0x44; 32];

/// The published issuer master key of a scheme and an algorithm: [`TEST_ISSUER_MASTER_KEY`] for
/// `UnionPay` with triple DES, for any other the leftmost octets of SHA-256 of a text such as
/// `understudy test key: Visa aes-128`, in odd parity for triple DES.
#[must_use]
pub fn test_issuer_master_key(scheme: Scheme, algorithm: Algorithm) -> Key {
    if (scheme, algorithm) == (Scheme::UnionPay, Algorithm::Tdes) {
        return TdesKey::from_octets(TEST_ISSUER_MASTER_KEY).into();
    }
    let text = format!("understudy test key: {} {algorithm}", scheme.name());
    key::of_leftmost(algorithm, &Sha256::digest(text).into())
}
