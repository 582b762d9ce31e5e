//! The relay: an attacker between card and terminal rewrites data under no MAC, the TTQ on its way
//! to the card and the CTQ on its way to the terminal.

use std::collections::BTreeMap;

use understudy_core::card::{CardId, Profile, Slot, Standing};
use understudy_core::crypto::Cvn;
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::digits::CardNumber;
use understudy_issuer::IssueOptions;
use understudy_issuer::demonstration::{self, TEST_PAN};
use understudy_pos::{Config, LinkError, OnlineRequest, Outcome, Terminal, Transceive};
use understudy_provisioning::Package;
use understudy_test_phone::Fixed;
use understudy_tests::{GpoData, TestCard};

use crate::stage::{FUNDS, Stage, TestWallet, cny, expiry};

/// The limit of card and issuer for taps without verification, in minor units.
const LIMIT: u64 = 100_000;
/// Their limit for any tap, in minor units.
const ANY: u64 = 5_000_000;
const AMOUNTS: [u64; 9] = [
    0,
    1,
    LIMIT - 1,
    LIMIT,
    LIMIT + 1,
    10 * LIMIT,
    ANY - 1,
    ANY,
    ANY + 1,
];
const RIGHT_PIN: &str = "123456";

/// The part of a card's answer that a relay or the issuer could use: CTQ and CVR.
type Answer = ([u8; 2], [u8; 3]);

/// Every TTQ that affects a card: byte 1, the defined bits of byte 2, CDCVM in byte 3.
fn ttqs() -> impl Iterator<Item = [u8; 4]> {
    (0..=u8::MAX).flat_map(|first| {
        (0..8_u8)
            .flat_map(move |second| [0x00, 0x40].map(|third| [first, second << 5, third, 0x80]))
    })
}

/// Every CTQ with defined bits only, and all ones.
fn ctqs() -> impl Iterator<Item = [u8; 2]> {
    let defined =
        (0..=0x7F_u8).flat_map(|first| [0x00, 0x40, 0x80, 0xC0].map(|second| [first << 1, second]));
    defined.chain([[0xFF, 0xFF]])
}

/// The profile of a card issued with these options, without its number.
fn profile_of(options: &IssueOptions) -> Vec<u8> {
    let stage = Stage::new();
    let pan = CardNumber::parse(TEST_PAN).expect("a card number");
    let now = stage.clock.now();
    let made = stage.issuer.personalise(
        &demonstration::custody(),
        &pan,
        expiry(),
        options,
        cny(FUNDS),
        now,
    );
    let package = made.expect("personalised").package;
    let package = Package::parse(&package).expect("a package");
    package.profile().expect("a new card").to_vec()
}

fn test_card(profile: &[u8]) -> TestCard {
    let profile = Profile::parse(profile.to_vec()).expect("a valid profile");
    let slot = Slot {
        id: CardId(1),
        profile,
        standing: Standing::Active,
    };
    TestCard {
        slots: vec![slot],
        ..TestCard::default()
    }
}

fn value<const N: usize>(answer: &[u8], tag: [u8; 2]) -> [u8; N] {
    let place = answer
        .windows(2)
        .position(|window| window == tag)
        .expect("the tag")
        + 3;
    *answer[place..].first_chunk().expect("its value")
}

/// The different answers of the card for an amount over all TTQs, each with one TTQ that causes it.
fn answers(profile: &[u8], amount: u64, verified: bool) -> BTreeMap<Answer, [u8; 4]> {
    let mut found = BTreeMap::new();
    for ttq in ttqs() {
        let mut card = test_card(profile);
        card.env.verified = verified.then_some(0);
        let answer = card.pay(&GpoData {
            ttq,
            amount,
            ..GpoData::default()
        });
        if answer.ends_with(&[0x90, 0x00]) {
            let [_, _, _, _, cvr @ ..] = value::<7>(&answer, [0x9F, 0x10]);
            found
                .entry((value(&answer, [0x9F, 0x6C]), cvr))
                .or_insert(ttq);
        }
    }
    found
}

/// A relay in front of the phone that replaces the TTQ in GET PROCESSING OPTIONS by `ttq` and
/// records the answers.
struct Recorder<'w> {
    wallet: &'w TestWallet,
    ttq: [u8; 4],
    answers: Vec<Vec<u8>>,
}

impl Transceive for Recorder<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut command = command.to_vec();
        if command.starts_with(&[0x80, 0xA8]) {
            command[7..11].copy_from_slice(&self.ttq);
        }
        let mut buffer = [0; ANSWER_MAX];
        self.answers
            .push(self.wallet.process(&command, &mut buffer).to_vec());
        Ok(self.answers.last().cloned().unwrap_or_default())
    }

    fn reset(&mut self) {
        self.wallet.field_lost();
    }
}

/// Playback of the recorded answers, with another CTQ.
struct Playback<'a> {
    answers: std::slice::Iter<'a, Vec<u8>>,
    ctq: [u8; 2],
}

