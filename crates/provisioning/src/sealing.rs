//! HPKE base mode (RFC 9180) with the one suite of this project: DHKEM(X25519, HKDF-SHA256),
//! HKDF-SHA256, ChaCha20-Poly1305. One message for each encapsulation, so the nonce is the base
//! nonce and there is none to manage.

use core::convert::Infallible;

use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::inout::InOutBuf;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem, X25519HkdfSha256};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use hpke::{single_shot_open_inout_detached, single_shot_seal_inout_detached_with_rng};
use zeroize::Zeroizing;

use crate::keys::{KEY_LEN, PublicReceiveKey, ReceiveKey};

/// Octets of an encapsulated key.
pub(crate) const ENCAPSULATION_LEN: usize = 32;
/// Octets of an authentication tag.
pub(crate) const TAG_LEN: usize = 16;

/// The parts before and behind a ciphertext: the encapsulated key and the tag.
pub(crate) struct Sealed {
    pub(crate) encapsulation: [u8; ENCAPSULATION_LEN],
    pub(crate) tag: [u8; TAG_LEN],
}

/// The key has low order, or the message is too long or cannot be opened. RFC 9180 distinguishes no
/// further.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failed;

/// Encrypts `content` in place to `to`. `ephemeral` is the input keying material of the ephemeral
/// key: random, and for this message only.
pub(crate) fn seal(
    to: &PublicReceiveKey,
    ephemeral: Zeroizing<[u8; KEY_LEN]>,
    info: &[u8],
    aad: &[u8],
    content: &mut [u8],
) -> Result<Sealed, Failed> {
    let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(to.octets()).map_err(|_| Failed)?;
    let (encapsulation, tag) =
        single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &to,
            info,
            InOutBuf::from(content),
            aad,
            &mut Drawn(ephemeral),
        )
        .map_err(|_| Failed)?;
    let mut sealed = Sealed {
        encapsulation: [0; ENCAPSULATION_LEN],
        tag: [0; TAG_LEN],
    };
    encapsulation.write_exact(&mut sealed.encapsulation);
    tag.write_exact(&mut sealed.tag);
    Ok(sealed)
}

/// Decrypts `content` in place. After a failure its octets are no plaintext.
pub(crate) fn open(
    key: &ReceiveKey,
    encapsulation: &[u8; ENCAPSULATION_LEN],
    info: &[u8],
    aad: &[u8],
    content: &mut [u8],
    tag: &[u8; TAG_LEN],
) -> Result<(), Failed> {
    let key = key.secret().ok_or(Failed)?;
    let encapsulation = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulation);
    let tag = AeadTag::<ChaCha20Poly1305>::from_bytes(tag);
    let (Ok(encapsulation), Ok(tag)) = (encapsulation, tag) else {
        return Err(Failed);
    };
    single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key,
        &encapsulation,
        info,
        InOutBuf::from(content),
        aad,
        &tag,
    )
    .map_err(|_| Failed)
}

/// Gives the library random octets that were drawn before; it asks for them once. The library takes
/// only a generator that cannot fail; ours can, so it is called beforehand.
struct Drawn(Zeroizing<[u8; KEY_LEN]>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut octets = [0; 4];
        self.try_fill_bytes(&mut octets)?;
        Ok(u32::from_le_bytes(octets))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut octets = [0; 8];
        self.try_fill_bytes(&mut octets)?;
        Ok(u64::from_le_bytes(octets))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for (to, from) in to.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use hpke::Serializable;
    use hpke::kem::{Kem, X25519HkdfSha256};
    use zeroize::Zeroizing;

    use super::{Failed, open, seal};
    use crate::keys::{PublicReceiveKey, ReceiveKey};

    const VECTORS: &str = include_str!("../../../tests/vectors/rfc9180.json");

    fn value(name: &str) -> Vec<u8> {
        let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
        hex::decode(vectors["base"][name].as_str().unwrap()).unwrap()
    }

    fn array<const N: usize>(name: &str) -> [u8; N] {
        value(name).try_into().unwrap()
    }

    fn receiver() -> ReceiveKey {
        ReceiveKey::from_octets(Zeroizing::new(array("skRm")))
    }

    #[test]
    fn the_key_pairs_are_those_of_rfc_9180() {
        for (ikm, secret, public) in [("ikmE", "skEm", "enc"), ("ikmR", "skRm", "pkRm")] {
            let (derived, derived_public) = X25519HkdfSha256::derive_keypair(&value(ikm));
            // RFC 9180 prints the secret unclamped; only its public key matters.
            let key = ReceiveKey::from_octets(Zeroizing::new(array(secret)));
            assert_eq!(derived_public.to_bytes().as_slice(), value(public));
            assert_eq!(key.public().octets().as_slice(), value(public));
            let derived = Zeroizing::new(derived.to_bytes().into());
            assert_eq!(ReceiveKey::from_octets(derived).public(), key.public());
        }
    }

    #[test]
    fn the_ciphertext_is_that_of_rfc_9180() {
        let to = PublicReceiveKey::parse(&array("pkRm")).unwrap();
        let mut content = value("pt");
        let ikm = Zeroizing::new(array("ikmE"));
        let sealed = seal(&to, ikm, &value("info"), &value("aad"), &mut content).unwrap();
        assert_eq!(sealed.encapsulation, array("enc"));
        content.extend(sealed.tag);
        assert_eq!(content, value("ct"));
    }

    #[test]
    fn the_ciphertext_of_rfc_9180_opens_and_nothing_near_it_does() {
        let whole = value("ct");
        let (ciphertext, tag) = whole.split_last_chunk::<16>().unwrap();
        let opened = |enc: [u8; 32], info: &[u8], aad: &[u8], ct: &[u8], tag: &[u8; 16]| {
            let mut content = ct.to_vec();
            open(&receiver(), &enc, info, aad, &mut content, tag).map(|()| content)
        };
        let (enc, info, aad) = (array("enc"), value("info"), value("aad"));
        assert_eq!(opened(enc, &info, &aad, ciphertext, tag), Ok(value("pt")));
        assert_eq!(
            opened(array("pkRm"), &info, &aad, ciphertext, tag),
            Err(Failed)
        );
        assert_eq!(opened([0; 32], &info, &aad, ciphertext, tag), Err(Failed));
        assert_eq!(opened(enc, &info[1..], &aad, ciphertext, tag), Err(Failed));
        assert_eq!(opened(enc, &info, &aad[1..], ciphertext, tag), Err(Failed));
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let (ciphertext, tag) = changed.split_last_chunk().unwrap();
            assert_eq!(
                opened(enc, &info, &aad, ciphertext, tag),
                Err(Failed),
                "octet {at}"
            );
        }
    }
}
