//! `calc ac`: an application cryptogram.

use clap::Args;
use understudy_core::crypto::{CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::wire::tags;

use super::chip::{self, Elements, Transaction};
use super::keys::{Cipher, core_key};
use super::value::Value;
use crate::failure::Failure;
use crate::input::Given;

/// Options of `calc ac`.
#[derive(Debug, Args)]
pub(crate) struct Ac {
    /// Cryptogram version, such as unionpay-01, visa-18 or mchip-20
    #[arg(long, value_name = "NAME", value_parser = chip::cvn)]
    cvn: Cvn,
    /// Cipher of the key
    #[arg(long, value_name = "CIPHER", default_value = "tdes")]
    cipher: Cipher,
    /// Session key (card master key if the version has none, limited-use key of visa-43): 16 octets; of
    /// AES also 24 or 32
    #[arg(long, value_name = "HEX")]
    key: Given,
    #[command(flatten)]
    elements: Elements,
}

impl Ac {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = core_key("--key", &self.key, self.cipher)?;
        let transaction = self.elements.transaction()?;
        let iad = transaction.iad(self.cvn)?;
        let data = self.data(&transaction)?;
        let input = CryptogramInput::new(self.cvn, data, iad);
        let input = input.map_err(|error| Failure::Input(error.to_string()))?;
        let counter = transaction.counter()?;
        let made = SessionKey::new(key).application_cryptogram(&input, counter);
        Ok(Value::hex(&made.0))
    }

    /// The data elements; those that the version does not authenticate may be missing.
    fn data(&self, of: &Transaction) -> Result<TransactionData, Failure> {
        for field in self.cvn.fields() {
            of.element(*field)?;
        }
        let [transaction_type] = or_zeros(of, tags::TRANSACTION_TYPE)?;
        Ok(TransactionData {
            amount_authorised: or_zeros(of, tags::AMOUNT_AUTHORISED)?,
            amount_other: or_zeros(of, tags::AMOUNT_OTHER)?,
            terminal_country: or_zeros(of, tags::TERMINAL_COUNTRY_CODE)?,
            tvr: or_zeros(of, tags::TVR)?,
            currency: or_zeros(of, tags::TRANSACTION_CURRENCY_CODE)?,
            date: or_zeros(of, tags::TRANSACTION_DATE)?,
            transaction_type,
            unpredictable_number: or_zeros(of, tags::UNPREDICTABLE_NUMBER)?,
            aip: or_zeros(of, tags::AIP)?,
        })
    }
}

fn or_zeros<const N: usize>(
    of: &Transaction,
    tag: understudy_core::wire::tlv::Tag,
) -> Result<[u8; N], Failure> {
    match of.find(tag) {
        None => Ok([0; N]),
        Some(_) => of.array(tag),
    }
}
