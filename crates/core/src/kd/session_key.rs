//! Session keys from a card master key.

use super::CardMasterKey;
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
        #[cfg(any(feature = "tdes", feature = "aes"))]
        let r = match method {
            SessionKeyMethod::MChip => common_r(atc, unpredictable_number),
            _ => common_r(atc, [0; 4]),
        };
        match &self.0 {
            #[cfg(feature = "tdes")]
            Key::Tdes(key) if method == SessionKeyMethod::UnionPay => {
                SessionKey::new(key.diversify(unionpay_blocks(atc)))
            }
            #[cfg(feature = "tdes")]
            Key::Tdes(key) => SessionKey::new(key.diversify(common_blocks(r))),
            #[cfg(feature = "aes")]
            Key::Aes(key) => SessionKey::new(aes_common(key, r)),
            #[cfg(feature = "sm4")]
            Key::Sm4(key) => {
                let [left, right] = unionpay_blocks(atc).map(u64::from_be_bytes);
                SessionKey::new(key.diversify(u128::from(left) << 64 | u128::from(right)))
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
        match &self.0 {
            #[cfg(feature = "tdes")]
            Key::Tdes(key) => Some(SessionKey::new(key.diversify(common_blocks(r)))),
            #[cfg(feature = "aes")]
            Key::Aes(key) => Some(SessionKey::new(aes_common(key, r))),
            #[cfg(feature = "sm4")]
            Key::Sm4(_) => None,
        }
    }
}

#[cfg(feature = "aes")]
fn aes_common(key: &AesKey, r: [u8; 8]) -> AesKey {
    let blocks = match key.algorithm() {
        Algorithm::Aes128 => [r; 2],
        _ => common_blocks(r),
    };
    let [left, right] = blocks.map(|block| u128::from(u64::from_be_bytes(block)) << 64);
    key.diversify(left, right)
}

/// The two blocks that become the halves of a `UnionPay` session key when they are encrypted under the
/// card master key: the counter, and its complement (JR/T 0025.5 Annex D).
#[must_use]
pub fn unionpay_blocks(atc: Atc) -> [[u8; 8]; 2] {
    let counter = u64::from(atc.get());
    [counter, counter ^ 0xFFFF].map(u64::to_be_bytes)
}

/// The diversification value R of the EMV common session key: the counter, two octets of `00`, and the
/// terminal's unpredictable number, which is zeros except for M/Chip.
#[must_use]
pub fn common_r(atc: Atc, unpredictable_number: [u8; 4]) -> [u8; 8] {
    let un = u64::from(u32::from_be_bytes(unpredictable_number));
    (u64::from(atc.get()) << 48 | un).to_be_bytes()
}

/// The two blocks of an EMV common session key of any diversification value R, eight octets: R with
/// `F0` and with `0F` as its third octet (EMV Book 2 Annex A1.3.1).
#[must_use]
pub fn common_blocks(r: [u8; 8]) -> [[u8; 8]; 2] {
    let r = u64::from_be_bytes(r) & 0xFFFF_00FF_FFFF_FFFF;
    [r | 0x0000_F000_0000_0000, r | 0x0000_0F00_0000_0000].map(u64::to_be_bytes)
}
