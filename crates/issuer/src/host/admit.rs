//! The conditions that every request meets, whatever it asks for.

use understudy_acquiring::Identity;

use super::reason::Reason;
use super::record::Record;
use super::stop::Stop;
use crate::store::{AcceptedReversal, View};

/// Declines a request whose identity was used before.
pub(super) fn admit_new(view: &View<'_>, identity: &Identity) -> Result<(), Stop> {
    if Record::of_identity(view, identity)?.is_some() {
        return Err(Reason::TraceNumberReused.into());
    }
    Ok(())
}

/// Declines a request whose reversal arrived before it.
pub(super) fn admit_unreversed(view: &View<'_>, identity: &Identity) -> Result<(), Stop> {
    let reversal = AcceptedReversal::of_identity(view, identity)?;
    if reversal.is_some_and(|reversal| reversal.authorisation.is_none()) {
        return Err(Reason::ReversedBefore.into());
    }
    Ok(())
}
