//! Fields that stand in several places.

use serde::{Deserialize, Serialize};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};

use crate::RestoreError;

/// At least as many octets as an object takes whose fields have a fixed length.
pub(super) const OBJECT: usize = 512;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyText {
    amount: u64,
    currency: u16,
}

impl MoneyText {
    pub(super) const fn of(amount: Amount) -> Self {
        Self {
            amount: amount.minor(),
            currency: amount.currency().numeric(),
        }
    }

    pub(super) fn amount(&self) -> Result<Amount, RestoreError> {
        money(self.amount, self.currency)
    }
}

pub(super) fn money(minor: u64, currency: u16) -> Result<Amount, RestoreError> {
    let currency = Currency::new(currency).ok_or(RestoreError::Field("a currency"))?;
    Amount::new(minor, currency).ok_or(RestoreError::Field("an amount"))
}

pub(super) fn atc(counter: u16) -> Result<Atc, RestoreError> {
    Atc::new(counter).ok_or(RestoreError::Field("a counter"))
}
