//! The line between till and issuer, and answers that are lost.

use std::collections::VecDeque;

use understudy_acquiring::iso8583::Variant;
use understudy_acquiring::{
    Identity, LocalTime, MerchantId, ProcessingCode, Reference, TerminalId, TraceNumber,
};
use understudy_core::card::UnixTime;
use understudy_issuer::demonstration::terminal_pin_key;
use understudy_issuer::{Issuer, Pin};
use understudy_pos::TransactionType;
use understudy_pos::host::{Host, HostError, Request, Response, send_message};
use understudy_pos::pin_pad::{PinEntry, PinPad, PinProblem, PinRequest};

const TERMINAL: &str = "00000001";
const MERCHANT: &str = "000000000000001";

/// The fate of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    /// It reaches the issuer only after the till has given up.
    Delayed,
    /// The issuer acts, and its answer is lost.
    AnswerLost,
}

/// The line to an issuer.
pub(crate) struct Line<'i> {
    pub(crate) issuer: &'i Issuer,
    pub(crate) now: UnixTime,
    /// The fates of the next messages; answered when none is left.
    pub(crate) fates: VecDeque<Fate>,
    /// Messages on their way.
    pub(crate) delayed: Vec<Request>,
}

impl Host for Line<'_> {
    fn send(&mut self, message: &Request) -> Result<Response, HostError> {
        let fate = self.fates.pop_front();
        match fate.unwrap_or(Fate::Answered) {
            Fate::Answered => Ok(self.act(message)),
            Fate::Delayed => {
                self.delayed.push(message.clone());
                Err(HostError::Unreachable)
            }
            Fate::AnswerLost => {
                self.act(message);
                Err(HostError::TimedOut)
            }
        }
    }
}

impl Line<'_> {
    /// Delivers the delayed messages; nobody hears the answers.
    pub(crate) fn deliver(&mut self) -> Vec<Response> {
        let delayed = std::mem::take(&mut self.delayed);
        delayed.iter().map(|message| self.act(message)).collect()
    }

    /// Over the line and back, as messages of ISO 8583 with a code.
    fn act(&self, request: &Request) -> Response {
        let exchange = |octets: &[u8]| {
            let answered = self.issuer.answer_message(octets, Variant::Ascii, self.now);
            Ok(answered.expect("answered").octets)
        };
        send_message(request, Variant::Ascii, self.issuer, exchange).expect("an answer")
    }
}

/// The processing code, DE 3.
pub(crate) const fn processing_code(kind: TransactionType) -> ProcessingCode {
    match kind {
        TransactionType::Purchase => ProcessingCode::SALE,
        TransactionType::PreAuthorisation => ProcessingCode::PRE_AUTHORISATION,
        TransactionType::Refund => ProcessingCode::REFUND,
        TransactionType::Balance => ProcessingCode::BALANCE,
    }
}

/// The identity of a terminal's request with this trace number.
pub(crate) fn identity(trace: u32, time: understudy_pos::LocalTime) -> Identity {
    let [_, date @ ..] = time.date();
    Identity {
        merchant: MerchantId::parse(MERCHANT).expect("DE 42"),
        terminal: TerminalId::parse(TERMINAL).expect("DE 41"),
        trace: TraceNumber::new(trace).expect("DE 11"),
        local_time: LocalTime::from_bcd(time.time(), date).expect("DE 12 and DE 13"),
    }
}

/// The reference of a request with this trace number.
pub(crate) fn reference(trace: u32) -> Reference {
    Reference::parse(&format!("{trace:012}")).expect("DE 37")
}

/// A PIN pad with somebody who enters this, if anything.
pub(crate) struct Pad(pub(crate) Option<&'static str>);

impl PinPad for Pad {
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry {
        let Some(digits) = self.0 else {
            return PinEntry::None(PinProblem::Cancelled);
        };
        let pin = Pin::parse(digits).expect("a PIN");
        PinEntry::Block(terminal_pin_key().seal(&pin, request.number))
    }
}
