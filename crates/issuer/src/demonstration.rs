//! An issuer for demonstrations and tests.
//!
//! **Test keys.** They are published here. Nothing that these keys make is worth anything.

use crate::config::IssuerConfig;
use crate::custody::IssuerKeys;
use crate::issuer::Issuer;
use crate::pin::TerminalPinKey;
use crate::range::BinRange;
use crate::secret::Secret;

/// The well-known test key, as issuer master key for application cryptograms.
pub const TEST_ISSUER_MASTER_KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

/// The test key between terminals and issuer.
pub const TEST_TERMINAL_PIN_KEY: [u8; 16] = [
    0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01,
];

/// The test key of the host.
pub const TEST_HOST_KEY: [u8; 32] = [0x22; 32];

/// The prefix of the range that demonstration tokens come from.
pub const TEST_BIN: &str = "625094";

/// The digits of a demonstration token.
pub const TEST_BIN_LENGTH: usize = 16;

/// A card number for demonstrations; no bank has issued it.
pub const TEST_PAN: &str = "6222020000000001230";

/// The PIN of demonstration cards.
pub const TEST_PIN: &str = "123456";

/// The test keys.
#[must_use]
pub fn keys() -> IssuerKeys {
    IssuerKeys::new(
        Secret::new(TEST_ISSUER_MASTER_KEY),
        TerminalPinKey::new(Secret::new(TEST_TERMINAL_PIN_KEY)),
        Secret::new(TEST_HOST_KEY),
    )
}

/// The configuration of the demonstration issuer.
#[must_use]
pub fn config() -> IssuerConfig {
    IssuerConfig {
        ranges: BinRange::new(TEST_BIN, TEST_BIN_LENGTH)
            .into_iter()
            .collect(),
        token_requestor: None,
        keys: keys(),
    }
}

/// The demonstration issuer, which has issued nothing.
#[must_use]
pub fn issuer() -> Issuer {
    Issuer::new(config())
}

#[cfg(test)]
mod tests {
    use super::{TEST_PAN, TEST_PIN, config};
    use crate::pin::Pin;
    use understudy_core::wire::digits::CardNumber;

    #[test]
    fn the_demonstration_issuer_has_its_range_and_its_card_number_lies_outside() {
        let config = config();
        let pan = CardNumber::parse(TEST_PAN).unwrap();
        assert!(pan.luhn_valid());
        assert_eq!(config.ranges.len(), 1);
        assert!(!config.ranges[0].contains(&pan));
        assert!(Pin::parse(TEST_PIN).is_ok());
    }
}
