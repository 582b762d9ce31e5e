//! Codes at the till: one key each, and never without the user.

use understudy_core::card::code::CodeRefusal;
use understudy_core::card::{Event, KeyError, Refusal, Standing};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_provisioning::letter::Notice;
use understudy_qr::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
use understudy_tests::ProfileSpec;
use zeroize::Zeroizing;

use crate::history::RecordOutcome;
use crate::kit::{DAY, Phone, START, card, spec};
use crate::{
    EntryMode, PresentedCode, Prompt, Record, Verification, WalletError, WalletEvent, csv, json,
};

/// A phone with card 1 and these keys, the first of them armed, whose user has just verified.
pub(super) fn verified(keys: u16) -> Phone {
    let phone = Phone::with_keys(keys);
    phone.verify();
    phone
}

pub(super) fn show(phone: &Phone) -> u16 {
    phone.wallet.present_code(card(1)).unwrap().atc.get()
}

fn refusal(phone: &Phone) -> CodeRefusal {
    let keys = phone.keys_left();
    let refused = phone.wallet.present_code(card(1));
    assert_eq!(phone.keys_left(), keys);
    match refused {
        Err(WalletError::Code(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn chip_value(code: &PresentedCode, tag: u32) -> Vec<u8> {
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    let octets = octets_of(code.text(), &mut buffer).unwrap();
    let parsed = ConsumerCode::parse(octets).unwrap();
    let application = parsed.applications().next().unwrap();
    let mut objects = Reader::new(application.chip_data).flatten();
    let found = objects.find(|object| object.tag == Tag::new(tag)).unwrap();
    found.value.to_vec()
}

pub(super) fn only(phone: &Phone) -> Record {
    let [record] = phone.history()[..] else {
        panic!("one record: {:?}", phone.history())
    };
    record
}

#[test]
fn a_code_spends_the_next_key_and_is_in_the_history_as_one() {
    let mut phone = verified(3);
    let code = phone.wallet.present_code(card(1)).unwrap();
    assert_eq!((code.card, code.atc.get(), code.at.0), (card(1), 1, START));
    assert_eq!(chip_value(&code, 0x9F36), [0x00, 0x01]);
    let time = u32::try_from(START).unwrap().to_be_bytes();
    assert_eq!(chip_value(&code, 0x9F37), time);
    assert_eq!(phone.keys_left(), 2);
    let record = only(&phone);
    assert_eq!(record.entry_mode, EntryMode::Code);
    assert_eq!((record.atc, record.at), (Some(code.atc), Some(code.at)));
    assert_eq!(record.amount, None);
    assert!(json(&[record]).contains(r#""state":"code shown""#));
    assert!(csv(&[record]).ends_with(",on device,code shown,,,code\r\n"));
    let marks = phone.report().marks;
    let payment = marks[0].payment.unwrap();
    assert_eq!((payment.at, payment.amount), (Some(code.at), None));
    assert!(phone.wallet.settle_due());
    phone.wallet.settle().unwrap();
    assert_eq!(phone.tap().atc(), Some(2));
}

#[test]
fn nothing_of_a_code_is_in_its_debug() {
    let phone = verified(1);
    let code = phone.wallet.present_code(card(1)).unwrap();
    let shown = format!("{code:?}");
    assert!(shown.starts_with("PresentedCode { card: CardId(1), atc:"));
    assert!(!shown.contains(code.text()));
}

#[test]
fn the_first_amount_that_the_issuer_approves_becomes_that_of_the_record() {
    let mut phone = verified(2);
    show(&phone);
    let letter = phone.issuer.notice(Notice::Approved, 1, *b"00");
    phone.receive(&letter);
    let approved = only(&phone).amount.unwrap();
    assert!(matches!(
        only(&phone).outcome,
        RecordOutcome::Approved { amount, .. } if amount == approved
    ));
    let letter = phone.issuer.notice(Notice::Reversed, 1, *b"00");
    phone.receive(&letter);
    assert_eq!(only(&phone).amount, Some(approved));
    phone.die();
    let record = only(&phone);
    assert_eq!(record.entry_mode, EntryMode::Code);
    assert_eq!(record.amount, Some(approved));
    let [sum] = &crate::monthly_sums(&[record], 0)[..] else {
        panic!("one sum")
    };
    assert_eq!(
        (sum.approved, sum.returned),
        (approved.minor(), approved.minor())
    );
}

#[test]
fn a_code_is_refused_by_its_reason() {
    let phone = Phone::with_keys(3);
    assert_eq!(refusal(&phone), CodeRefusal::NotVerified);
    phone.verify();
    phone.clock.pass(61);
    assert_eq!(refusal(&phone), CodeRefusal::Stale);
    phone.verify();
    let suspended = Standing::Suspended;
    phone.wallet.set_standing(card(1), suspended).unwrap();
    assert_eq!(refusal(&phone), CodeRefusal::Suspended);
    phone
        .wallet
        .set_standing(card(1), Standing::Active)
        .unwrap();
    let unknown = phone.wallet.present_code(card(9));
    assert!(matches!(unknown, Err(WalletError::NoSuchCard(_))));
    for atc in 1..=3 {
        phone.verify();
        assert_eq!(show(&phone), atc);
    }
    let exhausted = Refusal::Key(KeyError::Exhausted);
    assert_eq!(refusal(&phone), CodeRefusal::Card(exhausted));
}

#[test]
fn a_card_of_cvn_17_shows_no_code() {
    let mut phone = Phone::empty();
    let spec = ProfileSpec {
        cvn: 0x17,
        flags: 0xB0,
        ..spec(card(1))
    };
    let letter = phone.issuer.profile(card(1), &spec, &[1, 2]);
    phone.receive(&letter);
    phone.verify();
    assert!(matches!(refusal(&phone), CodeRefusal::Version(_)));
}

#[test]
fn a_code_needs_a_time_that_the_issuer_has_vouched_for() {
    let phone = verified(1);
    phone
        .wallet
        .change(|book, _| {
            book.time.reached = None;
            Ok(())
        })
        .unwrap();
    assert_eq!(refusal(&phone), CodeRefusal::NoTime);
}

#[test]
fn a_phone_that_heard_nothing_for_two_days_spends_no_key_on_a_code_that_is_late() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7]);
    // Switched off for two days; the wall clock is right.
    phone.lose_power();
    phone.clock.set_wall(Some(START + 2 * DAY));
    phone.wallet.settle().unwrap();
    phone.verify();
    let (armed, writes) = (phone.armed(), phone.folder.counts().writes);
    assert_eq!(armed, Some((1, 2)));
    for name in [1, 2] {
        let refused = phone.wallet.present_code(card(name));
        let behind = WalletError::Code(CodeRefusal::TimeBehind);
        assert_eq!(refused.unwrap_err().to_string(), behind.to_string());
    }
    assert_eq!((phone.armed(), phone.keys_left()), (armed, 2));
    assert_eq!(phone.folder.counts().writes, writes);
    // A letter brings the time.
    phone.issuer.now = START + 2 * DAY;
    phone.report();
    assert_eq!(show(&phone), 2);
}

#[test]
fn a_clock_that_is_set_wrong_moves_the_time_of_a_code_by_a_day_at_most() {
    let phone = verified(2);
    let reached = phone.wallet.signed_time().unwrap().0;
    phone.clock.set_wall(Some(START + 400 * DAY));
    assert_eq!(refusal(&phone), CodeRefusal::TimeBehind);
    phone.clock.set_wall(Some(reached + DAY + 1));
    assert_eq!(refusal(&phone), CodeRefusal::TimeBehind);
    phone.clock.set_wall(Some(reached + DAY));
    let code = phone.wallet.present_code(card(1)).unwrap();
    assert_eq!(code.at.0, reached + DAY);
    phone.clock.set_wall(Some(START - 400 * DAY));
    let code = phone.wallet.present_code(card(1)).unwrap();
    assert_eq!(code.at.0, reached);
}

#[test]
fn a_verification_for_less_than_a_code_may_pay_is_good_for_none() {
    let phone = Phone::with_keys(2);
    let for_amount = |minor| {
        Verification::aged(0).for_prompt(&Prompt {
            card: card(1),
            amount: Amount::new(minor, Currency::CNY).unwrap(),
            merchant: None,
            at: std::time::Duration::ZERO,
        })
    };
    phone.wallet.user_verified(for_amount(4_999_999));
    assert_eq!(refusal(&phone), CodeRefusal::NotVerified);
    phone.wallet.user_verified(for_amount(5_000_000));
    assert_eq!(show(&phone), 1);
    // It was for one payment.
    assert_eq!(refusal(&phone), CodeRefusal::NotVerified);
}

#[test]
fn the_drain_guard_counts_codes_and_taps_together() {
    let phone = verified(9);
    for _ in 0..2 {
        show(&phone);
    }
    assert!(phone.tap().atc().is_some());
    assert_eq!(refusal(&phone), CodeRefusal::Card(Refusal::Drained));
    phone.verify();
    show(&phone);
}

#[test]
fn a_code_of_another_card_leaves_the_presented_card_s_key_to_it() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7, 8]);
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((1, 1)));
    phone.verify();
    let code = phone.wallet.present_code(card(2)).unwrap();
    assert_eq!((code.card, code.atc.get()), (card(2), 7));
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((1, 1)));
    assert_eq!(phone.tap().atc(), Some(1));
    assert_eq!(phone.keys_left(), 2);
}

