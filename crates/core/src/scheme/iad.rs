//! Issuer application data, `9F10`, as a stand-in card of any scheme writes it.

use crate::crypto::{Algorithm, Cvn};
use crate::wire::qualifiers::CryptogramType;

/// The statements of issuer application data. Its layout is the scheme's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Iad<'a> {
    /// Derivation key index.
    pub dki: u8,
    /// Cryptogram version.
    pub cvn: Cvn,
    /// The cipher of the cryptogram, where the layout names it.
    pub algorithm: Option<Algorithm>,
    /// Type of the cryptogram: an ARQC, or the AAC of a card that declines.
    pub cryptogram: CryptogramType,
    /// The user was verified on the device. Only an ARQC states it.
    pub user_verified: bool,
    /// Issuer discretionary data, at most
    /// [`Scheme::longest_discretionary`](super::Scheme::longest_discretionary) octets.
    pub discretionary: &'a [u8],
}
