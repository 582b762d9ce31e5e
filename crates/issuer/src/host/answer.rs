//! A terminal's request, decided, and the answer to it.

use understudy_acquiring::{
    Authorisation, Balance, CurrencyTotals, PinBlock, Request, Response, ResponseCode, Settlement,
};
use understudy_core::card::UnixTime;
use understudy_core::wire::track2::TRACK2_MAX;

use super::reason::Reason;
use super::request::{AuthorisationRequest, ReversalRequest};
use super::settle::{SettlementRequest, SettlementVerdict, Totals};
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
    /// Every payment that it answers it has recorded, but for a PIN block of format 4, which no
    /// custody opens: it is declined as malformed.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn answer(&self, request: &Request, now: UnixTime) -> Result<Answered, Fault> {
        let verdict = match request {
            Request::Authorisation(request) => self.answer_tap(request, now)?,
            Request::Completion(request) => self.complete(request, now)?,
            Request::Void(request) => self.void(request, now)?,
            Request::Refund(request) => self.refund(request, now)?,
            Request::Reversal(reversal) => {
                let original = reversal.original;
                let verdict = self.reverse(&ReversalRequest { original }, now)?;
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

    fn answer_tap(&self, request: &Authorisation, now: UnixTime) -> Result<Verdict, Fault> {
        let pin_block = match &request.pin_block {
            Some(PinBlock::Format0(block)) => Some(*block),
            Some(PinBlock::Format4(_)) => {
                return Ok(Verdict::unattributed(Reason::PinBlockMalformed));
            }
            None => None,
        };
        let mut room = [0; TRACK2_MAX];
        let request = AuthorisationRequest {
            processing_code: request.processing_code,
            amount: request.amount,
            identity: request.identity,
            expiry: request.expiry,
            entry_mode: request.entry_mode,
            psn: request.psn,
            track2: request.track2.emit(&mut room),
            reference: request.reference,
            pin_block,
            de55: request.chip_data.octets(),
            original: request.original,
        };
        self.authorise(&request, now)
    }

    /// The issuer does not tell sales from completions and leaves voids out: the response says only
    /// whether its totals are the terminal's.
    fn answer_settlement(&self, settlement: &Settlement, now: UnixTime) -> Result<Answered, Fault> {
        let totals: Vec<Totals> = settlement.totals.iter().map(as_counted).collect();
        let request = SettlementRequest {
            identity: settlement.identity,
            batch: settlement.batch.get(),
            totals: &totals,
            force: settlement.close,
        };
        let verdict = self.settle(&request, now)?;
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

/// The terminal's totals of a currency as the issuer counts: what was voided does not count.
fn as_counted(totals: &CurrencyTotals) -> Totals {
    Totals {
        currency: totals.currency,
        sales: totals.net_sales(),
        refunds: totals.refunds,
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
