use understudy_provisioning::letter::{Notice, SuspendReason};
use understudy_provisioning::message::Refusal;

use crate::testkit::{Got, NOW, Phone, Used, after, dump, execute, issuer, world};
use crate::{Issuer, ReportError, ReportOutcome};

const IDLE: Used<'static> = Used {
    cards: &[(1, 0)],
    marks: &[],
};

const TWO_TAPS: Used<'static> = Used {
    cards: &[(1, 2)],
    marks: &[(1, 1), (1, 2)],
};

fn refusal(issuer: &Issuer, report: &[u8]) -> ReportError {
    issuer.receive_report(report, after(60)).unwrap_err()
}

fn marks(issuer: &Issuer) -> usize {
    let dump = dump(issuer);
    dump.lines()
        .filter(|line| line.starts_with("reported "))
        .count()
}

#[test]
fn a_report_is_accepted_kept_and_acknowledged() {
    let (issuer, mut phone, _) = world();
    phone.generation = 17;
    let report = phone.report(&issuer, &TWO_TAPS);
    let reconciled = issuer.receive_report(&report, after(60)).unwrap();
    assert_eq!(reconciled.device, phone.id);
    assert_eq!(reconciled.finding, None);
    let ReportOutcome::Accepted {
        marks: new,
        letters,
        refusals,
    } = reconciled.outcome
    else {
        panic!("{reconciled:?}");
    };
    assert_eq!((new, letters, refusals.count()), (2, 1, 0));
    assert_eq!(marks(&issuer), 2);
    let device = issuer.devices(None).unwrap().remove(0);
    assert_eq!((device.reports, device.generation), (1, 17));
    assert_eq!(device.reported_at, after(60));
    let got = phone.fetch(&issuer, after(60));
    assert!(matches!(got[..], [Got::Notice(Notice::ReportAccepted(at))] if at.last() == 1));
}

#[test]
fn reports_follow_each_other_and_a_mark_is_counted_once() {
    let (issuer, mut phone, _) = world();
    for (used, new) in [
        (&TWO_TAPS, 2),
        (
            &Used {
                cards: &[(1, 3)],
                marks: &[(1, 2), (1, 3)],
            },
            1,
        ),
        (
            &Used {
                cards: &[(1, 3)],
                marks: &[],
            },
            0,
        ),
    ] {
        let report = phone.report(&issuer, used);
        let outcome = issuer.receive_report(&report, NOW).unwrap().outcome;
        assert!(matches!(outcome, ReportOutcome::Accepted { marks, .. } if marks == new));
        phone.fetch(&issuer, NOW);
    }
    assert_eq!(marks(&issuer), 3);
}

#[test]
fn the_last_report_again_changes_nothing_and_is_still_acknowledged() {
    let (issuer, mut phone, _) = world();
    let report = phone.report(&issuer, &TWO_TAPS);
    issuer.receive_report(&report, NOW).unwrap();
    let before = dump(&issuer);
    let again = issuer.receive_report(&report, after(60)).unwrap();
    assert_eq!((again.outcome, again.finding), (ReportOutcome::Again, None));
    assert_eq!(dump(&issuer), before);
    assert_eq!(phone.fetch(&issuer, NOW).len(), 1);
}

#[test]
fn a_report_with_any_octet_altered_is_refused_and_changes_nothing() {
    let (issuer, mut phone, _) = world();
    let report = phone.report(&issuer, &TWO_TAPS);
    let before = dump(&issuer);
    for at in 0..report.len() {
        for bit in [0x01, 0x80] {
            let mut altered = report.clone();
            altered[at] ^= bit;
            refusal(&issuer, &altered);
        }
    }
    assert_eq!(dump(&issuer), before);
    issuer.receive_report(&report, NOW).unwrap();
}

#[test]
fn a_report_that_is_cut_or_longer_is_refused_and_changes_nothing() {
    let (issuer, mut phone, _) = world();
    let report = phone.report(&issuer, &TWO_TAPS);
    let before = dump(&issuer);
    let framing = ReportError::Refused(Refusal::Framing);
    for length in 0..report.len() {
        assert_eq!(refusal(&issuer, &report[..length]), framing);
    }
    assert_eq!(refusal(&issuer, &[&report[..], &[0]].concat()), framing);
    assert_eq!(dump(&issuer), before);
}

