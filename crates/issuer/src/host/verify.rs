//! The check that a request comes from the card: the issued data, its standing, then the cryptogram.

use rusqlite::OptionalExtension as _;
use understudy_core::card::{Scheme, UnixTime};
use understudy_core::crypto::{Algorithm, Atc};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::track2::Track2;

use super::chip_data::ChipData;
use super::reason::Reason;
use super::request::AuthorisationRequest;
use super::stop::Stop;
use crate::store::Transaction;
use crate::token::{Terms, Token, TokenStatus};

/// The card's statements under the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CardWord {
    /// It declines (AAC) instead of asking to go online (ARQC).
    pub(crate) declines: bool,
    /// The user was verified on the device.
    pub(crate) user_verified: bool,
}

/// Compares what the terminal read from the card with what was issued.
pub(crate) fn compare_with_issued(
    token: &Token,
    request: &AuthorisationRequest<'_>,
    track2: &Track2,
    chip: &ChipData<'_>,
) -> Result<(), Reason> {
    let expiry = token.track2.expiry();
    let as_issued = token.has_track2(track2)
        && token.has_psn(request.psn)
        && request.expiry.is_none_or(|sent| sent == expiry)
        && chip.data.aip == Scheme::UnionPay.aip();
    if as_issued {
        Ok(())
    } else {
        Err(Reason::CardDataAltered)
    }
}

/// Refuses a token that may not pay now, whatever the request.
pub(crate) fn check_standing(
    db: &Transaction<'_>,
    token: &Token,
    now: UnixTime,
) -> Result<(), Stop> {
    match token.status {
        TokenStatus::Active => {}
        TokenStatus::Inactive => return Err(Reason::TokenInactive.into()),
        TokenStatus::Suspended => return Err(Reason::TokenSuspended.into()),
        TokenStatus::Deleted => return Err(Reason::TokenDeleted.into()),
    }
    if !token.is_at_active_home(db)? {
        return Err(Reason::DeviceSuspended.into());
    }
    if token.is_expired(now) {
        return Err(Reason::Expired.into());
    }
    Ok(())
}

/// Reads `9F10`, all of which must be as the profile makes it: CVN 17 has only one octet of it
/// under the MAC.
pub(crate) fn read_iad(terms: &Terms, chip: &ChipData<'_>) -> Result<CardWord, Reason> {
    let iad = Scheme::UnionPay.parse_iad(chip.iad);
    let as_issued = iad.filter(|iad| {
        iad.dki == terms.dki
            && iad.cvn == terms.cvn
            && iad.algorithm == Some(Algorithm::Tdes)
            && iad.discretionary == terms.discretionary
            && (terms.verified_in_iad || !iad.user_verified)
    });
    let iad = as_issued.ok_or(Reason::IssuerApplicationData)?;
    if chip.information != iad.cryptogram.cid() {
        return Err(Reason::ChipDataMalformed);
    }
    Ok(CardWord {
        declines: iad.cryptogram == CryptogramType::Aac,
        user_verified: iad.user_verified,
    })
}

/// The counter, if a key was issued for it, and not to a device that the token has left.
pub(crate) fn issued_counter(
    db: &Transaction<'_>,
    token: &Token,
    chip: &ChipData<'_>,
) -> Result<Atc, Stop> {
    let atc = Atc::new(chip.atc).filter(|atc| token.has_key_for(*atc));
    let atc = atc.ok_or(Reason::CounterNotIssued)?;
    let mut batch = db.prepare_cached(
        "SELECT last >= ?2 AND (device IS NOT ?3 OR card IS NOT ?4) FROM key_batch \
         WHERE token = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1",
    )?;
    let home = token.home.map(|home| (home.device.0, home.card.0)).unzip();
    let elsewhere = batch.query_row((token.id.0, atc.get(), home.0, home.1), |row| row.get(0));
    if elsewhere.optional()?.unwrap_or(false) {
        return Err(Reason::CounterNotIssued.into());
    }
    Ok(atc)
}

/// The key of the counter is good in the second `not_after` of its batch, and not after it.
pub(crate) fn check_key(
    db: &Transaction<'_>,
    token: &Token,
    chip: &ChipData<'_>,
    now: UnixTime,
) -> Result<(), Stop> {
    let mut batch = db.prepare_cached(
        "SELECT last >= ?2 AND ifnull(not_after < ?3, 0) FROM key_batch \
         WHERE token = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1",
    )?;
    let over = batch.query_row((token.id.0, chip.atc, now.0), |row| row.get(0));
    if over.optional()?.unwrap_or(false) {
        return Err(Reason::KeyExpired.into());
    }
    Ok(())
}
