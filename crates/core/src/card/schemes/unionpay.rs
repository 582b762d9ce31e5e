//! `UnionPay` `QuickPass`, online-only: JR/T 0025.12 (qPBOC), cryptograms by JR/T 0025.5 Annex D.

use super::Answer;
use crate::card::gpo::Decision;
use crate::card::select::optional;
use crate::card::{Cvm, Profile, Refusal};
use crate::crypto::{CryptogramInput, Cvn, TransactionData};
use crate::wire::iad::{ALGORITHM_TDES, Cvr, UnionPayIad};
use crate::wire::qualifiers::{CryptogramType, Ttq};
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Tag, Writer};

/// The objects that the PDOL must ask for (JR/T 0025.12 §7.3): the qualifiers and all that is under
/// the MAC; the currency always, because limits are compared in it.
pub(super) const fn required_in_pdol(cvn: Cvn) -> &'static [(Tag, usize)] {
    match cvn {
        Cvn::UnionPay17 => &[
            (tags::TTQ, 4),
            (tags::AMOUNT_AUTHORISED, 6),
            (tags::TRANSACTION_CURRENCY_CODE, 2),
            (tags::UNPREDICTABLE_NUMBER, 4),
        ],
        _ => &[
            (tags::TTQ, 4),
            (tags::AMOUNT_AUTHORISED, 6),
            (tags::AMOUNT_OTHER, 6),
            (tags::TERMINAL_COUNTRY_CODE, 2),
            (tags::TVR, 5),
            (tags::TRANSACTION_CURRENCY_CODE, 2),
            (tags::TRANSACTION_DATE, 3),
            (tags::TRANSACTION_TYPE, 1),
            (tags::UNPREDICTABLE_NUMBER, 4),
        ],
    }
}

/// Refuses a reader without the qPBOC path, the only one of the card (JR/T 0025.12 §7.7.2).
pub(super) fn path(reader: Ttq) -> Result<(), Refusal> {
    if reader.emv() {
        Ok(())
    } else {
        Err(Refusal::NoCommonPath)
    }
}

/// Issuer application data (JR/T 0025.5 Annex D): `07 DKI CVN 03 CVR alg [len IDD]`. The CVR starts
/// anew at every tap; its byte 5 bit 3, "verified on the device", is defined by this project,
/// because the CTQ is under no MAC.
pub(super) fn emit_iad<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    decision: Decision,
    iad: &mut Writer<'_>,
) -> Result<(), Overflow> {
    let verified = decision.cvm == Cvm::OnDevice && profile.flags().verified_in_iad;
    let cvr = match decision.cryptogram {
        CryptogramType::Arqc if verified => Cvr::ARQC | Cvr::USER_VERIFIED,
        CryptogramType::Arqc => Cvr::ARQC,
        CryptogramType::Aac | CryptogramType::Tc => Cvr::AAC,
    };
    UnionPayIad {
        dki: profile.dki(),
        cvn: profile.cvn().byte(),
        cvr,
        algorithm: ALGORITHM_TDES,
        idd: profile.issuer_discretionary(),
    }
    .emit(iad)
}

/// The input of the cryptogram (JR/T 0025.5 Annex D).
pub(super) fn input<'i, B: AsRef<[u8]>>(
    profile: &Profile<B>,
    data: &TransactionData,
    iad: &'i [u8],
) -> Result<CryptogramInput<'i>, Refusal> {
    CryptogramInput::new(profile.cvn(), *data, iad).map_err(|_| Refusal::Internal)
}

/// The answer to GET PROCESSING OPTIONS (JR/T 0025.12 Table 11), without an AFL: no record remains
/// to be read when the card goes online or declines.
pub(super) fn emit_answer<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    answer: &Answer<'_>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    body.template(tags::RESPONSE_TEMPLATE_2, |body| {
        body.object(tags::AIP, &profile.aip())?;
        body.object(tags::ATC, &answer.atc.octets())?;
        body.object(tags::TRACK_2_EQUIVALENT_DATA, profile.track2())?;
        body.object(tags::ISSUER_APPLICATION_DATA, answer.iad)?;
        body.object(tags::APPLICATION_CRYPTOGRAM, &answer.cryptogram.0)?;
        if let Some(psn) = profile.psn() {
            body.object(tags::PAN_SEQUENCE_NUMBER, &[psn])?;
        }
        body.object(tags::CTQ, &answer.decision.cvm.ctq().0)?;
        profile
            .tolerated()
            .try_for_each(|(tag, value)| optional(body, tag, value))
    })
}
