//! Outcomes of a tap, in the words of EMV Contactless Book A: outcome, start, message, CVM. Their
//! parameters are in [`OutcomeParameters`](crate::OutcomeParameters).

use std::fmt;

use crate::online::OnlineRequest;
use crate::reason::Reason;
use crate::ui::{Message, Status};

/// The terminal's next step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The application is unusable: continue with the next candidate. The entry point handles it
    /// itself; no report ends with it.
    SelectNext(Reason),
    /// The same transaction starts again from the PPSE with the next tap.
    TryAgain(Reason),
    /// The issuer approved. Only [`OnlineRequest::complete`] returns it; no card can.
    Approved(Cvm),
    /// Declined, by the card, the terminal or the issuer.
    Declined(Reason),
    /// The card asks for the issuer's decision.
    OnlineRequest(Box<OnlineRequest>),
    /// Use another interface: insert or swipe.
    TryAnotherInterface(Reason),
    /// The card cannot be processed here.
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

    /// The reason; `None` for an approval and an online request.
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

    /// The point at which the entry point starts again for the same transaction; `None`: not at
    /// all.
    #[must_use]
    pub const fn start(&self) -> Option<Start> {
        match self {
            Self::SelectNext(_) => Some(Start::C),
            Self::TryAgain(_) => Some(Start::B),
            _ => None,
        }
    }

    /// The reader's status for the message.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::OnlineRequest(request) if matches!(request.cvm, Cvm::OnlinePin) => {
                Status::Processing
            }
            Self::Approved(_) | Self::Declined(_) | Self::OnlineRequest(_) => {
                Status::CardReadSuccessfully
            }
            Self::EndApplication(Reason::NoCard) => Status::Idle,
            Self::EndApplication(reason) if reason.leaves_no_candidate() => Status::ReadyToRead,
            Self::SelectNext(_)
            | Self::TryAgain(_)
            | Self::TryAnotherInterface(_)
            | Self::EndApplication(_) => Status::ProcessingError,
        }
    }

    /// The message that the terminal shows.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::SelectNext(_) => Message::Clear,
            Self::TryAgain(Reason::SeePhone) => Message::SeePhone,
            Self::TryAgain(_) => Message::PresentCardAgain,
            Self::Approved(Cvm::Signature) => Message::ApprovedPleaseSign,
            Self::Approved(_) => Message::Approved,
            Self::Declined(_) => Message::NotAuthorised,
            Self::OnlineRequest(request) if request.cvm == Cvm::OnlinePin => Message::EnterPin,
            Self::OnlineRequest(_) => Message::Authorising,
            Self::TryAnotherInterface(Reason::UseAnotherInterface) => Message::InsertCard,
            Self::TryAnotherInterface(_) => Message::InsertOrSwipe,
            Self::EndApplication(Reason::NoCard) => Message::Welcome,
            Self::EndApplication(Reason::SeveralCards) => Message::PresentOneCardOnly,
            Self::EndApplication(Reason::Random(_)) => Message::ProcessingError,
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
    /// Start B: from the PPSE, after the field was off.
    B,
    /// Start C: with the next candidate.
    C,
}

/// The cardholder verification method.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cvm {
    /// No verification.
    None,
    /// A PIN, entered at the terminal and verified by the issuer.
    OnlinePin,
    /// A signature on the receipt.
    Signature,
    /// On the consumer's own device, according to the card.
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
