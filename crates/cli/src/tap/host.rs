//! From the terminal's request to the issuer's decision.

use understudy_core::wire::track2::TRACK2_MAX;
use understudy_issuer::{AuthorisationRequest, Pin, Verdict};
use understudy_pos::{Cvm, HostAnswer, OnlineRequest, Outcome};

use crate::failure::Failure;
use crate::state::{self, IssuerSide};

/// What became of an online request.
pub(super) enum Decision {
    /// The terminal asks for a PIN and none was given: the issuer was not asked.
    PinMissing,
    /// The issuer's answer, and what it means at the terminal.
    Verdict {
        /// The answer.
        verdict: Verdict,
        /// What it means.
        outcome: Box<Outcome>,
    },
}

/// Asks the issuer, whose file holds the answer before this returns.
pub(super) fn decide(
    side: &mut IssuerSide,
    request: &OnlineRequest,
    pin: Option<&Pin>,
    terminal: [u8; 8],
) -> Result<Decision, Failure> {
    let pin_block = match (request.cvm, pin) {
        (Cvm::OnlinePin, None) => return Ok(Decision::PinMissing),
        (Cvm::OnlinePin, Some(pin)) => Some(
            side.issuer
                .terminal_pin_key()
                .seal(pin, request.track2.number()),
        ),
        (Cvm::None | Cvm::Signature | Cvm::Device, _) => None,
    };
    let mut track2 = [0; TRACK2_MAX];
    let message = AuthorisationRequest {
        de55: &request.de55,
        track2: request.track2.encode(&mut track2),
        psn: request.psn,
        amount: request.transaction.amount(),
        pin_block,
        terminal,
        trace_number: request.transaction.sequence() % 1_000_000,
    };
    let verdict = side.issuer.authorise(&message, state::now());
    side.save()?;
    let outcome = request.complete(HostAnswer::ResponseCode(verdict.response_code()));
    Ok(Decision::Verdict {
        verdict,
        outcome: Box::new(outcome),
    })
}
