use core::fmt;

use understudy_core::card::CardId;
use understudy_core::wire::tlv::{Overflow, Writer};

use super::{Command, Notice};
use crate::message::Kind;
use crate::package::{Layout, Package, check_profile};

/// The content of a message to a device.
#[derive(Clone)]
pub enum Body<'a> {
    /// A profile and keys, or keys alone, for the card that the header names.
    Package(Package<'a>),
    /// A new profile for the card that the header names, which keeps its keys: a whole E0 object in
    /// its shortest encoding. Only its TLV framing is checked; `understudy_core::card::Profile`
    /// judges its contents.
    Profile(&'a [u8]),
    /// An act for the device to do.
    Command(Command),
    /// The outcome of a payment or of a report.
    Notice(Notice),
}

impl<'a> Body<'a> {
    /// Reads the content of a message of this kind; `None` unless the octets are the one encoding
    /// of a content that the kind allows.
    #[must_use]
    pub fn parse(kind: Kind, content: &'a [u8]) -> Option<Self> {
        Content::check(kind, content).map(|checked| checked.lend(content))
    }

    /// The kind of message that holds it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Package(_) => Kind::Package,
            Self::Profile(_) => Kind::Profile,
            Self::Command(_) => Kind::Command,
            Self::Notice(_) => Kind::Notice,
        }
    }

    /// Writes the content.
    ///
    /// # Errors
    /// [`Overflow`] if there is no room for it.
    pub fn emit(&self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        match self {
            Self::Package(package) => out.octets(package.octets()),
            Self::Profile(profile) => out.octets(profile),
            Self::Command(command) => command.emit(out),
            Self::Notice(notice) => notice.emit(out),
        }
    }

    /// True if a header with this card may stand above the body: content about the device as a
    /// whole names no card.
    pub(crate) const fn fits(&self, card: Option<CardId>) -> bool {
        let about_device = match self {
            Self::Command(command) => command.is_about_device(),
            Self::Notice(notice) => matches!(notice, Notice::ReportAccepted(_)),
            Self::Package(_) | Self::Profile(_) => false,
        };
        about_device == card.is_none()
    }
}

/// Shows nothing of a profile.
impl fmt::Debug for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package(package) => f.debug_tuple("Package").field(package).finish(),
            Self::Profile(profile) => write!(f, "Profile({} octets)", profile.len()),
            Self::Command(command) => f.debug_tuple("Command").field(command).finish(),
            Self::Notice(notice) => f.debug_tuple("Notice").field(notice).finish(),
        }
    }
}

/// The parsed content of a message. It borrows nothing, so that it can be kept beside the octets,
/// which are wiped.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Package(Layout),
    Profile,
    Command(Command),
    Notice(Notice),
}

impl Content {
    /// Checks the content of a message of this kind; `None` unless it is the one encoding of a
    /// content that the kind allows.
    pub(crate) fn check(kind: Kind, content: &[u8]) -> Option<Self> {
        match kind {
            Kind::Package => Layout::parse(content).ok().map(Self::Package),
            Kind::Profile => check_profile(content).ok().map(|()| Self::Profile),
            Kind::Command => Command::parse(content).map(Self::Command),
            Kind::Notice => Notice::parse(content).map(Self::Notice),
            Kind::Report => None,
        }
    }

    /// The body, out of the octets that were checked.
    pub(crate) fn lend<'a>(&self, content: &'a [u8]) -> Body<'a> {
        match self {
            Self::Package(layout) => Body::Package(layout.lend(content)),
            Self::Profile => Body::Profile(content),
            Self::Command(command) => Body::Command(*command),
            Self::Notice(notice) => Body::Notice(*notice),
        }
    }

    /// True if the content has the profile of a new card.
    pub(crate) const fn brings_card(&self) -> bool {
        match self {
            Self::Package(layout) => layout.has_profile(),
            Self::Profile | Self::Command(_) | Self::Notice(_) => false,
        }
    }
}
