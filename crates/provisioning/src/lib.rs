//! What passes between issuer and device.
//!
//! The plaintext of a *package*: the profile of a new card, or the number of the card that it
//! replenishes, and single-use session keys, each good for one application transaction counter. This packaging is defined by this project and by
//! no payment scheme. It protects nothing by itself: whoever carries a package must seal it to the
//! device and authenticate it, and must wipe it when it is done.
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
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod package;

pub use package::{Package, PackageError, Subject, WriteError};
