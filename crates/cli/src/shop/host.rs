//! The terminal's line to the issuer: each message becomes a request, each verdict a reply.

use understudy_core::card::UnixTime;
use understudy_core::wire::track2::TRACK2_MAX;
use understudy_issuer::{
    AuthorisationRequest, EntryMode, Fault, FieldError, FollowUpRequest, Identity, LocalTime,
    MerchantId, Original, ProcessingCode, Reason, Reference, ReversalRequest, SettlementRequest,
    SettlementVerdict, Tally, TerminalId, Totals, TraceNumber, Verdict,
};
use understudy_pos::batch::CurrencyTotals;
use understudy_pos::host::{
    self as pos, Balance, Host, HostError, HostMessage, HostReply, ResponseCode,
};

use crate::hex;
use crate::state::{IssuerSide, now};

/// The line to the issuer in the same process.
pub(crate) struct HostLine<'i> {
    issuer: &'i IssuerSide,
    /// The answer to the last request that was not a reversal or a settlement.
    pub(crate) verdict: Option<Verdict>,
    /// The reason for which the last reversal was accepted or refused.
    pub(crate) reversal: Option<Reason>,
    /// The answer to the last settlement.
    pub(crate) settlement: Option<SettlementVerdict>,
    /// The reason for which there was no answer.
    pub(crate) fault: Option<Fault>,
}

/// The reason for which a message has no verdict.
enum Problem {
    /// The issuer does not know the value of a field.
    Field,
    /// The message names an original without an approval code, which this issuer always gives.
    NoOriginal,
    /// The issuer could not act.
    Fault(Fault),
}

impl<'i> HostLine<'i> {
    pub(crate) fn new(issuer: &'i IssuerSide) -> Self {
        Self {
            issuer,
            verdict: None,
            reversal: None,
            settlement: None,
            fault: None,
        }
    }

    fn answer(&mut self, message: &HostMessage, now: UnixTime) -> Result<HostReply, Problem> {
        let issuer = &self.issuer.issuer;
        let verdict = match message {
            HostMessage::Authorisation(request) => {
                let mut room = [0; TRACK2_MAX];
                let track2 = request.track2.encode(&mut room);
                issuer.authorise(&authorisation(message, request, track2)?, now)?
            }
            HostMessage::Completion(request) => issuer.complete(&follow_up(request)?, now)?,
            HostMessage::Void(request) => issuer.void(&follow_up(request)?, now)?,
            HostMessage::Refund(request) => issuer.refund(&follow_up(request)?, now)?,
            HostMessage::Reversal(reversal) => {
                let original = identity(&reversal.original)?;
                let verdict = issuer.reverse(&ReversalRequest { original }, now)?;
                self.reversal = Some(verdict.reason);
                return Ok(HostReply::new(response_code(verdict.reason)));
            }
            HostMessage::Settlement(settlement) => return self.settle(settlement, now),
        };
        self.verdict = Some(verdict);
        Ok(reply(&verdict))
    }

    /// The issuer does not distinguish sales from completions as the terminal does: its totals are
    /// kept here, and the reply tells only that they agree or differ.
    fn settle(
        &mut self,
        settlement: &pos::Settlement,
        now: UnixTime,
    ) -> Result<HostReply, Problem> {
        let totals: Vec<Totals> = settlement
            .totals
            .currencies()
            .map(|(currency, totals)| as_issuer_counts(currency, &totals))
            .collect();
        let request = SettlementRequest {
            identity: identity(&settlement.identity)?,
            batch: settlement.batch,
            totals: &totals,
            force: settlement.close,
        };
        let verdict = self.issuer.issuer.settle(&request, now)?;
        let code = if verdict.matches {
            ResponseCode::APPROVED
        } else {
            ResponseCode::TOTALS_DIFFER
        };
        self.settlement = Some(verdict);
        Ok(HostReply::new(code))
    }
}

