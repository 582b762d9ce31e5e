//! Working keys under a terminal master key.

use core::fmt;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{MacKey, PinKey};

/// A working key as it is brought to a terminal: encrypted under the terminal's master key (TDES in
/// ECB mode, 16 octets), with the first three octets of eight `00`s under the key in the clear.
///
/// Nothing in it says what the key is for: whoever brings it says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrappedKey {
    /// The encrypted key.
    pub cryptogram: [u8; 16],
    /// The key check value.
    pub check_value: [u8; 3],
}

/// The check value is not that of the key: the key is under another master key, or was altered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the check value of the working key is wrong")]
pub struct KeyError;

/// The key that a terminal shares with its host for as long as it lives: double-length TDES, 16
/// octets, wiped when dropped. It encrypts working keys and nothing else.
#[derive(ZeroizeOnDrop)]
pub struct TerminalMasterKey([u8; 16]);

impl TerminalMasterKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// A working key as it is brought to the terminal.
    #[must_use]
    pub fn wrap(&self, working_key: &[u8; 16]) -> WrappedKey {
        let mut cryptogram = *working_key;
        let (halves, _) = cryptogram.as_chunks_mut::<8>();
        for half in halves {
            self.cipher().encrypt_block(half.into());
        }
        WrappedKey {
            cryptogram,
            check_value: check_value(working_key),
        }
    }

    /// The MAC key that was wrapped.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn mac_key(&self, wrapped: &WrappedKey) -> Result<MacKey, KeyError> {
        self.unwrap(wrapped).map(|key| MacKey::new(*key))
    }

    /// The PIN key that was wrapped.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn pin_key(&self, wrapped: &WrappedKey) -> Result<PinKey, KeyError> {
        self.unwrap(wrapped).map(|key| PinKey::new(*key))
    }

    fn unwrap(&self, wrapped: &WrappedKey) -> Result<Zeroizing<[u8; 16]>, KeyError> {
        let mut key = Zeroizing::new(wrapped.cryptogram);
        let (halves, _) = key.as_chunks_mut::<8>();
        for half in halves {
            self.cipher().decrypt_block(half.into());
        }
        if check_value(&key) == wrapped.check_value {
            Ok(key)
        } else {
            Err(KeyError)
        }
    }

    fn cipher(&self) -> TdesEde2 {
        TdesEde2::new((&self.0).into())
    }
}

impl fmt::Debug for TerminalMasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalMasterKey(..)")
    }
}

/// The first three octets of eight `00`s under a key.
fn check_value(key: &[u8; 16]) -> [u8; 3] {
    let mut block = Zeroizing::new([0_u8; 8]);
    TdesEde2::new(key.into()).encrypt_block((&mut *block).into());
    let [a, b, c, ..] = *block;
    [a, b, c]
}
