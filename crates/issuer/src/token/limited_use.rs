//! The index of a limited-use key in track 2, as a card shows it.

use understudy_core::crypto::KeyIndex;
use understudy_core::wire::track2::Track2;

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
