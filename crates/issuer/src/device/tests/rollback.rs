use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::letter::{Command, SuspendReason};
use understudy_provisioning::message::Refusal;

use crate::testkit::{Got, Mailbox, NOW, Phone, Used, after, authorise, bind, dump, issuer, world};
use crate::{
    CloneOrRollback, DeviceStanding, IssueError, Issuer, ReportError, ReportOutcome, TokenStatus,
};

pub(super) const IDLE: Used<'static> = Used {
    cards: &[(1, 0)],
    marks: &[],
};

pub(super) fn atc(counter: u16) -> Atc {
    Atc::new(counter).unwrap()
}

/// Reports, and lets the device read the acceptance.
pub(super) fn report(
    issuer: &Issuer,
    phone: &mut Phone,
    used: &Used<'_>,
    at: u64,
) -> Option<CloneOrRollback> {
    let report = phone.report(issuer, used);
    let reconciled = issuer.receive_report(&report, after(at)).unwrap();
    phone.fetch(issuer, after(at));
    reconciled.finding
}

pub(super) fn assert_flagged(issuer: &Issuer) {
    assert_eq!(
        issuer.devices(None).unwrap()[0].standing,
        DeviceStanding::CloneOrRollback
    );
    assert_eq!(
        issuer.tokens(None).unwrap()[0].status,
        TokenStatus::Suspended
    );
    let refused = issuer.replenish(issuer.tokens(None).unwrap()[0].id, 1, NOW);
    assert!(matches!(refused, Err(IssueError::NotActive(_))));
}

fn assert_sound(issuer: &Issuer) {
    assert_eq!(
        issuer.devices(None).unwrap()[0].standing,
        DeviceStanding::Active
    );
    assert_eq!(issuer.tokens(None).unwrap()[0].status, TokenStatus::Active);
}

#[test]
fn another_report_under_the_last_number_is_a_clone() {
    let (issuer, mut phone, _) = world();
    let original = phone.report(&issuer, &IDLE);
    let copy = phone.report(
        &issuer,
        &Used {
            cards: &[(1, 1)],
            marks: &[(1, 1)],
        },
    );
    issuer.receive_report(&original, NOW).unwrap();
    let reconciled = issuer.receive_report(&copy, NOW).unwrap();
    assert_eq!(reconciled.outcome, ReportOutcome::NotAccepted);
    assert_eq!(reconciled.finding, Some(CloneOrRollback::Conflict));
    assert_flagged(&issuer);
    let device = issuer.devices(None).unwrap().remove(0);
    assert_eq!(device.reports, 1);
}

#[test]
fn another_report_under_an_old_number_is_a_rollback() {
    let (issuer, mut phone, _) = world();
    let put_back = phone.reports;
    report(&issuer, &mut phone, &IDLE, 0);
    report(&issuer, &mut phone, &IDLE, 1);
    phone.reports = put_back;
    let old = phone.report(&issuer, &IDLE);
    // The restored device offers the keys of its old epochs again.
    let reconciled = issuer.receive_report(&old, after(2)).unwrap();
    assert_eq!(reconciled.finding, Some(CloneOrRollback::Stale));
    assert_flagged(&issuer);
}

#[test]
fn a_report_that_follows_another_one_is_a_fork() {
    let (issuer, mut phone, _) = world();
    let (other, mut copy, _) = world();
    // Two histories of the same length: each issuer received another first report.
    copy.id = phone.id;
    report(&issuer, &mut phone, &IDLE, 0);
    report(&other, &mut copy, &IDLE, 0);
    phone.reports = copy.reports;
    let fork = phone.report(&issuer, &IDLE);
    let reconciled = issuer.receive_report(&fork, after(1)).unwrap();
    assert_eq!(reconciled.outcome, ReportOutcome::NotAccepted);
    assert_eq!(reconciled.finding, Some(CloneOrRollback::Fork));
    assert_flagged(&issuer);
}

