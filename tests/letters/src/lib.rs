//! Test kit: an issuer with the least state about a device, and letters of any content that a test
//! asks for.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

use getrandom::SysRng;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::enrolment::{Challenge, Received};
use understudy_provisioning::keys::{
    DeviceId, PublicReceiveKey, ReceiveKey, SigningKey, VerifyKey,
};
use understudy_provisioning::letter::{Body, Command, Letter, Notice, Recipient, Verdict, seal};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{self, Arrival, CardUse, Ledger, Mark, Sender};
use understudy_provisioning::{Package, Subject, package};
use understudy_tests::ProfileSpec;
use zeroize::Zeroizing;

/// The challenge of every issuer of this kit.
pub const CHALLENGE: Challenge = Challenge([0xCA; 32]);
/// The card of most tests.
pub const CARD: CardId = CardId(1);

/// The content of a report.
#[derive(Debug, PartialEq)]
pub struct Heard {
    /// The store's generation.
    pub generation: u64,
    /// The last letter that was accepted.
    pub accepted: u64,
    /// The letters that were refused.
    pub refusals: Refusals,
    /// Name and highest counter of each card, 0 for none.
    pub cards: Vec<(u16, u16)>,
    /// The keys that were used.
    pub marks: Vec<Mark>,
}

/// An issuer with one device.
pub struct Issuer {
    sign: SigningKey,
    receive: ReceiveKey,
    device: Recipient,
    /// The sender of its reports, and their state.
    pub sender: Sender,
    /// The profile of the card of a name.
    pub spec: fn(CardId) -> ProfileSpec,
    /// The last second of the keys in its next packages; `None`: they do not end.
    pub not_after: Option<u64>,
    /// The time of the last letter.
    pub now: u64,
    /// Seconds from one letter to the next.
    pub pace: u64,
    /// The time of the enrolment.
    start: u64,
    sequence: u64,
}

/// The public keys of every issuer of this kit.
#[must_use]
pub fn issuer_keys() -> (VerifyKey, PublicReceiveKey) {
    let (sign, receive) = secrets();
    (sign.public(), receive.public())
}

fn secrets() -> (SigningKey, ReceiveKey) {
    (
        SigningKey::from_octets(&Zeroizing::new([0x11; 32])),
        ReceiveKey::from_octets(Zeroizing::new([0x33; 32])),
    )
}

