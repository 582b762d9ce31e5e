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
        let counter = u64::from(atc.get());
        let un = u64::from(u32::from_be_bytes(unpredictable_number));
        match method {
            SessionKeyMethod::MasterKey => SessionKey::from_octets(*self.expose()),
            SessionKeyMethod::UnionPay => self.diversify(counter, counter ^ 0xFFFF),
            SessionKeyMethod::Common => self.common_session_key((counter << 48).to_be_bytes()),
            SessionKeyMethod::MChip => self.common_session_key((counter << 48 | un).to_be_bytes()),
        }
    }

    /// The EMV common session key of any diversification value R, eight octets
    /// (EMV Book 2 Annex A1.3.1). The third octet of R is replaced, by `F0` and by `0F`.
    #[must_use]
    pub fn common_session_key(&self, r: [u8; 8]) -> SessionKey {
        let r = u64::from_be_bytes(r) & 0xFFFF_00FF_FFFF_FFFF;
        self.diversify(r | 0x0000_F000_0000_0000, r | 0x0000_0F00_0000_0000)
    }

    fn diversify(&self, left: u64, right: u64) -> SessionKey {
        SessionKey::new(self.0.diversify(left.to_be_bytes(), right.to_be_bytes()))
    }
}
