//! The field between a reader and the phone.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{LinkError, RandomError, Transceive, UnpredictableNumbers};
use understudy_wallet::{Simulated, Wallet};

use crate::{HandClock, Phone};

/// Changes octets on their way.
type Change<'a> = dyn FnMut(&mut Vec<u8>) + 'a;

/// The phone at a reader. A relay between them may change commands and answers.
pub struct Field<'a> {
    wallet: &'a Wallet<Simulated, HandClock>,
    command: Box<Change<'a>>,
    answer: Box<Change<'a>>,
}

impl<'a> Field<'a> {
    /// The field without an attacker.
    #[must_use]
    pub fn of(phone: &'a Phone) -> Self {
        Self {
            wallet: &phone.wallet,
            command: Box::new(|_| {}),
            answer: Box::new(|_| {}),
        }
    }

    /// Changes commands on their way to the card.
    #[must_use]
    pub fn commands(self, change: impl FnMut(&mut Vec<u8>) + 'a) -> Self {
        Self {
            command: Box::new(change),
            ..self
        }
    }

    /// Changes answers on their way to the reader.
    #[must_use]
    pub fn answers(self, change: impl FnMut(&mut Vec<u8>) + 'a) -> Self {
        Self {
            answer: Box::new(change),
            ..self
        }
    }
}

impl Transceive for Field<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut command = command.to_vec();
        (self.command)(&mut command);
        let mut buffer = [0; ANSWER_MAX];
        let mut answer = self.wallet.process(&command, &mut buffer).to_vec();
        (self.answer)(&mut answer);
        Ok(answer)
    }

    fn reset(&mut self) {
        self.wallet.field_lost();
    }
}

/// A source that returns the same unpredictable number for every tap.
pub struct Fixed;

impl UnpredictableNumbers for Fixed {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0xA1, 0xB2, 0xC3, 0xD4])
    }
}
