//! The line between till and issuer: it translates messages of the one into those of the other, and
//! loses answers.

use std::collections::VecDeque;

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;
use understudy_core::wire::track2::TRACK2_MAX;
use understudy_issuer::demonstration::terminal_pin_key;
use understudy_issuer::{
    ApprovalCode, AuthorisationRequest, EntryMode, FollowUpRequest, Identity, Issuer, LocalTime,
    MerchantId, Original, Pin, ProcessingCode, Reference, ReversalRequest, SettlementRequest,
    Tally, TerminalId, Totals, TraceNumber, Verdict,
};
use understudy_pos::TransactionType;
use understudy_pos::batch::CurrencyTotals;
use understudy_pos::host::{
    Authorisation, Balance, FollowUp, Host, HostError, HostMessage, HostReply, Identity as Sender,
    Original as Followed, ResponseCode, Settlement,
};
use understudy_pos::pin_pad::{PinBlock, PinEntry, PinPad, PinProblem, PinRequest};

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
    /// Messages that have not reached the issuer yet.
    pub(crate) delayed: Vec<HostMessage>,
}

impl Host for Line<'_> {
    fn send(&mut self, message: &HostMessage) -> Result<HostReply, HostError> {
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
    /// Delivers the delayed messages; returns the answers, which the till does not receive.
    pub(crate) fn deliver(&mut self) -> Vec<HostReply> {
        let delayed = std::mem::take(&mut self.delayed);
        delayed.iter().map(|message| self.act(message)).collect()
    }

    fn act(&self, message: &HostMessage) -> HostReply {
        match message {
            HostMessage::Authorisation(request) => reply(&self.authorise(request)),
            HostMessage::Completion(request) => self.follow_up(request, Issuer::complete),
            HostMessage::Void(request) => self.follow_up(request, Issuer::void),
            HostMessage::Refund(request) => self.follow_up(request, Issuer::refund),
            HostMessage::Reversal(reversal) => {
                let original = sender(&reversal.original);
                let verdict = self
                    .issuer
                    .reverse(&ReversalRequest { original }, self.now)
                    .expect("reversed");
                coded(verdict.response_code())
            }
            HostMessage::Settlement(settlement) => self.settle(settlement),
        }
    }

    fn authorise(&self, request: &Authorisation) -> Verdict {
        let mut track2 = [0; TRACK2_MAX];
        let request = AuthorisationRequest {
            processing_code: processing_code(request.kind),
            amount: request.amount,
            identity: sender(&request.identity),
            expiry: Some(request.expiry),
            entry_mode: EntryMode::parse(request.entry_mode).expect("DE 22"),
            psn: request.psn,
            track2: request.track2.encode(&mut track2),
            reference: named(request.reference),
            pin_block: request.pin_block.as_ref().map(|block| *block.octets()),
            de55: &request.de55,
            original: request.original.as_ref().map(original),
        };
        self.issuer.authorise(&request, self.now).expect("decided")
    }

    fn follow_up<E: std::fmt::Debug>(
        &self,
        request: &FollowUp,
        act: fn(&Issuer, &FollowUpRequest, UnixTime) -> Result<Verdict, E>,
    ) -> HostReply {
        let request = FollowUpRequest {
            identity: sender(&request.identity),
            reference: named(request.reference),
            original: original(&request.original),
            amount: request.amount,
        };
        reply(&act(self.issuer, &request, self.now).expect("decided"))
    }

    fn settle(&self, settlement: &Settlement) -> HostReply {
        let totals: Vec<Totals> = settlement.totals.currencies().map(net).collect();
        let request = SettlementRequest {
            identity: sender(&settlement.identity),
            batch: settlement.batch,
            totals: &totals,
            force: settlement.close,
        };
        let verdict = self.issuer.settle(&request, self.now).expect("settled");
        HostReply::new(if verdict.matches {
            ResponseCode::APPROVED
        } else {
            ResponseCode::TOTALS_DIFFER
        })
    }
}

/// The totals without voided sales and their voids: the terminal counts both, the issuer neither.
fn net((currency, totals): (Currency, CurrencyTotals)) -> Totals {
    let CurrencyTotals {
        sales,
        completions,
        refunds,
        voids,
    } = totals;
    Totals {
        currency,
        sales: Tally {
            count: u64::from(sales.count + completions.count - voids.count),
            sum: sales.sum + completions.sum - voids.sum,
        },
        refunds: Tally {
            count: refunds.count.into(),
            sum: refunds.sum,
        },
    }
}

fn reply(verdict: &Verdict) -> HostReply {
    let approval = verdict.approval.map(|code| code.to_string());
    let approval = approval.map(|text| text.try_into().expect("DE 38"));
    let balance = verdict.balance.map(|amount| Balance {
        amount,
        owed: false,
    });
    HostReply {
        approval,
        balance,
        arpc: verdict.arpc,
        ..coded(verdict.response_code())
    }
}

fn coded(code: [u8; 2]) -> HostReply {
    HostReply::new(ResponseCode::new(code).expect("DE 39"))
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

fn original(original: &Followed) -> Original {
    let approval = original.approval.expect("an approved original");
    Original {
        reference: named(original.reference),
        approval: ApprovalCode::parse(&approval.to_string()).expect("DE 38"),
    }
}

/// The identity of a terminal's request with this trace number.
pub(crate) fn identity(trace: u32, time: understudy_pos::LocalTime) -> Identity {
    let [_, date @ ..] = time.date();
    Identity {
        merchant: MerchantId::parse(MERCHANT).expect("DE 42"),
        terminal: TerminalId::parse(TERMINAL).expect("DE 41"),
        trace: TraceNumber::new(trace).expect("DE 11"),
        local_time: local_time(time.time(), date),
    }
}

/// The reference of a request with this trace number.
pub(crate) fn reference(trace: u32) -> Reference {
    Reference::parse(&format!("{trace:012}")).expect("DE 37")
}

fn sender(sender: &Sender) -> Identity {
    Identity {
        merchant: MerchantId::parse(&sender.merchant.to_string()).expect("DE 42"),
        terminal: TerminalId::parse(&sender.terminal.to_string()).expect("DE 41"),
        trace: TraceNumber::new(sender.trace.get()).expect("DE 11"),
        local_time: local_time(sender.moment.time(), sender.moment.date()),
    }
}

fn local_time(time: [u8; 3], date: [u8; 2]) -> LocalTime {
    LocalTime::parse(&hex::encode(time), &hex::encode(date)).expect("DE 12 and DE 13")
}

fn named(reference: understudy_pos::host::RetrievalReference) -> Reference {
    Reference::parse(&reference.to_string()).expect("DE 37")
}

/// A PIN pad at which this PIN is entered, if any.
pub(crate) struct Pad(pub(crate) Option<&'static str>);

impl PinPad for Pad {
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry {
        let Some(digits) = self.0 else {
            return PinEntry::None(PinProblem::Cancelled);
        };
        let pin = Pin::parse(digits).expect("a PIN");
        PinEntry::Block(PinBlock::new(terminal_pin_key().seal(&pin, request.number)))
    }
}
