//! The other side of the token service, for its tests: a device, and a cardholder who receives
//! codes.

mod database;

use std::cell::RefCell;

use getrandom::SysRng;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::Package;
use understudy_provisioning::enrolment::{self, Enrolment};
use understudy_provisioning::inbox::{self, Arrival, Sequence};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, ReceiveKeys, SigningKey};
use understudy_provisioning::letter::{Body, Command, Notice};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{CardUse, Draft, Mark, Payment};

pub(crate) use database::{authorise, dump, dump_with, execute};

use crate::demonstration::TEST_PAN;
use crate::token::restriction::Restrictions;
use crate::verification::{Code, Verification, VerificationError, VerificationTarget};
use crate::{
    IssueError, IssueOptions, Issued, Issuer, NoAttestation, Pin, PinBlock, Request,
    SoftwareCustody, TokenId, demonstration,
};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime(1_795_305_600);

/// The end of keys that are issued at [`NOW`]: thirty days later.
pub(crate) const NOT_AFTER: Option<UnixTime> = Some(UnixTime(NOW.0 + 30 * 86_400));

/// Further cards of the demonstration's bank, which nobody has issued.
pub(crate) const OTHER_PAN: &str = "6228480000000015";

pub(crate) fn after(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 + seconds)
}

pub(crate) fn number(text: &str) -> CardNumber {
    CardNumber::parse(text).unwrap()
}

pub(crate) fn pan() -> CardNumber {
    number(TEST_PAN)
}

pub(crate) fn expiry() -> Expiry {
    Expiry::parse("2812").unwrap()
}

pub(crate) fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

pub(crate) fn issuer() -> Issuer {
    demonstration::issuer().unwrap()
}

pub(crate) fn few_keys(keys: u16) -> IssueOptions {
    IssueOptions {
        keys,
        ..IssueOptions::default()
    }
}

/// A test bench with the demonstration's keys.
pub(crate) fn bench() -> SoftwareCustody {
    demonstration::custody()
}

/// A PIN as a terminal sends it for a token.
pub(crate) fn block(issuer: &Issuer, token: TokenId, pin: &str) -> PinBlock {
    let number = issuer.token(token).unwrap().unwrap().number;
    demonstration::terminal_pin_key().seal(&Pin::parse(pin).unwrap(), &number)
}

/// A cardholder who receives codes.
#[derive(Default)]
pub(crate) struct Mailbox {
    codes: RefCell<Vec<(TokenId, String)>>,
    pub(crate) broken: bool,
}

impl Verification for Mailbox {
    fn send(&self, to: &VerificationTarget, code: &Code) -> Result<(), VerificationError> {
        if self.broken {
            return Err(VerificationError("no signal".to_owned()));
        }
        let mut codes = self.codes.borrow_mut();
        codes.push((to.token, code.digits().to_owned()));
        Ok(())
    }
}

impl Mailbox {
    /// The last code for a token.
    pub(crate) fn code(&self, token: TokenId) -> Code {
        let codes = self.codes.borrow();
        let last = codes.iter().rev().find(|(to, _)| *to == token);
        Code::parse(&last.unwrap().1).unwrap()
    }

    /// A code that is not the last one for a token.
    pub(crate) fn wrong_code(&self, token: TokenId) -> Code {
        let digits = self.code(token).digits().to_owned();
        let other = if digits.starts_with('0') { "1" } else { "0" };
        Code::parse(&format!("{other}{}", &digits[1..])).unwrap()
    }
}

/// A letter as a device received it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Package {
        card: CardId,
        profile: bool,
        counters: Vec<u16>,
        not_after: Option<UnixTime>,
    },
    Profile(CardId, Vec<u8>),
    Command(CardId, Command),
    /// A command about the device itself.
    Order(Command),
    Notice(Notice),
}

