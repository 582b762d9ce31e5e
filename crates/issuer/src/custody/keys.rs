//! The keys themselves.

use cipher::{BlockCipherEncrypt as _, KeyInit as _};
use des::TdesEde2;
use getrandom::SysRng;
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::software::mac;
use crate::pin::TerminalPinKey;
use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// The keys of an issuer.
#[derive(Debug)]
pub struct IssuerKeys {
    /// The issuer master key for application cryptograms: double-length TDES, 16 octets.
    pub application_cryptogram: Secret<16>,
    /// The key under which terminals encrypt PIN blocks.
    pub terminal_pin: TerminalPinKey,
    /// The host's own key, 32 octets: for data that only the host itself reads again.
    pub host: Secret<32>,
    /// The key that signs letters.
    pub sign: SigningKey,
    /// The key that opens reports.
    pub receive: ReceiveKey,
}

impl IssuerKeys {
    /// New random keys. Those for TDES have odd parity.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            application_cryptogram: tdes_key()?.into(),
            terminal_pin: TerminalPinKey::new(tdes_key()?.into()),
            host: random::octets::<32>()?.into(),
            sign: SigningKey::generate(&mut SysRng).map_err(|_| NoRandomness)?,
            receive: ReceiveKey::generate(&mut SysRng).map_err(|_| NoRandomness)?,
        })
    }

    pub(super) fn application_cryptogram_check(&self) -> [u8; 3] {
        tdes_check_value(&self.application_cryptogram)
    }

    pub(super) fn host_check(&self) -> [u8; 3] {
        let [a, b, c, ..] = mac(&self.host, b"check value", &[]);
        [a, b, c]
    }
}

impl TerminalPinKey {
    pub(super) fn check_value(&self) -> [u8; 3] {
        tdes_check_value(self.secret())
    }
}

/// A random key of which every octet has an odd number of ones (ANSI X3.92).
fn tdes_key() -> Result<Zeroizing<[u8; 16]>, NoRandomness> {
    let mut key = random::octets::<16>()?;
    for octet in key.iter_mut() {
        *octet ^= u8::from(octet.count_ones().is_multiple_of(2));
    }
    Ok(key)
}

/// The first three octets of eight encrypted zeros (ANSI X9.24).
fn tdes_check_value(key: &Secret<16>) -> [u8; 3] {
    let mut block = [0; 8];
    TdesEde2::new(key.expose().into()).encrypt_block((&mut block).into());
    let [a, b, c, ..] = block;
    [a, b, c]
}
