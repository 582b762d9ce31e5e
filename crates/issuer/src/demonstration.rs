//! An issuer for demonstrations and tests.
//!
//! **Test keys.** They are published here, and nothing made with them has any value.

use std::convert::Infallible;

use understudy_core::card::Scheme;
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use crate::config::{HOLD, IssuerConfig, LimitBounds, TestKeys};
use crate::custody::{IssuerKeys, MasterKeys, SoftwareCustody};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::pin::{AesTerminalPinKey, TerminalPinKey};
use crate::range::BinRange;
use crate::secret::Secret;

pub use crate::published::*;

/// The test keys, with an issuer master key of every scheme and algorithm.
#[must_use]
pub fn keys() -> IssuerKeys {
    let Ok::<_, Infallible>(application_cryptogram) = MasterKeys::of_every_family(|family| {
        Ok(test_issuer_master_key(family.scheme, family.algorithm))
    });
    IssuerKeys {
        application_cryptogram,
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

/// The custody of the test keys.
#[must_use]
pub fn custody() -> SoftwareCustody {
    SoftwareCustody::new(keys())
}

/// The configuration of an issuer for tests: under test keys it issues any card.
#[must_use]
pub fn config() -> IssuerConfig {
    IssuerConfig {
        ranges: TEST_NUMBERS
            .iter()
            .filter_map(|test| BinRange::new(test.scheme, test.bin, TEST_BIN_LENGTH).ok())
            .collect(),
        token_requestor: None,
        hold: HOLD,
        bounds: LimitBounds::default(),
        key_days: Some(30),
        test_keys: TestKeys::AnyCard,
    }
}

/// The number of the demonstration's bank card of a scheme; `None` if it has none.
#[must_use]
pub fn pan(scheme: Scheme) -> Option<CardNumber> {
    let test = TEST_NUMBERS.iter().find(|test| test.scheme == scheme)?;
    CardNumber::parse(test.pan).ok()
}

/// A new issuer for tests in memory.
///
/// # Errors
/// [`Fault`].
pub fn issuer() -> Result<Issuer, Fault> {
    Issuer::in_memory(custody(), config())
}
