use rand_core::TryCryptoRng;
use understudy_core::wire::tlv::{Overflow, Writer};
use zeroize::Zeroize;

use super::{CONTENT_MAX, HEADER_LEN, Header, INFO};
use crate::keys::{PublicReceiveKey, RandomFailed, SIGNATURE_LEN, SigningKey, random};
use crate::sealing::{self, ENCAPSULATION_LEN, TAG_LEN};

/// The reason for which a message cannot be made. Its buffer is then wiped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The buffer is too short; [`OVERHEAD`](super::OVERHEAD) is the length of a message beside its
    /// content.
    #[error("the message does not fit")]
    Overflow,
    /// The receiver would not accept the content.
    #[error("the content is none that its receiver would accept")]
    Content,
    /// The sequence number or the epoch is 0, or used up.
    #[error("the sequence number or the epoch is out of range")]
    Count,
    /// A card is named where none may be, or none where one must be.
    #[error("the content does not fit the card that is named")]
    Card,
    /// Nothing can be sealed to the receiver's key.
    #[error("the receiver's key is unusable")]
    Key,
    /// The random generator failed.
    #[error(transparent)]
    Random(#[from] RandomFailed),
}

impl From<Overflow> for SealError {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

/// The header of a message, whose length is filled in later, and the key to seal to.
pub(crate) struct Envelope<'k> {
    pub(crate) header: Header,
    pub(crate) to: &'k PublicReceiveKey,
    pub(crate) from: &'k SigningKey,
}

/// Makes a message in `out` around the content that `emit` writes, if `accepts` finds it valid.
pub(crate) fn seal<'b>(
    out: &'b mut [u8],
    envelope: &Envelope<'_>,
    rng: &mut impl TryCryptoRng,
    emit: impl FnOnce(&mut Writer<'_>) -> Result<(), Overflow>,
    accepts: impl FnOnce(&[u8]) -> bool,
) -> Result<&'b [u8], SealError> {
    match seal_in_place(out, envelope, rng, emit, accepts) {
        Ok(len) => out.get(..len).ok_or(SealError::Overflow),
        Err(error) => {
            out.zeroize();
            Err(error)
        }
    }
}

fn seal_in_place(
    out: &mut [u8],
    envelope: &Envelope<'_>,
    rng: &mut impl TryCryptoRng,
    emit: impl FnOnce(&mut Writer<'_>) -> Result<(), Overflow>,
    accepts: impl FnOnce(&[u8]) -> bool,
) -> Result<usize, SealError> {
    let Envelope {
        mut header,
        to,
        from,
    } = *envelope;
    if header.sequence == 0 || header.epoch == 0 {
        return Err(SealError::Count);
    }
    let parts = out.split_first_chunk_mut::<HEADER_LEN>();
    let (head, rest) = parts.ok_or(SealError::Overflow)?;
    let parts = rest.split_first_chunk_mut::<ENCAPSULATION_LEN>();
    let (encapsulation, rest) = parts.ok_or(SealError::Overflow)?;
    let mut writer = Writer::new(rest);
    emit(&mut writer)?;
    let length = writer.len();
    if length > CONTENT_MAX || !accepts(writer.written()) {
        return Err(SealError::Content);
    }
    let parts = rest.split_at_mut_checked(length);
    let (content, rest) = parts.ok_or(SealError::Overflow)?;
    let tag = rest.first_chunk_mut::<TAG_LEN>();
    let tag = tag.ok_or(SealError::Overflow)?;

    header.length = u32::try_from(length).map_err(|_| SealError::Content)?;
    *head = header.octets();
    let sealed = sealing::seal(to, random(rng)?, INFO, head, content);
    let sealed = sealed.map_err(|_| SealError::Key)?;
    *encapsulation = sealed.encapsulation;
    *tag = sealed.tag;
    sign(out, HEADER_LEN + ENCAPSULATION_LEN + length + TAG_LEN, from)
}

/// Signs the first `len` octets and appends the signature; returns the length of the whole.
pub(crate) fn sign(out: &mut [u8], len: usize, from: &SigningKey) -> Result<usize, SealError> {
    let parts = out.split_at_mut_checked(len);
    let (signed, rest) = parts.ok_or(SealError::Overflow)?;
    let signature = rest.first_chunk_mut::<SIGNATURE_LEN>();
    *signature.ok_or(SealError::Overflow)? = from.sign(signed);
    Ok(len + SIGNATURE_LEN)
}
