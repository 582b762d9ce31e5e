//! User interface requests: messages to be shown, with their hold times (EMV Contactless Book A,
//! user interface request data).

use std::time::Duration;

use understudy_core::wire::amount::Amount;

/// A message to be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UiRequest {
    /// The text.
    pub message: Message,
    /// The state of the reader, for its lights and its beep.
    pub status: Status,
    /// The shortest time for which the message is shown. Zero: until the next one.
    pub hold_time: Duration,
    /// The card's language preference (`5F2D`): one to four codes of ISO 639-1, two letters each,
    /// best first. `None` before the card has given any.
    pub language: Option<String>,
    /// The amount to be shown with the message.
    pub value: Option<Amount>,
}

/// A user interface message by its identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Message {
    /// `03`: approved.
    Approved,
    /// `07`: not authorised.
    NotAuthorised,
    /// `09`: enter PIN.
    EnterPin,
    /// `0F`: processing error.
    ProcessingError,
    /// `10`: remove card.
    RemoveCard,
    /// `14`: welcome.
    Welcome,
    /// `15`: present card.
    PresentCard,
    /// `16`: processing.
    Processing,
    /// `17`: card read successfully.
    CardReadOk,
    /// `18`: insert or swipe card.
    InsertOrSwipe,
    /// `19`: present one card only.
    PresentOneCardOnly,
    /// `1A`: approved, sign the receipt.
    ApprovedPleaseSign,
    /// `1B`: authorising.
    Authorising,
    /// `1C`: try another card.
    TryAnotherCard,
    /// `1D`: insert card.
    InsertCard,
    /// `1E`: no message, clear the display.
    Clear,
    /// `20`: see phone.
    SeePhone,
    /// `21`: present card again.
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
            Self::ProcessingError => (0x0F, "Processing error"),
            Self::RemoveCard => (0x10, "Please remove card"),
            Self::Welcome => (0x14, "Welcome"),
            Self::PresentCard => (0x15, "Present card"),
            Self::Processing => (0x16, "Processing"),
            Self::CardReadOk => (0x17, "Card read OK. Please remove card"),
            Self::InsertOrSwipe => (0x18, "Please insert or swipe card"),
            Self::PresentOneCardOnly => (0x19, "Please present one card only"),
            Self::ApprovedPleaseSign => (0x1A, "Approved. Please sign"),
            Self::Authorising => (0x1B, "Authorising, please wait"),
            Self::TryAnotherCard => (0x1C, "Insert, swipe or try another card"),
            Self::InsertCard => (0x1D, "Please insert card"),
            Self::Clear => (0x1E, ""),
            Self::SeePhone => (0x20, "See phone for instructions"),
            Self::PresentCardAgain => (0x21, "Present card again"),
        }
    }
}

/// The state of the reader that goes with a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Status {
    /// `00`: the reader cannot take a card.
    NotReady,
    /// `01`: no transaction.
    Idle,
    /// `02`: the field is on and the reader waits for a card.
    ReadyToRead,
    /// `03`: a card is being read, or another step is in progress.
    Processing,
    /// `04`: the card was read and may be removed.
    CardReadSuccessfully,
    /// `05`: an error.
    ProcessingError,
}

impl Status {
    /// The status identifier.
    #[must_use]
    pub const fn identifier(self) -> u8 {
        match self {
            Self::NotReady => 0x00,
            Self::Idle => 0x01,
            Self::ReadyToRead => 0x02,
            Self::Processing => 0x03,
            Self::CardReadSuccessfully => 0x04,
            Self::ProcessingError => 0x05,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMV Contactless Book A, message identifiers and status values.
    #[test]
    fn messages_and_states_have_the_identifiers_of_the_book() {
        for (message, identifier) in [
            (Message::Approved, 0x03),
            (Message::NotAuthorised, 0x07),
            (Message::EnterPin, 0x09),
            (Message::ProcessingError, 0x0F),
            (Message::RemoveCard, 0x10),
            (Message::Welcome, 0x14),
            (Message::PresentCard, 0x15),
            (Message::Processing, 0x16),
            (Message::CardReadOk, 0x17),
            (Message::InsertOrSwipe, 0x18),
            (Message::PresentOneCardOnly, 0x19),
            (Message::ApprovedPleaseSign, 0x1A),
            (Message::Authorising, 0x1B),
            (Message::TryAnotherCard, 0x1C),
            (Message::InsertCard, 0x1D),
            (Message::Clear, 0x1E),
            (Message::SeePhone, 0x20),
            (Message::PresentCardAgain, 0x21),
        ] {
            assert_eq!(message.identifier(), identifier, "{message:?}");
            assert_eq!(message.text().is_empty(), message == Message::Clear);
        }
        for (status, identifier) in [
            (Status::NotReady, 0),
            (Status::Idle, 1),
            (Status::ReadyToRead, 2),
            (Status::Processing, 3),
            (Status::CardReadSuccessfully, 4),
            (Status::ProcessingError, 5),
        ] {
            assert_eq!(status.identifier(), identifier, "{status:?}");
        }
    }
}
