//! A generator for tests: no randomness, so that a test gets the same octets every time.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};

/// A generator that hands out what it was given, once.
pub struct Drawn(pub Vec<u8>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(self.0.get(..to.len()).expect("enough was given"));
        self.0.drain(..to.len());
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}
