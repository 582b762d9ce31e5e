//! The terminal's data objects for one tap, by tag.

use understudy_core::wire::digits::u64_to_bcd;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;

use crate::config::Config;
use crate::money;
use crate::setting::Chosen;
use crate::transaction::Transaction;

/// The objects from which PDOL data and DE 55 are filled.
pub(crate) struct TerminalData {
    values: Vec<(Tag, Vec<u8>)>,
}

impl TerminalData {
    pub(crate) fn new(chosen: &Chosen<'_>, unpredictable_number: [u8; 4]) -> Self {
        let mut data = Self { values: Vec::new() };
        data.put(tags::UNPREDICTABLE_NUMBER, &unpredictable_number);
        data.put(tags::TTQ, &chosen.indicators.ttq.0);
        let sm_algorithms = chosen.combination.reader.sm_algorithms;
        data.put(tags::SM_ALGORITHM_INDICATOR, &[u8::from(sm_algorithms)]);
        data.put_transaction(chosen.setting.transaction);
        data.put_terminal(chosen.setting.config);
        data
    }

    pub(crate) fn get(&self, tag: Tag) -> Option<&[u8]> {
        let (_, value) = self.values.iter().find(|(known, _)| *known == tag)?;
        Some(value)
    }

    /// States in the terminal's risk management data (`9F1D` byte 1 bit 3) that the reader takes
    /// the device's word for a verification, or that it does not.
    pub(crate) fn offer_device_cvm(&mut self, offered: bool) {
        let first = if offered { 0x04 } else { 0x00 };
        self.put(
            tags::TERMINAL_RISK_MANAGEMENT_DATA,
            &[first, 0, 0, 0, 0, 0, 0, 0],
        );
    }

    /// States the verification that the terminal performed, `9F34`.
    pub(crate) fn perform(&mut self, results: [u8; 3]) {
        self.put(tags::CVM_RESULTS, &results);
    }

    fn put_transaction(&mut self, transaction: &Transaction) {
        let amount = transaction.amount();
        let sequence = u64_to_bcd::<4>(u64::from(transaction.sequence())).unwrap_or_default();
        self.put(tags::AMOUNT_AUTHORISED, &amount.to_bcd());
        self.put(tags::AMOUNT_OTHER, &[0; 6]);
        self.put(tags::TVR, &[0; 5]);
        self.put(tags::TRANSACTION_CURRENCY_CODE, &amount.currency().to_bcd());
        self.put(
            tags::TRANSACTION_CURRENCY_EXPONENT,
            &[money::decimals(amount.currency())],
        );
        self.put(tags::TRANSACTION_DATE, &transaction.time().date());
        self.put(tags::TRANSACTION_TIME, &transaction.time().time());
        self.put(tags::TRANSACTION_TYPE, &[transaction.kind().code()]);
        self.put(tags::TRANSACTION_SEQUENCE_COUNTER, &sequence);
    }

    fn put_terminal(&mut self, config: &Config) {
        let (terminal, merchant) = (&config.terminal, &config.merchant);
        self.put(tags::TERMINAL_COUNTRY_CODE, &config.country);
        self.put(tags::TERMINAL_TYPE, &[terminal.kind]);
        self.put(tags::TERMINAL_CAPABILITIES, &terminal.capabilities);
        self.put(
            tags::ADDITIONAL_TERMINAL_CAPABILITIES,
            &terminal.additional_capabilities,
        );
        self.put(
            tags::APPLICATION_VERSION_NUMBER_TERMINAL,
            &terminal.application_version,
        );
        self.put(tags::TERMINAL_IDENTIFICATION, &terminal.id);
        self.put(
            tags::INTERFACE_DEVICE_SERIAL_NUMBER,
            &terminal.serial_number,
        );
        self.put(tags::MERCHANT_IDENTIFIER, &merchant.id);
        self.put(tags::MERCHANT_CATEGORY_CODE, &merchant.category);
        self.put(tags::MERCHANT_NAME_AND_LOCATION, merchant.name.as_bytes());
    }

    fn put(&mut self, tag: Tag, value: &[u8]) {
        self.values.push((tag, value.to_vec()));
    }
}