impl Transceive for Playback<'_> {
    fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut answer = self.answers.next().cloned().ok_or(LinkError::NoAnswer)?;
        if let Some(place) = answer
            .windows(3)
            .position(|octets| octets == [0x9F, 0x6C, 0x02])
        {
            answer[place + 3..place + 5].copy_from_slice(&self.ctq);
        }
        Ok(answer)
    }

    fn reset(&mut self) {}
}

/// The number of approvals, by the evidence that the issuer has.
#[derive(Default)]
struct Approvals {
    within_the_limit: usize,
    above_with_pin: usize,
    above_verified: usize,
}

/// An amount, a user, and the terminals that see a card's answers.
struct Scene {
    terminals: [Terminal; 2],
    options: IssueOptions,
    amount: u64,
    verified: bool,
}

impl Scene {
    /// A real tap of a new card through a relay that sets `ttq`, and the card's issuer, which has
    /// not seen the tap yet.
    fn record(&self, ttq: [u8; 4]) -> (Stage, Vec<Vec<u8>>) {
        let (stage, _) = Stage::with_card(&self.options);
        if self.verified {
            stage.phone.verify();
        }
        let transaction = stage.transaction(cny(self.amount));
        let mut recorder = Recorder {
            wallet: &stage.phone.wallet,
            ttq,
            answers: Vec::new(),
        };
        stage.terminal.tap(&transaction, &mut recorder, &mut Fixed);
        let answers = recorder.answers;
        (stage, answers)
    }

    /// A terminal's outcome for recorded answers under a CTQ.
    fn outcome(
        &self,
        terminal: &Terminal,
        stage: &Stage,
        answers: &[Vec<u8>],
        ctq: [u8; 2],
    ) -> Outcome {
        let transaction = stage.transaction(cny(self.amount));
        let mut playback = Playback {
            answers: answers.iter(),
            ctq,
        };
        let outcome = terminal
            .tap(&transaction, &mut playback, &mut Fixed)
            .outcome;
        assert!(!matches!(outcome, Outcome::Approved(_)), "no card approves");
        outcome
    }

    /// Plays the answers to `ttq` to each terminal under each CTQ, sends the online requests
    /// without a PIN, with a wrong one and with the right one, and checks every approval.
    fn play(&self, ttq: [u8; 4], says_verified: bool, approvals: &mut Approvals) {
        let (stage, answers) = self.record(ttq);
        let mut requests: Vec<(Box<OnlineRequest>, &Terminal, [u8; 2])> = Vec::new();
        for (terminal, ctq) in self
            .terminals
            .iter()
            .flat_map(|t| ctqs().map(move |c| (t, c)))
        {
            if let Outcome::OnlineRequest(request) = self.outcome(terminal, &stage, &answers, ctq)
                && !requests.iter().any(|(seen, ..)| *seen == request)
            {
                requests.push((request, terminal, ctq));
            }
        }
        for (_, terminal, ctq) in requests {
            for pin in [None, Some("000000"), Some(RIGHT_PIN)] {
                let approved = self.decide(terminal, ttq, ctq, pin);
                match (approved, self.amount > LIMIT, pin) {
                    (false, ..) => {}
                    (true, false, _) => approvals.within_the_limit += 1,
                    (true, true, Some(RIGHT_PIN)) => approvals.above_with_pin += 1,
                    (true, true, _) => {
                        let amount = self.amount;
                        assert!(self.verified && says_verified, "approved {amount}");
                        approvals.above_verified += 1;
                    }
                }
            }
        }
    }

    /// True if the same tap of a new card is approved.
    fn decide(&self, terminal: &Terminal, ttq: [u8; 4], ctq: [u8; 2], pin: Option<&str>) -> bool {
        let (mut stage, answers) = self.record(ttq);
        match self.outcome(terminal, &stage, &answers, ctq) {
            Outcome::OnlineRequest(request) => stage.authorise(&request, pin).approved(),
            other => panic!("the first such tap went online: {other}"),
        }
    }
}

/// Plays every answer of a card with this cryptogram version to every terminal under every CTQ.
fn relay(cvn: Cvn) -> Approvals {
    let options = IssueOptions {
        keys: 1,
        cvn,
        domestic_only: true,
        ..IssueOptions::default()
    };
    let profile = profile_of(&options);
    let mut approvals = Approvals::default();
    for (amount, verified) in AMOUNTS.into_iter().flat_map(|a| [(a, false), (a, true)]) {
        let answers = answers(&profile, amount, verified);
        assert_eq!(answers.is_empty(), amount > ANY);
        let strict = Config::from_toml("[reader]\npin_after_read = false").expect("a terminal");
        let scene = Scene {
            terminals: [Terminal::new(Config::default()), Terminal::new(strict)],
            options: options.clone(),
            amount,
            verified,
        };
        for ((_, [first, ..]), ttq) in answers {
            scene.play(ttq, first & 0x04 != 0, &mut approvals);
        }
    }
    approvals
}

#[test]
fn nothing_above_the_limit_is_approved_without_a_right_pin_or_the_word_under_the_mac() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let approvals = relay(cvn);
        assert!(approvals.within_the_limit > 0);
        assert!(approvals.above_with_pin > 0);
        assert!(approvals.above_verified > 0);
    }
}