#[test]
fn a_generation_that_falls_is_a_rollback_and_one_that_stays_is_none() {
    let (issuer, mut phone, _) = world();
    phone.generation = 9;
    assert_eq!(report(&issuer, &mut phone, &IDLE, 0), None);
    assert_eq!(report(&issuer, &mut phone, &IDLE, 1), None);
    phone.generation = 8;
    let put_back = report(&issuer, &mut phone, &IDLE, 2);
    assert_eq!(put_back, Some(CloneOrRollback::Generation));
    assert_flagged(&issuer);
}

#[test]
fn an_authorised_counter_that_the_device_has_passed_and_never_marked_is_a_rollback() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 2, NOW);
    let used = Used {
        cards: &[(1, 3)],
        marks: &[(1, 1), (1, 3)],
    };
    let unreported = CloneOrRollback::Unreported { token, atc: atc(2) };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(unreported));
    assert_flagged(&issuer);
    // The report itself was valid, and the chain continues from it.
    assert_eq!(issuer.devices(None).unwrap()[0].reports, 1);
}

#[test]
fn an_authorised_counter_is_not_missing_while_its_report_may_be_on_the_way() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    // The report was made before the tap and accepted after it.
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    assert_sound(&issuer);
    let used = Used {
        cards: &[(1, 1)],
        marks: &[(1, 1)],
    };
    assert_eq!(report(&issuer, &mut phone, &used, 120), None);
    assert_sound(&issuer);
}

#[test]
fn an_authorised_counter_that_the_next_report_does_not_know_of_is_a_rollback() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    let forgotten = CloneOrRollback::Forgotten { token, atc: atc(1) };
    assert_eq!(report(&issuer, &mut phone, &IDLE, 120), Some(forgotten));
    assert_flagged(&issuer);
}

#[test]
fn a_payment_in_the_second_of_the_last_acceptance_may_still_be_on_its_way() {
    let (issuer, mut phone, token) = world();
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    authorise(&issuer, token, 1, after(60));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 120), None);
    assert_sound(&issuer);
}

#[test]
fn a_card_that_a_report_leaves_out_is_forgotten_with_its_payments() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    let nothing = Used {
        cards: &[],
        marks: &[],
    };
    let forgotten = CloneOrRollback::Forgotten { token, atc: atc(1) };
    assert_eq!(report(&issuer, &mut phone, &nothing, 120), Some(forgotten));
}

#[test]
fn a_card_that_was_deleted_is_rightly_left_out() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    issuer.delete(token, NOW).unwrap();
    let nothing = Used {
        cards: &[],
        marks: &[],
    };
    assert_eq!(report(&issuer, &mut phone, &nothing, 120), None);
}

#[test]
fn a_token_that_moved_is_not_missed_where_it_was_not_used() {
    let (issuer, _, token) = world();
    authorise(&issuer, token, 1, after(10));
    let mut new = Phone::enrolled(&issuer, 2);
    issuer.change_device(token, new.id, 5, after(20)).unwrap();
    new.fetch(&issuer, after(20));
    authorise(&issuer, token, 11, after(30));
    let used = Used {
        cards: &[(1, 11)],
        marks: &[(1, 11)],
    };
    assert_eq!(report(&issuer, &mut new, &used, 60), None);
    assert_eq!(report(&issuer, &mut new, &IDLE11, 120), None);
}

const IDLE11: Used<'static> = Used {
    cards: &[(1, 11)],
    marks: &[],
};

#[test]
fn a_card_that_moved_away_is_rightly_left_out() {
    let (issuer, mut old, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut old, &IDLE, 60), None);
    let new = Phone::enrolled(&issuer, 2);
    issuer.change_device(token, new.id, 5, after(70)).unwrap();
    let nothing = Used {
        cards: &[],
        marks: &[],
    };
    assert_eq!(report(&issuer, &mut old, &nothing, 120), None);
}

#[test]
fn the_device_that_a_token_left_may_still_report_what_it_used() {
    let (issuer, mut old, token) = world();
    let new = Phone::enrolled(&issuer, 2);
    issuer.change_device(token, new.id, 5, after(20)).unwrap();
    let used = Used {
        cards: &[(1, 4)],
        marks: &[(1, 4)],
    };
    assert_eq!(report(&issuer, &mut old, &used, 60), None);
    let beyond = Used {
        cards: &[(1, 11)],
        marks: &[(1, 11)],
    };
    let (card, counter) = (CardId(1), atc(11));
    let never_issued = CloneOrRollback::NeverIssued { card, atc: counter };
    assert_eq!(report(&issuer, &mut old, &beyond, 120), Some(never_issued));
}

