//! A card for tests.

use understudy_core::card::{CardId, Directory, Profile, Slot, Standing, StateKind, Tap, tags};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::tlv::{Overflow, Tag, Writer};

use crate::commands::{AcData, GpoData, UNIONPAY_DEBIT, bcd, gpo, select};
use crate::env::TestEnv;

/// A profile, field by field; `Default` is a `UnionPay` debit card with CVN 01.
#[derive(Clone, Debug)]
pub struct ProfileSpec {
    /// AID, label and priority of each application.
    pub applications: Vec<(Vec<u8>, &'static str, u8)>,
    /// The PDOL, `9F38`; empty if there is none.
    pub pdol: Vec<u8>,
    /// The application interchange profile, `82`.
    pub aip: [u8; 2],
    /// Track 2, `57`.
    pub track2: Vec<u8>,
    /// The expiry, `5F24`.
    pub expiry: [u8; 3],
    /// The card sequence number, `5F34`.
    pub psn: Option<u8>,
    /// The scheme: 01 `UnionPay`, 02 Visa, 03 Mastercard.
    pub scheme: u8,
    /// The cryptogram version.
    pub cvn: u8,
    /// Issuer discretionary data.
    pub idd: Vec<u8>,
    /// The switches, `C3`.
    pub flags: u8,
    /// CVM policy and methods, `C4`.
    pub policy: [u8; 2],
    /// The limit of one tap without verification, in minor units.
    pub unverified_tap: u64,
    /// The limit on the number of taps without verification.
    pub unverified_taps: u8,
    /// The limit of their sum, in minor units.
    pub unverified_sum: u64,
    /// The limit of any tap, in minor units.
    pub verified_tap: u64,
    /// Seconds for which a verification is good.
    pub validity: u16,
    /// The records: file and number, and the content of the template `70`.
    pub records: Vec<([u8; 2], Vec<u8>)>,
    /// Further objects of the profile.
    pub more: Vec<(Tag, Vec<u8>)>,
}

impl Default for ProfileSpec {
    fn default() -> Self {
        Self {
            applications: vec![(UNIONPAY_DEBIT.to_vec(), "QuickPass", 1)],
            pdol: hex("9F6604 9F0206 9F0306 9F1A02 9505 5F2A02 9A03 9C01 9F3704 9F2103 9F4E14"),
            aip: [0x00, 0x00],
            track2: hex("6250947000000014 D3012201 0000000F"),
            expiry: [0x30, 0x12, 0x31],
            psn: Some(0),
            scheme: 0x01,
            cvn: 0x01,
            idd: Vec::new(),
            flags: tags::flags::VERIFIED_IN_IAD | tags::flags::SECOND_TAP,
            policy: [0x02, 0x80],
            unverified_tap: 100_000,
            unverified_taps: 5,
            unverified_sum: 300_000,
            verified_tap: 5_000_000,
            validity: 60,
            records: Vec::new(),
            more: Vec::new(),
        }
    }
}

impl ProfileSpec {
    /// The profile's octets.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        let mut buffer = [0; 1024];
        let mut writer = Writer::new(&mut buffer);
        self.write(&mut writer).expect("a profile that fits");
        writer.written().to_vec()
    }

    fn write(&self, writer: &mut Writer<'_>) -> Result<(), Overflow> {
        let limits = [
            &bcd::<6>(self.unverified_tap)[..],
            &[self.unverified_taps],
            &bcd::<6>(self.unverified_sum),
            &bcd::<6>(self.verified_tap),
            &self.validity.to_be_bytes(),
        ]
        .concat();
        writer.template(tags::PROFILE, |profile| {
            profile.object(tags::VERSION, &[0x01])?;
            for (aid, label, priority) in &self.applications {
                profile.template(tags::APPLICATION, |application| {
                    application.object(Tag::new(0x4F), aid)?;
                    application.object(Tag::new(0x50), label.as_bytes())?;
                    application.object(Tag::new(0x87), &[*priority])
                })?;
            }
            for (name, content) in &self.records {
                profile.object(tags::RECORD, &[&name[..], content].concat())?;
            }
            if !self.pdol.is_empty() {
                profile.object(Tag::new(0x9F38), &self.pdol)?;
            }
            profile.object(Tag::new(0x82), &self.aip)?;
            profile.object(Tag::new(0x57), &self.track2)?;
            profile.object(Tag::new(0x5F24), &self.expiry)?;
            if let Some(psn) = self.psn {
                profile.object(Tag::new(0x5F34), &[psn])?;
            }
            profile.object(Tag::new(0x9F51), &[0x01, 0x56])?;
            profile.object(tags::SCHEME, &[self.scheme, self.cvn, 0x01])?;
            if !self.idd.is_empty() {
                profile.object(tags::ISSUER_DISCRETIONARY, &self.idd)?;
            }
            profile.object(tags::FLAGS, &[self.flags])?;
            profile.object(tags::CVM_POLICY, &self.policy)?;
            profile.object(tags::LIMITS, &limits)?;
            self.more
                .iter()
                .try_for_each(|(tag, value)| profile.object(*tag, value))
        })
    }
}