impl Issuer {
    /// Enrols the device that makes this request at the Unix time `start`; each letter is one second
    /// later than the one before.
    #[must_use]
    pub fn of(request: &[u8], start: u64) -> Self {
        let received = Received::parse(request).expect("as it should be");
        let enrolled = received.authenticate(&CHALLENGE).expect("as it should be");
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
            spec,
            not_after: None,
            now: start,
            pace: 1,
            start,
            sequence: 0,
        }
    }

    /// The device's name.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device.device
    }

    /// The next letter, sealed to the newest known key.
    pub fn write(&mut self, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
        self.sequence += 1;
        self.now += self.pace;
        let letter = Letter {
            card,
            sequence: self.sequence,
            issued_at: UnixTime(self.now),
            body,
        };
        let mut out = vec![0; 0x1_1000];
        let made = seal(&mut out, &letter, &self.device, &self.sign, &mut SysRng);
        made.expect("sealed").to_vec()
    }

    /// A package with the card of this name, under its own number, and a key for each counter.
    pub fn card(&mut self, card: CardId, atcs: &[u16]) -> Vec<u8> {
        self.profile(card, &(self.spec)(card), atcs)
    }

    /// A package with an arbitrary profile.
    pub fn profile(&mut self, card: CardId, spec: &ProfileSpec, atcs: &[u16]) -> Vec<u8> {
        let profile = spec.octets();
        self.package(card, &Subject::Card { profile: &profile }, atcs)
    }

    /// A package with keys for the number of the card of this name.
    pub fn keys(&mut self, card: CardId, atcs: &[u16]) -> Vec<u8> {
        self.package(
            card,
            &Subject::Keys {
                number: number(card),
            },
            atcs,
        )
    }

    /// A package with an arbitrary subject.
    pub fn package(&mut self, card: CardId, subject: &Subject<'_>, atcs: &[u16]) -> Vec<u8> {
        let octets = plaintext(subject, atcs, self.not_after);
        let package = Package::parse(&octets).expect("as it should be");
        self.write(Some(card), Body::Package(package))
    }

    /// A command about a card, or about the whole device (`None`).
    pub fn command(&mut self, card: impl Into<Option<CardId>>, command: Command) -> Vec<u8> {
        self.write(card.into(), Body::Command(command))
    }

    /// A notice about a payment of 12.34 CNY by [`CARD`] at the time of the enrolment.
    pub fn notice(&mut self, notice: fn(Verdict) -> Notice, atc: u16, code: [u8; 2]) -> Vec<u8> {
        let verdict = Verdict {
            atc: Atc::new(atc).expect("as it should be"),
            response_code: code,
            amount: Amount::new(1234, Currency::CNY).expect("as it should be"),
            at: Some(UnixTime(self.start)),
        };
        self.write(Some(CARD), Body::Notice(notice(verdict)))
    }

    /// A notice that the last report was accepted.
    pub fn acknowledge(&mut self) -> Vec<u8> {
        let accepted = Notice::ReportAccepted(self.sender.ledger.reports);
        self.write(None, Body::Notice(accepted))
    }

    /// Takes a report; `None` if it was taken before.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn take(&mut self, message: &[u8]) -> Result<Option<Heard>, Refusal> {
        let mut room = vec![0; report::content_len(message)?];
        let Arrival::Fresh(accepted) =
            report::take(message, &self.sender, &self.receive, &mut room)?
        else {
            return Ok(None);
        };
        let said = accepted.report();
        self.sender.ledger = accepted.ledger;
        self.device.epoch = said.epoch;
        self.device.key = said.key;
        let counter = |highest: Option<Atc>| highest.map_or(0, Atc::get);
        let card = |used: CardUse| (used.card.0, counter(used.highest));
        Ok(Some(Heard {
            generation: said.generation,
            accepted: said.accepted,
            refusals: said.refusals,
            cards: said.cards().map(card).collect(),
            marks: said.marks().collect(),
        }))
    }
}

/// The plaintext of a package whose keys end after the second `not_after`, if that is given.
#[must_use]
pub fn plaintext(subject: &Subject<'_>, atcs: &[u16], not_after: Option<u64>) -> Vec<u8> {
    let keys = atcs.iter().map(|atc| {
        let key = Zeroizing::new(session_key(*atc));
        (Atc::new(*atc).expect("a counter"), key)
    });
    let mut out = vec![0; package::emitted_len(subject, Algorithms::TDES, atcs.len())];
    let not_after = not_after.map(UnixTime);
    package::emit(&mut out, subject, not_after, Algorithms::TDES, keys).expect("as it should be");
    out
}

/// The profile of a card whose number ends with its name.
#[must_use]
pub fn spec(card: CardId) -> ProfileSpec {
    ProfileSpec {
        track2: hex::decode(format!("{}D30122010000000F", digits(card))).expect("as it should be"),
        ..ProfileSpec::default()
    }
}

/// The number of the card of this name.
#[must_use]
pub fn number(card: CardId) -> CardNumber {
    CardNumber::parse(&digits(card)).expect("as it should be")
}

fn digits(card: CardId) -> String {
    format!("625094{:010}", card.0)
}

/// The session key of a counter, the same for every card.
#[must_use]
pub fn session_key(atc: u16) -> [u8; 16] {
    let [high, low] = atc.to_be_bytes();
    let quarter = [high ^ 0x5A, low, 0x5A, 0xA5];
    *[quarter; 4]
        .as_flattened()
        .first_chunk()
        .expect("16 octets")
}
