//! The wallet and its journal: what is kept, when, and what happens when it cannot be.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use understudy_core::crypto::Atc;
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_issuer::IssueOptions;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::{Image, Journal, Outcome, RestoreError, Volatile, Wallet, WalletError};

use crate::stage::{Stage, TestClock};

/// Keeps the last image, or refuses to.
#[derive(Clone, Debug, Default)]
struct Kept {
    image: Rc<RefCell<Vec<u8>>>,
    full: Rc<Cell<bool>>,
}

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        if self.full.get() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.image.replace(image.encode()?.to_vec());
        Ok(())
    }
}

fn wallet() -> (Stage, Wallet<Kept, TestClock>, Kept) {
    let (stage, issued, _) = Stage::with_card(&IssueOptions::default());
    let kept = Kept::default();
    let mut wallet = Wallet::new(kept.clone(), stage.clock.clone());
    wallet.install(&issued.package).expect("installed");
    (stage, wallet, kept)
}

/// The status word of a tap's GET PROCESSING OPTIONS.
fn tap(wallet: &mut Wallet<Kept, TestClock>) -> u16 {
    let mut buffer = [0; ANSWER_MAX];
    wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
    let answer = wallet.process(&GpoData::default().command(), &mut buffer);
    u16::from_be_bytes(*answer.last_chunk().expect("a status word"))
}

fn restored(kept: &Kept, stage: &Stage) -> Wallet<Volatile, TestClock> {
    Wallet::restore(&kept.image.borrow(), Volatile, stage.clock.clone()).expect("whole")
}

#[test]
fn the_spent_key_is_gone_from_the_image_before_the_answer_leaves() {
    let (stage, mut wallet, kept) = wallet();
    assert_eq!(tap(&mut wallet), 0x9000);
    let restored = restored(&kept, &stage);
    let ledger = restored.cards()[0].ledger;
    assert_eq!((ledger.keys, ledger.last_atc.map(Atc::get)), (9, Some(1)));
    let record = restored.history().next().expect("the tap");
    assert_eq!(
        record.outcome,
        Outcome::Spent,
        "the death of the process: nobody knows"
    );
    assert_eq!(record.merchant.as_ref(), Some(b"CORNER SHOP SHANGHAI"));
}

#[test]
fn a_full_store_costs_no_key_and_the_tap_is_refused() {
    let (stage, mut wallet, kept) = wallet();
    kept.full.set(true);
    assert_eq!(tap(&mut wallet), 0x6985);
    assert_eq!(wallet.cards()[0].ledger.keys, 10);
    assert!(matches!(wallet.user_acted(), Err(WalletError::Journal(_))));
    kept.full.set(false);
    assert_eq!(tap(&mut wallet), 0x9000);
    assert_eq!(restored(&kept, &stage).cards()[0].ledger.keys, 9);
}

#[test]
fn a_change_that_cannot_be_kept_does_not_happen() {
    let (mut stage, mut wallet, kept) = wallet();
    let (issued, _) = stage.issue(&IssueOptions::default());
    let card = wallet.cards()[0].id;
    let before = wallet.cards();
    kept.full.set(true);
    assert!(matches!(
        wallet.install(&issued.package),
        Err(WalletError::Journal(_))
    ));
    assert!(matches!(wallet.remove(card), Err(WalletError::Journal(_))));
    assert!(matches!(
        wallet.user_verified(),
        Err(WalletError::Journal(_))
    ));
    assert_eq!(wallet.cards(), before);
}

#[test]
fn a_tap_is_sent_or_possibly_torn_by_when_the_field_was_lost() {
    let (stage, mut wallet, kept) = wallet();
    assert_eq!(tap(&mut wallet), 0x9000);
    wallet.field_lost().expect("kept");
    let outcome = |wallet: &Wallet<Kept, TestClock>| wallet.history().next().map(|tap| tap.outcome);
    assert_eq!(
        outcome(&wallet),
        Some(Outcome::PossiblyTorn),
        "lost in the same instant"
    );

    assert_eq!(tap(&mut wallet), 0x9000);
    stage.clock.0.set(stage.clock.0.get() + 1);
    wallet.field_lost().expect("kept");
    assert!(matches!(outcome(&wallet), Some(Outcome::Sent(_))));
    let outcomes: Vec<_> = restored(&kept, &stage)
        .history()
        .map(|tap| tap.outcome)
        .collect();
    assert!(matches!(
        outcomes[..],
        [Outcome::Sent(_), Outcome::PossiblyTorn]
    ));
}

