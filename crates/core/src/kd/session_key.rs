//! Session keys from a card master key.

use super::CardMasterKey;
use crate::crypto::{Atc, SessionKey};

/// The derivation of a transaction's key from the card master key.
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
    pub fn session_key(
        &self,
        method: SessionKeyMethod,
        atc: Atc,
        unpredictable_number: [u8; 4],
    ) -> SessionKey {
        match method {
            SessionKeyMethod::MasterKey => SessionKey::from_octets(*self.expose()),
            SessionKeyMethod::UnionPay => self.diversify(unionpay_blocks(atc)),
            SessionKeyMethod::Common => self.diversify(common_blocks(common_r(atc, [0; 4]))),
            SessionKeyMethod::MChip => {
                self.diversify(common_blocks(common_r(atc, unpredictable_number)))
            }
        }
    }

    /// The EMV common session key of any diversification value R, eight octets
    /// (EMV Book 2 Annex A1.3.1). The third octet of R is replaced, by `F0` and by `0F`.
    #[must_use]
    pub fn common_session_key(&self, r: [u8; 8]) -> SessionKey {
        self.diversify(common_blocks(r))
    }

    fn diversify(&self, [left, right]: [[u8; 8]; 2]) -> SessionKey {
        SessionKey::new(self.0.diversify(left, right))
    }
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
