//! Keyed digests, and the octets that tell purposes and places apart.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::custody::{Place, Purpose};
use crate::secret::Secret;

impl Place {
    /// The octets of table and row.
    pub(super) const fn octets(self) -> [u8; 5] {
        let (table, row) = match self {
            Self::Pan(account) => (1, account.get()),
            Self::Track2(token) => (2, token.get()),
        };
        let [a, b, c, d] = row.to_be_bytes();
        [table, a, b, c, d]
    }
}

impl Purpose {
    pub(super) const fn octets(self) -> &'static [u8] {
        match self {
            Self::PanIndex => b"PAN index",
            Self::NumberIndex => b"number index",
            Self::Request => b"request",
            Self::TerminalMac => b"terminal mac",
            Self::VerificationCode => b"verification code",
            Self::Challenge => b"challenge",
            Self::Audit => b"audit",
        }
    }
}

/// HMAC-SHA-256 over a purpose and parts, each with its length.
pub(in crate::custody) fn mac(key: &Secret<32>, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
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
