//! Keys, records and a random generator that repeat.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::store::{
    KEY_LEN, OpenError, Opened, RECORD_LEN, Record, Simulated, Slot, StorageKey, Store,
};

/// A generator that repeats (SplitMix64): for tests alone.
pub(crate) struct Repeating(pub(crate) u64);

impl Repeating {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl TryRng for Repeating {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        for chunk in octets.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Repeating {}

pub(crate) fn key() -> StorageKey {
    other_key(7)
}

pub(crate) fn other_key(octet: u8) -> StorageKey {
    StorageKey::new(Zeroizing::new([octet; KEY_LEN]))
}

pub(crate) fn record(number: u64) -> Record {
    let mut record = [0xA5; RECORD_LEN];
    record[..8].copy_from_slice(&number.to_be_bytes());
    record
}

/// The numbers of the records that were read; `None` for an unreadable one.
pub(crate) fn numbers(records: &[Slot]) -> Vec<Option<u64>> {
    let number = |slot: &Slot| match slot {
        Slot::Record(octets) => {
            let number = u64::from_be_bytes(octets[..8].try_into().unwrap());
            assert_eq!(**octets, record(number));
            Some(number)
        }
        Slot::Unreadable => None,
    };
    records.iter().map(number).collect()
}

pub(crate) fn open(folder: &Simulated) -> Result<Opened<Simulated>, OpenError> {
    // A different stream every time, as from an operating system.
    let seed = folder.counts().operations;
    Store::open(folder.clone(), &key(), &mut Repeating(seed))
}
