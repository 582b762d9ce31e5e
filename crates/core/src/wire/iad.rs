//! Issuer application data, `9F10` (EMV Book 3 Annex A): its bounds. The layouts are the schemes'.

/// The longest issuer application data, in octets.
pub const IAD_MAX: usize = 32;
