use understudy_core::card::CardId;
use understudy_core::wire::tlv::{Overflow, Writer};

use super::{Command, Notice};
use crate::message::Kind;
use crate::package::Package;

/// The content of a message to a device.
#[derive(Clone, Debug)]
pub enum Body<'a> {
    /// A profile and keys, or keys alone, for the card that the header names.
    Package(Package<'a>),
    /// What the device shall do.
    Command(Command),
    /// What became of a payment or of a report.
    Notice(Notice),
}

impl<'a> Body<'a> {
    /// Reads the content of a message of this kind; `None` unless it is the one encoding of
    /// something that such a message may hold.
    #[must_use]
    pub fn parse(kind: Kind, content: &'a [u8]) -> Option<Self> {
        match kind {
            Kind::Package => Package::parse(content).ok().map(Self::Package),
            Kind::Command => Command::parse(content).map(Self::Command),
            Kind::Notice => Notice::parse(content).map(Self::Notice),
            Kind::Report => None,
        }
    }

    /// The kind of message that holds it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Package(_) => Kind::Package,
            Self::Command(_) => Kind::Command,
            Self::Notice(_) => Kind::Notice,
        }
    }

    /// Writes the content.
    ///
    /// # Errors
    /// [`Overflow`] if there is no room for it.
    pub fn write(&self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        match self {
            Self::Package(package) => out.octets(package.octets()),
            Self::Command(command) => out.octets(&command.octets()),
            Self::Notice(notice) => notice.write(out),
        }
    }

    /// Whether a header with this card may stand above it: what is about the device names none.
    pub(crate) const fn fits(&self, card: Option<CardId>) -> bool {
        let about_device = matches!(
            self,
            Self::Command(Command::Report) | Self::Notice(Notice::ReportAccepted(_))
        );
        about_device == card.is_none()
    }
}