#[test]
fn a_verification_ends_with_its_validity_and_with_the_process() {
    let (stage, mut wallet, kept) = wallet();
    let over = GpoData {
        amount: 100_001,
        ttq: [0x20, 0, 0, 0],
        ..GpoData::default()
    };
    let pay = |wallet: &mut Wallet<_, TestClock>| {
        let mut buffer = [0; ANSWER_MAX];
        wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
        wallet
            .process(&over.command(), &mut buffer)
            .ends_with(&[0x90, 0x00])
    };
    assert!(!pay(&mut wallet));
    wallet.user_verified().expect("kept");
    assert!(pay(&mut wallet));
    stage.clock.0.set(stage.clock.0.get() + 60);
    assert!(pay(&mut wallet), "sixty seconds are within the validity");
    stage.clock.0.set(stage.clock.0.get() + 1);
    assert!(!pay(&mut wallet));

    wallet.user_verified().expect("kept");
    let image = kept.image.borrow().clone();
    let clock = stage.clock.clone();
    let mut other = Wallet::restore(&image, Kept::default(), clock).expect("whole");
    assert!(!pay(&mut other), "a verification is not stored");
}

#[test]
fn an_image_of_the_first_format_is_refused_as_that() {
    let image = r#"{"format":"understudy.wallet/1","next":1,"default":null,"cards":[]}"#;
    let (stage, ..) = wallet();
    let error = Wallet::restore(image.as_bytes(), Volatile, stage.clock.clone()).unwrap_err();
    assert!(matches!(error, RestoreError::Format), "{error}");
    assert!(error.to_string().contains("understudy.wallet/2"));
}

#[test]
fn a_removed_card_s_counter_is_kept() {
    let (stage, mut wallet, kept) = wallet();
    assert_eq!(tap(&mut wallet), 0x9000);
    let card = wallet.cards()[0].id;
    wallet.remove(card).expect("kept");
    let image = String::from_utf8(kept.image.borrow().clone()).expect("text");
    let (_, retired) = image
        .split_once("\"retired\":[[\"")
        .expect("a retired token");
    let (digest, rest) = retired.split_at(64);
    assert!(digest.chars().all(|digit| digit.is_ascii_hexdigit()));
    assert!(rest.starts_with("\",1]]"), "its last counter");
    assert_eq!(restored(&kept, &stage).cards(), []);
}

#[test]
fn an_altered_image_is_refused_with_its_place_and_without_its_content() {
    let (stage, _, kept) = wallet();
    let image = String::from_utf8(kept.image.borrow().clone()).expect("text");
    let altered = [
        image.replace("understudy.wallet/2", "understudy.wallet/3"),
        image.replace("\"given\":[1]", "\"given\":[]"),
        image.replace("\"given\":[1]", "\"given\":[0,1]"),
        image.replace("\"given\":[1]", "\"given\":[1,1]"),
        image.replace(
            "\"suspended_by_issuer\":null",
            "\"suspended_by_issuer\":\"issuer\"",
        ),
        image.replace("\"default\":1", "\"default\":7"),
        image.replace("\"last_atc\":null", "\"last_atc\":5"),
        image.replace("\"last_atc\":null", "\"last_atc\":0"),
        image.replace("\"profile\":\"e0", "\"profile\":\"e1"),
        image.replace("\"keys\":[[1,\"", "\"keys\":[[1,\"0"),
        image.replace("\"suspended\"", "\"unknown\""),
        image.replace("\"keys\":[[1,", "\"keys\":[[2,"),
        image.replace("\"retired\":[]", "\"retired\":[[\"00\",1]]"),
        String::new(),
    ];
    for text in altered {
        assert_ne!(text, image);
        let error = Wallet::restore(text.as_bytes(), Volatile, stage.clock.clone())
            .expect_err("altered")
            .to_string();
        assert!(!error.contains("625094"), "{error}");
        let longest_hex = error
            .split(|c: char| !c.is_ascii_hexdigit())
            .map(str::len)
            .max();
        assert!(longest_hex < Some(8), "{error}");
    }
}
