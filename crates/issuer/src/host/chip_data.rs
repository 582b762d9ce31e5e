//! The chip data of a request (DE 55).

use std::collections::BTreeMap;

use understudy_acquiring::Authorisation;
use understudy_core::card::code;
use understudy_core::crypto::{Cryptogram, TransactionData};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::bcd_to_u64;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};

use super::reason::Reason;

/// The longest DE 55.
const DE55_MAX: usize = 255;

/// The chip data that the decision needs, each in its length.
pub(crate) struct ChipData<'a> {
    /// `9F26`.
    pub(crate) cryptogram: Cryptogram,
    /// `9F27`.
    pub(crate) information: u8,
    /// `9F36`; also values that no card uses.
    pub(crate) atc: u16,
    /// `9F10`, as it is.
    pub(crate) iad: &'a [u8],
    /// Further data that may be under the MAC.
    pub(crate) data: TransactionData,
    /// True for a code, by the request's entry mode (DE 22). The card's own word is in the AIP.
    pub(crate) by_code: bool,
}

impl<'a> ChipData<'a> {
    /// Reads DE 55 of a request: well-formed, no tag twice, and all that such a request carries. Tags
    /// that are not needed are let pass.
    pub(crate) fn of(request: &'a Authorisation) -> Result<Self, Reason> {
        let objects = Objects::read(request.chip_data.octets())?;
        if request.entry_mode.is_consumer_code() {
            return Self::of_code(&objects, request.amount);
        }
        // Part of every online request, though nothing is decided by it.
        objects.array::<3>(tags::TERMINAL_CAPABILITIES)?;
        Ok(Self {
            cryptogram: Cryptogram(objects.array(tags::APPLICATION_CRYPTOGRAM)?),
            information: objects.octet(tags::CRYPTOGRAM_INFORMATION_DATA)?,
            atc: u16::from_be_bytes(objects.array(tags::ATC)?),
            iad: objects.value(tags::ISSUER_APPLICATION_DATA)?,
            data: TransactionData {
                amount_authorised: objects.decimal(tags::AMOUNT_AUTHORISED)?,
                amount_other: objects.decimal(tags::AMOUNT_OTHER)?,
                terminal_country: objects.decimal(tags::TERMINAL_COUNTRY_CODE)?,
                tvr: objects.array(tags::TVR)?,
                currency: objects.decimal(tags::TRANSACTION_CURRENCY_CODE)?,
                date: objects.decimal(tags::TRANSACTION_DATE)?,
                transaction_type: objects.decimal_octet(tags::TRANSACTION_TYPE)?,
                unpredictable_number: objects.array(tags::UNPREDICTABLE_NUMBER)?,
                aip: objects.array(tags::AIP)?,
            },
            by_code: false,
        })
    }

    /// The same in the currency of the card, which a code is under the MAC with, whatever the request
    /// says.
    pub(crate) fn of_card(mut self, currency: Currency) -> Self {
        if self.by_code {
            self.data.currency = currency.to_bcd();
        }
        self
    }

    /// The chip data of a code. What the card does not put into it has the values that card and issuer
    /// agree on, whatever DE 55 holds besides.
    fn of_code(objects: &Objects<'a>, amount: Amount) -> Result<Self, Reason> {
        Ok(Self {
            cryptogram: Cryptogram(objects.array(tags::APPLICATION_CRYPTOGRAM)?),
            information: objects.octet(tags::CRYPTOGRAM_INFORMATION_DATA)?,
            atc: u16::from_be_bytes(objects.array(tags::ATC)?),
            iad: objects.value(tags::ISSUER_APPLICATION_DATA)?,
            data: code::transaction_data(
                amount.currency(),
                objects.array(tags::UNPREDICTABLE_NUMBER)?,
                objects.array(tags::AIP)?,
            ),
            by_code: true,
        })
    }
}

struct Objects<'a>(BTreeMap<Tag, &'a [u8]>);

impl<'a> Objects<'a> {
    fn read(de55: &'a [u8]) -> Result<Self, Reason> {
        if de55.len() > DE55_MAX {
            return Err(Reason::ChipDataMalformed);
        }
        let mut objects = BTreeMap::new();
        for object in Reader::new(de55) {
            let object = object.map_err(|_| Reason::ChipDataMalformed)?;
            if objects.insert(object.tag, object.value).is_some() {
                return Err(Reason::ChipDataMalformed);
            }
        }
        Ok(Self(objects))
    }

    fn value(&self, tag: Tag) -> Result<&'a [u8], Reason> {
        self.0.get(&tag).copied().ok_or(Reason::ChipDataIncomplete)
    }

    fn array<const N: usize>(&self, tag: Tag) -> Result<[u8; N], Reason> {
        self.value(tag)?
            .try_into()
            .map_err(|_| Reason::ChipDataMalformed)
    }

    fn octet(&self, tag: Tag) -> Result<u8, Reason> {
        self.array(tag).map(|[octet]| octet)
    }

    /// A value of format n: every nibble is a decimal digit.
    fn decimal<const N: usize>(&self, tag: Tag) -> Result<[u8; N], Reason> {
        let value = self.array(tag)?;
        bcd_to_u64(&value)
            .map(|_| value)
            .ok_or(Reason::ChipDataMalformed)
    }

    fn decimal_octet(&self, tag: Tag) -> Result<u8, Reason> {
        self.decimal(tag).map(|[octet]| octet)
    }
}
