//! The account behind the tokens: a PAN, its PIN, and how often the PIN was wrong.

use understudy_core::wire::digits::CardNumber;

use crate::custody::IssuerKeys;
use crate::pin::{Pin, PinReference};
use crate::random::NoRandomness;

/// Names an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccountId(pub(crate) u32);

/// Wrong PINs in a row after which the PIN is blocked.
pub(crate) const PIN_TRIES: u8 = 3;

pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) pan: CardNumber,
    pub(crate) pin: Option<PinReference>,
    pub(crate) wrong_pins: u8,
}

/// What an entered PIN was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PinCheck {
    Correct,
    /// The block holds no PIN.
    Unreadable,
    Wrong,
    Exceeded,
}

impl Account {
    pub(crate) const fn new(id: AccountId, pan: CardNumber) -> Self {
        Self {
            id,
            pan,
            pin: None,
            wrong_pins: 0,
        }
    }

    /// Gives the account a PIN and lifts a block.
    pub(crate) fn set_pin(&mut self, keys: &IssuerKeys, pin: &Pin) -> Result<(), NoRandomness> {
        self.pin = Some(PinReference::new(keys, self.id, pin)?);
        self.wrong_pins = 0;
        Ok(())
    }

    /// Checks the PIN in a block that a terminal sealed for the card `number`, and counts. A block
    /// that holds no PIN is not counted: whoever has no terminal's key makes only such blocks, and
    /// shall block nobody's PIN. Any PIN is wrong if the account has none.
    pub(crate) fn check_pin(
        &mut self,
        keys: &IssuerKeys,
        block: [u8; 8],
        number: &CardNumber,
    ) -> PinCheck {
        let Some(entered) = keys.terminal_pin().open(block, number) else {
            return PinCheck::Unreadable;
        };
        if self.wrong_pins >= PIN_TRIES {
            return PinCheck::Exceeded;
        }
        let reference = self.pin.as_ref();
        if reference.is_some_and(|reference| reference.matches(keys, self.id, &entered)) {
            self.wrong_pins = 0;
            return PinCheck::Correct;
        }
        self.wrong_pins = self.wrong_pins.saturating_add(1);
        if self.wrong_pins >= PIN_TRIES {
            PinCheck::Exceeded
        } else {
            PinCheck::Wrong
        }
    }
}
