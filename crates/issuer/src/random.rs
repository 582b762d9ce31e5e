//! Randomness from the operating system.

use understudy_core::crypto::{Algorithm, Key};
use understudy_core::kd::with_odd_parity;
use zeroize::Zeroizing;

use crate::key;

/// The operating system gave no random octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random octets")]
pub struct NoRandomness;

/// `N` random octets, wiped when they are dropped.
pub(crate) fn octets<const N: usize>() -> Result<Zeroizing<[u8; N]>, NoRandomness> {
    let mut octets = Zeroizing::new([0; N]);
    getrandom::fill(octets.as_mut_slice()).map_err(|_| NoRandomness)?;
    Ok(octets)
}

/// A random number below `bound`, 0 if `bound` is 0. For bounds up to 10^13 the probability of each
/// number deviates by less than one in a million.
pub(crate) fn below(bound: u64) -> Result<u64, NoRandomness> {
    let number = u64::from_be_bytes(*octets::<8>()?);
    Ok(number.checked_rem(bound).unwrap_or(0))
}

/// A random TDES key of which every octet has an odd number of ones (ANSI X3.92).
pub(crate) fn tdes_key() -> Result<Zeroizing<[u8; 16]>, NoRandomness> {
    let key = octets::<16>()?;
    Ok(Zeroizing::new(with_odd_parity(*key)))
}

/// A random key of an algorithm, in odd parity for triple DES.
pub(crate) fn key(algorithm: Algorithm) -> Result<Key, NoRandomness> {
    Ok(key::of_leftmost(algorithm, &*octets::<32>()?))
}

#[cfg(test)]
mod tests {
    use super::{below, octets};

    #[test]
    fn two_draws_differ() {
        assert_ne!(*octets::<16>().unwrap(), *octets::<16>().unwrap());
    }

    #[test]
    fn a_number_stays_below_its_bound_and_takes_every_value() {
        let mut seen = [false; 7];
        for _ in 0..1000 {
            seen[usize::try_from(below(7).unwrap()).unwrap()] = true;
        }
        assert_eq!(seen, [true; 7]);
        assert_eq!(below(1), Ok(0));
        assert_eq!(below(0), Ok(0));
    }
}
