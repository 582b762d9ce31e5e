//! The check that a request comes from the card: the issued data, then its counter and its key.

use understudy_acquiring::Authorisation;
use understudy_core::card::{Scheme, UnixTime, code};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithm, Atc};
use understudy_core::scheme::Iad;
use understudy_core::wire::qualifiers::CryptogramType;

use super::chip_data::ChipData;
#[cfg(feature = "limited-use")]
use super::limited_use;
use super::reason::Reason;
use super::stop::Stop;
use crate::store::View;
use crate::token::{KeyBatch, Terms, Token};

/// The card's statements under the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CardWord {
    /// It declines (AAC) instead of asking to go online (ARQC).
    pub(crate) declines: bool,
    /// The user was verified on the device.
    pub(crate) user_verified: bool,
    /// The algorithm of its key. Where the issuer application data names one, a wrong name leads to
    /// a wrong key.
    pub(crate) algorithm: Algorithm,
    /// The index of its limited-use key; `None` if the token has single-use keys.
    #[cfg(feature = "limited-use")]
    pub(crate) key_index: Option<KeyIndex>,
}

/// Compares what the terminal read from the card with what was issued.
pub(crate) fn compare_with_issued(
    token: &Token,
    request: &Authorisation,
    chip: &ChipData<'_>,
) -> Result<(), Reason> {
    let expiry = token.track2.expiry();
    let as_issued = token.has_track2(&request.track2)
        && token.has_psn(request.psn)
        && request.expiry.is_none_or(|sent| sent == expiry)
        && chip.data.aip == aip(token.terms.scheme, chip.by_code);
    if as_issued {
        Ok(())
    } else {
        Err(Reason::CardDataAltered)
    }
}

/// The AIP of a tap or a code: the cryptogram of either is none of the other.
const fn aip(scheme: Scheme, by_code: bool) -> [u8; 2] {
    if by_code {
        code::marked(scheme.aip())
    } else {
        scheme.aip()
    }
}

/// Reads `9F10`, all of which must be as the profile makes it, since no version has all of it under
/// the MAC in every scheme: `UnionPay` 17 has one octet.
pub(crate) fn read_iad(terms: &Terms, chip: &ChipData<'_>) -> Result<CardWord, Reason> {
    let iad = terms.scheme.parse_iad(chip.iad);
    let iad = iad.ok_or(Reason::IssuerApplicationData)?;
    if iad.dki != terms.dki {
        return Err(Reason::MasterKeyIndex);
    }
    let as_issued = iad.cvn == terms.cvn
        && has_discretionary_of(terms, &iad)
        && (terms.verified_in_iad || !iad.user_verified);
    if !as_issued {
        return Err(Reason::IssuerApplicationData);
    }
    // Without the AIP under its MAC, the cryptogram of a tap would be one of a code.
    if chip.by_code && !code::has_codes(terms.cvn) {
        return Err(Reason::CodeNotAuthenticated);
    }
    let algorithm = terms.algorithm_of(&iad);
    let algorithm = algorithm.ok_or(Reason::IssuerApplicationData)?;
    if chip.information != iad.cryptogram.cid() {
        return Err(Reason::ChipDataMalformed);
    }
    Ok(CardWord {
        declines: iad.cryptogram == CryptogramType::Aac,
        user_verified: iad.user_verified,
        algorithm,
        #[cfg(feature = "limited-use")]
        key_index: limited_use::index_of(terms, &iad),
    })
}

/// True if the issuer discretionary data are the issued ones; of a token with limited-use keys, an index.
fn has_discretionary_of(terms: &Terms, iad: &Iad<'_>) -> bool {
    #[cfg(feature = "limited-use")]
    if terms.has_limited_use_key() {
        return limited_use::index_of(terms, iad).is_some();
    }
    iad.discretionary == terms.discretionary
}

/// The counter and its batch, if a key was issued for it, and not to a device that the token has
/// left.
pub(crate) fn issued_counter(
    view: &View<'_>,
    token: &Token,
    chip: &ChipData<'_>,
) -> Result<(Atc, Option<KeyBatch>), Stop> {
    let atc = Atc::new(chip.atc).filter(|atc| token.has_key_for(*atc));
    let atc = atc.ok_or(Reason::CounterNotIssued)?;
    let batch = KeyBatch::of_counter(view, token.id, chip.atc)?;
    if batch.is_some_and(|batch| batch.home != token.home) {
        return Err(Reason::CounterNotIssued.into());
    }
    Ok((atc, batch))
}

/// A key is good in the second `not_after` of its batch, and not after it.
pub(crate) fn check_key(batch: Option<KeyBatch>, now: UnixTime) -> Result<(), Reason> {
    let not_after = batch.and_then(|batch| batch.not_after);
    if not_after.is_some_and(|not_after| not_after < now) {
        return Err(Reason::KeyExpired);
    }
    Ok(())
}

/// A code is good for a minute from its display, by the issuer's clock; that of a device may be half a
/// minute ahead.
pub(crate) fn check_display(chip: &ChipData<'_>, now: UnixTime) -> Result<(), Reason> {
    if !chip.by_code {
        return Ok(());
    }
    let UnixTime(displayed) = code::display_time(chip.data.unpredictable_number);
    if now.0 > displayed.saturating_add(code::VALIDITY) {
        return Err(Reason::CodeLate);
    }
    if displayed > now.0.saturating_add(code::AHEAD) {
        return Err(Reason::CodeEarly);
    }
    Ok(())
}
