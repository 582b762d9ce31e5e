//! Session keys from a card master key.

use super::CardMasterKey;
#[cfg(feature = "tdes")]
use crate::crypto::TdesKey;
#[cfg(feature = "aes")]
use crate::crypto::{AesKey, Algorithm};
use crate::crypto::{Atc, Key, SessionKey};

/// The derivation of a transaction's key from the card master key.
///
/// AES and SM4 have one derivation each, whatever the scheme: those of AES keys are by EMV Book 2
/// Annex A1.3.1, from the value R of the method, where [`UnionPay`](Self::UnionPay) has that of
/// [`Common`](Self::Common); those of SM4 keys by JR/T 0025.17, from the counter and its complement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKeyMethod {
    /// No session key: the card master key itself.
    MasterKey,
    /// `UnionPay`: from the counter and its complement (JR/T 0025.5 Annex D).
    UnionPay,
    /// EMV common session key, from the counter (EMV Book 2 Annex A1.3).
    Common,
    /// M/Chip: as common, from the counter and the terminal's unpredictable number.
    MChip,
}

impl CardMasterKey {
    /// The key of the transaction with this counter. Only M/Chip uses the terminal's unpredictable
    /// number (`9F37`).
    #[must_use]
    #[cfg_attr(
        not(any(feature = "tdes", feature = "aes")),
        expect(unused_variables, reason = "SM4 takes the counter alone")
    )]
    pub fn session_key(
        &self,
        method: SessionKeyMethod,
        atc: Atc,
        unpredictable_number: [u8; 4],
    ) -> SessionKey {
        if method == SessionKeyMethod::MasterKey {
            return SessionKey::new(self.0.copy());
        }
        let counter = u64::from(atc.get());
        #[cfg(any(feature = "tdes", feature = "aes"))]
        let r = match method {
            SessionKeyMethod::MChip => {
                counter << 48 | u64::from(u32::from_be_bytes(unpredictable_number))
            }
            _ => counter << 48,
        };
        match &self.0 {
            #[cfg(feature = "tdes")]
            Key::Tdes(key) if method == SessionKeyMethod::UnionPay => {
                SessionKey::new(key.diversify(counter, counter ^ 0xFFFF))
            }
            #[cfg(feature = "tdes")]
            Key::Tdes(key) => SessionKey::new(tdes_common(key, r)),
            #[cfg(feature = "aes")]
            Key::Aes(key) => SessionKey::new(aes_common(key, r)),
            #[cfg(feature = "sm4")]
            Key::Sm4(key) => {
                let block = u128::from(counter) << 64 | u128::from(counter ^ 0xFFFF);
                SessionKey::new(key.diversify(block))
            }
        }
    }

    /// The EMV common session key of any diversification value R, eight octets and for AES eight
    /// `00`s (EMV Book 2 Annex A1.3.1); `None` for SM4, which has none.
    ///
    /// The third octet of R is replaced, by `F0` and by `0F`, except for AES keys of 16 octets.
    #[cfg(any(feature = "tdes", feature = "aes"))]
    #[must_use]
    pub fn common_session_key(&self, r: [u8; 8]) -> Option<SessionKey> {
        let r = u64::from_be_bytes(r);
        match &self.0 {
            #[cfg(feature = "tdes")]
            Key::Tdes(key) => Some(SessionKey::new(tdes_common(key, r))),
            #[cfg(feature = "aes")]
            Key::Aes(key) => Some(SessionKey::new(aes_common(key, r))),
            #[cfg(feature = "sm4")]
            Key::Sm4(_) => None,
        }
    }
}

#[cfg(feature = "tdes")]
fn tdes_common(key: &TdesKey, r: u64) -> TdesKey {
    let [left, right] = halves(r);
    key.diversify(left, right)
}

#[cfg(feature = "aes")]
fn aes_common(key: &AesKey, r: u64) -> AesKey {
    let [left, right] = match key.algorithm() {
        Algorithm::Aes128 => [r; 2],
        _ => halves(r),
    };
    key.diversify(u128::from(left) << 64, u128::from(right) << 64)
}

/// R with its third octet replaced, for the left and the right part of the key.
#[cfg(any(feature = "tdes", feature = "aes"))]
const fn halves(r: u64) -> [u64; 2] {
    let r = r & 0xFFFF_00FF_FFFF_FFFF;
    [r | 0x0000_F000_0000_0000, r | 0x0000_0F00_0000_0000]
}
