//! The terminal's PIN pad.

use understudy_issuer::Pin;
use understudy_pos::pin_pad::{PinEntry, PinPad, PinProblem, PinRequest};

use crate::failure::Failure;
use crate::home::Home;
use crate::state::keys;

/// A pad at which the PIN of the command line is entered. It reads the key that it shares with the
/// issuer from the issuer's key file when it is needed.
pub(crate) struct Pad<'t> {
    home: &'t Home,
    pin: Option<&'t Pin>,
    /// The reason for which the key is not available.
    pub(crate) failure: Option<Failure>,
}

impl<'t> Pad<'t> {
    pub(crate) fn new(home: &'t Home, pin: Option<&'t Pin>) -> Self {
        Self {
            home,
            pin,
            failure: None,
        }
    }
}

impl PinPad for Pad<'_> {
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry {
        let Some(pin) = self.pin else {
            return PinEntry::None(PinProblem::TimedOut);
        };
        match keys::open(self.home) {
            Ok(keys) => PinEntry::Block(keys.terminal_pin.seal(pin, request.number)),
            Err(failure) => {
                self.failure = Some(failure);
                PinEntry::None(PinProblem::Unavailable)
            }
        }
    }
}