/// A device that makes and checks messages with the provisioning crate.
pub(crate) struct Phone {
    pub(crate) id: DeviceId,
    pub(crate) sign: SigningKey,
    keys: ReceiveKeys,
    accepted: Sequence,
    pub(crate) reports: Sequence,
    pub(crate) generation: u64,
    pub(crate) refusals: Refusals,
    cards: Vec<CardId>,
    /// Its reports mark codes in place of taps.
    pub(crate) by_code: bool,
}

/// The keys that a device has used: every card with its highest counter, and marks.
pub(crate) struct Used<'a> {
    pub(crate) cards: &'a [(u16, u16)],
    pub(crate) marks: &'a [(u16, u16)],
}

impl Phone {
    pub(crate) fn new(name: u8) -> Self {
        let receive = ReceiveKey::generate(&mut SysRng).unwrap();
        Self {
            id: DeviceId([name; 16]),
            sign: SigningKey::generate(&mut SysRng).unwrap(),
            keys: ReceiveKeys::enrolled(receive),
            accepted: Sequence::EMPTY,
            reports: Sequence::EMPTY,
            generation: 1,
            by_code: false,
            refusals: Refusals::default(),
            cards: Vec::new(),
        }
    }

    pub(crate) fn enrolled(issuer: &Issuer, name: u8) -> Self {
        let mut phone = Self::new(name);
        let request = phone.request(issuer.challenge(NOW).unwrap(), None);
        issuer.enrol(&request, &NoAttestation, NOW).unwrap();
        phone.reports = enrolment::reports(&request).unwrap();
        phone
    }

    pub(crate) fn request(
        &self,
        challenge: enrolment::Challenge,
        attestation: Option<&[u8]>,
    ) -> Vec<u8> {
        let enrolment = Enrolment {
            device: self.id,
            receive: self.keys.get(1).unwrap().public(),
            challenge,
            attestation,
        };
        let mut room = vec![0; 1024];
        let request = enrolment::request(&mut room, &enrolment, &self.sign).unwrap();
        request.to_vec()
    }

    /// Takes one letter with all checks, as a device does.
    pub(crate) fn take(&mut self, issuer: &Issuer, letter: &[u8]) -> Result<Option<Got>, Refusal> {
        let device = inbox::Device {
            id: self.id,
            cards: &self.cards,
            issuer: &[issuer.keys().public_keys().verify],
            accepted: &self.accepted,
            keys: &self.keys,
        };
        let mut room = vec![0; inbox::content_len(letter)?];
        let Arrival::Fresh(letter) = inbox::take(letter, &device, &mut room)? else {
            return Ok(None);
        };
        self.accepted = letter.sequence;
        let card = letter.header.card;
        if let Some(card) = card.filter(|card| !self.cards.contains(card)) {
            self.cards.push(card);
        }
        Ok(Some(match letter.body() {
            Body::Package(package) => Got::Package {
                card: card.unwrap(),
                profile: package.profile().is_some(),
                counters: counters(&package),
                not_after: package.not_after(),
            },
            Body::Profile(profile) => Got::Profile(card.unwrap(), profile.to_vec()),
            Body::Command(command) => match card {
                Some(card) => Got::Command(card, command),
                None => Got::Order(command),
            },
            Body::Notice(notice) => {
                if let Notice::ReportAccepted(reports) = notice {
                    self.reports = reports;
                }
                Got::Notice(notice)
            }
        }))
    }

    /// Fetches and takes every letter, ignoring refused ones.
    pub(crate) fn fetch(&mut self, issuer: &Issuer, now: UnixTime) -> Vec<Got> {
        let letters = issuer.letters(self.id, now).unwrap();
        let took = letters.iter().map(|letter| self.take(issuer, letter));
        took.filter_map(|taken| taken.unwrap_or(None)).collect()
    }

    /// Offers a fresh receive key, and takes the notice of its acceptance, with all letters.
    pub(crate) fn renew(&mut self, issuer: &Issuer) -> Vec<Got> {
        let used = Used {
            cards: &[],
            marks: &[],
        };
        let report = self.report(issuer, &used);
        issuer.receive_report(&report, NOW).unwrap();
        self.fetch(issuer, NOW)
    }

