//! Wiped devices, and orders about a device itself.

use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::letter::{Command, SuspendReason};
use understudy_provisioning::message::Refusal;

use crate::testkit::{
    Got, Mailbox, NOW, OTHER_PAN, Phone, Used, after, dump, number, ready, try_bind, world,
};
use crate::{DeviceError, DeviceStanding, Issuer, ReportError, ReportOutcome, TokenStatus};

const IDLE: Used<'static> = Used {
    cards: &[(1, 0)],
    marks: &[],
};

const GONE: Used<'static> = Used {
    cards: &[],
    marks: &[],
};

fn standing(issuer: &Issuer) -> DeviceStanding {
    issuer.devices(None).unwrap()[0].standing
}

/// Checks that `act` is refused with this text, and changes nothing.
fn assert_refused<E: std::error::Error>(
    issuer: &Issuer,
    expected: &str,
    act: impl FnOnce() -> Option<E>,
) {
    let before = dump(issuer);
    let error = act().expect(expected).to_string();
    assert!(error.contains(expected), "{error}");
    assert_eq!(dump(issuer), before);
}

#[test]
fn a_lost_phone_is_shut_at_once_and_gets_one_letter_that_tells_it_to_erase_itself() {
    let (issuer, mut phone, token) = ready();
    issuer
        .suspend(token, SuspendReason::Cardholder, NOW)
        .unwrap();
    issuer.resume(token, NOW).unwrap();
    let package = issuer.replenish(token, 5, NOW).unwrap();
    let letter = issuer.wipe_device(phone.id, NOW).unwrap().unwrap();
    assert_eq!(issuer.tokens(None).unwrap()[0].status, TokenStatus::Deleted);
    assert_eq!(standing(&issuer), DeviceStanding::Wiping);
    assert_eq!(issuer.letters(phone.id, after(9)).unwrap(), [&letter[..]]);
    let got = phone.take(&issuer, &letter).unwrap();
    assert_eq!(got, Some(Got::Order(Command::Wipe)));
    assert_eq!(phone.take(&issuer, &package), Err(Refusal::Stale));

    let before = dump(&issuer);
    let again = issuer.wipe_device(phone.id, after(9)).unwrap();
    assert_eq!(again, Some(letter));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn the_letter_that_wipes_a_phone_does_so_for_no_other_and_not_when_it_is_altered() {
    let (issuer, mut phone, _) = world();
    let mut other = Phone::enrolled(&issuer, 2);
    let letter = issuer.wipe_device(phone.id, NOW).unwrap().unwrap();
    assert_eq!(other.take(&issuer, &letter), Err(Refusal::Device));
    for at in 0..letter.len() {
        let mut altered = letter.clone();
        altered[at] ^= 0x04;
        assert!(phone.take(&issuer, &altered).is_err(), "octet {at}");
        assert!(phone.take(&issuer, &letter[..at]).is_err(), "{at} octets");
    }
    assert!(phone.take(&issuer, &letter).unwrap().is_some());
    assert_eq!(phone.take(&issuer, &letter), Ok(None));
}

#[test]
fn a_device_that_was_written_off_gets_and_becomes_nothing_any_more() {
    let (issuer, mut phone, token) = ready();
    issuer.wipe_device(phone.id, NOW).unwrap();
    for wiped in [false, true] {
        if wiped {
            phone.fetch(&issuer, NOW);
            let last = phone.report(&issuer, &GONE);
            issuer.receive_report(&last, NOW).unwrap();
            assert_eq!(standing(&issuer), DeviceStanding::Wiped);
        }
        let refused = |act: &dyn Fn() -> Option<DeviceError>| {
            assert_refused(&issuer, "the device was wiped", act);
        };
        refused(&|| {
            let reason = SuspendReason::CloneOrRollback;
            issuer.suspend_device(phone.id, reason, NOW).err()
        });
        refused(&|| issuer.resume_device(phone.id, NOW).err());
        assert_refused(&issuer, "not active", || {
            issuer.reset_password(phone.id, NOW).err()
        });
        assert_refused(&issuer, "not active", || {
            issuer.replenish(token, 1, NOW).err()
        });
        assert_refused(&issuer, "the device was wiped", || {
            let pan = number(OTHER_PAN);
            try_bind(&issuer, &phone, &Mailbox::default(), &pan).err()
        });
        assert_refused(&issuer, "was deleted", || issuer.resume(token, NOW).err());
    }
}

#[test]
fn the_last_report_of_a_wiped_device_says_so_and_no_other_is_accepted_after_it() {
    let (issuer, mut phone, _) = world();
    issuer.wipe_device(phone.id, NOW).unwrap();
    phone.fetch(&issuer, NOW);
    let last = phone.report(&issuer, &GONE);
    let reconciled = issuer.receive_report(&last, after(60)).unwrap();
    assert!(matches!(
        reconciled.outcome,
        ReportOutcome::Accepted { letters: 1, .. }
    ));
    assert_eq!(standing(&issuer), DeviceStanding::Wiped);
    assert!(issuer.letters(phone.id, after(61)).unwrap().is_empty());
    assert_eq!(issuer.wipe_device(phone.id, after(61)).unwrap(), None);

    let before = dump(&issuer);
    let again = issuer.receive_report(&last, after(62)).unwrap();
    assert_eq!(again.outcome, ReportOutcome::Again);
    // A copy from before the wipe makes another report under that number.
    let copy = phone.report(&issuer, &IDLE);
    assert_eq!(issuer.receive_report(&copy, NOW), Err(ReportError::Wiped));
    phone.reports = Sequence::after(&last).unwrap();
    let next = phone.report(&issuer, &GONE);
    let mut altered = next.clone();
    altered[100] ^= 1;
    let refused = issuer.receive_report(&altered, NOW).unwrap_err();
    assert_eq!(refused, ReportError::Refused(Refusal::Signature));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_report_that_was_under_way_comes_before_the_last_one_and_wipes_nothing() {
    let (issuer, mut phone, _) = world();
    let under_way = phone.report(&issuer, &IDLE);
    issuer.wipe_device(phone.id, NOW).unwrap();
    phone.fetch(&issuer, NOW);
    phone.reports = Sequence::after(&under_way).unwrap();
    let last = phone.report(&issuer, &GONE);
    let gap = issuer.receive_report(&last, NOW).unwrap_err();
    assert_eq!(gap, ReportError::Refused(Refusal::Gap));

    issuer.receive_report(&under_way, NOW).unwrap();
    assert_eq!(standing(&issuer), DeviceStanding::Wiping);
    assert_eq!(issuer.letters(phone.id, NOW).unwrap().len(), 1);
    issuer.receive_report(&last, NOW).unwrap();
    assert_eq!(standing(&issuer), DeviceStanding::Wiped);
}

#[test]
fn a_copy_of_a_phone_that_is_being_wiped_is_found_and_changes_no_standing() {
    let (issuer, mut phone, _) = world();
    issuer.wipe_device(phone.id, NOW).unwrap();
    let first = phone.report(&issuer, &IDLE);
    issuer.receive_report(&first, NOW).unwrap();
    let copy = phone.report(&issuer, &IDLE);
    let reconciled = issuer.receive_report(&copy, NOW).unwrap();
    assert!(reconciled.finding.is_some());
    assert_eq!(standing(&issuer), DeviceStanding::Wiping);
    assert_eq!(issuer.letters(phone.id, NOW).unwrap().len(), 1);
}

#[test]
fn an_active_device_and_no_other_is_told_of_its_storage_and_its_password() {
    type Act = fn(&Issuer, &Phone) -> Result<(), DeviceError>;
    let acts: [(Act, Command); 3] = [
        (|i, p| i.rotate_storage(p.id, NOW), Command::RotateStorage),
        (|i, p| i.unlock_password(p.id, NOW), Command::UnlockPassword),
        (|i, p| i.reset_password(p.id, NOW), Command::ResetPassword),
    ];
    for (act, command) in acts {
        let (issuer, mut phone, _) = world();
        act(&issuer, &phone).unwrap();
        assert_eq!(phone.fetch(&issuer, NOW), [Got::Order(command)]);
        for reason in [SuspendReason::Issuer, SuspendReason::CloneOrRollback] {
            issuer.suspend_device(phone.id, reason, NOW).unwrap();
            assert_refused(&issuer, "not active", || act(&issuer, &phone).err());
            issuer.resume_device(phone.id, NOW).unwrap();
        }
        assert_refused(&issuer, "no device of this name", || {
            act(&issuer, &Phone::new(9)).err()
        });
    }
}
