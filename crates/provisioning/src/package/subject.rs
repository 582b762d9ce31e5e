use core::fmt;

use understudy_core::wire::digits::{CARD_NUMBER_MAX, CardNumber};
use zeroize::Zeroizing;

use super::header_len;

const NUMBER_MAX: usize = CARD_NUMBER_MAX.div_ceil(2);
const PAD: u8 = 0xF;

/// The card that the keys of a package are for.
#[derive(Clone, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A new card.
    Card {
        /// A whole E0 object, the form that `understudy_core::card::Profile` takes.
        profile: &'a [u8],
    },
    /// A card that the device holds already.
    Keys {
        /// Its number, as in its track 2.
        number: CardNumber,
    },
}

impl Subject<'_> {
    /// Octets of the object that names the card.
    pub(super) const fn object_len(&self) -> usize {
        match self {
            Self::Card { profile } => profile.len(),
            Self::Keys { number } => {
                let len = packed_len(number);
                header_len(len).saturating_add(len)
            }
        }
    }
}

/// Shows the variant, nothing of a profile, and a masked number.
impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card { .. } => f.debug_struct("Card").finish_non_exhaustive(),
            Self::Keys { number } => f.debug_struct("Keys").field("number", number).finish(),
        }
    }
}

/// Octets of a number in packed BCD.
pub(super) const fn packed_len(number: &CardNumber) -> usize {
    number.len().div_ceil(2)
}

/// A number in packed BCD, filled up with nibbles F.
pub(super) fn packed(number: &CardNumber) -> Zeroizing<[u8; NUMBER_MAX]> {
    let mut octets = Zeroizing::new([0; NUMBER_MAX]);
    let mut digits = number.digits();
    for octet in octets.iter_mut() {
        let high = digits.next().unwrap_or(PAD);
        let low = digits.next().unwrap_or(PAD);
        *octet = high << 4 | low;
    }
    octets
}
