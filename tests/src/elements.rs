//! Data elements as files of vectors and oracles write them.

use serde::Deserialize;
use understudy_core::crypto::{Atc, TransactionData};

/// Octets, written as hex.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Hex(pub Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = hex::FromHexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        hex::decode(text).map(Self)
    }
}

impl Hex {
    /// The octets, as many as the data element has.
    #[must_use]
    pub fn array<const N: usize>(&self) -> [u8; N] {
        let array = self.0.as_slice().try_into();
        array.expect("as many octets as the data element has")
    }

    /// The application transaction counter, `9F36`, 0001–FFFE.
    #[must_use]
    pub fn counter(&self) -> Atc {
        Atc::new(u16::from_be_bytes(self.array())).expect("a counter")
    }
}

/// The data elements under the MAC that do not stand in `9F10` or `9F36`, by tag.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataElements {
    /// `9F02`, 6 octets.
    #[serde(rename = "9F02")]
    pub amount_authorised: Hex,
    /// `9F03`, 6 octets.
    #[serde(rename = "9F03")]
    pub amount_other: Hex,
    /// `9F1A`, 2 octets.
    #[serde(rename = "9F1A")]
    pub terminal_country: Hex,
    /// `95`, 5 octets.
    #[serde(rename = "95")]
    pub tvr: Hex,
    /// `5F2A`, 2 octets.
    #[serde(rename = "5F2A")]
    pub currency: Hex,
    /// `9A`, 3 octets.
    #[serde(rename = "9A")]
    pub date: Hex,
    /// `9C`, 1 octet.
    #[serde(rename = "9C")]
    pub transaction_type: Hex,
    /// `9F37`, 4 octets.
    #[serde(rename = "9F37")]
    pub unpredictable_number: Hex,
    /// `82`, 2 octets.
    #[serde(rename = "82")]
    pub aip: Hex,
}

impl DataElements {
    /// The elements as the library takes them.
    #[must_use]
    pub fn transaction_data(&self) -> TransactionData {
        let [transaction_type] = self.transaction_type.array();
        TransactionData {
            amount_authorised: self.amount_authorised.array(),
            amount_other: self.amount_other.array(),
            terminal_country: self.terminal_country.array(),
            tvr: self.tvr.array(),
            currency: self.currency.array(),
            date: self.date.array(),
            transaction_type,
            unpredictable_number: self.unpredictable_number.array(),
            aip: self.aip.array(),
        }
    }
}
