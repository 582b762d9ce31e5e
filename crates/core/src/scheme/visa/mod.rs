//! Visa contactless, qVSDC, online-only.

pub(super) mod cvn;
mod iad;

pub use iad::{Format2, Formats013};

use super::definition::Definition;
#[cfg(feature = "issuer")]
use super::definition::Usual;
use super::{Answer, CardData, CryptogramCommand, Product, emit_template, qualified};
use crate::crypto::Cvn;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Writer};

const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10];

/// Form factor indicator: version 1, mobile phone (byte 1), with passcode and cloud-based credentials
/// (byte 2), contactless (byte 4).
#[cfg(feature = "issuer")]
const FORM_FACTOR: [u8; 4] = [0x23, 0x84, 0x00, 0x00];

/// The usual product.
const DEBIT: Product = Product {
    name: "debit",
    aid: AID,
    label: "Visa Debit",
};

pub(super) const DEFINITION: Definition = Definition {
    octet: 0x02,
    name: "Visa",
    products: &[
        DEBIT,
        Product {
            name: "credit",
            aid: AID,
            label: "Visa Credit",
        },
    ],
    versions: &[Cvn::Visa18, Cvn::Visa22],
    #[cfg(feature = "limited-use")]
    limited_use: &[Cvn::Visa43],
    #[cfg(feature = "issuer")]
    usual: Usual {
        product: DEBIT,
        version: Cvn::Visa18,
        form_factor: &FORM_FACTOR,
    },
    accepted: cvn::accepted,
    longest_discretionary: iad::longest_discretionary,
    aip: [0x00, 0x00],
    pdol: &qualified::PDOL,
    cryptogram_command: CryptogramCommand::GetProcessingOptions,
    required: |_| qualified::REQUIRED,
    required_in_records: &[],
    currency_tags: &[tags::APPLICATION_CURRENCY_CODE_SCHEME],
    required_for: |_| &[],
    negotiates: |_| false,
    algorithm: super::only,
    reader: qualified::reader,
    parse_iad: iad::parse,
    emit_iad: iad::emit,
    emit_answer,
    emit_record: super::emit_number_and_expiry,
};

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
