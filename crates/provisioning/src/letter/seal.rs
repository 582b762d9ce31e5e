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

/// A message to a device, not sealed yet.
#[derive(Clone, Debug)]
pub struct Letter<'a> {
    /// The card it is about; none for what is about the device, and for that only: the commands
    /// [`Report`](super::Command::Report), [`Wipe`](super::Command::Wipe),
    /// [`RotateStorage`](super::Command::RotateStorage),
    /// [`UnlockPassword`](super::Command::UnlockPassword) and
    /// [`ResetPassword`](super::Command::ResetPassword), and the notice
    /// [`ReportAccepted`](super::Notice::ReportAccepted).
    pub card: Option<CardId>,
    /// One more than the last to this device, from 1. A number is used for one message only: what
    /// got lost is sent again as the same octets, or sealed anew under the next number.
    pub sequence: u64,
    /// When it is made; the device's trusted time.
    pub issued_at: UnixTime,
    /// The content.
    pub body: Body<'a>,
}

/// Makes the message in `out`, which must hold the content and
/// [`OVERHEAD`](crate::message::OVERHEAD) octets, with a fresh encapsulation.
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
        |content| letter.body.write(content),
        |content| Body::parse(kind, content).is_some(),
    )
}
