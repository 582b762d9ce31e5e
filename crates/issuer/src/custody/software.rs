//! Keys in this process's memory.

use std::fmt;
use std::ops::RangeInclusive;

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use getrandom::SysRng;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use understudy_core::crypto::{Atc, Cvn, SessionKey};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::letter::{self, Letter, Recipient};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report;
use zeroize::Zeroizing;

use super::{
    CardIdentity, CryptogramCheck, CustodyError, IssuerKeys, KeyCustody, PinMatch, Place,
    PublicKeys, Purpose,
};
use crate::account::AccountId;
use crate::pin::{Pin, PinReference, TerminalPinKey};
use crate::random;
use crate::secret::Secret;

/// Keys in this process's memory, wiped on drop.
pub struct SoftwareCustody {
    keys: IssuerKeys,
    vault: XChaCha20Poly1305,
    digests: Secret<32>,
}

const NONCE_LEN: usize = 24;

impl SoftwareCustody {
    /// A custody of these keys.
    #[must_use]
    pub fn new(keys: IssuerKeys) -> Self {
        let vault = Zeroizing::new(mac(&keys.host, b"vault key", &[]));
        let digests = Secret::new(mac(&keys.host, b"digest key", &[]));
        Self {
            vault: XChaCha20Poly1305::new((&*vault).into()),
            digests,
            keys,
        }
    }

    /// The key under which terminals encrypt PIN blocks.
    #[must_use]
    pub const fn terminal_pin(&self) -> &TerminalPinKey {
        &self.keys.terminal_pin
    }

    /// The master key of a card (Option A, JR/T 0025.5 Annex D).
    fn card_key(&self, card: CardIdentity<'_>) -> Result<CardMasterKey, CustodyError> {
        IssuerMasterKey::from_octets(*self.keys.application_cryptogram.expose())
            .card_master_key(MasterKeyMethod::OptionA, card.number.expose(), card.psn)
            .map_err(|_| CustodyError::Derivation)
    }

    fn session_key(&self, check: &CryptogramCheck<'_>) -> Result<SessionKey, CustodyError> {
        let method = check.input.cvn().session_key_method();
        let card = self.card_key(check.card)?;
        Ok(card.session_key(method, check.atc, check.unpredictable_number))
    }

    fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.digests, purpose, parts)
    }
}

impl KeyCustody for SoftwareCustody {
    fn check_value(&self) -> [u8; 8] {
        let public = self.public_keys();
        let code = self.mac(
            b"check value",
            &[
                self.keys.application_cryptogram.expose(),
                self.keys.terminal_pin.secret().expose(),
                public.verify.octets(),
                public.receive.octets(),
            ],
        );
        code.first_chunk().copied().unwrap_or_default()
    }

    fn public_keys(&self) -> PublicKeys {
        PublicKeys {
            verify: self.keys.sign.public(),
            receive: self.keys.receive.public(),
        }
    }

    fn single_use_keys(
        &self,
        card: CardIdentity<'_>,
        cvn: Cvn,
        counters: RangeInclusive<u16>,
        take: &mut dyn FnMut(Atc, Zeroizing<[u8; 16]>),
    ) -> Result<(), CustodyError> {
        let card = self.card_key(card)?;
        for atc in counters.filter_map(Atc::new) {
            // The session keys of UnionPay do not depend on the terminal's unpredictable number.
            let key = card.session_key(cvn.session_key_method(), atc, [0; 4]);
            let octets = key.expose().try_into();
            take(
                atc,
                Zeroizing::new(octets.map_err(|_| CustodyError::Derivation)?),
            );
        }
        Ok(())
    }

    fn verify(&self, check: &CryptogramCheck<'_>) -> Result<bool, CustodyError> {
        let key = self.session_key(check)?;
        Ok(key.verify(check.input, check.atc, &check.cryptogram))
    }

    fn answer(
        &self,
        check: &CryptogramCheck<'_>,
        response_code: [u8; 2],
    ) -> Result<[u8; 8], CustodyError> {
        let key = self.session_key(check)?;
        Ok(key.arpc_method_1(&check.cryptogram, response_code))
    }

    fn pin_reference(&self, account: AccountId, pin: &Pin) -> Result<PinReference, CustodyError> {
        let salt = *random::octets::<16>()?;
        Ok(PinReference {
            code: self.pin_code(account, &salt, pin),
            salt,
        })
    }

    fn check_pin(
        &self,
        account: AccountId,
        reference: Option<&PinReference>,
        block: [u8; 8],
        number: &CardNumber,
    ) -> Result<PinMatch, CustodyError> {
        let Some(entered) = self.keys.terminal_pin.open(block, number) else {
            return Ok(PinMatch::Unreadable);
        };
        let right = reference.is_some_and(|reference| {
            reference.matches(&self.pin_code(account, &reference.salt, &entered))
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

impl SoftwareCustody {
    fn pin_code(&self, account: AccountId, salt: &[u8; 16], pin: &Pin) -> [u8; 32] {
        let parts: [&[u8]; 3] = [&account.get().to_be_bytes(), salt, pin.digits()];
        self.mac(b"pin reference", &parts)
    }
}

impl Place {
    /// The octets of table and row.
    const fn octets(self) -> [u8; 5] {
        let (table, row) = match self {
            Self::Pan(account) => (1, account.get()),
            Self::Track2(token) => (2, token.get()),
        };
        let [a, b, c, d] = row.to_be_bytes();
        [table, a, b, c, d]
    }
}

impl Purpose {
    const fn octets(self) -> &'static [u8] {
        match self {
            Self::PanIndex => b"PAN index",
            Self::NumberIndex => b"number index",
            Self::Request => b"request",
            Self::TerminalMac => b"terminal mac",
            Self::VerificationCode => b"verification code",
            Self::Challenge => b"challenge",
        }
    }
}

impl fmt::Debug for SoftwareCustody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareCustody(..)")
    }
}

/// HMAC-SHA-256 over a purpose and parts, each with its length.
pub(super) fn mac(key: &Secret<32>, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC extends a short key to the block size with zeros (RFC 2104 §2); doing so here makes the
    // constructor infallible.
    let mut block = Zeroizing::new([0; 64]);
    for (to, from) in block.iter_mut().zip(key.expose()) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in [purpose].iter().chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
