//! The keys themselves.

use getrandom::SysRng;
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::ceremony::Ceremony;
use super::master::{CheckValue, MasterKeys};
use super::software::digest;
use crate::demonstration;
use crate::pin::{AesTerminalPinKey, TerminalPinKey};
use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// The keys of an issuer.
#[derive(Debug)]
pub struct IssuerKeys {
    /// The versions of the issuer master key for application cryptograms.
    pub application_cryptogram: MasterKeys,
    /// The key under which terminals encrypt PIN blocks of format 0.
    pub terminal_pin: TerminalPinKey,
    /// The host's own key, 32 octets: for data that only the host itself reads again, and for the keys
    /// that it makes of it.
    pub host: Secret<32>,
    /// The key that signs letters.
    pub sign: SigningKey,
    /// The key that opens reports.
    pub receive: ReceiveKey,
    /// The ceremony in which a further version of the master key is being put together.
    pub ceremony: Option<Ceremony>,
}

impl IssuerKeys {
    /// New random keys. Those for TDES have odd parity.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            application_cryptogram: MasterKeys::first(tdes_key()?.into()),
            terminal_pin: TerminalPinKey::new(tdes_key()?.into()),
            host: random::octets::<32>()?.into(),
            sign: SigningKey::generate(&mut SysRng).map_err(|_| NoRandomness)?,
            receive: ReceiveKey::generate(&mut SysRng).map_err(|_| NoRandomness)?,
            ceremony: None,
        })
    }

    /// The key under which terminals encrypt PIN blocks of format 4: the first sixteen octets of a
    /// digest under the host's key.
    #[must_use]
    pub fn aes_terminal_pin(&self) -> AesTerminalPinKey {
        let whole = Zeroizing::new(digest::mac(&self.host, b"terminal PIN key, AES", &[]));
        let (key, _) = whole.split_at(16);
        AesTerminalPinKey::new(Secret::new(key.try_into().unwrap_or_default()))
    }

    /// True if one of the keys is a published test key.
    pub(super) fn hold_test_keys(&self) -> bool {
        let test = demonstration::keys();
        self.application_cryptogram
            .has(test.application_cryptogram.oldest())
            || CheckValue::of(self.terminal_pin.secret())
                == CheckValue::of(test.terminal_pin.secret())
            || self.host.expose() == test.host.expose()
            || self.sign.public() == test.sign.public()
            || self.receive.public() == test.receive.public()
    }

    pub(super) fn host_check(&self) -> [u8; 3] {
        let [a, b, c, ..] = digest::mac(&self.host, b"check value", &[]);
        [a, b, c]
    }
}

/// A random key of which every octet has an odd number of ones (ANSI X3.92).
pub(super) fn tdes_key() -> Result<Zeroizing<[u8; 16]>, NoRandomness> {
    let mut key = random::octets::<16>()?;
    for octet in key.iter_mut() {
        *octet ^= u8::from(octet.count_ones().is_multiple_of(2));
    }
    Ok(key)
}
