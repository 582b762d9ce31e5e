//! The messages between issuer and device.
//!
//! - [`enrolment`]: a device's request to be enrolled.
//! - [`letter`]: package, profile, command and notice, from issuer to device; [`inbox`]: the
//!   device's checks of them.
//! - [`report`]: the keys that a device used, from device to issuer, and the issuer's checks of it.
//! - [`package`]: the plaintext of a package.
//!
//! Letters and reports are sealed with HPKE (RFC 9180) to the receiver's key and signed with
//! Ed25519; `docs/formats.md` has every octet. The protocol and the packaging are defined by this
//! project and by no payment scheme. Nothing here stores, sends, or allocates: state is a value
//! that the caller keeps.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

#[cfg(test)]
mod kit;

pub mod enrolment;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod inbox;
pub mod keys;
pub mod letter;
pub mod message;
mod octets;
pub mod package;
pub mod report;
mod sealing;

pub use package::{EmitError, Package, PackageError, Subject};
