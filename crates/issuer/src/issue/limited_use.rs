//! The next limited-use key of a token: its index, made from the time of issue, and its sum.

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::KeyIndex;

use crate::calendar;
use crate::custody::KeyLimits;
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::View;
use crate::token::KeyBatch;

/// The next limited-use key of a token: its index is of the present hour, and its sum lets one payment
/// of the greatest amount through, or all of the payments without verification that the limits permit in a
/// row. `None` if the token has a hundred keys of this hour.
pub(super) fn next_key(
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
