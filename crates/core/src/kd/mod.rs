//! Issuer-side key derivation: issuer master key → card master key → session key or limited-use key
//! (EMV Book 2 Annex A1.3 and A1.4; JR/T 0025.5 Annex D).
//!
//! No build for a phone has this module.

mod diversification;
#[cfg(feature = "tdes")]
mod limited_use;
mod master_key;
mod parity;
mod session_key;
#[cfg(test)]
mod tests;

#[cfg(feature = "tdes")]
pub use limited_use::limited_use_blocks;
pub use master_key::{CardMasterKey, DerivationError, IssuerMasterKey, MasterKeyMethod};
pub use parity::with_odd_parity;
pub use session_key::{SessionKeyMethod, common_blocks, common_r, unionpay_blocks};
