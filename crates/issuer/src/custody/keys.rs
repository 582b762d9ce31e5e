//! The keys themselves.

use getrandom::SysRng;
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::ceremony::Ceremony;
use super::family::KeyFamily;
use super::master::{self, MasterKeys};
use super::software::digest;
use crate::key::leftmost;
use crate::pin::{AesTerminalPinKey, TerminalPinKey};
use crate::published::{
    TEST_HOST_KEY, TEST_RECEIVE_KEY, TEST_SIGNING_KEY, TEST_TERMINAL_PIN_KEY,
    test_issuer_master_key,
};
use crate::random::{self, NoRandomness, tdes_key};
use crate::secret::Secret;

/// The keys of an issuer.
#[derive(Debug)]
pub struct IssuerKeys {
    /// The issuer master keys for application cryptograms.
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
    /// The ceremony in which a further version of a master key is being put together.
    pub ceremony: Option<Ceremony>,
}

impl IssuerKeys {
    /// New random keys, with an issuer master key of every scheme and algorithm. Those for TDES have odd
    /// parity.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self {
            application_cryptogram: MasterKeys::of_every_family(|family| {
                random::key(family.algorithm)
            })?,
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
        AesTerminalPinKey::new(Secret::new(leftmost(&whole)))
    }

    /// Gives every scheme and algorithm without an issuer master key its published one, if these are
    /// published test keys; the demonstrations of versions that knew `UnionPay` with triple DES alone
    /// get the others so.
    pub fn complete_test_keys(&mut self) {
        if !self.hold_test_keys() {
            return;
        }
        for family in KeyFamily::all() {
            let KeyFamily { scheme, algorithm } = family;
            if !self.application_cryptogram.have(family) {
                let key = test_issuer_master_key(scheme, algorithm);
                // A key that another family has already is not given to a second one.
                let _ = self.application_cryptogram.add(scheme, key);
            }
        }
    }

    /// True if one of the keys is a published test key.
    pub(super) fn hold_test_keys(&self) -> bool {
        let sign = SigningKey::from_octets(&Zeroizing::new(TEST_SIGNING_KEY));
        let receive = ReceiveKey::from_octets(Zeroizing::new(TEST_RECEIVE_KEY));
        let mut masters = self.application_cryptogram.keys();
        masters.any(|key| master::is_published(key.expose()))
            || master::is_same(self.terminal_pin.secret().expose(), &TEST_TERMINAL_PIN_KEY)
            || self.host.expose() == &TEST_HOST_KEY
            || self.sign.public() == sign.public()
            || self.receive.public() == receive.public()
    }

    pub(super) fn host_check(&self) -> [u8; 3] {
        let [a, b, c, ..] = digest::mac(&self.host, b"check value", &[]);
        [a, b, c]
    }
}