impl Host for HostLine<'_> {
    fn send(&mut self, message: &HostMessage) -> Result<HostReply, HostError> {
        self.fault = None;
        match self.answer(message, now()) {
            Ok(reply) => Ok(reply),
            Err(Problem::Field) => Ok(HostReply::new(response_code(Reason::ChipDataMalformed))),
            Err(Problem::NoOriginal) => Ok(HostReply::new(ResponseCode::NO_ORIGINAL)),
            Err(Problem::Fault(fault)) => {
                self.fault = Some(fault);
                Err(HostError::Unreachable)
            }
        }
    }
}

/// The terminal's totals by the issuer's rules: completions are sales, and voided entries do not
/// count.
pub(super) fn as_issuer_counts(
    currency: understudy_core::wire::amount::Currency,
    totals: &CurrencyTotals,
) -> Totals {
    let CurrencyTotals {
        sales,
        completions,
        refunds,
        voids,
    } = *totals;
    let count = u64::from(sales.count) + u64::from(completions.count);
    let sum = sales.sum.saturating_add(completions.sum);
    Totals {
        currency,
        sales: Tally {
            count: count.saturating_sub(voids.count.into()),
            sum: sum.saturating_sub(voids.sum),
        },
        refunds: Tally {
            count: refunds.count.into(),
            sum: refunds.sum,
        },
    }
}

fn authorisation<'a>(
    message: &HostMessage,
    request: &'a pos::Authorisation,
    track2: &'a [u8],
) -> Result<AuthorisationRequest<'a>, Problem> {
    let code = message.processing_code().ok_or(Problem::Field)?;
    Ok(AuthorisationRequest {
        processing_code: ProcessingCode::parse(text(&code))?,
        amount: request.amount,
        identity: identity(&request.identity)?,
        expiry: Some(request.expiry),
        entry_mode: EntryMode::parse(request.entry_mode)?,
        psn: request.psn,
        track2,
        reference: reference(request.reference)?,
        pin_block: request.pin_block.as_ref().map(|block| *block.octets()),
        de55: &request.de55,
        original: request.original.as_ref().map(original).transpose()?,
    })
}

fn follow_up(request: &pos::FollowUp) -> Result<FollowUpRequest, Problem> {
    Ok(FollowUpRequest {
        identity: identity(&request.identity)?,
        reference: reference(request.reference)?,
        original: original(&request.original)?,
        amount: request.amount,
    })
}

fn original(original: &pos::Original) -> Result<Original, Problem> {
    let approval = original.approval.ok_or(Problem::NoOriginal)?;
    Ok(Original {
        reference: reference(original.reference)?,
        approval: understudy_issuer::ApprovalCode::parse(&approval.to_string())?,
    })
}

fn identity(identity: &pos::Identity) -> Result<Identity, FieldError> {
    let moment = identity.moment;
    let (time, date) = (hex::upper(&moment.time()), hex::upper(&moment.date()));
    Ok(Identity {
        merchant: MerchantId::parse(&identity.merchant.to_string())?,
        terminal: TerminalId::parse(&identity.terminal.to_string())?,
        trace: TraceNumber::new(identity.trace.get())?,
        local_time: LocalTime::parse(&time, &date)?,
    })
}

fn reference(reference: pos::RetrievalReference) -> Result<Reference, FieldError> {
    Reference::parse(&reference.to_string())
}

fn reply(verdict: &Verdict) -> HostReply {
    let approval = verdict.approval;
    HostReply {
        response_code: response_code(verdict.reason),
        approval: approval.and_then(|code| pos::ApprovalCode::try_from(code.to_string()).ok()),
        balance: verdict.balance.map(|amount| Balance {
            amount,
            owed: false,
        }),
        arpc: verdict.arpc,
        totals: None,
    }
}

/// The code for a reason; 06 ("error") for one without a valid code, which this issuer does not
/// have.
fn response_code(reason: Reason) -> ResponseCode {
    ResponseCode::new(reason.response_code()).unwrap_or(ResponseCode::TOTALS_DIFFER)
}

fn text(octets: &[u8]) -> &str {
    std::str::from_utf8(octets).unwrap_or_default()
}

impl From<FieldError> for Problem {
    fn from(_: FieldError) -> Self {
        Self::Field
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
