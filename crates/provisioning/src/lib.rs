//! What passes between issuer and device.
//!
//! The plaintext of a *package*: a profile, if the card is new, and single-use session keys, each
//! good for one application transaction counter. This packaging is defined by this project and by
//! no payment scheme. It protects nothing by itself: whoever carries a package must seal it to the
//! device and authenticate it, and must wipe it when it is done.
//!
//! ```text
//! E8 package
//!   C0 01            format version 01
//!   [E0 profile]     as `understudy_core::card::Profile` takes it
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

pub use package::{Package, PackageError, WriteError};