/// One presented card with its tap and its environment.
#[derive(Debug)]
pub struct TestCard {
    /// The card.
    pub slots: Vec<Slot<Vec<u8>>>,
    /// The card that readers see.
    pub presented: Option<CardId>,
    /// The conversation.
    pub tap: Tap,
    /// The surroundings.
    pub env: TestEnv,
}

impl Default for TestCard {
    fn default() -> Self {
        Self::new(&ProfileSpec::default())
    }
}

impl TestCard {
    /// The card of a profile.
    #[must_use]
    pub fn new(spec: &ProfileSpec) -> Self {
        let profile = Profile::parse(spec.octets()).expect("a valid profile");
        Self {
            slots: vec![Slot {
                id: CardId(1),
                profile,
                standing: Standing::Active,
            }],
            presented: Some(CardId(1)),
            tap: Tap::default(),
            env: TestEnv::default(),
        }
    }

    /// A card of each scheme, the `UnionPay` one of them presented.
    #[must_use]
    pub fn of_every_scheme() -> Self {
        let mut all = Self::default();
        let others = [ProfileSpec::visa(), ProfileSpec::mastercard()];
        for (spec, id) in others.iter().zip(2..) {
            let mut slots = Self::new(spec).slots;
            for slot in &mut slots {
                slot.id = CardId(id);
            }
            all.slots.append(&mut slots);
        }
        all
    }

    /// Answers one command.
    pub fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let cards = Directory {
            slots: &self.slots,
            presented: self.presented,
        };
        let mut buffer = [0; ANSWER_MAX];
        self.tap
            .process(command, cards, &mut self.env, &mut buffer)
            .to_vec()
    }

    /// Answers one command with its status word only.
    pub fn status(&mut self, command: &[u8]) -> u16 {
        let answer = self.answer(command);
        let (_, status) = answer.split_last_chunk().expect("a status word");
        u16::from_be_bytes(*status)
    }

    /// A whole tap, from the application's SELECT: the answer to GET PROCESSING OPTIONS.
    pub fn pay(&mut self, data: &GpoData) -> Vec<u8> {
        self.select();
        self.answer(&data.command())
    }

    /// A whole tap of a card whose cryptogram is asked for by GENERATE AC: the answer to it.
    pub fn pay_by_generate_ac(&mut self, data: &AcData) -> Vec<u8> {
        self.select();
        assert_eq!(self.status(&gpo(&[])), 0x9000);
        self.answer(&data.command(0x80))
    }

    /// Selects the card's first application.
    fn select(&mut self) {
        let applications = self.slots.iter().map(|slot| slot.profile.applications());
        let aid = applications
            .flatten()
            .next()
            .map(|first| first.aid.to_vec());
        let aid = aid.expect("a card has an application");
        assert_eq!(self.status(&select(&aid)), 0x9000);
    }

    /// A card in `state`, reached by ordinary commands of a reader: of `UnionPay`, but for the
    /// state that none of its cards is ever in.
    #[must_use]
    pub fn in_state(state: StateKind) -> Self {
        match state {
            StateKind::Initiated => Self::mastercard_in(state),
            _ => Self::default().brought(state, &GpoData::default().command()),
        }
    }

    /// A Mastercard card in `state`, reached by ordinary commands of a reader.
    #[must_use]
    pub fn mastercard_in(state: StateKind) -> Self {
        Self::new(&ProfileSpec::mastercard()).brought(state, &gpo(&[]))
    }

    fn brought(mut self, state: StateKind, initiate: &[u8]) -> Self {
        match state {
            StateKind::Idle => {}
            StateKind::Directory => assert_eq!(self.status(&select(crate::PPSE)), 0x9000),
            StateKind::Selected => self.select(),
            StateKind::Initiated | StateKind::Complete => {
                self.select();
                assert_eq!(self.status(initiate), 0x9000);
                if self.tap.state() != state {
                    assert_eq!(self.status(&AcData::default().command(0x80)), 0x9000);
                }
            }
        }
        assert_eq!(self.tap.state(), state);
        self
    }
}

/// Octets from hex with spaces.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).expect("hex")
}
