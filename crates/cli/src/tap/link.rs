//! The wallet's card in the terminal's field, in one process.

use std::io;

use understudy_core::card::{Event, Refusal};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{LinkError, Transceive};
use understudy_wallet::{Prompt, Wallet, WalletEvent};

use crate::failure::Failure;
use crate::state::WalletSide;

/// A field with the wallet in it.
pub(super) struct InProcess<'w> {
    side: &'w WalletSide,
    /// Why no key may leave the wallet any more.
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

/// What the wallet tells of a tap, and the terminal is not told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// Why the card refused, if it did last.
    pub(super) refusal: Option<Refusal>,
    /// The reader waited for storage, because no key was armed.
    pub(super) waited: bool,
    /// The user must verify, and may then tap again.
    pub(super) prompt: Option<Prompt>,
}

impl Told {
    /// What was told since this was last asked.
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
