use understudy_core::card::{CardId, UnixTime};

use super::{CONTENT_MAX, Refusal};
use crate::keys::{DeviceId, KeyId};
use crate::octets::Fields;

/// Octets of a header.
pub const HEADER_LEN: usize = 53;

pub(crate) const VERSION: u8 = 0x01;
/// Ed25519, and HPKE with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
pub(crate) const SUITE: u8 = 0x01;

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 01, to a device: a profile and keys.
    Package,
    /// 02, to a device: a command.
    Command,
    /// 03, to a device: a notice, the outcome of a payment or of a report.
    Notice,
    /// 04, from a device: the keys that it used.
    Report,
    /// 06, to a device: a new profile for a card that keeps its keys.
    Profile,
}

impl Kind {
    /// The kind's octet in the header.
    #[must_use]
    pub const fn octet(self) -> u8 {
        match self {
            Self::Package => 0x01,
            Self::Command => 0x02,
            Self::Notice => 0x03,
            Self::Report => 0x04,
            Self::Profile => 0x06,
        }
    }

    /// The kind with this octet in the header; `None` for any other octet.
    #[must_use]
    pub const fn from_octet(octet: u8) -> Option<Self> {
        Some(match octet {
            0x01 => Self::Package,
            0x02 => Self::Command,
            0x03 => Self::Notice,
            0x04 => Self::Report,
            0x06 => Self::Profile,
            _ => return None,
        })
    }
}

/// The header of a message. All of it is under the signature and under the tag of the ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The kind of the message.
    pub kind: Kind,
    /// To a device: the name of the issuer's verify key. In a report: of its receive key.
    pub issuer_key: KeyId,
    /// The device that the message goes to or comes from.
    pub device: DeviceId,
    /// To a device: the epoch of the receive key it is sealed to. In a report: of the newest key
    /// offered before it.
    pub epoch: u32,
    /// The card it is about; `None` (0000) if it is about the device.
    pub card: Option<CardId>,
    /// The number of the message in its direction, from 1.
    pub sequence: u64,
    /// The time of its making.
    pub issued_at: UnixTime,
    /// Octets of the content.
    pub length: u32,
}

impl Header {
    /// Reads a header; zero for an epoch or a sequence is refused as framing.
    pub(crate) fn parse(octets: &[u8; HEADER_LEN]) -> Result<Self, Refusal> {
        let mut fields = Fields::new(octets);
        let framing = Refusal::Framing;
        if fields.u8() != Some(VERSION) {
            return Err(Refusal::Version);
        }
        if fields.u8() != Some(SUITE) {
            return Err(Refusal::Suite);
        }
        let kind = fields.u8().and_then(Kind::from_octet);
        let header = Self {
            kind: kind.ok_or(Refusal::Kind)?,
            issuer_key: KeyId(*fields.array().ok_or(framing)?),
            device: DeviceId(*fields.array().ok_or(framing)?),
            epoch: fields.u32().ok_or(framing)?,
            card: card_from(fields.u16().ok_or(framing)?),
            sequence: fields.u64().ok_or(framing)?,
            issued_at: UnixTime(fields.u64().ok_or(framing)?),
            length: fields.u32().ok_or(framing)?,
        };
        if header.epoch == 0 || header.sequence == 0 {
            return Err(framing);
        }
        Ok(header)
    }

    /// Octets of the content; more than the longest are refused as framing.
    pub(crate) fn content_len(&self) -> Result<usize, Refusal> {
        let length = usize::try_from(self.length).map_err(|_| Refusal::Framing)?;
        if length > CONTENT_MAX {
            return Err(Refusal::Framing);
        }
        Ok(length)
    }

    /// The header of a message; no other part is read.
    pub(crate) fn of(message: &[u8]) -> Result<Self, Refusal> {
        Self::parse(message.first_chunk().ok_or(Refusal::Framing)?)
    }

    pub(crate) fn octets(&self) -> [u8; HEADER_LEN] {
        let mut octets = [0; HEADER_LEN];
        let parts: [&[u8]; 8] = [
            &[VERSION, SUITE, self.kind.octet()],
            &self.issuer_key.0,
            &self.device.0,
            &self.epoch.to_be_bytes(),
            &self.card.map_or(0, |CardId(id)| id).to_be_bytes(),
            &self.sequence.to_be_bytes(),
            &self.issued_at.0.to_be_bytes(),
            &self.length.to_be_bytes(),
        ];
        for (to, from) in octets.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        octets
    }
}

/// `None` for 0000.
const fn card_from(id: u16) -> Option<CardId> {
    match id {
        0 => None,
        id => Some(CardId(id)),
    }
}
