//! The index of a limited-use key: made from the time of issue, and in track 2 as a card shows it.

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::KeyIndex;
use understudy_core::wire::track2::Track2;

use crate::calendar;
use crate::custody::KeyLimits;
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::View;
use crate::token::KeyBatch;

/// The next limited-use key of a token: its index is of the present hour, and its sum lets one payment
/// of the greatest amount through, or all of the payments without verification that the limits permit in a
/// row. `None` if the token has a hundred keys of this hour.
pub(crate) fn next_key(
    view: &View<'_>,
    token: TokenId,
    limits: &Limits,
    now: UnixTime,
) -> Result<Option<KeyLimits>, Fault> {
    let (year, hour) = calendar::hour_of_year(now);
    let (Ok(lowest), Ok(highest)) = (
        KeyIndex::new(year, hour, 0),
        KeyIndex::new(year, hour, LAST_OF_HOUR),
    ) else {
        return Ok(None);
    };
    let index = match KeyBatch::last_index(view, token, lowest..=highest)? {
        Some(last) => KeyIndex::new(year, hour, last.counter().saturating_add(1)).ok(),
        None => Some(lowest),
    };
    Ok(index.map(|index| KeyLimits {
        index,
        sum: limits.verified_tap.max(limits.unverified_sum),
    }))
}

/// The last counter of the keys of an hour.
const LAST_OF_HOUR: u8 = 99;

/// True if the track 2 that was read is the issued one, but for the seven first discretionary digits,
/// in whose place a card puts the index of its key.
pub(crate) fn is_but_for_index(issued: &Track2, read: &Track2) -> bool {
    let rest = |track2: &Track2| {
        let digits = track2.discretionary().get(KeyIndex::DIGITS..);
        digits.map(<[u8]>::to_vec)
    };
    let same = issued.number() == read.number()
        && issued.expiry() == read.expiry()
        && issued.service_code() == read.service_code();
    same && rest(issued).is_some_and(|digits| rest(read) == Some(digits))
}

/// The index in the track 2 that was read, if its first seven discretionary digits are one.
pub(crate) fn index_in(track2: &Track2) -> Option<KeyIndex> {
    let digits = track2.discretionary().first_chunk()?;
    KeyIndex::from_digits(*digits).ok()
}
