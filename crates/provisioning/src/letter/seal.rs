use rand_core::TryCryptoRng;
use understudy_core::card::{CardId, UnixTime};
use zeroize::Zeroize;

use super::Body;
use crate::keys::{DeviceId, PublicReceiveKey, SigningKey};
use crate::message::{self, Envelope, Header, SealError};

/// A device as its issuer knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The device.
    pub device: DeviceId,
    /// The epoch of its newest receive key.
    pub epoch: u32,
    /// That key.
    pub key: PublicReceiveKey,
}

/// A message to a device, before it is sealed.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The card that the letter is about; `None` for content about the device as a whole, and only
    /// for that: the commands [`Report`](super::Command::Report), [`Wipe`](super::Command::Wipe),
    /// [`RotateStorage`](super::Command::RotateStorage),
    /// [`UnlockPassword`](super::Command::UnlockPassword) and
    /// [`ResetPassword`](super::Command::ResetPassword), and the notice
    /// [`ReportAccepted`](super::Notice::ReportAccepted).
    pub card: Option<CardId>,
    /// One more than that of the last letter to this device, from 1. A number is used for one
    /// message only: a lost message is sent again as the same octets, or sealed anew under the next
    /// number.
    pub sequence: u64,
    /// The time of its making; the device trusts it as the present time.
    pub issued_at: UnixTime,
    /// The content.
    pub body: Body<'a>,
}

/// Writes the message into `out`, which must hold the content and
/// [`OVERHEAD`](crate::message::OVERHEAD) octets, with a fresh encapsulated key.
///
/// # Errors
/// [`SealError`]; `out` is wiped then.
pub fn seal<'b>(
    out: &'b mut [u8],
    letter: &Letter<'_>,
    to: &Recipient,
    from: &SigningKey,
    rng: &mut impl TryCryptoRng,
) -> Result<&'b [u8], SealError> {
    if !letter.body.fits(letter.card) || letter.card == Some(CardId(0)) {
        out.zeroize();
        return Err(SealError::Card);
    }
    let kind = letter.body.kind();
    let header = Header {
        kind,
        issuer_key: from.public().id(),
        device: to.device,
        epoch: to.epoch,
        card: letter.card,
        sequence: letter.sequence,
        issued_at: letter.issued_at,
        length: 0,
    };
    let envelope = Envelope {
        header,
        to: &to.key,
        from,
    };
    message::seal(
        out,
        &envelope,
        rng,
        |content| letter.body.emit(content),
        |content| Body::parse(kind, content).is_some(),
    )
}
