//! The stored reference of a PIN.

use subtle::ConstantTimeEq as _;

/// A keyed code over the PIN with a salt, under a key of the custody. Without the key it reveals
/// nothing about the PIN.
#[derive(Clone)]
pub struct PinReference {
    /// The salt, random for each reference.
    pub salt: [u8; 16],
    /// The code.
    pub code: [u8; 32],
}

impl PinReference {
    /// Compares in constant time.
    pub(crate) fn matches(&self, code: &[u8; 32]) -> bool {
        self.code.ct_eq(code).into()
    }
}

impl std::fmt::Debug for PinReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinReference(..)")
    }
}
