//! Keys of any algorithm from longer strings of octets.

use understudy_core::crypto::{AesKey, Algorithm, Key, Sm4Key, TdesKey};
use understudy_core::kd::with_odd_parity;

/// The key of the leftmost 16, 24 or 32 octets; that of triple DES in odd parity.
///
/// The caller wipes its own copy.
pub(crate) fn of_leftmost(algorithm: Algorithm, octets: &[u8; 32]) -> Key {
    match algorithm {
        Algorithm::Tdes => TdesKey::from_octets(with_odd_parity(leftmost(octets))).into(),
        Algorithm::Sm4 => Sm4Key::from_octets(leftmost(octets)).into(),
        Algorithm::Aes128 => AesKey::from(leftmost::<16>(octets)).into(),
        Algorithm::Aes192 => AesKey::from(leftmost::<24>(octets)).into(),
        Algorithm::Aes256 => AesKey::from(*octets).into(),
    }
}

/// The first `N` of 32 octets.
pub(crate) fn leftmost<const N: usize>(octets: &[u8; 32]) -> [u8; N] {
    const { assert!(N <= 32, "there are 32 octets") };
    let mut first = [0; N];
    for (to, from) in first.iter_mut().zip(octets) {
        *to = *from;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_first_octets_as_many_as_its_algorithm_needs() {
        let octets = std::array::from_fn(|at| u8::try_from(at).unwrap() | 0x80);
        for algorithm in Algorithm::ALL {
            let key = of_leftmost(*algorithm, &octets);
            assert_eq!(key.algorithm(), *algorithm);
            let expected = &octets[..algorithm.key_length()];
            match algorithm {
                Algorithm::Tdes => {
                    let pairs = key.expose().iter().zip(expected);
                    assert!(
                        pairs
                            .clone()
                            .all(|(made, given)| made & 0xFE == given & 0xFE)
                    );
                    assert!(pairs.clone().all(|(made, _)| made.count_ones() % 2 == 1));
                    assert_eq!(pairs.len(), 16);
                }
                _ => assert_eq!(key.expose(), expected, "{algorithm}"),
            }
        }
    }
}
