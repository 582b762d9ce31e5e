//! The rules for limited-use keys: the index that a cryptogram names is of the batch that has its counter,
//! in `9F10` as in track 2, both of which are under no MAC; the key is the newest that the host has seen
//! a cryptogram of; and its payments are within its sum.

use understudy_core::crypto::KeyIndex;
use understudy_core::scheme::Iad;
use understudy_core::wire::track2::Track2;

use super::reason::Reason;
use super::record::Record;
use super::stop::Stop;
use crate::store::View;
use crate::token::limited_use::index_in;
use crate::token::{KeyBatch, Terms};

/// The index in issuer application data; `None` if the token has single-use keys, or the data are none.
pub(super) fn index_of(terms: &Terms, iad: &Iad<'_>) -> Option<KeyIndex> {
    let octets = iad.discretionary.try_into().ok()?;
    let index = KeyIndex::from_octets(octets).ok()?;
    terms.has_limited_use_key().then_some(index)
}

/// Refuses an index that is not that of the counter's batch, and a track 2 with another one.
pub(super) fn check_index(
    track2: &Track2,
    index: KeyIndex,
    batch: Option<KeyBatch>,
) -> Result<(), Reason> {
    let limits = batch.and_then(|batch| batch.limits);
    let limits = limits.ok_or(Reason::CounterNotIssued)?;
    if index != limits.index {
        return Err(Reason::IssuerApplicationData);
    }
    if index_in(track2) == Some(index) {
        Ok(())
    } else {
        Err(Reason::CardDataAltered)
    }
}

/// Refuses a key when the host has verified a cryptogram under a later one: the wallet erases the key before
/// when it takes a new one. Until then the old key is good, since the new one may be on its way.
pub(super) fn check_newest(view: &View<'_>, batch: Option<KeyBatch>) -> Result<(), Stop> {
    match batch.filter(|batch| batch.limits.is_some()) {
        Some(batch) if Record::is_any_above(view, batch.token, batch.last)? => {
            Err(Reason::KeyReplaced.into())
        }
        _ => Ok(()),
    }
}

/// Refuses an amount that the sum of the key does not let through any more. A reversed payment frees its
/// amount; one that is voided or refunded does not.
pub(super) fn admit_sum(view: &View<'_>, batch: Option<KeyBatch>, amount: u64) -> Result<(), Stop> {
    let Some((batch, limits)) = batch.and_then(|batch| Some((batch, batch.limits?))) else {
        return Ok(());
    };
    let spent = Record::spent_under(view, batch.token, batch.first..=batch.last)?;
    if spent.saturating_add(amount) > limits.sum {
        return Err(Reason::KeySum.into());
    }
    Ok(())
}
