//! Readers that state terminal transaction qualifiers (`9F66`): those of `UnionPay` and Visa.

use super::Reader;
use crate::wire::dol::DolData;
use crate::wire::qualifiers::Ttq;
use crate::wire::tags;
use crate::wire::tlv::Tag;

/// The PDOL of a card for such readers: the qualifiers, all that a cryptogram version can have under
/// the MAC, and time and merchant for the wallet's history.
#[rustfmt::skip]
pub(super) const PDOL: [u8; 30] = [
    0x9F, 0x66, 0x04, // terminal transaction qualifiers
    0x9F, 0x02, 0x06, // amount, authorised
    0x9F, 0x03, 0x06, // amount, other
    0x9F, 0x1A, 0x02, // terminal country code
    0x95, 0x05,       // terminal verification results
    0x5F, 0x2A, 0x02, // transaction currency code
    0x9A, 0x03,       // transaction date
    0x9C, 0x01,       // transaction type
    0x9F, 0x37, 0x04, // unpredictable number
    0x9F, 0x21, 0x03, // transaction time
    0x9F, 0x4E, 0x14, // merchant name and location
];

/// The objects that a PDOL must ask for, with their lengths: the qualifiers and the reader's data
/// elements of EMV Book 2 §8.1.1.
pub(super) const REQUIRED: &[(Tag, usize)] = &[
    (tags::TTQ, 4),
    (tags::AMOUNT_AUTHORISED, 6),
    (tags::AMOUNT_OTHER, 6),
    (tags::TERMINAL_COUNTRY_CODE, 2),
    (tags::TVR, 5),
    (tags::TRANSACTION_CURRENCY_CODE, 2),
    (tags::TRANSACTION_DATE, 3),
    (tags::TRANSACTION_TYPE, 1),
    (tags::UNPREDICTABLE_NUMBER, 4),
];

/// The reader by its qualifiers. One without EMV mode (byte 1 bit 6: qPBOC, qVSDC) has no path in
/// common with the card, which has no magnetic stripe mode (JR/T 0025.12 §7.7.2).
pub(super) fn reader(data: &DolData<'_, '_>) -> Option<Reader> {
    let qualifiers = Ttq(data.get_array(tags::TTQ)?);
    qualifiers.emv().then(|| Reader::qualified(qualifiers))
}
