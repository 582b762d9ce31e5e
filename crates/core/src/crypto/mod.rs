//! Keys of the card, and their operations: message authentication codes, application cryptograms,
//! issuer response cryptograms, key check values.
//!
//! A key is of one of three ciphers, each behind the feature of its name: triple DES with
//! double-length keys and AES (EMV Book 2 §8 and Annex A1), and SM4 (JR/T 0025.17). Every key type is
//! wiped when it is dropped, cannot be cloned or compared, and prints itself as `(..)`. DES and SM4
//! use table look-ups and are not constant-time.

#[cfg(feature = "aes")]
mod aes;
mod algorithm;
mod algorithms;
mod atc;
#[cfg(any(feature = "aes", feature = "sm4"))]
mod block;
mod cryptogram;
mod cvn;
mod input;
mod key;
#[cfg(any(all(feature = "issuer", feature = "tdes"), feature = "limited-use"))]
mod key_index;
#[cfg(any(all(feature = "issuer", feature = "tdes"), feature = "limited-use"))]
mod limited_use;
mod padding;
mod session_key;
#[cfg(feature = "sm4")]
mod sm4;
#[cfg(feature = "tdes")]
mod tdes;

#[cfg(test)]
pub(crate) mod secrecy;
#[cfg(test)]
mod tests;

#[cfg(feature = "aes")]
pub use aes::AesKey;
pub use algorithm::Algorithm;
pub use algorithms::Algorithms;
pub use atc::Atc;
pub use cryptogram::Cryptogram;
pub use cvn::{Cvn, Field};
pub(crate) use cvn::{IadLayout, Row, full_with};
pub use input::{CryptogramInput, IadLength, TransactionData};
pub use key::Key;
#[cfg(any(all(feature = "issuer", feature = "tdes"), feature = "limited-use"))]
pub use key_index::{KeyIndex, NotAKeyIndex};
#[cfg(feature = "limited-use")]
pub use limited_use::LentKey;
#[cfg(any(all(feature = "issuer", feature = "tdes"), feature = "limited-use"))]
pub use limited_use::LimitedUseKey;
pub use padding::Padding;
pub use session_key::SessionKey;
#[cfg(feature = "sm4")]
pub use sm4::Sm4Key;
#[cfg(feature = "tdes")]
pub use tdes::TdesKey;
