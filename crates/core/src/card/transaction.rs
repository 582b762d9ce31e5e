//! The reader's data for one cryptogram.

use super::{Profile, Refusal};
use crate::crypto::{Algorithm, TransactionData};
use crate::scheme::Reader;
use crate::wire::amount::{Amount, Currency};
use crate::wire::tags;

/// The reader's transaction data, out of the data of PDOL or CDOL1. An object that the list does
/// not ask for is zero.
#[derive(Clone, Copy)]
pub(super) struct Transaction {
    /// `None` if the reader has no path in common with the card.
    pub(super) reader: Option<Reader>,
    /// `None` if the reader has no algorithm in common with the card.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) amount: Amount,
    /// The reader's part of the data under the MAC.
    pub(super) under_mac: TransactionData,
    pub(super) time: Option<[u8; 3]>,
    pub(super) merchant: Option<[u8; 20]>,
}

impl Transaction {
    /// EMV Book 3 §5.4. The split fails on a wrong length; the amount must be decimal and the
    /// currency three decimal digits (ISO 4217), because limits are held against them.
    pub(super) fn parse<B: AsRef<[u8]>>(
        profile: &Profile<B>,
        octets: &[u8],
    ) -> Result<Self, Refusal> {
        let (_, list) = profile.cryptogram_dol();
        let values = list
            .ok_or(Refusal::Internal)?
            .split(octets)
            .map_err(|_| Refusal::Length)?;
        let [
            amount_authorised,
            amount_other,
            terminal_country,
            tvr,
            currency,
            date,
            transaction_type,
            unpredictable_number,
            time,
            merchant,
        ] = values.get_each([
            tags::AMOUNT_AUTHORISED,
            tags::AMOUNT_OTHER,
            tags::TERMINAL_COUNTRY_CODE,
            tags::TVR,
            tags::TRANSACTION_CURRENCY_CODE,
            tags::TRANSACTION_DATE,
            tags::TRANSACTION_TYPE,
            tags::UNPREDICTABLE_NUMBER,
            tags::TRANSACTION_TIME,
            tags::MERCHANT_NAME_AND_LOCATION,
        ]);
        let [transaction_type] = or_zeros(transaction_type);
        let under_mac = TransactionData {
            amount_authorised: or_zeros(amount_authorised),
            amount_other: or_zeros(amount_other),
            terminal_country: or_zeros(terminal_country),
            tvr: or_zeros(tvr),
            currency: or_zeros(currency),
            date: or_zeros(date),
            transaction_type,
            unpredictable_number: or_zeros(unpredictable_number),
            aip: profile.aip(),
        };
        let amount = Currency::from_bcd(under_mac.currency)
            .and_then(|currency| Amount::from_bcd(under_mac.amount_authorised, currency))
            .ok_or(Refusal::ReaderData)?;
        Ok(Self {
            reader: profile.scheme().reader(&values),
            algorithm: profile.scheme().algorithm(profile.algorithms(), &values),
            amount,
            under_mac,
            time: exactly(time),
            merchant: exactly(merchant),
        })
    }
}

/// The value, if the list asks for it in exactly `N` octets.
fn exactly<const N: usize>(value: Option<&[u8]>) -> Option<[u8; N]> {
    value?.try_into().ok()
}

fn or_zeros<const N: usize>(value: Option<&[u8]>) -> [u8; N] {
    exactly(value).unwrap_or([0; N])
}
