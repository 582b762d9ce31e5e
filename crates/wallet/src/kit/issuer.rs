use getrandom::SysRng;
use understudy_core::card::{CardId, Limits, Profile, UnixTime};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::enrolment::{Challenge, Received};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use understudy_provisioning::letter::{Body, Command, Letter, Notice, Recipient, Verdict, seal};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report::{self, Arrival, Ledger, Mark, Sender};
use understudy_provisioning::{Package, Subject, package};
use understudy_tests::ProfileSpec;
use zeroize::Zeroizing;

use super::START;
use crate::IssuerKeys;

pub(crate) const CHALLENGE: Challenge = Challenge([0xCA; 32]);

/// An issuer with one device.
pub(crate) struct Issuer {
    sign: SigningKey,
    receive: ReceiveKey,
    device: Recipient,
    sender: Sender,
    sequence: u64,
    /// The time in its letters.
    pub(crate) now: u64,
}

/// The content of a report.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) generation: u64,
    pub(crate) accepted: u64,
    pub(crate) refusals: u32,
    pub(crate) marks: Vec<Mark>,
}

fn secrets() -> (SigningKey, ReceiveKey) {
    (
        SigningKey::from_octets(&Zeroizing::new([0x11; 32])),
        ReceiveKey::from_octets(Zeroizing::new([0x33; 32])),
    )
}

/// The number of the card with this name.
pub(crate) fn number(card: CardId) -> CardNumber {
    let digits = format!("62509470000{:04}", card.0);
    let digits: Vec<u8> = digits.bytes().map(|digit| digit - b'0').collect();
    CardNumber::with_check_digit(&digits).unwrap()
}

/// The profile of that card: verification on the device above the limits, and no PIN at the reader.
pub(crate) fn spec(card: CardId) -> ProfileSpec {
    let track2 = format!("{}D30122010000000F", number(card).expose());
    ProfileSpec {
        track2: hex::decode(track2).unwrap(),
        policy: [0x02, 0x00],
        ..ProfileSpec::default()
    }
}

/// The limits in that profile.
pub(crate) fn limits(card: CardId) -> Limits {
    *Profile::parse(spec(card).octets()).unwrap().limits()
}

impl Issuer {
    pub(crate) fn keys() -> IssuerKeys {
        let (sign, receive) = secrets();
        IssuerKeys {
            verify: vec![sign.public()],
            receive: receive.public(),
        }
    }

    /// Enrols the device that makes this request.
    pub(crate) fn of(request: &[u8]) -> Self {
        let received = Received::parse(request).unwrap();
        let enrolled = received.authenticate(&CHALLENGE).unwrap();
        let device = enrolled.enrolment.device;
        let (sign, receive) = secrets();
        Self {
            sign,
            receive,
            device: Recipient {
                device,
                epoch: 1,
                key: enrolled.enrolment.receive,
            },
            sender: Sender {
                device,
                verify: enrolled.verify,
                ledger: Ledger::enrolled(&enrolled),
            },
            sequence: 0,
            now: START,
        }
    }

    /// The next letter, sealed to the newest known key.
    pub(crate) fn write(&mut self, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
        self.sequence += 1;
        let letter = Letter {
            card,
            sequence: self.sequence,
            issued_at: UnixTime(self.now),
            body,
        };
        let mut out = vec![0; 0x1_1000];
        let made = seal(&mut out, &letter, &self.device, &self.sign, &mut SysRng);
        made.unwrap().to_vec()
    }

    /// A package with the card of this name and a key for each counter.
    pub(crate) fn card(&mut self, card: CardId, atcs: &[u16], not_after: Option<u64>) -> Vec<u8> {
        self.profile(card, &spec(card), atcs, not_after)
    }

    pub(crate) fn profile(
        &mut self,
        card: CardId,
        spec: &ProfileSpec,
        atcs: &[u16],
        not_after: Option<u64>,
    ) -> Vec<u8> {
        let profile = spec.octets();
        self.package(card, &Subject::Card { profile: &profile }, atcs, not_after)
    }

    /// A package with more keys for the card of this name.
    pub(crate) fn more(&mut self, card: CardId, atcs: &[u16], not_after: Option<u64>) -> Vec<u8> {
        let number = number(card);
        self.package(card, &Subject::Keys { number }, atcs, not_after)
    }

    fn package(
        &mut self,
        card: CardId,
        subject: &Subject<'_>,
        atcs: &[u16],
        not_after: Option<u64>,
    ) -> Vec<u8> {
        let keys = atcs.iter().map(|atc| {
            let [high, low] = atc.to_be_bytes();
            let key = [high ^ 0x5A, low, 0x5A, 0xA5].repeat(4);
            (Atc::new(*atc).unwrap(), Zeroizing::new(key))
        });
        let mut out = vec![0; package::emitted_len(subject, Algorithms::TDES, atcs.len())];
        let not_after = not_after.map(UnixTime);
        package::emit(&mut out, subject, not_after, Algorithms::TDES, keys).unwrap();
        self.write(Some(card), Body::Package(Package::parse(&out).unwrap()))
    }

    pub(crate) fn command(&mut self, card: Option<CardId>, command: Command) -> Vec<u8> {
        self.write(card, Body::Command(command))
    }

    /// A notice about a payment of 12.34 CNY.
    pub(crate) fn notice(
        &mut self,
        card: CardId,
        notice: fn(Verdict) -> Notice,
        atc: u16,
    ) -> Vec<u8> {
        let verdict = Verdict {
            atc: Atc::new(atc).unwrap(),
            response_code: *b"00",
            amount: Amount::new(1234, Currency::CNY).unwrap(),
            at: Some(UnixTime(self.now)),
        };
        self.write(Some(card), Body::Notice(notice(verdict)))
    }

    /// A notice that the last report was accepted.
    pub(crate) fn acknowledge(&mut self) -> Vec<u8> {
        let accepted = Notice::ReportAccepted(self.sender.ledger.reports);
        self.write(None, Body::Notice(accepted))
    }

    /// Takes a report; `None` if it was taken before.
    pub(crate) fn take(&mut self, report: &[u8]) -> Result<Option<Heard>, Refusal> {
        let mut room = vec![0; report::content_len(report)?];
        let accepted = match report::take(report, &self.sender, &self.receive, &mut room)? {
            Arrival::Done => return Ok(None),
            Arrival::Fresh(accepted) => accepted,
        };
        self.sender.ledger = accepted.ledger;
        let report = accepted.report();
        self.device.epoch = report.epoch;
        self.device.key = report.key;
        Ok(Some(Heard {
            generation: report.generation,
            accepted: report.accepted,
            refusals: report.refusals.count(),
            marks: report.marks().collect(),
        }))
    }
}
