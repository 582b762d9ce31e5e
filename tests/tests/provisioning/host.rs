//! An issuer that keeps of a device what it must.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_provisioning::enrolment::{Challenge, Received};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use understudy_provisioning::letter::{Body, Letter, Notice, Recipient, seal};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{self, Arrival, Ledger, Sender};
use understudy_provisioning::{Package, Subject, package};
use zeroize::Zeroizing;

use crate::device::Given;

pub(crate) const CHALLENGE: Challenge = Challenge([0xCA; 32]);
pub(crate) const CARD: CardId = CardId(1);

/// An issuer with one device.
pub(crate) struct Host {
    pub(crate) sign: SigningKey,
    pub(crate) receive: ReceiveKey,
    pub(crate) device: Recipient,
    pub(crate) sender: Sender,
    pub(crate) ledger: Ledger,
    pub(crate) heard: Refusals,
    sequence: u64,
}

impl Host {
    /// Enrols the device that makes this request.
    pub(crate) fn enrol(request: &[u8]) -> Self {
        let received = Received::parse(request).unwrap();
        let enrolled = received.authenticate(&CHALLENGE).unwrap();
        let device = enrolled.enrolment.device;
        Self {
            sign: SigningKey::generate(&mut Given(vec![0x11; 32])).unwrap(),
            receive: ReceiveKey::generate(&mut Given(vec![0x44; 32])).unwrap(),
            device: Recipient {
                device,
                epoch: 1,
                key: enrolled.enrolment.receive,
            },
            sender: Sender {
                device,
                verify: enrolled.verify,
            },
            ledger: Ledger::enrolled(&enrolled),
            heard: Refusals::default(),
            sequence: 0,
        }
    }

    /// The next letter, to the newest key that is known.
    pub(crate) fn write(&mut self, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
        self.sequence += 1;
        let letter = Letter {
            card,
            sequence: self.sequence,
            issued_at: UnixTime(1_795_311_000 + self.sequence),
            body,
        };
        let mut out = [0; 1024];
        let mut given = Given(vec![u8::try_from(self.sequence).unwrap(); 32]);
        let made = seal(&mut out, &letter, &self.device, &self.sign, &mut given);
        made.unwrap().to_vec()
    }

    /// A package with a profile and a key for each counter.
    pub(crate) fn package(&mut self, atcs: &[u16]) -> Vec<u8> {
        let keys = atcs
            .iter()
            .map(|atc| (Atc::new(*atc).unwrap(), Zeroizing::new([0x5A; 16])));
        let mut out = [0; 512];
        let new = Subject::Card {
            profile: &[0xE0, 0x03, 0xC0, 0x01, 0x01],
        };
        let octets = package::write(&mut out, &new, keys).unwrap();
        self.write(Some(CARD), Body::Package(Package::parse(octets).unwrap()))
    }

    /// Takes a report and writes the notice that it was accepted.
    pub(crate) fn take(&mut self, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        let authentic = report::Received::parse(message)?.authenticate(&self.sender)?;
        let addressed = authentic.address(self.receive.public().id())?;
        if let Arrival::Fresh(fresh) = addressed.sequence(&self.ledger)? {
            let mut room = [0; 1024];
            let opened = fresh.open(&self.receive, &mut room)?;
            let valid = opened.validate()?;
            self.ledger = valid.ledger;
            self.heard = valid.report.refusals;
            self.device.epoch = valid.report.epoch;
            self.device.key = valid.report.key;
        }
        let accepted = Notice::ReportAccepted(self.ledger.reports);
        Ok(self.write(None, Body::Notice(accepted)))
    }
}
