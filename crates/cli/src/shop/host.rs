//! The terminal's line to the issuer: messages of ISO 8583 with a code, as they would pass between two
//! machines.

use understudy_acquiring::iso8583::Variant;
use understudy_acquiring::{Request, Response};
use understudy_issuer::{Decided, Fault, Reason, SettlementVerdict, Unanswered, Verdict};
use understudy_pos::host::{Host, HostError, send_message};

use crate::state::{IssuerSide, now};

/// The line to the issuer in the same process. Key and variant are those that both sides share.
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

    /// The answer of the issuer's end of the line to a message.
    fn exchange(&mut self, message: &[u8]) -> Result<Vec<u8>, HostError> {
        let answered = self.issuer.issuer.answer_message(message, VARIANT, now());
        match answered {
            Ok(answered) => {
                self.keep(answered.decision);
                Ok(answered.octets)
            }
            Err(Unanswered::Fault(fault)) => {
                self.fault = Some(fault);
                Err(HostError::Unreachable)
            }
            Err(Unanswered::Line(_) | Unanswered::Answer(_)) => Err(HostError::TimedOut),
        }
    }

    fn keep(&mut self, decision: Option<Decided>) {
        match decision {
            Some(Decided::Payment(verdict)) => self.verdict = Some(verdict),
            Some(Decided::Reversal(verdict)) => self.reversal = Some(verdict.reason),
            Some(Decided::Settlement(verdict)) => self.settlement = Some(verdict),
            None => {}
        }
    }
}

/// The variant of messages between the shop and its bank.
const VARIANT: Variant = Variant::Bcd;

impl Host for HostLine<'_> {
    fn send(&mut self, request: &Request) -> Result<Response, HostError> {
        self.fault = None;
        let keys = &self.issuer.issuer;
        send_message(request, VARIANT, keys, |octets| self.exchange(octets))
    }
}
