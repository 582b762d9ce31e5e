//! How a tap ends, in the words of EMV Contactless Book A: outcome, start, message, CVM.

use std::fmt;

use crate::online::OnlineRequest;
use crate::reason::Reason;

/// What the terminal does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// This application is not the one: go on with the next candidate. The entry point handles it
    /// itself; no report ends with it.
    SelectNext(Reason),
    /// The same transaction starts again from the PPSE with the next tap.
    TryAgain(Reason),
    /// The issuer approved. Only [`OnlineRequest::complete`] says so: no card can.
    Approved(Cvm),
    /// Refused, by the card, the terminal or the issuer.
    Declined(Reason),
    /// The card asks for the issuer's decision.
    OnlineRequest(Box<OnlineRequest>),
    /// Not over contactless: insert or swipe.
    TryAnotherInterface(Reason),
    /// Over: this card can't be processed here.
    EndApplication(Reason),
}

impl Outcome {
    /// The name of the outcome.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SelectNext(_) => "Select Next",
            Self::TryAgain(_) => "Try Again",
            Self::Approved(_) => "Approved",
            Self::Declined(_) => "Declined",
            Self::OnlineRequest(_) => "Online Request",
            Self::TryAnotherInterface(_) => "Try Another Interface",
            Self::EndApplication(_) => "End Application",
        }
    }

    /// Why; `None` for an approval and an online request, which need no excuse.
    #[must_use]
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Approved(_) | Self::OnlineRequest(_) => None,
            Self::SelectNext(reason)
            | Self::TryAgain(reason)
            | Self::Declined(reason)
            | Self::TryAnotherInterface(reason)
            | Self::EndApplication(reason) => Some(reason),
        }
    }

    /// Where the entry point starts again without a new transaction, if it does.
    #[must_use]
    pub const fn start(&self) -> Option<Start> {
        match self {
            Self::SelectNext(_) => Some(Start::C),
            Self::TryAgain(_) => Some(Start::B),
            _ => None,
        }
    }

    /// What the terminal shows.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::SelectNext(_) => Message::None,
            Self::TryAgain(Reason::SeePhone) => Message::SeePhone,
            Self::TryAgain(_) => Message::PresentCardAgain,
            Self::Approved(Cvm::Signature) => Message::ApprovedPleaseSign,
            Self::Approved(_) => Message::Approved,
            Self::Declined(_) => Message::NotAuthorised,
            Self::OnlineRequest(request) if request.cvm == Cvm::OnlinePin => Message::EnterPin,
            Self::OnlineRequest(_) => Message::Authorising,
            Self::TryAnotherInterface(_) => Message::InsertOrSwipe,
            Self::EndApplication(_) => Message::TryAnotherCard,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.reason()) {
            (_, Some(reason)) => write!(f, "{}: {reason}", self.name()),
            (Self::Approved(cvm), None) => write!(f, "Approved, {cvm}"),
            (Self::OnlineRequest(request), None) => write!(f, "Online Request, {}", request.cvm),
            (_, None) => f.write_str(self.name()),
        }
    }
}

/// A point at which the entry point starts (EMV Contactless Book A, Start A to D).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// With the field off and on, from the PPSE.
    B,
    /// With the next candidate.
    C,
}

/// How the cardholder is verified.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cvm {
    /// Not at all.
    None,
    /// A PIN, entered at the terminal and verified by the issuer.
    OnlinePin,
    /// A signature on the receipt.
    Signature,
    /// On the consumer's own device, as the card says.
    Device,
}

impl fmt::Display for Cvm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no cardholder verification",
            Self::OnlinePin => "online PIN",
            Self::Signature => "signature",
            Self::Device => "verified on the consumer's device",
        })
    }
}

/// A user interface message by its identifier (EMV Contactless Book A, user interface request).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Message {
    /// `03`
    Approved,
    /// `07`
    NotAuthorised,
    /// `09`
    EnterPin,
    /// `18`
    InsertOrSwipe,
    /// `1A`
    ApprovedPleaseSign,
    /// `1B`
    Authorising,
    /// `1C`
    TryAnotherCard,
    /// `1E`
    None,
    /// `20`
    SeePhone,
    /// `21`
    PresentCardAgain,
}

impl Message {
    /// The message identifier.
    #[must_use]
    pub const fn identifier(self) -> u8 {
        self.row().0
    }

    /// The text for the cardholder.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.row().1
    }

    const fn row(self) -> (u8, &'static str) {
        match self {
            Self::Approved => (0x03, "Approved"),
            Self::NotAuthorised => (0x07, "Not authorised"),
            Self::EnterPin => (0x09, "Please enter your PIN"),
            Self::InsertOrSwipe => (0x18, "Please insert or swipe card"),
            Self::ApprovedPleaseSign => (0x1A, "Approved. Please sign"),
            Self::Authorising => (0x1B, "Authorising, please wait"),
            Self::TryAnotherCard => (0x1C, "Insert, swipe or try another card"),
            Self::None => (0x1E, ""),
            Self::SeePhone => (0x20, "See phone for instructions"),
            Self::PresentCardAgain => (0x21, "Present card again"),
        }
    }
}
