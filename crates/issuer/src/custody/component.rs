//! A component of a master key: one of the numbers whose sum (XOR) is the key, each known to one
//! person.

use std::fmt;

use understudy_core::crypto::{Algorithm, Key};
use zeroize::Zeroizing;

use super::check_value::CheckValue;
use crate::key;
use crate::random::{self, NoRandomness};

/// A component of a key, of the key's algorithm and length: 16 octets in odd parity for triple DES, 16
/// for SM4, 16, 24 or 32 for AES.
pub struct Component(Key);

/// The reason for which octets are refused as a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentError {
    /// An octet has an even number of ones.
    #[error("the component is mistyped: its octets do not have odd parity")]
    Parity,
    /// It has another check value.
    #[error("the component is mistyped: its check value is not {0}")]
    CheckValue(CheckValue),
    /// A half of it is a weak or semi-weak DES key.
    #[error("half of the component is a weak DES key; draw another one")]
    Weak,
    /// Its halves are equal.
    #[error("the two halves of the component are equal; draw another one")]
    EqualHalves,
    /// It repeats one octet.
    #[error("all octets of the component are equal; draw another one")]
    OneOctet,
}

impl Component {
    /// The component of these octets, which must have this check value.
    ///
    /// # Errors
    /// [`ComponentError`].
    pub fn new(octets: Key, check_value: CheckValue) -> Result<Self, ComponentError> {
        if !has_parity(&octets) {
            return Err(ComponentError::Parity);
        }
        if CheckValue::of(&octets) != check_value {
            return Err(ComponentError::CheckValue(check_value));
        }
        check_strength(&octets)?;
        Ok(Self(octets))
    }

    /// A new random component.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn draw(algorithm: Algorithm) -> Result<Self, NoRandomness> {
        random::key(algorithm).map(Self)
    }

    /// The algorithm of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    /// The same octets again, as the sum of one component.
    pub(super) fn copy(&self) -> Key {
        let mut octets = Zeroizing::new([0; 32]);
        for (to, from) in octets.iter_mut().zip(self.expose()) {
            *to = *from;
        }
        key::of_leftmost(self.algorithm(), &octets)
    }

    /// Its check value.
    #[must_use]
    pub fn check_value(&self) -> CheckValue {
        CheckValue::of(&self.0)
    }

    /// The component in the clear, for its holder alone.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Component(..)")
    }
}

/// True for a TDES key each of whose octets has an odd number of ones, and for any other key.
fn has_parity(key: &Key) -> bool {
    let mut octets = key.expose().iter();
    key.algorithm() != Algorithm::Tdes || octets.all(|octet| octet.count_ones() % 2 == 1)
}

/// Refuses a TDES key with a half that is weak or semi-weak, and one whose halves are equal: single DES;
/// and a key of another algorithm that repeats one octet.
pub(super) fn check_strength(key: &Key) -> Result<(), ComponentError> {
    let octets = key.expose();
    if key.algorithm() != Algorithm::Tdes {
        let repeats = octets.iter().all(|octet| octets.first() == Some(octet));
        return if repeats {
            Err(ComponentError::OneOctet)
        } else {
            Ok(())
        };
    }
    let (halves, _) = octets.as_chunks::<8>();
    if halves.iter().copied().any(is_weak) {
        return Err(ComponentError::Weak);
    }
    match halves {
        [left, right] if parity_free(*left) == parity_free(*right) => {
            Err(ComponentError::EqualHalves)
        }
        _ => Ok(()),
    }
}

fn is_weak(half: [u8; 8]) -> bool {
    WEAK.iter()
        .any(|weak| parity_free(*weak) == parity_free(half))
}

const fn parity_free(half: [u8; 8]) -> u64 {
    u64::from_be_bytes(half) & 0xFEFE_FEFE_FEFE_FEFE
}

/// The four weak and twelve semi-weak keys of DES (NIST SP 800-67 rev. 2 §3.3.2), in odd parity.
#[rustfmt::skip]
const WEAK: [[u8; 8]; 16] = [
    [0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01],
    [0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE],
    [0xE0, 0xE0, 0xE0, 0xE0, 0xF1, 0xF1, 0xF1, 0xF1],
    [0x1F, 0x1F, 0x1F, 0x1F, 0x0E, 0x0E, 0x0E, 0x0E],
    [0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE],
    [0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01],
    [0x1F, 0xE0, 0x1F, 0xE0, 0x0E, 0xF1, 0x0E, 0xF1],
    [0xE0, 0x1F, 0xE0, 0x1F, 0xF1, 0x0E, 0xF1, 0x0E],
    [0x01, 0xE0, 0x01, 0xE0, 0x01, 0xF1, 0x01, 0xF1],
    [0xE0, 0x01, 0xE0, 0x01, 0xF1, 0x01, 0xF1, 0x01],
    [0x1F, 0xFE, 0x1F, 0xFE, 0x0E, 0xFE, 0x0E, 0xFE],
    [0xFE, 0x1F, 0xFE, 0x1F, 0xFE, 0x0E, 0xFE, 0x0E],
    [0x01, 0x1F, 0x01, 0x1F, 0x01, 0x0E, 0x01, 0x0E],
    [0x1F, 0x01, 0x1F, 0x01, 0x0E, 0x01, 0x0E, 0x01],
    [0xE0, 0xFE, 0xE0, 0xFE, 0xF1, 0xFE, 0xF1, 0xFE],
    [0xFE, 0xE0, 0xFE, 0xE0, 0xFE, 0xF1, 0xFE, 0xF1],
];

/// The sum of two keys of one algorithm; that of TDES keys in odd parity, which TDES ignores.
pub(super) fn sum(one: &Key, other: &Key) -> Key {
    let mut sum = Zeroizing::new([0; 32]);
    let pairs = one.expose().iter().zip(other.expose());
    for (to, (one, other)) in sum.iter_mut().zip(pairs) {
        *to = one ^ other;
    }
    key::of_leftmost(one.algorithm(), &sum)
}

impl AsRef<Key> for Component {
    fn as_ref(&self) -> &Key {
        &self.0
    }
}
