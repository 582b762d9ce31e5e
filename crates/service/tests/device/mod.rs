//! A device as the service sees it: its messages, made with the provisioning crate.

use getrandom::SysRng;
use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, ReceiveKey, SigningKey};
use understudy_provisioning::message::{OVERHEAD, Refusals};
use understudy_provisioning::report::{self, Draft};

use crate::http::Running;

pub(crate) struct Device {
    /// The enrolment request with which it enrolled.
    pub(crate) request: Vec<u8>,
    id: DeviceId,
    challenge: Challenge,
    issuer: PublicReceiveKey,
    sign: SigningKey,
    accepted: u64,
}

impl Device {
    /// A new device, enrolled at the service.
    pub(crate) async fn enrol(service: &Running) -> Self {
        let answer = service.post("/v1/challenges", b"").await;
        assert_eq!((answer.status, answer.body.len()), (201, 97));
        let mut id = [0; 16];
        getrandom::fill(&mut id).unwrap();
        let mut device = Self {
            request: Vec::new(),
            id: DeviceId(id),
            challenge: Challenge(answer.body[1..33].try_into().unwrap()),
            issuer: PublicReceiveKey::parse(answer.body[33..65].try_into().unwrap()).unwrap(),
            sign: SigningKey::generate(&mut SysRng).unwrap(),
            accepted: 0,
        };
        device.request = device.request_as(device.id);
        let enrolled = service.post("/v1/devices", &device.request).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.text());
        assert_eq!(enrolled.body, id);
        device
    }

    /// A request under another name that answers the same challenge.
    pub(crate) fn renamed(&self) -> Vec<u8> {
        self.request_as(DeviceId([7; 16]))
    }

    fn request_as(&self, id: DeviceId) -> Vec<u8> {
        let receive = ReceiveKey::generate(&mut SysRng).unwrap();
        let enrolment = Enrolment {
            device: id,
            receive: receive.public(),
            challenge: self.challenge,
            attestation: None,
        };
        let mut out = vec![0; enrolment::OVERHEAD];
        enrolment::request(&mut out, &enrolment, &self.sign)
            .unwrap()
            .to_vec()
    }

    /// The device's path.
    pub(crate) fn path(&self) -> String {
        format!("/v1/devices/{}", hex::encode(self.id.0))
    }

    /// The kinds of the letters after number `after`.
    pub(crate) async fn letters(&mut self, service: &Running, after: u64) -> Vec<&'static str> {
        let path = format!("{}/letters?after={after}", self.path());
        let answer = service.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut rest = answer.body.as_slice();
        let mut kinds = Vec::new();
        while let Some((length, behind)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length).try_into().unwrap();
            let (letter, behind) = behind.split_at(length);
            self.accepted = Sequence::after(letter).unwrap().last();
            kinds.push(match letter[KIND] {
                1 => "package",
                2 => "command",
                3 => "notice",
                other => panic!("kind {other}"),
            });
            rest = behind;
        }
        kinds
    }

    /// Its first report: no mark, and every letter accepted.
    pub(crate) fn report(&self) -> Vec<u8> {
        let fresh = ReceiveKey::generate(&mut SysRng).unwrap();
        let draft = Draft {
            device: self.id,
            before: enrolment::reports(&self.request).unwrap(),
            issued_at: UnixTime(1),
            generation: 2,
            accepted: self.accepted,
            refusals: Refusals::default(),
            epoch: 2,
            key: fresh.public(),
            cards: &[],
            marks: &[],
        };
        let mut out = vec![0; 92 + OVERHEAD];
        report::seal(&mut out, &draft, &self.issuer, &self.sign, &mut SysRng)
            .unwrap()
            .to_vec()
    }
}

/// The offset of the kind in a message.
const KIND: usize = 2;
