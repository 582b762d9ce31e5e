//! The wallet's card in the terminal's field, in one process.

use understudy_core::card::{Event, Refusal};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{LinkError, Transceive};

use crate::state::DeviceWallet;

/// A field with the wallet in it.
pub(super) struct InProcess<'w> {
    wallet: &'w mut DeviceWallet,
}

impl<'w> InProcess<'w> {
    pub(super) fn new(wallet: &'w mut DeviceWallet) -> Self {
        Self { wallet }
    }
}

impl Transceive for InProcess<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.wallet.process(command, &mut [0; ANSWER_MAX]).to_vec())
    }

    fn reset(&mut self) {
        // Only how the tap ended could stay unwritten; the key's mark was written before.
        let _ = self.wallet.field_lost();
    }
}

/// Why the card refused, if it did: what the terminal is not told.
pub(super) fn last_refusal(wallet: &mut DeviceWallet) -> Option<Refusal> {
    wallet.events().fold(None, |last, event| match event {
        Event::Refused { refusal, .. } => Some(refusal),
        Event::Answered { .. } => None,
        Event::Selected { .. } | Event::FieldLost { .. } => last,
    })
}