#[test]
fn an_old_report_that_comes_again_is_refused_and_changes_nothing() {
    let (issuer, mut phone, _) = world();
    let mut reports = Vec::new();
    for _ in 0..3 {
        let report = phone.report(&issuer, &IDLE);
        issuer.receive_report(&report, NOW).unwrap();
        phone.fetch(&issuer, NOW);
        reports.push(report);
    }
    let before = dump(&issuer);
    for old in &reports[..2] {
        assert_eq!(refusal(&issuer, old), ReportError::Refused(Refusal::Stale));
    }
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_report_that_comes_before_the_one_it_follows_is_refused_and_changes_nothing() {
    let (issuer, mut phone, _) = world();
    let (other, mut twin, _) = world();
    // The twin's own issuer accepts its reports; to this issuer its second report follows no first
    // one.
    twin.id = phone.id;
    let report = twin.report(&other, &IDLE);
    other.receive_report(&report, NOW).unwrap();
    twin.fetch(&other, NOW);
    phone.reports = twin.reports;
    let ahead = phone.report(&issuer, &IDLE);
    let before = dump(&issuer);
    assert_eq!(refusal(&issuer, &ahead), ReportError::Refused(Refusal::Gap));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_report_of_an_unknown_device_or_under_another_key_is_refused() {
    let (issuer, mut phone, _) = world();
    let stranger = Phone::new(7).report(&issuer, &IDLE);
    assert_eq!(refusal(&issuer, &stranger), ReportError::UnknownDevice);
    let before = dump(&issuer);
    let own = std::mem::replace(&mut phone.sign, Phone::new(7).sign);
    let forged = phone.report(&issuer, &IDLE);
    assert_eq!(
        refusal(&issuer, &forged),
        ReportError::Refused(Refusal::Signature)
    );
    phone.sign = own;
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_letter_is_no_report_and_an_enrolment_request_is_none() {
    let (issuer, phone, token) = world();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    let letter = issuer.letters(phone.id, NOW).unwrap().remove(0);
    assert_eq!(
        refusal(&issuer, &letter),
        ReportError::Refused(Refusal::Kind)
    );
    let request = phone.request(issuer.challenge(NOW).unwrap(), None);
    assert_eq!(
        refusal(&issuer, &request),
        ReportError::Refused(Refusal::Kind)
    );
}

#[test]
fn a_letter_that_was_never_written_is_acknowledged_only_to_a_database_that_was_put_back() {
    let (issuer, mut phone, token) = world();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    phone.fetch(&issuer, NOW);
    execute(
        &issuer,
        "DELETE FROM letter WHERE sequence = 2; UPDATE device SET last_letter = 1",
    );
    let report = phone.report(&issuer, &IDLE);
    let before = dump(&issuer);
    let ahead = ReportError::Ahead {
        accepted: 2,
        written: 1,
    };
    assert_eq!(refusal(&issuer, &report), ahead);
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_generation_that_no_database_counts_to_is_refused_and_changes_nothing() {
    let (issuer, mut phone, _) = world();
    phone.generation = u64::MAX;
    let report = phone.report(&issuer, &IDLE);
    let before = dump(&issuer);
    let content = ReportError::Refused(Refusal::Content);
    assert_eq!(refusal(&issuer, &report), content);
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_device_that_holds_no_card_yet_may_report() {
    let issuer = issuer();
    let mut phone = Phone::enrolled(&issuer, 1);
    let used = Used {
        cards: &[],
        marks: &[],
    };
    let report = phone.report(&issuer, &used);
    let reconciled = issuer.receive_report(&report, NOW).unwrap();
    assert!(matches!(reconciled.outcome, ReportOutcome::Accepted { .. }));
}

#[test]
fn what_a_device_refused_by_its_last_report_is_shown() {
    let (issuer, mut phone, _) = world();
    phone.refusals.note(Refusal::Card);
    phone.refusals.note(Refusal::Signature);
    let report = phone.report(&issuer, &IDLE);
    issuer.receive_report(&report, NOW).unwrap();
    assert_eq!(issuer.devices(None).unwrap()[0].refusals, phone.refusals);
}
