//! Whether a request comes from the card: the token's standing, then the cryptogram.

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Atc, CryptogramInput, Cvn, SessionKey};
use understudy_core::wire::iad::{ALGORITHM_TDES, Cvr, UnionPayIad};
use understudy_core::wire::qualifiers::CryptogramType;

use crate::chip_data::ChipData;
use crate::custody::IssuerKeys;
use crate::reason::Reason;
use crate::token::{Issued, Token, TokenStatus};

/// What the cryptogram proves: the card made it, for this transaction, and said this.
pub(crate) struct Authenticated {
    pub(crate) atc: Atc,
    /// The key that made the cryptogram and makes the answer to it.
    pub(crate) key: SessionKey,
    pub(crate) card: CardWord,
}

/// What the card says under the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CardWord {
    /// It declines (AAC) instead of asking to go online (ARQC).
    pub(crate) declines: bool,
    /// The user was verified on the device.
    pub(crate) user_verified: bool,
}

/// Checks standing, expiry, issuer application data, counter and cryptogram, in this order. A wrong
/// cryptogram changes nothing, and nothing tells whether its counter was seen before.
pub(crate) fn authenticate(
    keys: &IssuerKeys,
    token: &Token,
    chip: &ChipData<'_>,
    now: UnixTime,
) -> Result<Authenticated, Reason> {
    match token.status {
        TokenStatus::Active => {}
        TokenStatus::Suspended => return Err(Reason::TokenSuspended),
        TokenStatus::Deleted => return Err(Reason::TokenDeleted),
    }
    if token.is_expired(now) {
        return Err(Reason::Expired);
    }
    let card = read_iad(&token.issued, chip)?;
    let atc = Atc::new(chip.atc).filter(|atc| token.has_key_for(*atc));
    let atc = atc.ok_or(Reason::CounterNotIssued)?;
    let input = CryptogramInput::new(token.issued.cvn, chip.data, chip.iad)
        .map_err(|_| Reason::IssuerApplicationData)?;
    let key = keys
        .verify(token.identity(), chip, &input, atc)
        .ok_or(Reason::CryptogramWrong)?;
    Ok(Authenticated { atc, key, card })
}

/// Reads `9F10`, all of which must be as the profile makes it: CVN 17 has only one octet of it
/// under the MAC.
fn read_iad(issued: &Issued, chip: &ChipData<'_>) -> Result<CardWord, Reason> {
    let iad = UnionPayIad::parse(chip.iad).map_err(|_| Reason::IssuerApplicationData)?;
    let as_issued = iad.dki == issued.dki
        && Cvn::accepted_as_unionpay(iad.cvn) == Some(issued.cvn)
        && iad.algorithm == ALGORITHM_TDES
        && iad.idd == issued.discretionary;
    let (cryptogram, card) = read_cvr(iad.cvr)
        .filter(|(_, card)| as_issued && (issued.verified_in_iad || !card.user_verified))
        .ok_or(Reason::IssuerApplicationData)?;
    if chip.information == cryptogram.cid() {
        Ok(card)
    } else {
        Err(Reason::ChipDataMalformed)
    }
}

/// The three card verification results that a stand-in card writes.
fn read_cvr(cvr: Cvr) -> Option<(CryptogramType, CardWord)> {
    let words = [
        (Cvr::ARQC, CryptogramType::Arqc, false),
        (Cvr::ARQC | Cvr::USER_VERIFIED, CryptogramType::Arqc, true),
        (Cvr::AAC, CryptogramType::Aac, false),
    ];
    let (_, cryptogram, user_verified) = words.into_iter().find(|(word, ..)| *word == cvr)?;
    Some((
        cryptogram,
        CardWord {
            declines: cryptogram == CryptogramType::Aac,
            user_verified,
        },
    ))
}
