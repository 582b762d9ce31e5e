//! A storage that fails once, at every operation of every step of a life: nothing is half done, and
//! a second try has the effect that the first would have had.

use std::io::ErrorKind;

use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_test_phone::{CARD, Issuer, Phone};
use understudy_wallet::WalletError;

use crate::phones::{TODAY, empty, seen};

/// A step in a device's life.
#[derive(Debug)]
enum Step {
    Letter(Vec<u8>),
    /// A letter that is refused.
    Noise,
    Tap,
    Settle,
    Report,
}

/// The storage failed.
#[derive(Debug)]
struct Failed;

impl Step {
    fn run(&self, phone: &Phone) -> Result<(), Failed> {
        let done = match self {
            Self::Letter(letter) => phone.wallet.receive(letter).map(drop),
            Self::Noise => match phone.wallet.receive(b"noise") {
                Err(WalletError::Refused(_)) => Ok(()),
                other => other.map(|taken| panic!("taken: {taken:?}")),
            },
            Self::Tap => {
                return match phone.tap() {
                    0x9000 => Ok(()),
                    0x6985 => Err(Failed),
                    other => panic!("{other:04X}"),
                };
            }
            Self::Settle => phone.wallet.settle(),
            Self::Report => phone.wallet.report().map(drop),
        };
        match done {
            Ok(()) => Ok(()),
            Err(WalletError::Store(_) | WalletError::Journal(_)) => Err(Failed),
            Err(other) => panic!("{self:?}: {other}"),
        }
    }
}

/// The steps of a life, each with the phone before it.
fn life() -> Vec<(Phone, Step)> {
    let phone = empty();
    let request = phone.enrol().unwrap();
    let mut issuer = Issuer::of(&request, TODAY);
    let mut life = Vec::new();
    let mut step = |step: Step| {
        let before = phone.copy();
        step.run(&phone).unwrap();
        life.push((before, step));
    };
    step(Step::Letter(issuer.card(CARD, &[1, 2, 3])));
    step(Step::Settle);
    step(Step::Tap);
    step(Step::Tap);
    let approved = issuer.notice(Notice::Approved, 1, *b"00");
    step(Step::Letter(approved));
    step(Step::Noise);
    step(Step::Letter(issuer.command(CARD, Command::Replenish)));
    step(Step::Report);
    issuer.take(&phone.report()).unwrap();
    step(Step::Letter(issuer.acknowledge()));
    step(Step::Letter(issuer.keys(CARD, &[4])));
    let suspend = Command::Suspend(SuspendReason::Issuer);
    step(Step::Letter(issuer.command(CARD, suspend)));
    step(Step::Letter(issuer.command(CARD, Command::Resume)));
    step(Step::Tap);
    let rotate = issuer.write(None, Body::Command(Command::RotateStorage));
    step(Step::Letter(rotate));
    step(Step::Letter(issuer.command(CARD, Command::Delete)));
    step(Step::Report);
    life
}

/// A copy of the phone before a step, with clocks of its own.
fn again(before: &Phone) -> Phone {
    Phone::of(&before.files(), &before.clock.other())
}

#[test]
fn a_storage_that_fails_at_any_operation_leaves_nothing_half_done_and_a_retry_does_it() {
    let mut failures = 0;
    for (number, (before, step)) in life().iter().enumerate() {
        let whole = again(before);
        let began = whole.folder.counts().operations;
        step.run(&whole).unwrap();
        let operations = whole.folder.counts().operations - began;
        let (untouched, done) = (seen(&again(before)), seen(&whole));
        for operation in 0..operations {
            let what = format!("step {number}, operation {operation} of {operations}");
            let phone = again(before);
            phone.folder.fail_after(operation, ErrorKind::StorageFull);
            if step.run(&phone).is_err() {
                failures += 1;
                // A change counts as done if it is stored, even if older generations are not erased
                // yet.
                let after = seen(&phone);
                assert!(after == untouched || after == done, "{what}: {after:?}");
                step.run(&phone).expect("it failed once");
            }
            assert_eq!(seen(&phone), done, "{what}");
            assert_eq!(seen(&phone.died()), done, "{what}, after a restart");
        }
    }
    assert!(failures > 40, "{failures}");
}
