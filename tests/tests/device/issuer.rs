//! An issuer that keeps of a device what it must, and writes any letter that a test asks for.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::enrolment::{Challenge, Received};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, SigningKey};
use understudy_provisioning::letter::{Body, Command, Letter, Notice, Recipient, Verdict, seal};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{self, Arrival, CardUse, Ledger, Mark, Sender};
use understudy_provisioning::{Package, Subject, package};
use understudy_tests::ProfileSpec;
use understudy_wallet::IssuerKeys;
use zeroize::Zeroizing;

pub(crate) const CHALLENGE: Challenge = Challenge([0xCA; 32]);
pub(crate) const CARD: CardId = CardId(1);

/// The time of the first letter; each one after it is a second later.
pub(crate) const FIRST_LETTER: u64 = 1_795_305_601;

/// A generator whose octets follow from a seed.
pub(crate) struct Seeded(pub(crate) u64);

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        self.0 += 1;
        let octets = Sha256::digest(self.0.to_be_bytes());
        to.copy_from_slice(&octets[..to.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Seeded {}

/// What a report said.
#[derive(Debug, PartialEq)]
pub(crate) struct Heard {
    pub(crate) generation: u64,
    pub(crate) accepted: u64,
    pub(crate) refusals: Refusals,
    /// Name and highest counter, 0 for none.
    pub(crate) cards: Vec<(u16, u16)>,
    pub(crate) marks: Vec<Mark>,
}

/// An issuer with one device.
pub(crate) struct Issuer {
    sign: SigningKey,
    receive: ReceiveKey,
    device: Recipient,
    pub(crate) sender: Sender,
    /// Seconds that its clock was set back.
    pub(crate) behind: u64,
    sequence: u64,
}

/// The public keys of every issuer here.
pub(crate) fn keys() -> IssuerKeys {
    let (sign, receive) = secrets();
    IssuerKeys {
        verify: vec![sign.public()],
        receive: receive.public(),
    }
}

fn secrets() -> (SigningKey, ReceiveKey) {
    let mut rng = Seeded(1_000_000);
    let sign = SigningKey::generate(&mut rng).unwrap();
    (sign, ReceiveKey::generate(&mut rng).unwrap())
}

impl Issuer {
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
            behind: 0,
            sequence: 0,
        }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.device.device
    }

    /// The next letter, to the newest key that is known.
    pub(crate) fn write(&mut self, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
        self.sequence += 1;
        let letter = Letter {
            card,
            sequence: self.sequence,
            issued_at: UnixTime(FIRST_LETTER - 1 + self.sequence - self.behind),
            body,
        };
        let mut out = vec![0; 0x1_1000];
        let mut rng = Seeded(self.sequence << 20);
        let made = seal(&mut out, &letter, &self.device, &self.sign, &mut rng);
        made.unwrap().to_vec()
    }

    /// The card of this name with its own number, and a key for each counter.
    pub(crate) fn card(&mut self, card: CardId, atcs: &[u16]) -> Vec<u8> {
        self.profile(card, &spec(card), atcs)
    }

    /// A package with any profile.
    pub(crate) fn profile(&mut self, card: CardId, spec: &ProfileSpec, atcs: &[u16]) -> Vec<u8> {
        let profile = spec.octets();
        self.package(card, &Subject::Card { profile: &profile }, atcs)
    }

    /// Keys for the number that the card of this name has.
    pub(crate) fn keys(&mut self, card: CardId, atcs: &[u16]) -> Vec<u8> {
        self.package(
            card,
            &Subject::Keys {
                number: number(card),
            },
            atcs,
        )
    }

    pub(crate) fn package(&mut self, card: CardId, subject: &Subject<'_>, atcs: &[u16]) -> Vec<u8> {
        let octets = plaintext(subject, atcs);
        let package = Package::parse(&octets).unwrap();
        self.write(Some(card), Body::Package(package))
    }

    pub(crate) fn command(&mut self, card: CardId, command: Command) -> Vec<u8> {
        self.write(Some(card), Body::Command(command))
    }

    /// A notice about a payment of 12.34 CNY.
    pub(crate) fn notice(
        &mut self,
        notice: fn(Verdict) -> Notice,
        atc: u16,
        code: [u8; 2],
    ) -> Vec<u8> {
        let verdict = Verdict {
            atc: Atc::new(atc).unwrap(),
            response_code: code,
            amount: Amount::new(1234, Currency::CNY).unwrap(),
            at: Some(UnixTime(1_795_305_600)),
        };
        self.write(Some(CARD), Body::Notice(notice(verdict)))
    }

    /// Says that the last report was accepted.
    pub(crate) fn acknowledge(&mut self) -> Vec<u8> {
        let accepted = Notice::ReportAccepted(self.sender.ledger.reports);
        self.write(None, Body::Notice(accepted))
    }

    /// Takes a report; `None` if it was taken before.
    pub(crate) fn take(&mut self, message: &[u8]) -> Result<Option<Heard>, Refusal> {
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

/// The plaintext of a package.
pub(crate) fn plaintext(subject: &Subject<'_>, atcs: &[u16]) -> Vec<u8> {
    let keys = atcs.iter().map(|atc| {
        let [high, low] = atc.to_be_bytes();
        let key = Zeroizing::new([high ^ 0x5A, low, 0x5A, 0xA5].repeat(4).try_into().unwrap());
        (Atc::new(*atc).unwrap(), key)
    });
    let mut out = vec![0; package::encoded_len(subject, atcs.len())];
    package::write(&mut out, subject, None, keys).unwrap();
    out
}

/// A card whose number ends with its name.
pub(crate) fn spec(card: CardId) -> ProfileSpec {
    ProfileSpec {
        track2: hex::decode(format!("{}D30122010000000F", digits(card))).unwrap(),
        ..ProfileSpec::default()
    }
}

pub(crate) fn number(card: CardId) -> CardNumber {
    CardNumber::parse(&digits(card)).unwrap()
}

fn digits(card: CardId) -> String {
    format!("625094{:010}", card.0)
}