#[test]
fn a_tap_after_a_code_of_another_card_waits_for_the_key_that_it_took() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7]);
    phone.wallet.settle().unwrap();
    phone.verify();
    phone.wallet.present_code(card(2)).unwrap();
    assert!(phone.wallet.settle_due());
    assert_eq!(phone.tap().atc(), Some(1));
    assert_eq!(phone.wallet.storage().unwrap().waited, 1);
}

#[test]
fn a_code_whose_key_a_tap_was_faster_to_use_is_made_with_the_next_and_not_without() {
    let phone = verified(3);
    assert_eq!(phone.tap().atc(), Some(1));
    // As after a tap between the arming and the code.
    assert!(phone.wallet.make_code(card(1)).unwrap().is_none());
    assert_eq!(phone.keys_left(), 2);
    assert_eq!(show(&phone), 2);
}

#[test]
fn a_refused_code_arms_nothing() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7]);
    let before = phone.folder.counts();
    let refused = phone.wallet.present_code(card(2));
    assert!(matches!(refused, Err(WalletError::Code(_))));
    assert_eq!(phone.folder.counts().writes, before.writes);
    assert_eq!(phone.armed(), Some((1, 1)));
}

#[test]
fn a_tap_is_still_the_only_cryptogram_that_is_an_event() {
    let phone = verified(2);
    phone.wallet.events();
    show(&phone);
    let answered = |event: &WalletEvent| matches!(event, WalletEvent::Tap(Event::Answered { .. }));
    assert!(!phone.wallet.events().iter().any(answered));
}
