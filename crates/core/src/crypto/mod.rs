//! Keys of the card, and their operations: message authentication codes, application cryptograms,
//! issuer response cryptograms, key check values.
//!
//! Everything here is Triple DES with double-length keys (EMV Book 2 §8 and Annex A1).
//! Every key type is wiped when it is dropped, cannot be cloned or compared, and prints
//! itself as `(..)`. DES uses table look-ups and is not constant-time.

mod atc;
mod cryptogram;
mod cvn;
mod input;
mod session_key;
mod tdes;

#[cfg(test)]
pub(crate) mod secrecy;
#[cfg(test)]
mod tests;

pub use atc::Atc;
pub use cryptogram::Cryptogram;
pub use cvn::{Cvn, Field};
pub(crate) use cvn::{IadLayout, Row, full_with};
pub use input::{CryptogramInput, IadLength, TransactionData};
pub use session_key::SessionKey;
pub use tdes::{Padding, TdesKey};
