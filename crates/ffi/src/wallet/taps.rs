//! Commands of a reader, their answers, and the events for the user.

use understudy_core::card::{Event, Refusal};
use understudy_wallet::WalletEvent;

use super::Wallet;
use crate::amount::Amount;
use crate::phone::Phone;
use crate::tap;

/// The answer to a command, and the event for the user.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Answer {
    /// 2 to 258 octets, for the reader.
    pub octets: Vec<u8>,
    /// The event that the user may be told; none for most commands.
    pub event: Option<TapEvent>,
}

/// An event of a tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TapEvent {
    /// A reader selected a card.
    CardSelected {
        /// The card.
        card: u16,
    },
    /// The user must verify and tap again; no key was used.
    VerificationNeeded {
        /// The card.
        card: u16,
        /// The amount that the reader asked for.
        amount: Amount,
    },
    /// A cryptogram left for the reader. Only the issuer knows whether it was paid.
    Sent {
        /// The card.
        card: u16,
        /// The amount that the reader asked for.
        amount: Amount,
        /// The application transaction counter (`9F36`).
        atc: u16,
    },
    /// The card refused.
    Refused {
        /// A sentence that says why.
        reason: String,
    },
    /// The reader's field went away.
    FieldLost,
    /// A tap had to wait for the storage, because nothing was armed.
    Waited {
        /// The card.
        card: u16,
    },
}

#[uniffi::export]
impl Wallet {
    /// The answer to one command of a reader: 2 to 258 octets, for any command. A panic inside is
    /// answered with 6F00, and the reader has to start again.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "byte arrays cross by value")]
    pub fn process(&self, command: Vec<u8>) -> Answer {
        let octets = tap::process(&self.open, &command);
        let event = self.events().pop();
        Answer { octets, event }
    }

    /// The reader's field went away: the conversation is over.
    pub fn field_lost(&self) {
        tap::field_lost(&self.open);
    }

    /// The events of taps since this was last asked, oldest first; at most 16.
    #[must_use]
    pub fn events(&self) -> Vec<TapEvent> {
        let events: Vec<WalletEvent> = self.look(Phone::events).unwrap_or_default();
        events.into_iter().filter_map(TapEvent::of).collect()
    }
}

impl TapEvent {
    /// The event for the user; `None` for one that concerns the reader alone.
    fn of(event: WalletEvent) -> Option<Self> {
        let event = match event {
            WalletEvent::Waited(card) => return Some(Self::Waited { card: card.0 }),
            WalletEvent::Tap(event) => event,
        };
        Some(match event {
            Event::Selected { card } => Self::CardSelected { card: card.0 },
            Event::Answered {
                card, atc, payment, ..
            } => Self::Sent {
                card: card.0,
                amount: payment.amount.into(),
                atc: atc.get(),
            },
            Event::Refused {
                card: Some(card),
                refusal: Refusal::UserMustAct,
                amount: Some(amount),
                ..
            } => Self::VerificationNeeded {
                card: card.0,
                amount: amount.into(),
            },
            Event::Refused {
                card: Some(_),
                amount: Some(_),
                refusal,
                ..
            } => Self::Refused {
                reason: refusal.to_string(),
            },
            Event::Refused { .. } => return None,
            Event::FieldLost { .. } => Self::FieldLost,
        })
    }
}
