//! A till with a scripted host, a scripted PIN pad and a disk in memory.

use std::collections::VecDeque;

pub(crate) use crate::disk::Disk;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::Track2;
use understudy_pos::batch::{EntryId, Standing};
use understudy_pos::host::{
    ApprovalCode, Host, HostError, Request, Response, ResponseCode, Reversal,
};
use understudy_pos::pin_pad::{PinBlock, PinEntry, PinPad, PinProblem, PinRequest};
use understudy_pos::till::{Conclusion, Till, TillError, TillRules};
use understudy_pos::{
    Aid, CardEntry, Config, Cvm, LocalTime, OnlineRequest, Transaction, TransactionType,
};

pub(crate) const TOKEN: &str = "6230123456789014";
pub(crate) const TRACK2: &str = "6230123456789014D30122200000000000000F";
pub(crate) const PIN_BLOCK: [u8; 8] = [0xB1, 0x0C, 0xB1, 0x0C, 0xB1, 0x0C, 0xB1, 0x0C];

/// DE 55 as the kernel composes it.
pub(crate) const DE55: &str = "9F26081122334455667788 9F270180 9F100807010103A0000001 \
    9F3704CAFEBABE 9F36020001 95050000000000 9A03261122 9C0100 9F0206000000001234 5F2A020156 \
    82020000 9F1A020156 9F0306000000000000 9F3303E06800 9F34031F0002 9F350121 \
    9F1E083030303030303031 8408A000000333010101 9F09020030 9F410400000042";

/// The chip data of a reversal: 95, 9F10, 9F1E, 9F36.
pub(crate) const REVERSAL_DE55: &str =
    "95050000000000 9F100807010103A0000001 9F1E083030303030303031 9F36020001";

pub(crate) fn octets(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(digits).unwrap()
}

pub(crate) fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

/// The given number of minutes after 2026-11-22 16:30:00 in China.
pub(crate) fn minute(minutes: u64) -> LocalTime {
    LocalTime::from_unix(1_795_336_200 + 60 * minutes, 480).unwrap()
}

/// The online request of a tap at 16:30.
pub(crate) fn request(kind: TransactionType, amount: Amount, cvm: Cvm) -> OnlineRequest {
    OnlineRequest {
        entry: CardEntry::Contactless,
        transaction: Transaction::new(kind, amount, minute(0), 42).unwrap(),
        de55: octets(DE55),
        track2: Track2::parse(&octets(TRACK2)).unwrap(),
        psn: Some(1),
        cvm,
        aid: Aid::new(&octets("A000000333010101")).unwrap(),
        label: "DEBIT".to_owned(),
    }
}

pub(crate) fn sale(minor: u64) -> OnlineRequest {
    request(TransactionType::Purchase, cny(minor), Cvm::None)
}

/// The scripted host's reaction to one message.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a test has a few of them")]
pub(crate) enum Line {
    Answer(Response),
    Fails(HostError),
}

pub(crate) fn approved() -> Line {
    Line::Answer(Response {
        approval: ApprovalCode::new(*b"A12345").ok(),
        arpc: Some([0xAA; 8]),
        ..Response::new(ResponseCode::APPROVED)
    })
}

pub(crate) fn code(text: &str) -> ResponseCode {
    ResponseCode::parse(text).unwrap()
}

pub(crate) fn answers(text: &str) -> Line {
    Line::Answer(Response::new(code(text)))
}

/// A host that reacts with its lines in turn, then approves everything.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) lines: VecDeque<Line>,
    pub(crate) sent: Vec<Request>,
}

impl Script {
    pub(crate) fn of(lines: impl IntoIterator<Item = Line>) -> Self {
        Self {
            lines: lines.into_iter().collect(),
            sent: Vec::new(),
        }
    }

    /// The requests sent since the last call.
    pub(crate) fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.sent)
    }

    /// The names of the messages sent since the last call.
    pub(crate) fn names(&mut self) -> Vec<&'static str> {
        let name = |message: &Request| match message {
            Request::Authorisation(_) => "authorisation",
            Request::Completion(_) => "completion",
            Request::Void(_) => "void",
            Request::Refund(_) => "refund",
            Request::Reversal(_) => "reversal",
            Request::Settlement(_) => "settlement",
        };
        self.take().iter().map(name).collect()
    }
}

impl Host for Script {
    fn send(&mut self, message: &Request) -> Result<Response, HostError> {
        self.sent.push(message.clone());
        match self.lines.pop_front().unwrap_or_else(approved) {
            Line::Answer(reply) => Ok(reply),
            Line::Fails(error) => Err(error),
        }
    }
}

pub(crate) fn reversal(message: &Request) -> &Reversal {
    match message {
        Request::Reversal(reversal) => reversal,
        other => panic!("no reversal: {other:?}"),
    }
}

/// A PIN pad that always ends in the same way, and counts the requests.
pub(crate) struct Pad {
    pub(crate) entry: PinEntry,
    pub(crate) asked: Vec<(String, Amount)>,
}

impl Pad {
    pub(crate) fn entering() -> Self {
        Self {
            entry: PinEntry::Block(PinBlock::Format0(PIN_BLOCK)),
            asked: Vec::new(),
        }
    }

    pub(crate) fn failing(problem: PinProblem) -> Self {
        Self {
            entry: PinEntry::None(problem),
            asked: Vec::new(),
        }
    }
}

impl PinPad for Pad {
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry {
        let number = request.number.expose().to_owned();
        self.asked.push((number, request.amount));
        self.entry.clone()
    }
}

/// A till of the default configuration with the files of the disk.
pub(crate) fn open(disk: &Disk) -> Till<Disk> {
    let config = Config::default();
    Till::open(&config, TillRules::default(), disk.clone()).unwrap()
}

/// Concludes a request for which no PIN is asked.
pub(crate) fn tap(till: &mut Till<Disk>, request: &OnlineRequest, host: &mut Script) -> Conclusion {
    tried(till, request, host).unwrap()
}

pub(crate) fn tried(
    till: &mut Till<Disk>,
    request: &OnlineRequest,
    host: &mut Script,
) -> Result<Conclusion, TillError> {
    let mut pad = Pad::failing(PinProblem::Unavailable);
    till.complete_online(request, host, &mut pad)
}

/// Concludes a request and returns the name of its entry.
pub(crate) fn entry(till: &mut Till<Disk>, request: &OnlineRequest, host: &mut Script) -> EntryId {
    tap(till, request, host).entry.unwrap()
}

pub(crate) fn standing(till: &Till<Disk>, id: EntryId) -> Standing {
    till.state().entry(id).unwrap().standing
}

/// The same disk with another next trace number.
pub(crate) fn wrapped(disk: &Disk, next_trace: u32) -> Disk {
    let mut host = Script::default();
    let inquiry = request(TransactionType::Balance, cny(0), Cvm::None);
    tap(&mut open(disk), &inquiry, &mut host);
    let kept = disk.state().outstanding().cloned();
    assert_eq!(kept, None, "an inquiry is kept by its trace number alone");
    let text = disk.text();
    let (_, last) = text.rsplit_once("{\"next-trace\":").unwrap();
    let (number, _) = last.split_once('}').unwrap();
    let line = |number: &str| format!("{{\"next-trace\":{number}}}");
    disk.forged(&line(number), &line(&next_trace.to_string()))
}
