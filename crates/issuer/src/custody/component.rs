//! A component of a master key: one of the numbers whose sum (XOR) is the key, each known to one
//! person.

use std::fmt;

use understudy_core::kd::with_odd_parity;

use super::master::CheckValue;
use crate::random::{NoRandomness, tdes_key};
use crate::secret::Secret;

/// A component of a double-length TDES key, 16 octets in odd parity.
pub struct Component(Secret<16>);

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
}

impl Component {
    /// The component of these octets, which must have this check value.
    ///
    /// # Errors
    /// [`ComponentError`].
    pub fn new(octets: Secret<16>, check_value: CheckValue) -> Result<Self, ComponentError> {
        if octets
            .expose()
            .iter()
            .any(|octet| octet.count_ones() % 2 == 0)
        {
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
    pub fn draw() -> Result<Self, NoRandomness> {
        Ok(Self(tdes_key()?.into()))
    }

    /// Its check value.
    #[must_use]
    pub fn check_value(&self) -> CheckValue {
        CheckValue::of(&self.0)
    }

    /// The component in the clear, for its holder alone.
    #[must_use]
    pub fn expose(&self) -> &[u8; 16] {
        self.0.expose()
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Component(..)")
    }
}

/// Refuses a key with a half that is weak or semi-weak, and one whose halves are equal: single DES.
pub(super) fn check_strength(key: &Secret<16>) -> Result<(), ComponentError> {
    let (halves, _) = key.expose().as_chunks::<8>();
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

/// The sum of two keys, in odd parity; TDES ignores parity.
pub(super) fn sum(one: &Secret<16>, other: &Secret<16>) -> Secret<16> {
    let mut sum = zeroize::Zeroizing::new(*one.expose());
    for (to, from) in sum.iter_mut().zip(other.expose()) {
        *to ^= from;
    }
    Secret::new(with_odd_parity(*sum))
}

impl AsRef<Secret<16>> for Component {
    fn as_ref(&self) -> &Secret<16> {
        &self.0
    }
}
