//! The limits of a device's waiting letters and stored reports; a device that takes its letters and
//! reports is served again.

use understudy_core::card::{CardId, Profile};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason, Verdict};
use understudy_provisioning::message::Refusal;

use crate::device::REPORTS_KEPT;
use crate::device::outbox::{NOTICES_MAX, SUPERSEDED_MAX, WAITING_MAX};
use crate::testkit::{Got, NOW, Phone, Used, after, cny, dump, ready, world};
use crate::{
    CloneOrRollback, DeviceStanding, Fault, IssueError, Issuer, NewLimits, NoAttestation,
    ReportError, ReportOutcome, TokenId,
};

const CARD: CardId = CardId(1);

pub(super) const IDLE: Used<'static> = Used {
    cards: &[(1, 0)],
    marks: &[],
};

fn letters(issuer: &Issuer) -> u32 {
    issuer.devices(None).unwrap()[0].letters
}

/// Queues the host's notice of an approved payment.
pub(super) fn notify(issuer: &Issuer, phone: &Phone, minor: u64) {
    let approved = Notice::Approved(Verdict {
        atc: understudy_core::crypto::Atc::new(1).unwrap(),
        response_code: *b"00",
        amount: cny(minor),
        at: Some(NOW),
    });
    let queued = issuer.act(NOW, |act| {
        crate::device::outbox::queue(act, phone.id, Some(CARD), &Body::Notice(approved))
    });
    queued.unwrap();
}

/// The device offers receive keys and gets packages for them, and takes none, until the limit is
/// reached.
fn fill(issuer: &Issuer, phone: &mut Phone, token: TokenId) {
    for _ in 0..WAITING_MAX {
        phone.offer_key(issuer);
        issuer.replenish(token, 1, NOW).unwrap();
    }
    phone.offer_key(issuer);
    assert_eq!(letters(issuer), WAITING_MAX + SUPERSEDED_MAX);
}

/// The device takes all waiting letters, reports, and gets keys.
fn assert_served(issuer: &Issuer, phone: &mut Phone, token: TokenId) -> Vec<Got> {
    let got = phone.fetch(issuer, NOW);
    let report = phone.report(issuer, &IDLE);
    let answer = issuer.receive_report(&report, NOW).unwrap();
    assert!(
        matches!(answer.outcome, ReportOutcome::Accepted { .. }),
        "{answer:?}"
    );
    assert_eq!((answer.finding, letters(issuer)), (None, 1));
    issuer.replenish(token, 1, NOW).unwrap();
    let package = phone.fetch(issuer, NOW).pop();
    assert!(matches!(package, Some(Got::Package { .. })), "{package:?}");
    got
}

#[test]
fn of_notices_that_a_device_never_takes_the_newest_wait_and_they_keep_no_keys_from_it() {
    let (issuer, mut phone, token) = ready();
    for number in 0..u64::from(NOTICES_MAX) {
        notify(&issuer, &phone, number + 1);
    }
    // Sealed and queued letters are treated alike.
    issuer.letters(phone.id, NOW).unwrap();
    for number in 0..100 {
        notify(&issuer, &phone, 1_000 + number);
    }
    issuer.replenish(token, 1, NOW).unwrap();
    assert_eq!(
        letters(&issuer),
        NOTICES_MAX + 2,
        "and the package, and the acceptance of a report"
    );
    let got = assert_served(&issuer, &mut phone, token);
    let amounts: Vec<u64> = got
        .iter()
        .filter_map(|got| match got {
            Got::Notice(Notice::Approved(verdict)) => Some(verdict.amount.minor()),
            _ => None,
        })
        .collect();
    let kept = (101..=u64::from(NOTICES_MAX)).chain(1_000..1_100);
    assert_eq!(amounts, kept.collect::<Vec<_>>());
}

#[test]
fn of_commands_to_a_card_the_last_ones_wait_and_the_card_stands_as_the_last_one_says() {
    let (issuer, mut phone, token) = world();
    for _ in 0..50 {
        issuer
            .suspend(token, SuspendReason::Cardholder, NOW)
            .unwrap();
        issuer.letters(phone.id, NOW).unwrap();
        issuer.resume(token, NOW).unwrap();
    }
    assert_eq!(
        letters(&issuer),
        2 * SUPERSEDED_MAX + 1,
        "of each command, and the first package"
    );
    let got = assert_served(&issuer, &mut phone, token);
    assert_eq!(got.last(), Some(&Got::Command(CARD, Command::Resume)));
}

/// Suspends and resumes a card and orders new storage keys, more often than one command may wait.
fn many_commands(issuer: &Issuer, phone: &Phone, token: TokenId) {
    for _ in 0..3 * SUPERSEDED_MAX {
        issuer
            .suspend(token, SuspendReason::Cardholder, NOW)
            .unwrap();
        issuer.resume(token, NOW).unwrap();
        issuer.rotate_storage(phone.id, NOW).unwrap();
    }
}

#[test]
fn a_command_gives_way_to_none_but_itself_sealed_or_not() {
    for sealed in [false, true] {
        let (issuer, mut phone, token) = world();
        let limits = |taps| {
            let new = NewLimits {
                unverified_taps: Some(taps),
                ..NewLimits::default()
            };
            issuer.set_limits(token, &new, NOW).unwrap()
        };
        let lowered = limits(2);
        issuer.reset_password(phone.id, NOW).unwrap();
        issuer.unlock_password(phone.id, NOW).unwrap();
        for _ in 0..2 {
            if sealed {
                issuer.letters(phone.id, NOW).unwrap();
            }
            many_commands(&issuer, &phone, token);
        }
        let got = phone.fetch(&issuer, NOW);
        let asked = [
            Got::Command(CARD, Command::Limits(lowered)),
            Got::Order(Command::ResetPassword),
            Got::Order(Command::UnlockPassword),
        ];
        assert_eq!(got[..3], asked);
        assert_eq!(got.len(), 3 + 3 * SUPERSEDED_MAX as usize);
    }
}

