use understudy_core::card::CardId;

use super::{Order, Place, Sequence};
use crate::keys::{DeviceId, ReceiveKeys, VerifyKey};
use crate::letter::Body;
use crate::message::{Frame, Header, Kind, Refusal};
use crate::octets::Wiped;

/// What a device knows of itself when it asks whether a message is for it.
#[derive(Clone, Copy, Debug)]
pub struct Device<'d> {
    /// The device.
    pub id: DeviceId,
    /// Every card that it was ever given, deleted ones too: a number is given to one card only, and
    /// a deletion that arrives twice must be found to be done.
    pub cards: &'d [CardId],
}

/// A message whose lengths agree. Nothing of it is known to be true.
pub struct Received<'m>(Frame<'m>);

impl<'m> Received<'m> {
    /// Cuts a message into its parts.
    ///
    /// # Errors
    /// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`].
    pub fn parse(message: &'m [u8]) -> Result<Self, Refusal> {
        let frame = Frame::parse(message)?;
        if frame.header.kind == Kind::Report {
            return Err(Refusal::Kind);
        }
        Ok(Self(frame))
    }

    /// Verifies the signature under the one of the issuer's keys that the header names.
    ///
    /// # Errors
    /// [`Refusal::IssuerKey`], [`Refusal::Signature`].
    pub fn authenticate(self, issuer: &[VerifyKey]) -> Result<Authentic<'m>, Refusal> {
        let named = issuer
            .iter()
            .find(|key| key.id() == self.0.header.issuer_key);
        self.0.verify(named.ok_or(Refusal::IssuerKey)?)?;
        Ok(Authentic(self.0))
    }
}

/// A message that the issuer signed.
pub struct Authentic<'m>(Frame<'m>);

impl<'m> Authentic<'m> {
    /// The header, for a log: it is what the issuer wrote.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.0.header
    }

    /// Checks that it is for this device and for one of its cards; a package may name a new one.
    ///
    /// # Errors
    /// [`Refusal::Device`], [`Refusal::Card`].
    pub fn address(self, device: &Device<'_>) -> Result<Addressed<'m>, Refusal> {
        let header = &self.0.header;
        if header.device != device.id {
            return Err(Refusal::Device);
        }
        let known = header.card.map(|card| device.cards.contains(&card));
        match (header.kind, known) {
            (Kind::Package, None) | (Kind::Command | Kind::Notice, Some(false)) => {
                Err(Refusal::Card)
            }
            _ => Ok(Addressed {
                new_card: known == Some(false),
                frame: self.0,
            }),
        }
    }
}

/// A message that the issuer signed for this device and a card of it.
pub struct Addressed<'m> {
    frame: Frame<'m>,
    new_card: bool,
}

/// What comes of comparing a message with the last one accepted.
pub enum Arrival<'m> {
    /// It is to be opened.
    Fresh(Fresh<'m>),
    /// It is the last one again, octet by octet: done already, to be acknowledged once more.
    Done,
}

impl<'m> Addressed<'m> {
    /// Compares it with the last message accepted. Numbers may be left out.
    ///
    /// # Errors
    /// [`Refusal::Stale`], [`Refusal::Conflict`].
    pub fn sequence(self, accepted: &Sequence) -> Result<Arrival<'m>, Refusal> {
        let sequence = Sequence::at(&self.frame);
        Ok(match accepted.place(&sequence, Order::Gaps)? {
            Place::Same => Arrival::Done,
            Place::Next => Arrival::Fresh(Fresh {
                frame: self.frame,
                new_card: self.new_card,
                sequence,
            }),
        })
    }
}

/// A message for this device that it has not accepted before.
pub struct Fresh<'m> {
    frame: Frame<'m>,
    new_card: bool,
    sequence: Sequence,
}

impl Fresh<'_> {
    /// Decrypts the content into `room`, which must hold [`Header::length`] octets and is wiped when
    /// the value goes, or at once if this fails.
    ///
    /// # Errors
    /// [`Refusal::Epoch`], [`Refusal::Sealed`], [`Refusal::Room`].
    pub fn open<'r>(self, keys: &ReceiveKeys, room: &'r mut [u8]) -> Result<Opened<'r>, Refusal> {
        let key = keys.get(self.frame.header.epoch).ok_or(Refusal::Epoch)?;
        Ok(Opened {
            content: self.frame.open(key, room)?,
            header: self.frame.header,
            new_card: self.new_card,
            sequence: self.sequence,
        })
    }

    /// Octets of room that the content takes.
    #[must_use]
    pub const fn length(&self) -> u32 {
        self.frame.header.length
    }
}

/// A message that was opened. Its content is in the clear, and wiped with the value.
pub struct Opened<'r> {
    content: Wiped<'r>,
    header: Header,
    new_card: bool,
    sequence: Sequence,
}

impl Opened<'_> {
    /// Checks all of the content. The profile is checked for its framing only: the caller has
    /// `understudy_core::card::Profile` judge it before anything is committed.
    ///
    /// # Errors
    /// [`Refusal::Content`]; [`Refusal::Card`] if it does not fit the card that the header names,
    /// as a package that replenishes a card that is not there.
    pub fn validate(&self) -> Result<Valid<'_>, Refusal> {
        let body = Body::parse(self.header.kind, self.content.0).ok_or(Refusal::Content)?;
        let card_of_its_own = match &body {
            Body::Package(package) => !self.new_card || package.profile().is_some(),
            Body::Command(_) | Body::Notice(_) => true,
        };
        if !card_of_its_own || !body.fits(self.header.card) {
            return Err(Refusal::Card);
        }
        Ok(Valid {
            header: &self.header,
            body,
            sequence: self.sequence,
        })
    }
}

/// A message that passed every check: what to do, and what to write down with it.
#[derive(Debug)]
pub struct Valid<'o> {
    /// The header; [`Header::issued_at`] is the latest trusted time.
    pub header: &'o Header,
    /// What the message says.
    pub body: Body<'o>,
    /// To be stored in the same transaction as the effect.
    pub sequence: Sequence,
}
