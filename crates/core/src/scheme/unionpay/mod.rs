//! `UnionPay` `QuickPass`, online-only: JR/T 0025.12 (qPBOC), cryptograms by JR/T 0025.5 Annex D.

pub(super) mod cvn;
mod iad;

pub use iad::{ALGORITHM_SM4, ALGORITHM_TDES, Cvr, IDD_MAX, IadError, UnionPayIad};

use super::definition::Definition;
#[cfg(feature = "issuer")]
use super::definition::Usual;
use super::{Answer, CardData, CryptogramCommand, Product, emit_template, qualified};
use crate::crypto::{Algorithm, Algorithms, Cvn};
use crate::wire::dol::DolData;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Tag, Writer};

/// The usual product.
const DEBIT: Product = Product {
    name: "debit",
    aid: &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01],
    label: "UnionPay Debit",
};

pub(super) const DEFINITION: Definition = Definition {
    octet: 0x01,
    name: "UnionPay",
    products: &[
        DEBIT,
        Product {
            name: "credit",
            aid: &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x02],
            label: "UnionPay Credit",
        },
    ],
    versions: &[Cvn::UnionPay01, Cvn::UnionPay17],
    #[cfg(feature = "limited-use")]
    limited_use: &[],
    #[cfg(feature = "issuer")]
    usual: Usual {
        product: DEBIT,
        version: Cvn::UnionPay01,
        form_factor: &[],
    },
    accepted: cvn::accepted,
    longest_discretionary: |_| IDD_MAX,
    aip: [0x00, 0x00],
    pdol: &qualified::PDOL,
    cryptogram_command: CryptogramCommand::GetProcessingOptions,
    required,
    required_in_records: &[],
    currency_tags: &[
        tags::APPLICATION_CURRENCY_CODE_SCHEME,
        tags::ELECTRONIC_CASH_SECOND_CURRENCY_CODE,
    ],
    required_for,
    negotiates,
    algorithm,
    reader: qualified::reader,
    parse_iad: iad::parse,
    emit_iad: iad::emit,
    emit_answer,
    emit_record: super::emit_number_and_expiry,
};

/// The value of `DF69` of a reader that has the SM algorithms.
const READER_HAS_SM4: u8 = 0x01;

/// The objects that the PDOL must ask for (JR/T 0025.12 §7.3): the qualifiers and all that is under
/// the MAC; the currency always, because limits are compared in it.
const fn required(cvn: Cvn) -> &'static [(Tag, usize)] {
    if matches!(cvn, Cvn::UnionPay17) {
        &[
            (tags::TTQ, 4),
            (tags::AMOUNT_AUTHORISED, 6),
            (tags::TRANSACTION_CURRENCY_CODE, 2),
            (tags::UNPREDICTABLE_NUMBER, 4),
        ]
    } else {
        qualified::REQUIRED
    }
}

/// A card with SM4 keys asks whether the reader has SM4: `DF69`, one octet (JR/T 0025.17).
fn required_for(algorithms: Algorithms) -> &'static [(Tag, usize)] {
    if asks(algorithms) {
        &[(tags::SM_ALGORITHM_INDICATOR, 1)]
    } else {
        &[]
    }
}

/// `DF69` tells SM4 and triple DES apart, and no other algorithms.
fn negotiates(algorithms: Algorithms) -> bool {
    let octets = algorithms.iter().map(Algorithm::octet);
    octets.eq([ALGORITHM_TDES, ALGORITHM_SM4])
}

/// The algorithm by `DF69`: SM4 if the reader has it, else triple DES, if the card has it. A card
/// without SM4 keys does not ask, and never refuses.
fn algorithm(algorithms: Algorithms, data: &DolData<'_, '_>) -> Option<Algorithm> {
    if !asks(algorithms) {
        return super::only(algorithms, data);
    }
    let reader_has_sm4 = data.get(tags::SM_ALGORITHM_INDICATOR) == Some(&[READER_HAS_SM4]);
    let mut held = algorithms.iter();
    held.find(|algorithm| (algorithm.octet() == ALGORITHM_SM4) == reader_has_sm4)
}

fn asks(algorithms: Algorithms) -> bool {
    algorithms
        .iter()
        .any(|algorithm| algorithm.octet() == ALGORITHM_SM4)
}

/// The answer to GET PROCESSING OPTIONS (JR/T 0025.12 Table 11). A card that goes online or declines
/// has no record left to be read, hence no AFL, unless it was personalised with records for readers
/// that refuse an answer without one.
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
        (tags::ISSUER_APPLICATION_DATA, answer.iad),
        (tags::APPLICATION_CRYPTOGRAM, &answer.cryptogram.0),
        (tags::PAN_SEQUENCE_NUMBER, card.psn),
        (tags::CTQ, &ctq),
        (tags::PRODUCT_IDENTIFICATION, card.product),
        (tags::TOKEN_REQUESTOR_ID, card.requestor),
        (tags::PAYMENT_ACCOUNT_REFERENCE, card.reference),
        (tags::FORM_FACTOR_INDICATOR, card.form_factor),
    ];
    emit_template(tags::RESPONSE_TEMPLATE_2, &objects, body)
}
