//! Keys in this process's memory.

mod batch;
pub(super) mod digest;
#[cfg(feature = "limited-use")]
mod limited_use;

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use getrandom::SysRng;
use understudy_acquiring::PinBlock;
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithm, SessionKey};
use understudy_core::kd::{CardMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::letter::{self, Letter, Recipient};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report;
use zeroize::Zeroizing;

use super::{
    BatchLetter, BatchOrder, CardIdentity, CryptogramCheck, CustodyError, IssuerKeys, KeyCustody,
    KeyVersion, PinMatch, Place, PublicKeys, Purpose,
};
use crate::account::AccountId;
use crate::key::leftmost;
use crate::pin::{AesTerminalPinKey, Pin, PinReference};
use crate::random;
use crate::secret::Secret;

/// Keys in this process's memory, wiped on drop.
pub struct SoftwareCustody {
    keys: IssuerKeys,
    aes_terminal_pin: AesTerminalPinKey,
    /// One of the keys is published.
    test_keys: bool,
    vault: XChaCha20Poly1305,
    digests: Secret<32>,
}

const NONCE_LEN: usize = 24;

impl SoftwareCustody {
    /// A custody of these keys.
    #[must_use]
    pub fn new(keys: IssuerKeys) -> Self {
        let vault = Zeroizing::new(digest::mac(&keys.host, b"vault key", &[]));
        let digests = Secret::new(digest::mac(&keys.host, b"digest key", &[]));
        Self {
            aes_terminal_pin: keys.aes_terminal_pin(),
            test_keys: keys.hold_test_keys(),
            vault: XChaCha20Poly1305::new((&*vault).into()),
            digests,
            keys,
        }
    }

    /// The master key of a card for an algorithm, from the version of its family that the card was
    /// issued under.
    fn card_key(
        &self,
        card: CardIdentity<'_>,
        algorithm: Algorithm,
    ) -> Result<CardMasterKey, CustodyError> {
        let family = card.family(algorithm);
        let key = self.keys.application_cryptogram.get(family, card.dki);
        key.ok_or(CustodyError::NoSuchVersion(family, card.dki))?
            .card_master_key(derivation(algorithm), card.number.expose(), card.psn)
            .map_err(|_| CustodyError::Derivation)
    }

    fn session_key(
        &self,
        check: &CryptogramCheck<'_>,
        method: Option<SessionKeyMethod>,
    ) -> Result<SessionKey, CustodyError> {
        let method = method.ok_or(CustodyError::Derivation)?;
        let card = self.card_key(check.card, check.algorithm)?;
        Ok(card.session_key(method, check.atc, check.unpredictable_number))
    }

    fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        digest::mac(&self.digests, purpose, parts)
    }

    /// The PIN in a block that was made for the card `number`; `None` if it holds none.
    fn read_pin(&self, block: &PinBlock, number: &CardNumber) -> Option<Pin> {
        match block {
            PinBlock::Format0(block) => self.keys.terminal_pin.open(*block, number),
            PinBlock::Format4(block) => self.aes_terminal_pin.open(*block, number),
        }
    }

    fn pin_code(&self, account: AccountId, salt: &[u8; 16], pin: &Pin) -> [u8; 32] {
        let parts: [&[u8]; 3] = [&account.get().to_be_bytes(), salt, pin.digits()];
        self.mac(b"pin reference", &parts)
    }
}

/// The derivation of card master keys: Option A or C of EMV Book 2 Annex A1.4, or JR/T 0025.17.
const fn derivation(algorithm: Algorithm) -> MasterKeyMethod {
    match algorithm {
        Algorithm::Tdes => MasterKeyMethod::OptionA,
        Algorithm::Sm4 => MasterKeyMethod::Sm4,
        Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256 => MasterKeyMethod::OptionC,
    }
}