#[test]
fn of_limits_and_of_profiles_of_a_card_the_last_ones_wait() {
    let (issuer, mut phone, token) = world();
    for taps in (1..=5).cycle().take(52) {
        let new = NewLimits {
            unverified_taps: Some(taps),
            ..NewLimits::default()
        };
        issuer.set_limits(token, &new, NOW).unwrap();
        issuer.update_profile(token, NOW).unwrap();
    }
    assert_eq!(letters(&issuer), 2 * SUPERSEDED_MAX + 1);
    let got = phone.fetch(&issuer, NOW);
    let [
        ..,
        Got::Command(CARD, Command::Limits(told)),
        Got::Profile(CARD, profile),
    ] = &got[..]
    else {
        panic!("{got:?}");
    };
    assert_eq!(told.unverified_taps, 2);
    let profile = Profile::parse(profile.as_slice()).unwrap();
    assert_eq!(profile.limits(), told);
}

#[test]
fn a_device_that_never_takes_its_packages_gets_no_more_until_it_does() {
    let (issuer, mut phone, token) = world();
    fill(&issuer, &mut phone, token);
    let before = dump(&issuer);
    let refused = issuer.replenish(token, 1, NOW);
    assert!(
        matches!(refused, Err(IssueError::OutboxFull)),
        "{refused:?}"
    );
    assert_eq!(dump(&issuer), before, "and no counter is reserved");
    // Commands are not limited by waiting packages.
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    issuer.resume(token, NOW).unwrap();
    assert_eq!(letters(&issuer), WAITING_MAX + SUPERSEDED_MAX + 2);
    assert_served(&issuer, &mut phone, token);
}

#[test]
fn another_device_is_served_while_one_takes_nothing() {
    let (issuer, mut phone, token) = world();
    fill(&issuer, &mut phone, token);
    let mut other = Phone::enrolled(&issuer, 2);
    let moved = issuer.change_device(token, other.id, 3, NOW).unwrap();
    assert!(other.take(&issuer, &moved.letter).unwrap().is_some());
}

#[test]
fn of_acceptances_that_a_device_never_takes_the_last_ones_wait() {
    let (issuer, mut phone, token) = world();
    for _ in 0..40 {
        phone.offer_key(&issuer);
    }
    assert_eq!(letters(&issuer), SUPERSEDED_MAX);
    assert_served(&issuer, &mut phone, token);
}

#[test]
fn of_reports_as_many_are_known_as_tell_an_old_one_from_another() {
    let (issuer, mut phone, token) = world();
    let mut other = Phone::enrolled(&issuer, 0xE1);
    let report = other.report(&issuer, &IDLE);
    issuer.receive_report(&report, NOW).unwrap();
    let enrolled = phone.reports;
    let mut kept = Vec::new();
    for _ in 0..=REPORTS_KEPT {
        let report = phone.report(&issuer, &IDLE);
        issuer.receive_report(&report, NOW).unwrap();
        phone.fetch(&issuer, NOW);
        kept.push(report);
    }
    let rows = issuer.view(|view| {
        let count = "SELECT count(*) FROM report";
        Ok::<_, Fault>(
            view.prepare(count)?
                .query_row([], |row| row.get::<_, u64>(0))?,
        )
    });
    assert_eq!(
        rows.unwrap(),
        REPORTS_KEPT + 1 + 2,
        "with enrolments, and another's"
    );
    assert_served(&issuer, &mut phone, token);
    // Too old to be compared: refused, without flagging the device.
    let before = dump(&issuer);
    phone.reports = enrolled;
    let other = phone.report(&issuer, &IDLE);
    for old in [&kept[0], &kept[1], &other] {
        let refused = issuer.receive_report(old, after(1));
        assert_eq!(refused, Err(ReportError::Refused(Refusal::Stale)));
    }
    assert_eq!(dump(&issuer), before);
    // Under a known number, a repetition of the accepted report is recognised, and another one is
    // detected.
    let again = issuer.receive_report(&kept[11], after(2));
    assert_eq!(again, Err(ReportError::Refused(Refusal::Stale)));
    phone.reports = Sequence::after(&kept[10]).unwrap();
    let other = phone.report(&issuer, &IDLE);
    let answer = issuer.receive_report(&other, after(3)).unwrap();
    assert_eq!(answer.finding, Some(CloneOrRollback::Stale));
    let standing = issuer.devices(None).unwrap()[0].standing;
    assert_eq!(standing, DeviceStanding::CloneOrRollback);
}

#[test]
fn challenges_that_nobody_answers_are_not_kept_and_keep_nobody_out() {
    let (issuer, ..) = world();
    let honest = issuer.challenge(NOW).unwrap();
    let before = dump(&issuer);
    let mut drawn: Vec<_> = (0..5_000)
        .map(|_| issuer.challenge(NOW).unwrap().0)
        .collect();
    assert_eq!(dump(&issuer), before);
    drawn.sort_unstable();
    drawn.dedup();
    assert_eq!(drawn.len(), 5_000, "no two are the same");
    let request = Phone::new(7).request(honest, None);
    issuer
        .enrol(&request, &NoAttestation, after(3_600))
        .unwrap();
}
