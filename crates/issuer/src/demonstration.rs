//! An issuer for demonstrations and tests.
//!
//! **Test keys.** They are published here, and nothing made with them has any value.

use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use crate::config::{HOLD, IssuerConfig, LimitBounds, TestKeys};
use crate::custody::{IssuerKeys, MasterKeys, SoftwareCustody, is_same_key};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::pin::{AesTerminalPinKey, TerminalPinKey};
use crate::range::BinRange;
use crate::secret::Secret;

/// The well-known test key, used as issuer master key for application cryptograms.
pub const TEST_ISSUER_MASTER_KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

/// The test key between terminals and issuer.
pub const TEST_TERMINAL_PIN_KEY: [u8; 16] = [
    0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01,
];

/// The test key of the host.
pub const TEST_HOST_KEY: [u8; 32] = [0x22; 32];

/// The prefix of the range of demonstration tokens.
pub const TEST_BIN: &str = "625094";

/// The number of digits of a demonstration token.
pub const TEST_BIN_LENGTH: usize = 16;

/// A card number for demonstrations; no bank has issued it.
pub const TEST_PAN: &str = "6222020000000001230";

/// The PIN of demonstration cards.
pub const TEST_PIN: &str = "123456";

/// The test key that signs letters.
pub const TEST_SIGNING_KEY: [u8; 32] = [0x33; 32];

/// The test key that reports are sealed to.
pub const TEST_RECEIVE_KEY: [u8; 32] = [0x44; 32];

/// The test keys.
#[must_use]
pub fn keys() -> IssuerKeys {
    IssuerKeys {
        application_cryptogram: MasterKeys::first(Secret::new(TEST_ISSUER_MASTER_KEY)),
        terminal_pin: terminal_pin_key(),
        host: Secret::new(TEST_HOST_KEY),
        sign: SigningKey::from_octets(&Zeroizing::new(TEST_SIGNING_KEY)),
        receive: ReceiveKey::from_octets(Zeroizing::new(TEST_RECEIVE_KEY)),
        ceremony: None,
    }
}

/// The test key between terminals and issuer.
#[must_use]
pub fn terminal_pin_key() -> TerminalPinKey {
    TerminalPinKey::new(Secret::new(TEST_TERMINAL_PIN_KEY))
}

/// The test key between terminals and issuer for blocks of format 4.
#[must_use]
pub fn aes_terminal_pin_key() -> AesTerminalPinKey {
    keys().aes_terminal_pin()
}

/// True for the published issuer master key.
pub(crate) fn is_test_master_key(key: &Secret<16>) -> bool {
    is_same_key(key, &Secret::new(TEST_ISSUER_MASTER_KEY))
}

/// The custody of the test keys.
#[must_use]
pub fn custody() -> SoftwareCustody {
    SoftwareCustody::new(keys())
}

/// The configuration of an issuer for tests: under test keys it issues any card.
#[must_use]
pub fn config() -> IssuerConfig {
    IssuerConfig {
        ranges: BinRange::new(TEST_BIN, TEST_BIN_LENGTH)
            .into_iter()
            .collect(),
        token_requestor: None,
        hold: HOLD,
        bounds: LimitBounds::default(),
        key_days: Some(30),
        test_keys: TestKeys::AnyCard,
    }
}

/// A new demonstration issuer in memory.
///
/// # Errors
/// [`Fault`].
pub fn issuer() -> Result<Issuer, Fault> {
    Issuer::in_memory(custody(), config())
}
