use sha2::{Digest, Sha256};

use super::{HEADER_LEN, Header, INFO, Refusal};
use crate::keys::{ReceiveKey, SIGNATURE_LEN, VerifyKey};
use crate::octets::{Fields, Wiped};
use crate::sealing::{ENCAPSULATION_LEN, TAG_LEN, open};

/// Octets of a message beside its content: header, encapsulated key, tag, signature.
pub const OVERHEAD: usize = HEADER_LEN + ENCAPSULATION_LEN + TAG_LEN + SIGNATURE_LEN;

/// A message split into its parts. Its lengths agree; nothing else of it is verified.
pub(crate) struct Frame<'m> {
    pub(crate) header: Header,
    aad: &'m [u8; HEADER_LEN],
    encapsulation: &'m [u8; ENCAPSULATION_LEN],
    ciphertext: &'m [u8],
    tag: &'m [u8; TAG_LEN],
    signed: &'m [u8],
    signature: &'m [u8; SIGNATURE_LEN],
}

impl<'m> Frame<'m> {
    pub(crate) fn parse(message: &'m [u8]) -> Result<Self, Refusal> {
        let framing = Refusal::Framing;
        let mut fields = Fields::new(message);
        let aad = fields.array().ok_or(framing)?;
        let header = Header::parse(aad)?;
        let length = header.content_len()?;
        let frame = Self {
            header,
            aad,
            encapsulation: fields.array().ok_or(framing)?,
            ciphertext: fields.slice(length).ok_or(framing)?,
            tag: fields.array().ok_or(framing)?,
            signed: signed_part(message).ok_or(framing)?,
            signature: fields.array().ok_or(framing)?,
        };
        fields.end().ok_or(framing)?;
        Ok(frame)
    }

    pub(crate) fn verify(&self, key: &VerifyKey) -> Result<(), Refusal> {
        if key.verifies(self.signed, self.signature) {
            Ok(())
        } else {
            Err(Refusal::Signature)
        }
    }

    /// SHA-256 of the signed part.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.signed).into()
    }

    /// Decrypts the content into `room`. The plaintext is wiped with the value, or at once if
    /// decryption fails.
    pub(crate) fn open<'r>(
        &self,
        key: &ReceiveKey,
        room: &'r mut [u8],
    ) -> Result<Wiped<'r>, Refusal> {
        let room = room.get_mut(..self.ciphertext.len()).ok_or(Refusal::Room)?;
        for (to, from) in room.iter_mut().zip(self.ciphertext) {
            *to = *from;
        }
        let content = Wiped(room);
        open(
            key,
            self.encapsulation,
            INFO,
            self.aad,
            &mut *content.0,
            self.tag,
        )
        .map_err(|_| Refusal::Sealed)?;
        Ok(content)
    }
}

/// All of a message, or of an enrolment request, but the signature at its end.
pub(crate) fn signed_part(message: &[u8]) -> Option<&[u8]> {
    let (signed, _) = message.split_last_chunk::<SIGNATURE_LEN>()?;
    Some(signed)
}
