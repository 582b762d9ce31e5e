//! Scripted cards: answers in hex, by command, and a record of what the terminal sent.

use std::time::Duration;

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::Tag;
use understudy_pos::{
    Config, LinkError, LocalTime, Outcome, Presence, RandomError, Reason, TapReport, Terminal,
    Transaction, TransactionType, Transceive, UnpredictableNumbers,
};

pub(crate) const DEBIT: &str = "A000000333010101";
pub(crate) const CREDIT: &str = "A000000333010102";

/// The PDOL of a card with CVN 01 (33 octets of data).
pub(crate) const PDOL: &str = "9F66049F02069F03069F1A0295055F2A029A039C019F3704";

/// Data objects of a card's answer to GET PROCESSING OPTIONS: tag and value.
pub(crate) const GPO: [(&str, &str); 7] = [
    ("82", "0000"),
    ("9F36", "0001"),
    ("57", "6230123456789014D30122200000000000000F"),
    ("9F10", "07010103A0000001"),
    ("9F26", "1122334455667788"),
    ("5F34", "01"),
    ("9F6C", "0000"),
];

/// A scripted card's reaction to a command.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers with these octets.
    Octets(Vec<u8>),
    /// Answers with these octets after a delay.
    Slow(Vec<u8>),
    /// Does not answer.
    Dead,
}

/// Octets in hex; spaces may stand anywhere.
pub(crate) fn hex(text: &str) -> Reply {
    Reply::Octets(octets(text))
}

/// A body in hex, followed by 9000.
pub(crate) fn ok(body: &str) -> Reply {
    hex(&format!("{body}9000"))
}

pub(crate) fn octets(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(&digits).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A data object in hex.
pub(crate) fn tlv(tag: &str, value: &str) -> String {
    let length = value.len() / 2;
    match length {
        ..0x80 => format!("{tag}{length:02X}{value}"),
        0x80..0x100 => format!("{tag}81{length:02X}{value}"),
        _ => format!("{tag}82{length:04X}{value}"),
    }
}

pub(crate) fn entry(aid: &str, priority: &str) -> String {
    tlv(
        "61",
        &(tlv("4F", aid) + &tlv("50", "4445424954") + &tlv("87", priority)),
    )
}

pub(crate) fn ppse(entries: &str) -> String {
    let proprietary = tlv("A5", &tlv("BF0C", entries));
    tlv(
        "6F",
        &(tlv("84", "325041592E5359532E4444463031") + &proprietary),
    )
}

pub(crate) fn fci(aid: &str, pdol: &str) -> String {
    let proprietary = tlv("50", "4445424954") + &tlv("87", "01") + &tlv("9F38", pdol);
    tlv("6F", &(tlv("84", aid) + &tlv("A5", &proprietary)))
}

pub(crate) fn template_77(objects: &[(&str, &str)]) -> String {
    tlv(
        "77",
        &objects
            .iter()
            .map(|(tag, value)| tlv(tag, value))
            .collect::<String>(),
    )
}

/// The answer to GET PROCESSING OPTIONS with one object changed, or added if it is missing.
pub(crate) fn gpo_with(tag: &str, value: &str) -> String {
    let mut objects: Vec<_> = GPO.into_iter().filter(|(known, _)| *known != tag).collect();
    objects.push((tag, value));
    template_77(&objects)
}

pub(crate) fn gpo_without(tag: &str) -> String {
    let objects: Vec<_> = GPO.into_iter().filter(|(known, _)| *known != tag).collect();
    template_77(&objects)
}

/// A card that answers by command. The replies to SELECT (of an application) and to GET PROCESSING
/// OPTIONS are used in turn, and the last one repeatedly.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) ppse: Reply,
    pub(crate) select: Vec<Reply>,
    pub(crate) get_data: Reply,
    pub(crate) gpo: Vec<Reply>,
    /// The presence in the field at each poll; afterwards this card alone.
    pub(crate) field: Vec<Presence>,
    pub(crate) polls: usize,
    pub(crate) commands: Vec<Vec<u8>>,
    pub(crate) resets: usize,
}

impl Card {
    /// A debit card that goes online and asks for no verification.
    pub(crate) fn good() -> Self {
        Self {
            ppse: ok(&ppse(&entry(DEBIT, "01"))),
            select: vec![ok(&fci(DEBIT, PDOL))],
            get_data: ok("9F51020156"),
            gpo: vec![ok(&template_77(&GPO))],
            field: Vec::new(),
            polls: 0,
            commands: Vec::new(),
            resets: 0,
        }
    }

    /// A good card, except for its answer to GET PROCESSING OPTIONS.
    pub(crate) fn answering_gpo(body: &str) -> Self {
        Self {
            gpo: vec![ok(body)],
            ..Self::good()
        }
    }

