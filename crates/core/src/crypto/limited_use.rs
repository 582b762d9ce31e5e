//! Limited-use keys: each good for several transactions, one cryptogram a counter.

use core::fmt;
use zeroize::ZeroizeOnDrop;

use super::{Atc, Cryptogram, CryptogramInput, KeyIndex, SessionKey, TdesKey};

/// A limited-use key (LUK) of triple DES, 16 octets, with its index. It takes the place of the session key for a few counters,
/// until a limit on their number, their sum or their time.
#[derive(ZeroizeOnDrop)]
pub struct LimitedUseKey {
    #[zeroize(skip)]
    index: KeyIndex,
    key: TdesKey,
}

/// A limited-use key, lent for the cryptogram of one counter.
#[cfg(feature = "limited-use")]
pub struct LentKey {
    index: KeyIndex,
    atc: Atc,
    key: SessionKey,
}

impl LimitedUseKey {
    /// The limited-use key of this index.
    #[must_use]
    pub const fn new(index: KeyIndex, key: TdesKey) -> Self {
        Self { index, key }
    }

    /// The index, which the issuer needs to derive the key again.
    #[must_use]
    pub const fn index(&self) -> KeyIndex {
        self.index
    }

    /// Lends the key for the cryptogram of one counter. The key store lends it once for each
    /// counter, and records that before the cryptogram is made.
    #[cfg(feature = "limited-use")]
    #[must_use]
    pub fn for_atc(&self, atc: Atc) -> LentKey {
        LentKey {
            index: self.index,
            atc,
            key: self.session_key(),
        }
    }

    fn session_key(&self) -> SessionKey {
        SessionKey::new(self.key.copy())
    }
}

#[cfg(feature = "issuer")]
impl LimitedUseKey {
    /// True if this key made `cryptogram` over `input` and `atc`; compared in constant time.
    #[must_use]
    pub fn verify(&self, input: &CryptogramInput<'_>, atc: Atc, cryptogram: &Cryptogram) -> bool {
        self.session_key().verify(input, atc, cryptogram)
    }

    /// The clear key, for provisioning and display: 16 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        self.key.expose()
    }
}

#[cfg(feature = "limited-use")]
impl LentKey {
    /// The index of the key, which goes into issuer application data and track 2.
    #[must_use]
    pub const fn index(&self) -> KeyIndex {
        self.index
    }

    /// The counter that the key was lent for.
    #[must_use]
    pub const fn atc(&self) -> Atc {
        self.atc
    }

    /// The application cryptogram over `input` and the counter. What was lent is gone afterwards.
    #[must_use]
    pub fn application_cryptogram(self, input: &CryptogramInput<'_>) -> Cryptogram {
        self.key.application_cryptogram(input, self.atc)
    }
}

impl fmt::Debug for LimitedUseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LimitedUseKey(..)")
    }
}

#[cfg(feature = "limited-use")]
impl fmt::Debug for LentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LentKey(..)")
    }
}
