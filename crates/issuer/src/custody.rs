//! The issuer's keys. Nothing outside this room sees a master key.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use understudy_core::crypto::{Atc, CryptogramInput, SessionKey, TdesKey};
use understudy_core::kd::{CardMasterKey, DerivationError, IssuerMasterKey, MasterKeyMethod};
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use crate::chip_data::ChipData;
use crate::pin::TerminalPinKey;
use crate::secret::Secret;

/// Whose key is derived: the token's number and its card sequence number (`5F34`).
#[derive(Clone, Copy)]
pub(crate) struct CardIdentity<'a> {
    pub(crate) number: &'a CardNumber,
    pub(crate) psn: Option<u8>,
}

/// The keys of an issuer host.
pub struct IssuerKeys {
    application_cryptogram: Secret<16>,
    terminal_pin: TerminalPinKey,
    host: Secret<32>,
}

impl IssuerKeys {
    /// Takes the keys: the issuer master key for application cryptograms (16 octets, TDES), the key
    /// under which terminals encrypt PIN blocks (16 octets, TDES), and the host's own key for PIN
    /// references and request fingerprints (32 octets).
    #[must_use]
    pub const fn new(
        application_cryptogram: Secret<16>,
        terminal_pin: TerminalPinKey,
        host: Secret<32>,
    ) -> Self {
        Self {
            application_cryptogram,
            terminal_pin,
            host,
        }
    }

    /// The key that terminals encrypt PIN blocks under.
    #[must_use]
    pub const fn terminal_pin(&self) -> &TerminalPinKey {
        &self.terminal_pin
    }

    /// The master key of a card (Option A, JR/T 0025.5 Annex D).
    pub(crate) fn card_key(
        &self,
        card: CardIdentity<'_>,
    ) -> Result<CardMasterKey, DerivationError> {
        IssuerMasterKey::from_octets(*self.application_cryptogram.expose()).card_master_key(
            MasterKeyMethod::OptionA,
            card.number.expose(),
            card.psn,
        )
    }

    /// The session key that made the cryptogram of `chip`, or `None` if the card's key for that
    /// counter did not make it. Compares in constant time.
    pub(crate) fn verify(
        &self,
        card: CardIdentity<'_>,
        chip: &ChipData<'_>,
        input: &CryptogramInput<'_>,
        atc: Atc,
    ) -> Option<SessionKey> {
        let key = self.card_key(card).ok()?.session_key(
            input.cvn().session_key_method(),
            atc,
            chip.data.unpredictable_number,
        );
        key.verify(input, atc, &chip.cryptogram).then_some(key)
    }

    /// HMAC-SHA-256 under the host key over a purpose and parts, each with its length.
    pub(crate) fn host_mac(&self, purpose: Purpose, parts: &[&[u8]]) -> HostMac {
        host_mac(&self.host, purpose, parts)
    }

    /// The keys, for a snapshot: application cryptogram, terminal PIN, host.
    pub(crate) const fn parts(&self) -> (&Secret<16>, &TerminalPinKey, &Secret<32>) {
        (&self.application_cryptogram, &self.terminal_pin, &self.host)
    }
}

impl fmt::Debug for IssuerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerKeys(..)")
    }
}

/// What the host key is used for: no code made for one purpose passes for another.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    CheckValue,
    Pin,
    Request,
}

/// A code under the host key; compared in constant time.
#[derive(Clone, Copy, Eq)]
pub(crate) struct HostMac(pub(crate) [u8; 32]);

impl PartialEq for HostMac {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// The check value of a TDES key: the first three octets of zeros encrypted.
pub(crate) fn tdes_check_value(key: &Secret<16>) -> [u8; 3] {
    TdesKey::from_octets(*key.expose()).check_value()
}

/// The check value of the host key.
pub(crate) fn host_check_value(key: &Secret<32>) -> [u8; 3] {
    let HostMac([a, b, c, ..]) = host_mac(key, Purpose::CheckValue, &[]);
    [a, b, c]
}

fn host_mac(key: &Secret<32>, purpose: Purpose, parts: &[&[u8]]) -> HostMac {
    // HMAC extends a short key to the block size with zeros (RFC 2104 §2); doing so here makes the
    // constructor infallible.
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key.expose()) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(match purpose {
        Purpose::CheckValue => b"check value",
        Purpose::Pin => b"pin reference",
        Purpose::Request => b"request",
    });
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    HostMac(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::{HostMac, IssuerKeys, Purpose, host_check_value};
    use crate::demonstration;
    use crate::secret::Secret;
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::Sha256;

    fn mac(purpose: Purpose, parts: &[&[u8]]) -> HostMac {
        demonstration::keys().host_mac(purpose, parts)
    }

    #[test]
    fn a_code_depends_on_its_purpose_and_on_where_its_parts_end() {
        let codes = [
            mac(Purpose::Pin, &[b"ab", b"c"]),
            mac(Purpose::Pin, &[b"a", b"bc"]),
            mac(Purpose::Pin, &[b"abc"]),
            mac(Purpose::Request, &[b"abc"]),
            mac(Purpose::Request, &[b"abc", b""]),
        ];
        for (i, one) in codes.iter().enumerate() {
            for other in &codes[..i] {
                assert!(one != other);
            }
        }
    }

    #[test]
    fn a_code_is_the_hmac_of_the_key_as_it_is() {
        let key = [7; 32];
        let mut plain = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        plain.update(b"check value");
        assert_eq!(
            host_check_value(&Secret::new(key)),
            plain.finalize().into_bytes()[..3]
        );
    }

    #[test]
    fn keys_are_not_shown() {
        let keys: IssuerKeys = demonstration::keys();
        assert_eq!(format!("{keys:?}"), "IssuerKeys(..)");
    }
}
