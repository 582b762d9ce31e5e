//! Computations of payment desks that neither card nor terminal nor issuer makes here: block ciphers
//! under keys of every length, PIN blocks of four formats, keys of terminals by DUKPT, and card
//! verification values.
//!
//! Every key type is wiped when it is dropped, cannot be cloned or compared, and prints itself as
//! `(..)`. DES and SM4 use table look-ups and are not constant-time.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod block;
mod cvv;
pub mod dukpt;
mod pin_block;
mod tdes;
#[cfg(test)]
mod tests;

pub use block::{Algorithm, BlockKey, KeyLengthError, NotWholeBlocks};
pub use cvv::{CardVerification, CardVerificationError, CardVerificationKey};
pub use pin_block::{PinBlockError, open_pin, open_pin_format_4, seal_pin, seal_pin_format_4};
pub use tdes::TdesKey;
