//! The cryptogram's type, and what follows from it.

use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;

use crate::conversation::Conversation;
use crate::gpo::CardAnswer;
use crate::outcome::Outcome;
use crate::reason::Reason;
use crate::setting::Chosen;
use crate::step::Step;

/// True if the answer certainly holds an ARQC.
pub(super) fn is_arqc(answer: &CardAnswer) -> bool {
    cryptogram_type(answer).is_ok_and(|(kind, _)| kind == CryptogramType::Arqc)
}

/// Continues with an ARQC only.
pub(super) fn decide(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    answer: &CardAnswer,
) -> Result<(), Outcome> {
    let (kind, source) = cryptogram_type(answer)?;
    follow(chosen, card, kind, source)
}

/// Continues with an ARQC only, in an M/Chip answer, which must name its type in `information`, its
/// `9F27`. The card is declined if a `9F10` of M/Chip's layout names another one.
pub(super) fn decide_mchip(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    information: u8,
    answer: &CardAnswer,
) -> Result<(), Outcome> {
    let kind = agreed(information, answer.cid_by_mchip_layout())?;
    follow(chosen, card, kind, tags::CRYPTOGRAM_INFORMATION_DATA)
}

fn follow(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    kind: CryptogramType,
    source: Tag,
) -> Result<(), Outcome> {
    card.note(Step::Cryptogram { kind, source });
    match kind {
        CryptogramType::Aac => Err(Outcome::Declined(Reason::CardDeclined)),
        CryptogramType::Tc => Err(Outcome::Declined(Reason::OfflineApproval)),
        CryptogramType::Arqc if chosen.combination.reader.offline_only => {
            Err(Outcome::Declined(Reason::NoLine))
        }
        CryptogramType::Arqc => Ok(()),
    }
}

/// The cryptogram type and the tag it was read from: `9F27`, or else octet 5 of `9F10` in any
/// layout (Book C-3 §5.4.3.1).
fn cryptogram_type(answer: &CardAnswer) -> Result<(CryptogramType, Tag), Outcome> {
    let Some(cid) = answer.cid else {
        let missing = Outcome::EndApplication(Reason::CryptogramTypeMissing);
        let by_position = answer.cid_by_position().ok_or(missing)?;
        return Ok((named(by_position)?, tags::ISSUER_APPLICATION_DATA));
    };
    let kind = agreed(cid, answer.cid_by_layout())?;
    Ok((kind, tags::CRYPTOGRAM_INFORMATION_DATA))
}

/// The type in `9F27`. If a `9F10` of a known layout names another one, the card is declined: `9F27`
/// is not under the cryptogram, may have been changed on the way, and neither reading would be safe.
fn agreed(cid: u8, by_layout: Option<u8>) -> Result<CryptogramType, Outcome> {
    let cid = named(cid)?;
    match by_layout.map(named).transpose()? {
        Some(iad) if iad != cid => Err(Outcome::Declined(Reason::CryptogramTypes { cid, iad })),
        _ => Ok(cid),
    }
}

/// The type in bits 8–7. The reserved one, `11`, is declined.
fn named(cid: u8) -> Result<CryptogramType, Outcome> {
    CryptogramType::from_cid(cid).ok_or(Outcome::Declined(Reason::CryptogramType))
}
