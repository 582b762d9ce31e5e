//! The plaintext of a package: the profile of a new card, or the number of the card that it
//! replenishes, and single-use session keys, each good for one application transaction counter. It
//! protects nothing by itself: a [`letter`](crate::letter) seals it to a device and authenticates
//! it. Whoever holds the plaintext wipes it when it is done.
//!
//! ```text
//! E8 package
//!   C0 01            format version 01
//!   E0 profile       of a new card, as `understudy_core::card::Profile` takes it; or
//!   5A number        of the card to replenish: 8-19 digits, F behind an odd number of them
//!   C8 ATC(2) SK(16) a session key, 1 or more, in strictly ascending order of the ATC
//! ```
//!
//! Every length takes its shortest form and nothing stands between the objects, so that a package
//! has exactly one encoding.

mod read;
mod subject;
mod write;

#[cfg(test)]
mod tests;

pub use read::{Keys, Package, PackageError};
pub use subject::Subject;
pub use write::{WriteError, encoded_len, write};

use understudy_core::wire::tlv::Tag;

const VERSION: u8 = 0x01;

const PACKAGE: Tag = Tag::new(0xE8);
const FORMAT_VERSION: Tag = Tag::new(0xC0);
const PROFILE: Tag = Tag::new(0xE0);
const NUMBER: Tag = Tag::new(0x5A);
const KEY: Tag = Tag::new(0xC8);

const ATC_LEN: usize = 2;
const SESSION_KEY_LEN: usize = 16;
const KEY_VALUE_LEN: usize = ATC_LEN + SESSION_KEY_LEN;
const KEY_OBJECT_LEN: usize = 2 + KEY_VALUE_LEN;
const VERSION_OBJECT_LEN: usize = 3;

/// Octets of tag (one) and length field, in the shortest form, in front of `len` octets.
const fn header_len(len: usize) -> usize {
    match len {
        0..=0x7F => 2,
        0x80..=0xFF => 3,
        _ => 4,
    }
}
