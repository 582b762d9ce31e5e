//! The plaintext of a package: the profile of a new card, or the number of the card that it
//! replenishes, and single-use session keys, each good for one application transaction counter. The
//! plaintext is not protected: a [`letter`](crate::letter) seals it to a device and authenticates
//! it. Whoever holds the plaintext wipes it after use.
//!
//! ```text
//! E8 package
//!   C0 01            format version 02, 03 with C2, or 04 with C3 and C9
//!   C1 08 time       the last second in which its keys are good, Unix time; 0 if they do not expire
//!   C2 algorithms    one or two octets in ascending order, as `understudy_core::crypto::Algorithm`
//!                    names them: the keys of each counter; none if triple DES alone
//!   C3 limits        of a limited-use key: index (4: 0Y HH HH CC), first and last ATC (2 each), sum of
//!                    its payments (n12)
//!   E0 profile       of a new card, as `understudy_core::card::Profile` takes it; or
//!   5A number        of the card to replenish: 8-19 digits, F behind an odd number of them
//!   C8 ATC(2) SK…    a session key of each algorithm, 16 to 32 octets each, for a counter; 1 or more
//!                    counters, in strictly ascending order; or
//!   C9 key           a limited-use key, 16 octets of triple DES
//! ```
//!
//! Version 04 is there with the feature `limited-use`.
//!
//! Every length takes its shortest form and nothing stands between the objects, so that a package
//! has exactly one encoding. Devices of the version before take packages of triple DES. Format version
//! 01, which letters that wait for a device may still hold, lacks `C1`: its keys do not expire. It is
//! read, and not written any more.

mod emit;
mod error;
mod layout;
#[cfg(feature = "limited-use")]
mod limited_use;
mod parse;
mod subject;

#[cfg(test)]
mod tests;

pub use emit::{EmitError, emit, emitted_len};
pub use error::PackageError;
#[cfg(feature = "limited-use")]
pub use limited_use::{LimitedUse, LimitedUseBatch, emit_limited_use, limited_use_len};
pub use parse::{KeySet, Keys, Package};
pub use subject::Subject;

pub(crate) use emit::check_profile;
pub(crate) use layout::Layout;

use understudy_core::crypto::Algorithms;
use understudy_core::wire::tlv::Tag;

const PACKAGE: Tag = Tag::new(0xE8);
const FORMAT_VERSION: Tag = Tag::new(0xC0);
const EXPIRY: Tag = Tag::new(0xC1);
const ALGORITHMS: Tag = Tag::new(0xC2);
const PROFILE: Tag = Tag::new(0xE0);
const NUMBER: Tag = Tag::new(0x5A);
const KEY: Tag = Tag::new(0xC8);

const ATC_LEN: usize = 2;
const VERSION_OBJECT_LEN: usize = 3;
const EXPIRY_LEN: usize = 8;
const EXPIRY_OBJECT_LEN: usize = 2 + EXPIRY_LEN;

/// The format versions.
#[derive(Clone, Copy)]
enum Format {
    One,
    Two,
    Three,
    #[cfg(feature = "limited-use")]
    Four,
}

impl Format {
    /// The version in which keys of these algorithms are written.
    fn of(algorithms: Algorithms) -> Self {
        if algorithms == Algorithms::TDES {
            Self::Two
        } else {
            Self::Three
        }
    }

    const fn octet(self) -> u8 {
        match self {
            Self::One => 0x01,
            Self::Two => 0x02,
            Self::Three => 0x03,
            #[cfg(feature = "limited-use")]
            Self::Four => 0x04,
        }
    }

    fn from_octet(octet: u8) -> Option<Self> {
        let all = [
            Self::One,
            Self::Two,
            Self::Three,
            #[cfg(feature = "limited-use")]
            Self::Four,
        ];
        all.into_iter().find(|format| format.octet() == octet)
    }

    /// Octets of the objects before the one that names the card.
    fn head_len(self, algorithms: Algorithms) -> usize {
        match self {
            Self::One => VERSION_OBJECT_LEN,
            Self::Two => VERSION_OBJECT_LEN + EXPIRY_OBJECT_LEN,
            Self::Three => VERSION_OBJECT_LEN + EXPIRY_OBJECT_LEN + 2 + algorithms.iter().count(),
            #[cfg(feature = "limited-use")]
            Self::Four => VERSION_OBJECT_LEN + EXPIRY_OBJECT_LEN + 2 + limited_use::TERMS_LEN,
        }
    }

    /// Octets of an object of keys.
    fn key_object_len(self, algorithms: Algorithms) -> usize {
        match self {
            Self::One | Self::Two | Self::Three => 2 + ATC_LEN + algorithms.keys_length(),
            #[cfg(feature = "limited-use")]
            Self::Four => 2 + limited_use::KEY_LEN,
        }
    }

    /// Octets of a package's value, with `subject` octets in the object that names the card, and so
    /// many objects of keys.
    fn content_len(self, subject: usize, algorithms: Algorithms, objects: usize) -> usize {
        self.head_len(algorithms)
            .saturating_add(subject)
            .saturating_add(objects.saturating_mul(self.key_object_len(algorithms)))
    }
}

/// Octets of a tag of one octet and of the shortest length field before `len` octets.
const fn header_len(len: usize) -> usize {
    match len {
        0..=0x7F => 2,
        0x80..=0xFF => 3,
        _ => 4,
    }
}
