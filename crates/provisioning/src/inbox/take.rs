use understudy_core::card::CardId;

use super::{Order, Place, Sequence};
use crate::keys::{DeviceId, ReceiveKeys, VerifyKey};
use crate::letter::{Body, Content};
use crate::message::{Frame, Header, Kind, Refusal};
use crate::octets::Wiped;

/// A device that takes letters.
#[derive(Clone, Copy, Debug)]
pub struct Device<'d> {
    /// The device.
    pub id: DeviceId,
    /// Every card that the device ever received, deleted ones included: a card's number is never
    /// reused, and a repeated deletion must find the card already deleted.
    pub cards: &'d [CardId],
    /// The issuer's keys.
    pub issuer: &'d [VerifyKey],
    /// The last letter that was accepted.
    pub accepted: &'d Sequence,
    /// The receive keys that it holds.
    pub keys: &'d ReceiveKeys,
}

/// The result of taking a letter.
#[derive(Debug)]
pub enum Arrival<'r> {
    /// The last letter again, octet by octet: its effect is stored already; acknowledge it again.
    Done,
    /// A new letter that passed every check; its effect is to be stored now.
    Fresh(Accepted<'r>),
}

/// A letter that passed every check: the effect that it orders, and the state of the sequence to be
/// stored with it. Its content is in the clear, and wiped with the value.
pub struct Accepted<'r> {
    /// The header; [`Header::issued_at`] is the latest trusted time.
    pub header: Header,
    /// To be stored in the same transaction as the effect.
    pub sequence: Sequence,
    content: Content,
    octets: Wiped<'r>,
}

impl Accepted<'_> {
    /// The content. A profile is checked for its framing only: the caller has
    /// `understudy_core::card::Profile` judge it before anything is committed.
    #[must_use]
    pub fn body(&self) -> Body<'_> {
        self.content.lend(self.octets.0)
    }
}

impl core::fmt::Debug for Accepted<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Accepted")
            .field("header", &self.header)
            .field("body", &self.body())
            .finish_non_exhaustive()
    }
}

/// The octets of room that [`take`] needs for this letter, at most [`CONTENT_MAX`]. Nothing of the
/// letter is verified by then.
///
/// # Errors
/// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`].
///
/// [`CONTENT_MAX`]: crate::message::CONTENT_MAX
pub fn content_len(letter: &[u8]) -> Result<usize, Refusal> {
    Header::of(letter)?.content_len()
}

/// The device that a letter says it is for, and its number. Nothing of the letter is verified by
/// then: this sorts mail, and decides nothing.
///
/// # Errors
/// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`].
pub fn address(letter: &[u8]) -> Result<(DeviceId, u64), Refusal> {
    let header = Header::of(letter)?;
    Ok((header.device, header.sequence))
}

/// Takes a letter: its framing, its signature, the device and the card that it is for, its place in
/// the sequence, the key that it is sealed to, and its whole content are checked, in this order. No
/// state of the device is looked at until the signature is verified; nothing is changed.
///
/// The content is decrypted into `room`, which must hold [`content_len`] octets and is wiped when
/// the letter is let go, or at once if it is refused.
///
/// # Errors
/// [`Refusal`], the first that applies.
pub fn take<'r>(
    letter: &[u8],
    device: &Device<'_>,
    room: &'r mut [u8],
) -> Result<Arrival<'r>, Refusal> {
    let frame = Frame::parse(letter)?;
    let header = frame.header;
    if header.kind == Kind::Report {
        return Err(Refusal::Kind);
    }
    let named = device
        .issuer
        .iter()
        .find(|key| key.id() == header.issuer_key);
    frame.verify(named.ok_or(Refusal::IssuerKey)?)?;
    if header.device != device.id {
        return Err(Refusal::Device);
    }
    let card_is_new = addressed(&header, device.cards)?;
    let sequence = Sequence::at(&frame);
    if device.accepted.place(&sequence, Order::Gaps)? == Place::Same {
        return Ok(Arrival::Done);
    }
    let key = device.keys.get(header.epoch).ok_or(Refusal::Epoch)?;
    let octets = frame.open(key, room)?;
    let content = Content::check(header.kind, octets.0).ok_or(Refusal::Content)?;
    let of_its_own = !card_is_new || content.brings_card();
    if !of_its_own || !content.lend(octets.0).fits(header.card) {
        return Err(Refusal::Card);
    }
    Ok(Arrival::Fresh(Accepted {
        header,
        sequence,
        content,
        octets,
    }))
}

/// True if the header names a card that is new here, which only a package may.
fn addressed(header: &Header, cards: &[CardId]) -> Result<bool, Refusal> {
    let known = header.card.map(|card| cards.contains(&card));
    match (header.kind, known) {
        (Kind::Package, Some(known)) => Ok(!known),
        (Kind::Profile, Some(true)) | (Kind::Command | Kind::Notice, None | Some(true)) => {
            Ok(false)
        }
        _ => Err(Refusal::Card),
    }
}
