//! Keys of terminals, one for each transaction, all from one base derivation key (ANSI X9.24: derived
//! unique key per transaction, DUKPT).
//!
//! A terminal gets its initial key, made from the base derivation key and its own number. It counts
//! its transactions, and each one's keys come from the initial key by as many steps as the counter has
//! ones. The host knows the base derivation key and reads terminal and counter from the key serial
//! number (KSN) of a message.

mod aes;
mod tdes;

use thiserror::Error;

use crate::block::KeyLengthError;

pub use aes::{AesKeySerialNumber, AesUse, DerivationKey, DerivedKey, KeyType};
pub use tdes::{InitialKey, TdesKeySerialNumber, TdesUse};

/// A key serial number or key that DUKPT does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DukptError {
    /// A counter of zero: the first transaction has counter 1.
    #[error(
        "the counter at the end of the key serial number is zero, which goes with no transaction"
    )]
    NoTransaction,
    /// A counter with more ones than a terminal uses.
    #[error("the counter has more than {0} ones in binary, and terminals leave such counters out")]
    TooManyOnes(u32),
    /// A key of a length that AES does not know.
    #[error(transparent)]
    KeyLength(#[from] KeyLengthError),
    /// A key that would be stronger than the one it is derived from.
    #[error("a key cannot be stronger than the initial key that it is derived from")]
    Strength,
}

/// The counter, if a terminal uses it: not zero, and at most `ones_max` ones.
fn admissible(counter: u32, ones_max: u32) -> Result<u32, DukptError> {
    if counter == 0 {
        return Err(DukptError::NoTransaction);
    }
    if counter.count_ones() > ones_max {
        return Err(DukptError::TooManyOnes(ones_max));
    }
    Ok(counter)
}

/// The counters with the ones of `counter`, added one by one from the highest; the last is `counter`.
fn steps(counter: u32, width: u32) -> impl Iterator<Item = u32> {
    let bits = (0..width).rev().map(|place| 1 << place);
    let set = bits.filter(move |bit| counter & bit != 0);
    set.scan(0, |reached, bit| {
        *reached |= bit;
        Some(*reached)
    })
}

/// Up to eight octets as one number.
fn joined<'o>(octets: impl Iterator<Item = &'o u8>) -> u64 {
    octets.fold(0, |number, octet| number << 8 | u64::from(*octet))
}