impl KeyCustody for SoftwareCustody {
    fn check_value(&self) -> [u8; 8] {
        let public = self.public_keys();
        let code = self.mac(
            b"check value",
            &[
                self.keys.application_cryptogram.oldest().expose(),
                self.keys.terminal_pin.secret().expose(),
                public.verify.octets(),
                public.receive.octets(),
            ],
        );
        leftmost(&code)
    }

    fn public_keys(&self) -> PublicKeys {
        PublicKeys {
            verify: self.keys.sign.public(),
            receive: self.keys.receive.public(),
        }
    }

    fn holds_test_keys(&self) -> bool {
        self.test_keys
    }

    fn master_keys(&self) -> Vec<KeyVersion> {
        self.keys.application_cryptogram.versions().collect()
    }

    fn seal_batch(
        &self,
        batch: &BatchOrder<'_>,
        letter: &BatchLetter,
        to: &Recipient,
    ) -> Result<Vec<u8>, CustodyError> {
        self.sealed_package(batch, letter, to)
    }

    fn verify(&self, check: &CryptogramCheck<'_>) -> Result<bool, CustodyError> {
        let key = self.session_key(check, check.input.cvn().session_key_method())?;
        Ok(key.verify(check.input, check.atc, &check.cryptogram))
    }

    #[cfg(feature = "limited-use")]
    fn verify_limited_use(
        &self,
        check: &CryptogramCheck<'_>,
        index: KeyIndex,
    ) -> Result<bool, CustodyError> {
        let key = self.limited_use_key(check.card, index)?;
        Ok(key.verify(check.input, check.atc, &check.cryptogram))
    }

    fn answer(
        &self,
        check: &CryptogramCheck<'_>,
        response_code: [u8; 2],
    ) -> Result<[u8; 8], CustodyError> {
        let method = check.input.cvn().arpc_key_method();
        let key = self.session_key(check, method)?;
        Ok(key.arpc_method_1(&check.cryptogram, response_code))
    }

    fn pin_reference(
        &self,
        account: AccountId,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<Option<PinReference>, CustodyError> {
        let Some(pin) = self.read_pin(block, number) else {
            return Ok(None);
        };
        let salt = *random::octets::<16>()?;
        Ok(Some(PinReference {
            code: self.pin_code(account, &salt, &pin),
            salt,
        }))
    }

    fn check_pin(
        &self,
        account: AccountId,
        reference: Option<&PinReference>,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<PinMatch, CustodyError> {
        let Some(pin) = self.read_pin(block, number) else {
            return Ok(PinMatch::Unreadable);
        };
        let right = reference.is_some_and(|reference| {
            reference.matches(&self.pin_code(account, &reference.salt, &pin))
        });
        Ok(if right {
            PinMatch::Right
        } else {
            PinMatch::Wrong
        })
    }

    fn wrap(&self, place: Place, clear: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let nonce = *random::octets::<NONCE_LEN>()?;
        let payload = Payload {
            msg: clear,
            aad: &place.octets(),
        };
        let sealed = self.vault.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| CustodyError::Unwrap)?;
        Ok([&nonce, sealed.as_slice()].concat())
    }

    fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        let (nonce, sealed) = wrapped
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(CustodyError::Unwrap)?;
        let payload = Payload {
            msg: sealed,
            aad: &place.octets(),
        };
        self.vault
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| CustodyError::Unwrap)
    }

    fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> Result<[u8; 32], CustodyError> {
        Ok(self.mac(purpose.octets(), parts))
    }

    fn seal<'b>(
        &self,
        out: &'b mut [u8],
        letter: &Letter<'_>,
        to: &Recipient,
    ) -> Result<&'b [u8], CustodyError> {
        Ok(letter::seal(out, letter, to, &self.keys.sign, &mut SysRng)?)
    }

    fn open<'r>(
        &self,
        report: &report::Sealed<'_>,
        room: &'r mut [u8],
    ) -> Result<report::Opened<'r>, Refusal> {
        report.open(&self.keys.receive, room)
    }
}

impl fmt::Debug for SoftwareCustody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareCustody(..)")
    }
}
