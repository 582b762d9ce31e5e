//! Visa contactless, qVSDC, online-only.

pub(super) mod cvn;
mod iad;

pub use iad::{Format2, Formats013};

use super::definition::Definition;
use super::{Answer, CardData, CryptogramCommand, Product, Reader, emit_template};
use crate::crypto::Cvn;
use crate::wire::dol::DolData;
use crate::wire::qualifiers::Ttq;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Writer};

const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10];

pub(super) const DEFINITION: Definition = Definition {
    octet: 0x02,
    name: "Visa",
    products: &[
        Product {
            name: "debit",
            aid: AID,
            label: "Visa Debit",
        },
        Product {
            name: "credit",
            aid: AID,
            label: "Visa Credit",
        },
    ],
    versions: &[Cvn::Visa18, Cvn::Visa22],
    accepted: cvn::accepted,
    longest_discretionary: iad::longest_discretionary,
    aip: [0x00, 0x00],
    pdol: &PDOL,
    cryptogram_command: CryptogramCommand::GetProcessingOptions,
    required: |_| {
        &[
            (tags::TTQ, 4),
            (tags::AMOUNT_AUTHORISED, 6),
            (tags::AMOUNT_OTHER, 6),
            (tags::TERMINAL_COUNTRY_CODE, 2),
            (tags::TVR, 5),
            (tags::TRANSACTION_CURRENCY_CODE, 2),
            (tags::TRANSACTION_DATE, 3),
            (tags::TRANSACTION_TYPE, 1),
            (tags::UNPREDICTABLE_NUMBER, 4),
        ]
    },
    required_in_records: &[],
    currency_tags: &[tags::APPLICATION_CURRENCY_CODE_SCHEME],
    required_for: |_| &[],
    negotiates: |_| false,
    algorithm: super::only,
    reader,
    parse_iad: iad::parse,
    emit_iad: iad::emit,
    emit_answer,
    emit_record: super::emit_number_and_expiry,
};

#[rustfmt::skip]
const PDOL: [u8; 30] = [
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

/// The reader by its qualifiers. One without qVSDC (byte 1 bit 6) has no path in common with the
/// card, which has no magnetic stripe mode.
fn reader(data: &DolData<'_, '_>) -> Option<Reader> {
    let qualifiers = Ttq(data.get_array(tags::TTQ)?);
    qualifiers.emv().then(|| Reader::qualified(qualifiers))
}

/// The answer to GET PROCESSING OPTIONS. It states the type of the cryptogram (`9F27`), which
/// readers otherwise take from `9F10`.
fn emit_answer(
    card: &CardData<'_>,
    answer: &Answer<'_>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    let ctq = answer.decision.cvm.ctq().0;
    let objects: [(_, &[u8]); 12] = [
        (tags::AIP, &card.aip),
        (tags::AFL, card.afl),
        (tags::ATC, &answer.atc.octets()),
        (tags::TRACK_2_EQUIVALENT_DATA, card.track2),
        (
            tags::CRYPTOGRAM_INFORMATION_DATA,
            &[answer.decision.cryptogram.cid()],
        ),
        (tags::ISSUER_APPLICATION_DATA, answer.iad),
        (tags::APPLICATION_CRYPTOGRAM, &answer.cryptogram.0),
        (tags::PAN_SEQUENCE_NUMBER, card.psn),
        (tags::CTQ, &ctq),
        (tags::FORM_FACTOR_INDICATOR, card.form_factor),
        (tags::TOKEN_REQUESTOR_ID, card.requestor),
        (tags::PAYMENT_ACCOUNT_REFERENCE, card.reference),
    ];
    emit_template(tags::RESPONSE_TEMPLATE_2, &objects, body)
}
