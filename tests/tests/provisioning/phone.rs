//! A device that keeps its state as a wallet would: what a message does and where its sequence
//! stands change together, or not at all.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::{Arrival, Device, Received, Sequence, Valid};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, ReceiveKeys, SigningKey, VerifyKey};
use understudy_provisioning::letter::{Body, Notice};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{self, CardUse, Draft};

use crate::device::Given;

pub(crate) const ID: DeviceId = DeviceId([0xD1; 16]);

/// All of it is what a wallet would store.
pub(crate) struct Phone {
    pub(crate) sign: SigningKey,
    pub(crate) keys: ReceiveKeys,
    pub(crate) inbox: Sequence,
    pub(crate) reports: Sequence,
    pub(crate) pending: Option<Vec<u8>>,
    pub(crate) refusals: Refusals,
    pub(crate) generation: u64,
    pub(crate) cards: Vec<CardId>,
    pub(crate) installed: Vec<u16>,
    pub(crate) said: Vec<String>,
}

impl Phone {
    /// A new device, and its enrolment request.
    pub(crate) fn enrol(challenge: Challenge) -> (Self, Vec<u8>) {
        let sign = SigningKey::generate(&mut Given(vec![0x33; 32])).unwrap();
        let receive = ReceiveKey::generate(&mut Given(vec![0x22; 32])).unwrap();
        let enrolment = Enrolment {
            device: ID,
            receive: receive.public(),
            challenge,
            attestation: None,
        };
        let mut out = [0; 256];
        let request = enrolment::request(&mut out, &enrolment, &sign).unwrap();
        let phone = Self {
            sign,
            keys: ReceiveKeys::enrolled(receive),
            inbox: Sequence::EMPTY,
            reports: enrolment::reports(request).unwrap(),
            pending: None,
            refusals: Refusals::default(),
            generation: 1,
            cards: Vec::new(),
            installed: Vec::new(),
            said: Vec::new(),
        };
        (phone, request.to_vec())
    }

    /// Takes a message; a refusal changes nothing but the count of refusals.
    pub(crate) fn take(&mut self, message: &[u8], issuer: &VerifyKey) -> Result<(), Refusal> {
        let mut room = [0; 1024];
        let me = Device {
            id: ID,
            cards: &self.cards,
        };
        let taken = Received::parse(message)
            .and_then(|received| received.authenticate(&[*issuer]))
            .and_then(|authentic| authentic.address(&me))
            .and_then(|addressed| addressed.sequence(&self.inbox));
        let opened = match taken {
            Ok(Arrival::Done) => return Ok(()),
            Ok(Arrival::Fresh(fresh)) => fresh.open(&self.keys, &mut room),
            Err(refusal) => Err(refusal),
        };
        let done = opened.and_then(|opened| opened.validate().map(|valid| self.commit(&valid)));
        if let Err(refusal) = done {
            self.refusals.note(refusal);
        }
        done
    }

    fn commit(&mut self, valid: &Valid<'_>) {
        match &valid.body {
            Body::Package(package) => {
                self.installed
                    .extend(package.keys().map(|(atc, _)| atc.get()));
                self.cards.extend(valid.header.card);
                self.cards.dedup();
                self.keys.installed(valid.header.epoch);
            }
            Body::Notice(Notice::ReportAccepted(accepted)) => {
                let ours = self.pending.as_deref().map(Sequence::after);
                assert_eq!(ours, Some(Ok(*accepted)), "another report was accepted");
                self.reports = *accepted;
                self.pending = None;
            }
            Body::Command(_) | Body::Notice(_) => {}
        }
        self.said.push(format!("{:?}", valid.body));
        self.inbox = valid.sequence;
        self.generation += 1;
    }

    /// The report that waits to be accepted, made if there is none.
    pub(crate) fn report(&mut self, to: &ReceiveKey) -> Vec<u8> {
        if let Some(pending) = &self.pending {
            return pending.clone();
        }
        let next = u8::try_from(self.keys.newest()).unwrap() + 0x50;
        let fresh = ReceiveKey::generate(&mut Given(vec![next; 32])).unwrap();
        let key = fresh.public();
        let cards: Vec<_> = self.cards.iter().map(|card| used(*card)).collect();
        let draft = Draft {
            device: ID,
            before: self.reports,
            issued_at: UnixTime(1_795_311_000),
            generation: self.generation,
            accepted: self.inbox.last(),
            refusals: self.refusals,
            epoch: self.keys.push(fresh).unwrap(),
            key,
            cards: &cards,
            marks: &[],
        };
        let mut out = [0; 1024];
        let mut given = Given(vec![next; 32]);
        let made = report::seal(&mut out, &draft, &to.public(), &self.sign, &mut given).unwrap();
        self.pending = Some(made.to_vec());
        made.to_vec()
    }

    /// Everything but the refusals, to compare with.
    pub(crate) fn state(&self) -> impl PartialEq + core::fmt::Debug + use<> {
        let epochs: Vec<u32> = self.keys.iter().map(|(epoch, _)| epoch).collect();
        (
            (self.inbox, self.reports, self.generation, epochs),
            (self.pending.clone(), self.cards.clone()),
            (self.installed.clone(), self.said.clone()),
        )
    }
}

fn used(card: CardId) -> CardUse {
    CardUse {
        card,
        highest: Atc::new(3),
    }
}
