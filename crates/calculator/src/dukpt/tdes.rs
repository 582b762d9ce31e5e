//! DUKPT with double-length Triple DES (ANSI X9.24-1:2009 Annex A).

use core::fmt;

use cipher::{BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{DukptError, admissible, joined, steps};

/// Bits of the transaction counter.
const COUNTER_BITS: u32 = 21;
/// The transaction counter at the end of a serial number.
const COUNTER: u64 = (1 << COUNTER_BITS) - 1;
/// Terminals leave out counters with more ones.
const ONES_MAX: u32 = 10;
/// Added to each half of a key, it makes the key for the other half of a derived one.
const OTHER: u64 = 0xC0C0_C0C0_0000_0000;

/// A key serial number: ten octets, the last 21 bits of which count transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TdesKeySerialNumber(pub [u8; 10]);

/// The initial key of a terminal (IPEK), 16 octets.
#[derive(ZeroizeOnDrop)]
pub struct InitialKey([u8; 16]);

/// The use of a transaction's key. Requests go to the host, responses come from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TdesUse {
    /// The key that all others of the transaction are variants of.
    Transaction,
    /// PIN blocks.
    Pin,
    /// MAC of a request, or of both directions.
    MacRequest,
    /// MAC of a response.
    MacResponse,
    /// Data of a request, or of both directions.
    DataRequest,
    /// Data of a response.
    DataResponse,
}

impl TdesKeySerialNumber {
    /// The terminal's part, the counter being zero: its leftmost eight octets are what the initial
    /// key is made of.
    fn initial(self) -> u64 {
        joined(self.0.iter().take(8)) & !(COUNTER >> 16)
    }

    /// The rightmost eight octets, the counter among them.
    fn rightmost(self) -> u64 {
        joined(self.0.iter().skip(2))
    }

    fn counter(self) -> u32 {
        u32::try_from(self.rightmost() & COUNTER).unwrap_or_default()
    }

    /// The rightmost eight octets with another counter, which is where derivations start.
    fn register(self, counter: u32) -> u64 {
        self.rightmost() & !COUNTER | u64::from(counter)
    }
}

impl InitialKey {
    /// The initial key of these octets.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The initial key of the terminal with this serial number, whose counter does not matter. A base
    /// derivation key has 16 octets.
    #[must_use]
    pub fn derive(base: &[u8; 16], number: TdesKeySerialNumber) -> Self {
        let halves = Zeroizing::new(split(*base));
        let other = Zeroizing::new(join(halves.map(|half| half ^ OTHER)));
        let block = number.initial();
        Self(join([encrypted(base, block), encrypted(&other, block)]))
    }

    /// A key of the transaction with this serial number, 16 octets.
    ///
    /// # Errors
    /// [`DukptError::NoTransaction`], [`DukptError::TooManyOnes`].
    pub fn key(
        &self,
        number: TdesKeySerialNumber,
        used: TdesUse,
    ) -> Result<Zeroizing<[u8; 16]>, DukptError> {
        let counter = admissible(number.counter(), ONES_MAX)?;
        let mut key = Zeroizing::new(split(self.0));
        for reached in steps(counter, COUNTER_BITS) {
            *key = successor(*key, number.register(reached));
        }
        let variant = Zeroizing::new(key.map(|half| half ^ used.variant()));
        let whole = Zeroizing::new(join(*variant));
        Ok(match used {
            TdesUse::DataRequest | TdesUse::DataResponse => {
                Zeroizing::new(join(variant.map(|half| encrypted(&whole, half))))
            }
            _ => whole,
        })
    }

    /// The clear key, for display.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TdesUse {
    /// Added to each half of the transaction's key.
    const fn variant(self) -> u64 {
        match self {
            Self::Transaction => 0,
            Self::Pin => 0x0000_0000_0000_00FF,
            Self::MacRequest => 0x0000_0000_0000_FF00,
            Self::MacResponse => 0x0000_0000_FF00_0000,
            Self::DataRequest => 0x0000_0000_00FF_0000,
            Self::DataResponse => 0x0000_00FF_0000_0000,
        }
    }
}

impl fmt::Debug for InitialKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialKey(..)")
    }
}

/// The key one step on, which does not lead back.
fn successor([left, right]: [u64; 2], register: u64) -> [u64; 2] {
    let other = half_step(left ^ OTHER, right ^ OTHER, register);
    [other, half_step(left, right, register)]
}

/// The register, encrypted by DES under the left half of a key, between additions of the right one.
fn half_step(left: u64, right: u64, register: u64) -> u64 {
    let mut block = (register ^ right).to_be_bytes();
    let key = Zeroizing::new(left.to_be_bytes());
    Des::new((&*key).into()).encrypt_block((&mut block).into());
    u64::from_be_bytes(block) ^ right
}

fn encrypted(key: &[u8; 16], block: u64) -> u64 {
    let mut block = block.to_be_bytes();
    TdesEde2::new(key.into()).encrypt_block((&mut block).into());
    u64::from_be_bytes(block)
}

fn split(key: [u8; 16]) -> [u64; 2] {
    [0, 8].map(|start| joined(key.iter().skip(start).take(8)))
}

fn join([left, right]: [u64; 2]) -> [u8; 16] {
    (u128::from(left) << 64 | u128::from(right)).to_be_bytes()
}
