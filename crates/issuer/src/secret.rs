//! Octets that are wiped when they are dropped and never shown.

use std::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// `N` secret octets: a key, or data that is protected like one.
pub struct Secret<const N: usize>(Zeroizing<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// The secret of these octets. The caller wipes its own copy.
    #[must_use]
    pub fn new(octets: [u8; N]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The octets in the clear.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }
}

impl<const N: usize> From<Zeroizing<[u8; N]>> for Secret<N> {
    fn from(octets: Zeroizing<[u8; N]>) -> Self {
        Self(octets)
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    const OCTETS: [u8; 4] = [0xDE, 0xAD, 0xBE, 0xEF];

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new(OCTETS)), "Secret(..)");
    }
}
