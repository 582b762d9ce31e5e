//! Fields that occur in several places.

use serde::Deserialize;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};

use crate::ImageError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyText {
    amount: u64,
    currency: u16,
}

impl MoneyText {
    pub(super) fn amount(&self) -> Result<Amount, ImageError> {
        money(self.amount, self.currency)
    }
}

pub(super) fn money(minor: u64, currency: u16) -> Result<Amount, ImageError> {
    let currency = Currency::new(currency).ok_or(ImageError::Field("a currency"))?;
    Amount::new(minor, currency).ok_or(ImageError::Field("an amount"))
}

pub(super) fn atc(counter: u16) -> Result<Atc, ImageError> {
    Atc::new(counter).ok_or(ImageError::Field("a counter"))
}