    /// Offers a fresh receive key, and takes no letter.
    pub(crate) fn offer_key(&mut self, issuer: &Issuer) {
        let used = Used {
            cards: &[],
            marks: &[],
        };
        let report = self.report(issuer, &used);
        issuer.receive_report(&report, NOW).unwrap();
        // The device counts its own report as accepted, without a notice of that.
        self.reports = Sequence::after(&report).unwrap();
    }

    /// Makes a report. The device's state of reports is unchanged; a fresh receive key is added.
    pub(crate) fn report(&mut self, issuer: &Issuer, used: &Used<'_>) -> Vec<u8> {
        let highest = |(card, atc): &(u16, u16)| CardUse {
            card: CardId(*card),
            highest: Atc::new(*atc),
        };
        let cards: Vec<_> = used.cards.iter().map(highest).collect();
        let mark = |used: &(u16, u16)| mark(*used, self.by_code);
        let marks: Vec<_> = used.marks.iter().map(mark).collect();
        let key = ReceiveKey::generate(&mut SysRng).unwrap();
        let public = key.public();
        let epoch = self.keys.push(key).unwrap();
        let draft = Draft {
            device: self.id,
            before: self.reports,
            issued_at: NOW,
            generation: self.generation,
            accepted: self.accepted.last(),
            refusals: self.refusals,
            epoch,
            key: public,
            cards: &cards,
            marks: &marks,
        };
        let to = issuer.keys().public_keys().receive;
        let mut room = vec![0; 4096];
        let report = understudy_provisioning::report::seal;
        let report = report(&mut room, &draft, &to, &self.sign, &mut SysRng).unwrap();
        report.to_vec()
    }
}

fn mark((card, atc): (u16, u16), by_code: bool) -> Mark {
    Mark {
        card: CardId(card),
        atc: Atc::new(atc).unwrap(),
        payment: Some(Payment {
            possibly_torn: false,
            at: Some(NOW),
            amount: (!by_code).then(|| cny(100)),
        }),
    }
}

pub(crate) fn counters(package: &Package<'_>) -> Vec<u16> {
    package.keys().map(|(atc, _)| atc.get()).collect()
}

/// Binds the demonstration card to a device, with ten keys.
pub(crate) fn bind(issuer: &Issuer, phone: &Phone, mailbox: &Mailbox) -> Issued {
    try_bind(issuer, phone, mailbox, &pan()).unwrap()
}

pub(crate) fn try_bind(
    issuer: &Issuer,
    phone: &Phone,
    mailbox: &Mailbox,
    pan: &CardNumber,
) -> Result<Issued, IssueError> {
    let request = Request {
        pan,
        expiry: expiry(),
        device: phone.id,
        options: &IssueOptions::default(),
        funds: cny(1_000_000),
        restrictions: &Restrictions::default(),
    };
    issuer.issue(&request, mailbox, NOW)
}

/// An issuer, a device, and an active token on it with ten keys, which the device has taken.
pub(crate) fn world() -> (Issuer, Phone, TokenId) {
    let issuer = issuer();
    let (phone, token) = settle(&issuer);
    (issuer, phone, token)
}

/// As [`world`]; the device has also offered a fresh receive key, and acknowledged all letters
/// except the notice of that.
pub(crate) fn ready() -> (Issuer, Phone, TokenId) {
    let (issuer, mut phone, token) = world();
    assert_eq!(phone.renew(&issuer).len(), 1);
    (issuer, phone, token)
}

/// A device, and an active token on it with ten keys, which the device has taken.
pub(crate) fn settle(issuer: &Issuer) -> (Phone, TokenId) {
    let mut phone = Phone::enrolled(issuer, 0xD1);
    let mailbox = Mailbox::default();
    let token = bind(issuer, &phone, &mailbox).token;
    let code = mailbox.code(token);
    issuer.verify_identity(token, &code, NOW).unwrap();
    assert_eq!(phone.fetch(issuer, NOW).len(), 1);
    (phone, token)
}
