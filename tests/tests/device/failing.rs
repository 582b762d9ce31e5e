//! A journal that fails, once, at every keep of a life: nothing is half done, and trying again does
//! what it would have done.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::WalletError;

use crate::issuer::{CARD, Issuer, Seeded};
use crate::phone::Phone;

/// One thing that a device does. Each is one keep.
enum Step {
    Enrol,
    Letter(Vec<u8>),
    /// A letter that it refuses.
    Noise(Vec<u8>),
    Tap,
    FieldLost,
    /// Drawn from this seed.
    Report(u64),
}

/// The journal failed.
struct Failed;

impl Step {
    fn run(&self, phone: &mut Phone) -> Result<(), Failed> {
        let done = match self {
            Self::Enrol => phone.enrol().map(drop),
            Self::Letter(letter) => phone.wallet.receive(letter).map(drop),
            Self::Noise(letter) => match phone.wallet.receive(letter) {
                Err(WalletError::Refused(_)) => Ok(()),
                other => other.map(|taken| panic!("taken: {taken:?}")),
            },
            Self::Tap => {
                let mut buffer = [0; ANSWER_MAX];
                phone.wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
                let answer = phone
                    .wallet
                    .process(&GpoData::default().command(), &mut buffer);
                return match answer {
                    [.., 0x90, 0x00] => Ok(()),
                    [0x69, 0x85] => Err(Failed),
                    other => panic!("{other:02X?}"),
                };
            }
            Self::FieldLost => phone.wallet.field_lost(),
            Self::Report(seed) => phone.wallet.report(&mut Seeded(*seed)).map(drop),
        };
        match done {
            Ok(()) => Ok(()),
            Err(WalletError::Journal(_)) => Err(Failed),
            Err(other) => panic!("{other}"),
        }
    }
}

/// A life, and the image after each of its steps.
fn life() -> Vec<(Step, Vec<u8>)> {
    let mut phone = Phone::new();
    let mut life = Vec::new();
    let mut step = |phone: &mut Phone, step: Step| {
        assert!(step.run(phone).is_ok());
        life.push((step, phone.kept.image()));
        assert_eq!(phone.kept.keeps(), life.len(), "one keep for each step");
    };
    step(&mut phone, Step::Enrol);
    let request = Phone::new().enrol().unwrap();
    let mut issuer = Issuer::of(&request);
    step(&mut phone, Step::Letter(issuer.card(CARD, &[1, 2, 3])));
    for _ in 0..2 {
        step(&mut phone, Step::Tap);
        step(&mut phone, Step::FieldLost);
    }
    step(
        &mut phone,
        Step::Letter(issuer.notice(Notice::Approved, 1, *b"00")),
    );
    step(&mut phone, Step::Noise(b"noise".to_vec()));
    let replenish = Body::Command(Command::Replenish);
    step(
        &mut phone,
        Step::Letter(issuer.write(Some(CARD), replenish)),
    );
    step(&mut phone, Step::Report(500));
    issuer.take(&phone.report()).unwrap();
    step(&mut phone, Step::Letter(issuer.acknowledge()));
    step(&mut phone, Step::Letter(issuer.keys(CARD, &[4])));
    let suspend = Command::Suspend(SuspendReason::Issuer);
    step(&mut phone, Step::Letter(issuer.command(CARD, suspend)));
    step(
        &mut phone,
        Step::Letter(issuer.command(CARD, Command::Resume)),
    );
    step(&mut phone, Step::Tap);
    step(&mut phone, Step::FieldLost);
    step(
        &mut phone,
        Step::Letter(issuer.command(CARD, Command::Delete)),
    );
    step(&mut phone, Step::Report(600));
    life
}

#[test]
fn a_journal_that_fails_at_any_keep_leaves_nothing_half_done_and_a_retry_does_it() {
    let life = life();
    for failing in 1..=life.len() {
        let mut phone = Phone::new();
        phone.kept.fail_at(failing);
        let mut before = Vec::new();
        for (number, (step, after)) in (1..).zip(&life) {
            if number == failing {
                assert!(step.run(&mut phone).is_err(), "step {number}");
                assert!(
                    phone.kept.image() == before,
                    "step {number} was kept in part"
                );
            }
            assert!(step.run(&mut phone).is_ok(), "step {number}");
            assert!(
                phone.kept.image() == *after,
                "step {number} after a failure at {failing}"
            );
            before.clone_from(after);
        }
    }
}

#[test]
fn a_process_that_dies_at_any_keep_goes_on_from_the_image_before() {
    let life = life();
    for dying in 2..=life.len() {
        let (_, before) = &life[dying - 2];
        let (step, after) = &life[dying - 1];
        if matches!(step, Step::FieldLost) {
            continue; // The conversation with the reader died with the process.
        }
        let mut phone = Phone::restored(before);
        phone.kept.fail_at(1);
        assert!(step.run(&mut phone).is_err(), "step {dying}");
        let mut phone = Phone::restored(before);
        assert!(step.run(&mut phone).is_ok(), "step {dying}");
        assert!(phone.kept.image() == *after, "step {dying}");
    }
}
