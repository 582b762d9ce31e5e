//! A terminal's request, decided, and the answer to it.

use understudy_acquiring::{Balance, Request, Response, ResponseCode, Settlement};
use understudy_core::card::UnixTime;

use super::reason::Reason;
use super::settle::SettlementVerdict;
use super::verdict::{ReversalVerdict, Verdict};
use crate::fault::Fault;
use crate::issuer::Issuer;

/// A request's decision, and what the terminal is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// For the terminal.
    pub response: Response,
    /// For whoever looks into it.
    pub decision: Decided,
}

/// The decision about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// About a payment, or what follows one.
    Payment(Verdict),
    /// About a reversal.
    Reversal(ReversalVerdict),
    /// About a settlement.
    Settlement(SettlementVerdict),
}

impl Issuer {
    /// Decides about whatever a terminal asks. The same request again gets the same answer, as each
    /// kind of request has it ([`authorise`](Self::authorise), [`void`](Self::void),
    /// [`refund`](Self::refund), [`complete`](Self::complete), [`reverse`](Self::reverse),
    /// [`settle`](Self::settle)).
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn answer(&self, request: &Request, now: UnixTime) -> Result<Answered, Fault> {
        let verdict = match request {
            Request::Authorisation(request) => self.authorise(request, now)?,
            Request::Completion(request) => self.complete(request, now)?,
            Request::Void(request) => self.void(request, now)?,
            Request::Refund(request) => self.refund(request, now)?,
            Request::Reversal(reversal) => {
                let verdict = self.reverse(&reversal.original, now)?;
                return Ok(Answered {
                    response: Response::new(response_code(verdict.reason)),
                    decision: Decided::Reversal(verdict),
                });
            }
            Request::Settlement(settlement) => return self.answer_settlement(settlement, now),
        };
        Ok(Answered {
            response: response(&verdict),
            decision: Decided::Payment(verdict),
        })
    }

    /// The issuer does not tell sales from completions and leaves voids out: the response says only
    /// whether its totals are the terminal's.
    fn answer_settlement(&self, settlement: &Settlement, now: UnixTime) -> Result<Answered, Fault> {
        let verdict = self.settle(settlement, now)?;
        let code = if verdict.matches {
            ResponseCode::APPROVED
        } else {
            ResponseCode::TOTALS_DIFFER
        };
        Ok(Answered {
            response: Response::new(code),
            decision: Decided::Settlement(verdict),
        })
    }
}

fn response(verdict: &Verdict) -> Response {
    Response {
        response_code: response_code(verdict.reason),
        approval: verdict.approval,
        balance: verdict.balance.map(|amount| Balance {
            amount,
            owed: false,
        }),
        arpc: verdict.arpc,
        totals: None,
    }
}

/// DE 39 of a reason. Each reason's code is two digits; a system malfunction stands for one that were
/// not.
fn response_code(reason: Reason) -> ResponseCode {
    ResponseCode::new(reason.response_code()).unwrap_or(ResponseCode::SYSTEM_MALFUNCTION)
}