#[test]
fn a_counter_without_a_key_or_a_card_without_a_token_is_a_rollback() {
    let cases = [
        (
            &Used {
                cards: &[(1, 11)],
                marks: &[(1, 11)],
            },
            1,
            11,
        ),
        (
            &Used {
                cards: &[(1, 11)],
                marks: &[],
            },
            1,
            11,
        ),
        (
            &Used {
                cards: &[(1, 2), (2, 1)],
                marks: &[(1, 2), (2, 1)],
            },
            2,
            1,
        ),
    ];
    for (used, card, counter) in cases {
        let (issuer, mut phone, _) = world();
        let never_issued = CloneOrRollback::NeverIssued {
            card: CardId(card),
            atc: atc(counter),
        };
        assert_eq!(report(&issuer, &mut phone, used, 60), Some(never_issued));
        assert_flagged(&issuer);
    }
}

#[test]
fn the_cards_of_a_flagged_device_are_told_once_and_resumed_one_by_one() {
    let (issuer, mut phone, token) = world();
    let original = phone.report(&issuer, &IDLE);
    let copy = phone.report(&issuer, &IDLE);
    issuer.receive_report(&original, NOW).unwrap();
    issuer.receive_report(&copy, NOW).unwrap();
    let before = dump(&issuer);
    issuer.receive_report(&copy, NOW).unwrap();
    assert_eq!(dump(&issuer), before);
    let got = phone.fetch(&issuer, NOW);
    let suspended = Command::Suspend(SuspendReason::CloneOrRollback);
    assert_eq!(got[1..], [Got::Command(CardId(1), suspended)]);
    issuer.resume_device(phone.id, NOW).unwrap();
    assert!(phone.fetch(&issuer, NOW).is_empty());
    issuer.resume(token, NOW).unwrap();
    assert_eq!(
        phone.fetch(&issuer, NOW),
        [Got::Command(CardId(1), Command::Resume)]
    );
    assert_sound(&issuer);
    issuer.replenish(token, 1, NOW).unwrap();
}

#[test]
fn a_token_that_is_not_verified_yet_is_suspended_with_its_device_and_stays_unverified() {
    let issuer = issuer();
    let mut phone = Phone::enrolled(&issuer, 1);
    let token = bind(&issuer, &phone, &Mailbox::default()).token;
    phone.fetch(&issuer, NOW);
    issuer
        .suspend_device(phone.id, SuspendReason::CloneOrRollback, NOW)
        .unwrap();
    let suspended = Command::Suspend(SuspendReason::CloneOrRollback);
    assert_eq!(
        phone.fetch(&issuer, NOW),
        [Got::Command(CardId(1), suspended)]
    );
    let status = || issuer.tokens(None).unwrap()[0].status;
    assert_eq!(status(), TokenStatus::Suspended);
    issuer.resume_device(phone.id, NOW).unwrap();
    issuer.resume(token, NOW).unwrap();
    assert_eq!(status(), TokenStatus::Inactive);
}

#[test]
fn a_device_may_be_flagged_by_hand() {
    let (issuer, phone, _) = world();
    issuer
        .suspend_device(phone.id, SuspendReason::CloneOrRollback, NOW)
        .unwrap();
    assert_flagged(&issuer);
    // Suspending it again does not improve its standing.
    issuer
        .suspend_device(phone.id, SuspendReason::Cardholder, NOW)
        .unwrap();
    assert_flagged(&issuer);
}

#[test]
fn only_its_own_device_can_get_a_device_flagged() {
    let (issuer, mut phone, _) = world();
    let original = phone.report(&issuer, &IDLE);
    issuer.receive_report(&original, NOW).unwrap();
    phone.sign = Phone::new(9).sign;
    let forged = phone.report(&issuer, &IDLE);
    let refused = issuer.receive_report(&forged, NOW);
    assert_eq!(refused, Err(ReportError::Refused(Refusal::Signature)));
    assert_sound(&issuer);
}
