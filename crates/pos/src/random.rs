//! Unpredictable numbers (`9F37`).

use thiserror::Error;

/// A source of unpredictable numbers. A real terminal uses [`SystemRandom`]: with predictable
/// numbers a cryptogram can be prepared before the tap.
pub trait UnpredictableNumbers {
    /// The next unpredictable number.
    ///
    /// # Errors
    /// [`RandomError`] if the source fails.
    fn next(&mut self) -> Result<[u8; 4], RandomError>;
}

/// The generator of the operating system.
#[derive(Clone, Copy, Default, Debug)]
pub struct SystemRandom;

impl UnpredictableNumbers for SystemRandom {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        let mut number = [0; 4];
        getrandom::fill(&mut number).map_err(|_| RandomError)?;
        Ok(number)
    }
}

/// The source of unpredictable numbers failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("no unpredictable number could be had from the random source")]
pub struct RandomError;
