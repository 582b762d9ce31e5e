//! The wallet's card in the terminal's field, in one process.

use std::io;

use understudy_core::card::{Event, Refusal};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{LinkError, Transceive};
use understudy_wallet::{Prompt, Wallet, WalletEvent};

use crate::failure::Failure;
use crate::state::WalletSide;

/// A field that holds the wallet.
pub(super) struct InProcess<'w> {
    side: &'w WalletSide,
    /// The reason for which no key may be used any more.
    lost: Option<io::Error>,
}

impl<'w> InProcess<'w> {
    pub(super) fn new(side: &'w WalletSide) -> Self {
        Self { side, lost: None }
    }

    /// Ends the tap.
    ///
    /// # Errors
    /// The wallet's lock was lost meanwhile.
    pub(super) fn end(self) -> Result<(), Failure> {
        match self.lost {
            None => Ok(()),
            Some(error) => Err(Failure::Home(error.to_string())),
        }
    }
}

impl Transceive for InProcess<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut room = [0; ANSWER_MAX];
        let answer = self.side.process(command, &mut room);
        let answer = answer.unwrap_or_else(|error| {
            self.lost = Some(error);
            &WalletSide::REFUSAL
        });
        Ok(answer.to_vec())
    }

    fn reset(&mut self) {
        self.side.wallet.field_lost();
    }
}

/// The wallet's own information about a tap, which the terminal does not get.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// The reason of the card's refusal, if that was the last answer.
    pub(super) refusal: Option<Refusal>,
    /// True if the reader waited for storage, because no key was armed.
    pub(super) waited: bool,
    /// The prompt, if the user must verify and may then tap again.
    pub(super) prompt: Option<Prompt>,
}

impl Told {
    /// The wallet's information since the last call.
    pub(super) fn by(wallet: &Wallet) -> Self {
        let events = wallet.events().into_iter();
        let nothing = Self {
            prompt: wallet.prompt(),
            ..Self::default()
        };
        events.fold(nothing, |told, event| match event {
            WalletEvent::Tap(Event::Refused { refusal, .. }) => Self {
                refusal: Some(refusal),
                ..told
            },
            WalletEvent::Tap(Event::Answered { .. }) => Self {
                refusal: None,
                ..told
            },
            WalletEvent::Tap(Event::Selected { .. } | Event::FieldLost { .. }) => told,
            WalletEvent::Waited(_) => Self {
                waited: true,
                ..told
            },
        })
    }
}