    /// A good card with this CTQ, or without one.
    pub(crate) fn with_ctq(ctq: Option<&str>) -> Self {
        Self::answering_gpo(&ctq.map_or_else(|| gpo_without("9F6C"), |ctq| gpo_with("9F6C", ctq)))
    }

    /// The instructions sent, in order.
    pub(crate) fn instructions(&self) -> Vec<u8> {
        self.commands.iter().map(|command| command[1]).collect()
    }
}

impl Transceive for Card {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.commands.push(command.to_vec());
        let nth = |replies: &[Reply], header: [u8; 2]| {
            let sent = |known: &&Vec<u8>| known.starts_with(&header) && !is_ppse(known);
            let count = self.commands.iter().filter(sent).count();
            replies.get(count - 1).or(replies.last()).cloned()
        };
        let reply = match command {
            _ if is_ppse(command) => Some(self.ppse.clone()),
            [0x00, 0xA4, ..] => nth(&self.select, [0x00, 0xA4]),
            [0x80, 0xCA, ..] => Some(self.get_data.clone()),
            [0x80, 0xA8, ..] => nth(&self.gpo, [0x80, 0xA8]),
            _ => None,
        };
        match reply {
            Some(Reply::Octets(octets)) => Ok(octets),
            Some(Reply::Slow(octets)) => {
                std::thread::sleep(Duration::from_millis(5));
                Ok(octets)
            }
            Some(Reply::Dead) => Err(LinkError::NoAnswer),
            None => panic!("unexpected command {command:02X?}"),
        }
    }

    fn reset(&mut self) {
        self.resets += 1;
    }

    fn poll(&mut self) -> Result<Presence, LinkError> {
        self.polls += 1;
        let found = self.field.get(self.polls - 1);
        Ok(found.copied().unwrap_or(Presence::OneCard))
    }
}

fn is_ppse(command: &[u8]) -> bool {
    command.get(5..19) == Some(b"2PAY.SYS.DDF01")
}

/// A source that returns the same number every time.
pub(crate) struct Fixed(pub(crate) [u8; 4]);

impl UnpredictableNumbers for Fixed {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok(self.0)
    }
}

pub(crate) const NUMBER: Fixed = Fixed([0xCA, 0xFE, 0xBA, 0xBE]);

pub(crate) fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

/// 2026-11-22 16:30:00 in China, sequence counter 42.
pub(crate) fn transaction(kind: TransactionType, amount: Amount) -> Transaction {
    let time = LocalTime::from_unix(1_795_336_200, 480).unwrap();
    Transaction::new(kind, amount, time, 42).unwrap()
}

pub(crate) fn purchase(minor: u64) -> Transaction {
    transaction(TransactionType::Purchase, cny(minor))
}

/// Taps `card` for 12.34 CNY at the default terminal.
pub(crate) fn tap(card: &mut Card) -> TapReport {
    tap_at("", &purchase(1234), card)
}

/// Taps `card` at a terminal with this TOML.
pub(crate) fn tap_at(toml: &str, transaction: &Transaction, card: &mut Card) -> TapReport {
    let config = Config::from_toml(toml).unwrap_or_else(|error| panic!("{error}"));
    Terminal::new(config).tap(transaction, card, &mut { NUMBER })
}

pub(crate) fn online(outcome: &Outcome) -> &understudy_pos::OnlineRequest {
    match outcome {
        Outcome::OnlineRequest(request) => request,
        other => panic!("not an online request: {other}"),
    }
}

/// Taps `card` and compares the outcome and its message.
pub(crate) fn check(name: &str, mut card: Card, expected: &Outcome) {
    let report = tap(&mut card);
    assert_eq!(&report.outcome, expected, "{name}: {}", report.outcome);
    assert_eq!(card.resets, 1, "{name}");
    let message = match expected {
        Outcome::TryAnotherInterface(Reason::UseAnotherInterface) => 0x1D,
        Outcome::TryAnotherInterface(_) => 0x18,
        Outcome::Declined(_) => 0x07,
        Outcome::EndApplication(_) => 0x1C,
        Outcome::TryAgain(Reason::SeePhone) => 0x20,
        Outcome::TryAgain(_) => 0x21,
        other => panic!("{name}: {other}"),
    };
    assert_eq!(shown(&report).last(), Some(&message), "{name}");
}

/// The identifiers of the messages shown, in order.
pub(crate) fn shown(report: &TapReport) -> Vec<u8> {
    let messages = report.ui_requests();
    messages
        .map(|request| request.message.identifier())
        .collect()
}

/// The tag with this number in hex.
pub(crate) fn tag(text: &str) -> Tag {
    Tag::from_number(u32::from_str_radix(text, 16).unwrap()).unwrap()
}
