//! A store that was restored or copied: it works when used alone, and the issuer detects it.

use understudy_provisioning::message::Refusal;
use understudy_test_phone::{CARD, Issuer, Phone};
use understudy_wallet::{Taken, WalletError};

use crate::phones::with_card;

/// Pays once, reports, and receives the acknowledgement.
fn month(phone: &Phone, issuer: &mut Issuer) {
    assert_eq!(phone.tap(), 0x9000);
    issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(phone.takes(&issuer.acknowledge()), Taken::ReportAccepted);
}

#[test]
fn a_store_put_back_by_one_report_makes_another_one_of_its_number() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    month(&phone, &mut issuer);
    let old = phone.files();
    month(&phone, &mut issuer);
    let (put_back, ledger) = (Phone::of(&old, &phone.clock), issuer.sender.ledger);
    assert_eq!(issuer.take(&put_back.report()), Err(Refusal::Conflict));
    assert_eq!(issuer.sender.ledger, ledger);
}

#[test]
fn a_store_put_back_by_several_reports_comes_too_late() {
    let (phone, mut issuer) = with_card(&[1, 2, 3, 4]);
    let old = phone.files();
    month(&phone, &mut issuer);
    month(&phone, &mut issuer);
    assert_eq!(
        issuer.take(&Phone::of(&old, &phone.clock).report()),
        Err(Refusal::Stale)
    );
}

#[test]
fn of_two_copies_of_a_store_the_second_to_report_is_refused() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    month(&phone, &mut issuer);
    let copy = phone.copy();
    assert_eq!((phone.tap(), copy.tap()), (0x9000, 0x9000));
    let (first, second) = (phone.report(), copy.report());
    assert!(issuer.take(&second).unwrap().is_some());
    assert_eq!(issuer.take(&first), Err(Refusal::Conflict));
    let accepted = issuer.acknowledge();
    assert_eq!(copy.takes(&accepted), Taken::ReportAccepted);
    // The letter is sealed to a key that only the other device drew.
    let taken = phone.wallet.receive(&accepted);
    assert!(matches!(taken, Err(WalletError::Refused(Refusal::Sealed))));
}

#[test]
fn a_store_put_back_under_its_report_in_flight_shows_by_its_counters() {
    let (phone, mut issuer) = with_card(&[1, 2, 3, 4]);
    assert_eq!(phone.tap(), 0x9000);
    let report = phone.report();
    let old = phone.files();
    issuer.take(&report).unwrap().unwrap();
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    let (_, authorised) = phone.counts(CARD);
    assert_eq!(authorised, 3);

    let put_back = Phone::of(&old, &phone.clock);
    assert_eq!(issuer.take(&put_back.report()), Ok(None));
    put_back.takes(&issuer.acknowledge());
    let heard = issuer.take(&put_back.report()).unwrap().unwrap();
    assert!(
        heard.cards[0].1 < authorised,
        "the issuer authorised counters that it does not know"
    );
    assert_eq!(put_back.tap(), 0x9000);
    assert_eq!(
        put_back.counts(CARD).1,
        2,
        "a counter that the issuer has seen"
    );
}

#[test]
fn a_store_put_back_takes_old_letters_once_more_and_tells_so() {
    let (phone, mut issuer) = with_card(&[1]);
    let old = phone.files();
    let letter = issuer.keys(CARD, &[2]);
    phone.takes(&letter);
    let suspended = issuer.command(
        CARD,
        understudy_provisioning::letter::Command::Suspend(
            understudy_provisioning::letter::SuspendReason::Issuer,
        ),
    );
    phone.takes(&suspended);
    let put_back = Phone::of(&old, &phone.clock);
    assert_eq!(put_back.takes(&letter), Taken::Replenished(CARD));
    let heard = issuer.take(&put_back.report()).unwrap().unwrap();
    assert_eq!(heard.accepted, 2, "it acknowledged 3 before");
}
