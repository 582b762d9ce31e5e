//! The terminal's PIN pad.

use understudy_issuer::Pin;
use understudy_pos::money;
use understudy_pos::pin_pad::{PinEntry, PinPad, PinProblem, PinRequest};

use crate::failure::Failure;
use crate::home::Home;
use crate::output::note;
use crate::passphrase::{Typed, ask};
use crate::state::keys;

/// The most entries at the pad that may be no PIN.
const TRIES: usize = 3;

/// A pad at which the PIN of the command line is entered, or without one the cardholder enters it at
/// the terminal. It reads the key that it shares with the issuer from the issuer's key file when it
/// is needed.
///
/// The pad is used after the card has answered and before the request is sent, so the same cryptogram
/// goes out with the PIN. An empty line, Ctrl-C, Ctrl-D and a closed terminal are its cancel key.
pub(crate) struct Pad<'t> {
    home: &'t Home,
    pin: Option<&'t Pin>,
    /// The reason for which the pad is out of order.
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

    /// The PIN block of a PIN.
    fn seal(&mut self, pin: &Pin, request: &PinRequest<'_>) -> PinEntry {
        match keys::open(self.home) {
            Ok(keys) => PinEntry::Block(keys.terminal_pin.seal(pin, request.number)),
            Err(failure) => self.out_of_order(failure),
        }
    }

    fn out_of_order(&mut self, failure: Failure) -> PinEntry {
        self.failure = Some(failure);
        PinEntry::None(PinProblem::Unavailable)
    }

    /// Lets the cardholder enter a PIN at the terminal.
    fn ask(&mut self, request: &PinRequest<'_>) -> PinEntry {
        let amount = money::format_amount(request.amount);
        let question = format!("PIN for {amount} (Enter alone cancels): ");
        for _ in 0..TRIES {
            let typed = match ask(&question) {
                Ok(Some(Typed::Line(typed))) => typed,
                Ok(Some(Typed::Nothing)) => return PinEntry::None(PinProblem::Cancelled),
                Ok(None) => return PinEntry::None(PinProblem::TimedOut),
                Err(failure) => return self.out_of_order(failure),
            };
            match Pin::parse(typed.trim()) {
                Ok(pin) => return self.seal(&pin, request),
                Err(_) if typed.trim().is_empty() => break,
                Err(error) => note(&error.to_string()),
            }
        }
        PinEntry::None(PinProblem::Cancelled)
    }
}

impl PinPad for Pad<'_> {
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry {
        match self.pin {
            Some(pin) => self.seal(pin, request),
            None => self.ask(request),
        }
    }
}
