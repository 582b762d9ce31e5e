//! Mastercard contactless, M/Chip in EMV mode, online-only. GET PROCESSING OPTIONS names the record;
//! the cryptogram follows in GENERATE AC. There is no magnetic stripe mode.

pub(super) mod cvn;
mod iad;

pub use iad::MChipIad;

use super::definition::Definition;
#[cfg(feature = "issuer")]
use super::definition::Usual;
use super::{
    Answer, CardData, CryptogramCommand, Product, Reader, RecordData, emit_template, optional,
};
use crate::crypto::Cvn;
use crate::wire::dol::DolData;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Writer};

const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x00, 0x04, 0x10, 0x10];

/// The usual product.
const DEBIT: Product = Product {
    name: "debit",
    aid: AID,
    label: "Debit Mastercard",
};

pub(super) const DEFINITION: Definition = Definition {
    octet: 0x03,
    name: "Mastercard",
    products: &[
        DEBIT,
        Product {
            name: "credit",
            aid: AID,
            label: "Mastercard",
        },
        Product {
            name: "maestro",
            aid: &[0xA0, 0x00, 0x00, 0x00, 0x04, 0x30, 0x60],
            label: "Maestro",
        },
    ],
    versions: &[Cvn::MChip20, Cvn::MChip21],
    #[cfg(feature = "limited-use")]
    limited_use: &[],
    #[cfg(feature = "issuer")]
    usual: Usual {
        product: DEBIT,
        version: Cvn::MChip20,
        form_factor: &[],
    },
    accepted: cvn::accepted,
    longest_discretionary: |_| 0,
    // Cardholder verification (b1.5), terminal risk management (b1.4), verification on the device
    // (b1.2), EMV mode (b2.8).
    aip: [0x1A, 0x80],
    pdol: &[],
    cryptogram_command: CryptogramCommand::GenerateAc,
    required: |_| {
        &[
            (tags::AMOUNT_AUTHORISED, 6),
            (tags::AMOUNT_OTHER, 6),
            (tags::TERMINAL_COUNTRY_CODE, 2),
            (tags::TVR, 5),
            (tags::TRANSACTION_CURRENCY_CODE, 2),
            (tags::TRANSACTION_DATE, 3),
            (tags::TRANSACTION_TYPE, 1),
            (tags::UNPREDICTABLE_NUMBER, 4),
            (tags::CVM_RESULTS, 3),
            (tags::TERMINAL_TYPE, 1),
        ]
    },
    required_in_records: &[
        tags::TRACK_2_EQUIVALENT_DATA,
        tags::APPLICATION_PAN,
        tags::APPLICATION_EXPIRATION_DATE,
        tags::CDOL1,
        tags::CVM_LIST,
    ],
    currency_tags: &[],
    required_for: |_| &[],
    negotiates: |_| false,
    algorithm: super::only,
    reader,
    parse_iad: iad::parse,
    emit_iad: iad::emit,
    emit_answer,
    emit_record,
};

/// The objects that terminals of this scheme are used to being asked for, and the merchant for the
/// wallet's history.
#[rustfmt::skip]
const CDOL1: [u8; 42] = [
    0x9F, 0x02, 0x06, // amount, authorised
    0x9F, 0x03, 0x06, // amount, other
    0x9F, 0x1A, 0x02, // terminal country code
    0x95, 0x05,       // terminal verification results
    0x5F, 0x2A, 0x02, // transaction currency code
    0x9A, 0x03,       // transaction date
    0x9C, 0x01,       // transaction type
    0x9F, 0x37, 0x04, // unpredictable number
    0x9F, 0x35, 0x01, // terminal type
    0x9F, 0x45, 0x02, // data authentication code
    0x9F, 0x4C, 0x08, // ICC dynamic number
    0x9F, 0x34, 0x03, // CVM results
    0x9F, 0x21, 0x03, // transaction time
    0x9F, 0x7C, 0x14, // merchant custom data
    0x9F, 0x4E, 0x14, // merchant name and location
];

/// CVM list, EMV Book 3 §10.5: two amounts of zero, then the methods, each if the terminal has it,
/// else the next: online PIN, signature, none.
const AMOUNTS: [u8; 8] = [0; 8];
const ONLINE_PIN: [u8; 2] = [0x42, 0x03];
const SIGNATURE: [u8; 2] = [0x5E, 0x03];
const NO_CVM: [u8; 2] = [0x1F, 0x03];

/// The reader by the verification that it performed (`9F34` byte 1, EMV Book 4 Annex A4) and its
/// type (`9F35`): this scheme has no terminal transaction qualifiers. A reader that had the
/// cardholder verified by the device, or failed to verify, has performed none that the card could
/// fall back on.
fn reader(data: &DolData<'_, '_>) -> Option<Reader> {
    let [Some([method, _, _]), Some([terminal])] =
        data.get_each([tags::CVM_RESULTS, tags::TERMINAL_TYPE])
    else {
        return None;
    };
    let method = method & 0x3F;
    Some(Reader {
        offline_only: matches!(terminal & 0x0F, 0x03 | 0x06),
        cvm_required: !matches!(method, 0x1F | 0x3F),
        online_pin: method == 0x02,
        signature: method == 0x1E,
    })
}

/// The answer to GENERATE AC.
fn emit_answer(
    _: &CardData<'_>,
    answer: &Answer<'_>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    let objects: [(_, &[u8]); 4] = [
        (
            tags::CRYPTOGRAM_INFORMATION_DATA,
            &[answer.decision.cryptogram.cid()],
        ),
        (tags::ATC, &answer.atc.octets()),
        (tags::APPLICATION_CRYPTOGRAM, &answer.cryptogram.0),
        (tags::ISSUER_APPLICATION_DATA, answer.iad),
    ];
    emit_template(tags::RESPONSE_TEMPLATE_2, &objects, body)
}

/// The record of a stand-in card. The issuer action codes never decline and always go online, as
/// the card itself does.
fn emit_record(card: &RecordData<'_>, record: &mut Writer<'_>) -> Result<(), Overflow> {
    record.object(tags::TRACK_2_EQUIVALENT_DATA, card.track2)?;
    record.object(tags::APPLICATION_PAN, card.number)?;
    record.object(tags::APPLICATION_EXPIRATION_DATE, &card.expiry)?;
    optional(record, tags::PAN_SEQUENCE_NUMBER, card.psn)?;
    record.object(tags::CDOL1, &CDOL1)?;
    record.template(tags::CVM_LIST, |list| {
        list.octets(&AMOUNTS)?;
        if card.online_pin {
            list.octets(&ONLINE_PIN)?;
        }
        if card.signature {
            list.octets(&SIGNATURE)?;
        }
        list.octets(&NO_CVM)
    })?;
    record.object(tags::APPLICATION_USAGE_CONTROL, &[0xFF, 0x80])?;
    record.object(tags::APPLICATION_VERSION_NUMBER, &[0x00, 0x02])?;
    record.object(tags::ISSUER_ACTION_CODE_DEFAULT, &[0xFF; 5])?;
    record.object(tags::ISSUER_ACTION_CODE_DENIAL, &[0x00; 5])?;
    record.object(tags::ISSUER_ACTION_CODE_ONLINE, &[0xFF; 5])?;
    record.object(tags::APPLICATION_CURRENCY_CODE, &card.currency)?;
    optional(record, tags::TOKEN_REQUESTOR_ID, card.requestor)?;
    optional(record, tags::PAYMENT_ACCOUNT_REFERENCE, card.reference)
}
