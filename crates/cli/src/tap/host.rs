//! The issuer's decision about the terminal's request, through the terminal's till.

use understudy_issuer::{Fault, Pin, Verdict};
use understudy_pos::batch::EntryId;
use understudy_pos::pin_pad::PinProblem;
use understudy_pos::till::{Conclusion, ReversalEnd, TillError};
use understudy_pos::{OnlineRequest, Outcome, TransactionType};

use crate::failure::Failure;
use crate::home::Home;
use crate::shop::{HostLine, Pad, failed};
use crate::state::{DeskTill, IssuerSide};

/// The result of an online request.
pub(crate) enum Decision {
    /// The terminal asks for a PIN and none was entered: nothing was sent to the issuer.
    NoPin(PinProblem),
    /// The terminal's conclusion, and its meaning at the counter.
    Concluded {
        /// The issuer's answer, or the reason for which there is none.
        answer: Result<Verdict, Option<Fault>>,
        /// The conclusion, with the receipt.
        conclusion: Box<Conclusion>,
        /// Its meaning.
        outcome: Box<Outcome>,
    },
}

/// Lets the terminal send the request to the issuer; a refund may name its original entry. Both
/// sides have stored the answer when this returns.
pub(crate) fn decide(
    till: &mut DeskTill,
    issuer: &IssuerSide,
    (request, refunded): (&OnlineRequest, Option<EntryId>),
    pin: Option<&Pin>,
    home: &Home,
) -> Result<Decision, Failure> {
    let mut line = HostLine::new(issuer);
    let mut pad = Pad::new(home, pin);
    let concluded = match refunded {
        None => till.complete_online(request, &mut line, &mut pad),
        Some(entry) => till.refund_online(request, entry, &mut line, &mut pad),
    };
    let conclusion = match concluded {
        Ok(conclusion) => conclusion,
        Err(TillError::Pin(problem @ (PinProblem::TimedOut | PinProblem::Cancelled))) => {
            return Ok(Decision::NoPin(problem));
        }
        Err(error) => {
            let failure = pad.failure.take();
            return Err(failure.unwrap_or_else(|| failed(&error, line.fault)));
        }
    };
    let outcome = Box::new(conclusion.outcome(request));
    Ok(Decision::Concluded {
        answer: line.verdict.ok_or(line.fault),
        conclusion: Box::new(conclusion),
        outcome,
    })
}

/// Concludes the work of an earlier command before a card is tapped: sends the owed reversal, and
/// returns its result. Fails if the batch cannot take this kind of transaction.
pub(crate) fn finish_earlier(
    till: &mut DeskTill,
    issuer: &IssuerSide,
    kind: TransactionType,
) -> Result<Option<ReversalEnd>, Failure> {
    let mut line = HostLine::new(issuer);
    let ended = till.send_reversal(&mut line);
    let ended = ended.map_err(|error| failed(&error, line.fault))?;
    if till.state().settling() {
        let open = TillError::SettlementOpen(till.state().batch().number);
        return Err(failed(&open, None));
    }
    till.admits(kind).map_err(|error| failed(&error, None))?;
    Ok(ended)
}
