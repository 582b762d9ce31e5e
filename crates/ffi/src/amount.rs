use understudy_core::wire::amount::{Amount as CoreAmount, Currency};

use crate::error::WalletError;

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Amount {
    /// In minor units of the currency, at most 12 digits: 1234 are 12.34 yuan.
    pub minor: u64,
    /// ISO 4217, numeric: 156 is CNY.
    pub currency: u16,
}

impl From<CoreAmount> for Amount {
    fn from(amount: CoreAmount) -> Self {
        Self {
            minor: amount.minor(),
            currency: amount.currency().numeric(),
        }
    }
}

impl TryFrom<Amount> for CoreAmount {
    type Error = WalletError;

    fn try_from(amount: Amount) -> Result<Self, WalletError> {
        Currency::new(amount.currency)
            .and_then(|currency| Self::new(amount.minor, currency))
            .ok_or_else(|| {
                WalletError::Argument("an amount has at most 12 digits, a currency 3".to_owned())
            })
    }
}
