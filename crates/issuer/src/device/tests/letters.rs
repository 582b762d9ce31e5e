use understudy_core::card::CardId;
use understudy_provisioning::letter::{Command, SuspendReason};
use understudy_provisioning::message::Refusal;

use crate::testkit::{
    Got, Mailbox, NOT_AFTER, NOW, OTHER_PAN, Phone, Used, after, dump, number, ready, try_bind,
    world,
};
use crate::{DeviceStanding, IssueError, Issuer, TokenStatus};

const CARD: CardId = CardId(1);

fn command(command: Command) -> Got {
    Got::Command(CARD, command)
}

#[test]
fn letters_come_in_the_order_in_which_they_were_made_and_again_as_the_same_octets() {
    let (issuer, mut phone, token) = ready();
    issuer
        .suspend(token, SuspendReason::Cardholder, NOW)
        .unwrap();
    issuer.resume(token, NOW).unwrap();
    let package = issuer.replenish(token, 2, NOW).unwrap();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    let letters = issuer.letters(phone.id, NOW).unwrap();
    assert_eq!(letters.len(), 5);
    assert_eq!(letters[3], package);
    assert_eq!(issuer.letters(phone.id, after(60)).unwrap(), letters);
    let expected = [
        command(Command::Suspend(SuspendReason::Cardholder)),
        command(Command::Resume),
        Got::Package {
            card: CARD,
            profile: false,
            counters: vec![11, 12],
            not_after: NOT_AFTER,
        },
        command(Command::Suspend(SuspendReason::Issuer)),
    ];
    assert_eq!(phone.fetch(&issuer, after(60)), expected);
    assert!(phone.fetch(&issuer, after(61)).is_empty());
}

#[test]
fn a_letter_is_forgotten_once_a_report_says_that_it_was_accepted() {
    let (issuer, mut phone, token) = world();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    phone.fetch(&issuer, NOW);
    issuer.resume(token, NOW).unwrap();
    let unread = issuer.letters(phone.id, NOW).unwrap();
    assert_eq!(unread.len(), 3);
    let used = Used {
        cards: &[(1, 0)],
        marks: &[],
    };
    let report = phone.report(&issuer, &used);
    issuer.receive_report(&report, NOW).unwrap();
    let left = issuer.letters(phone.id, NOW).unwrap();
    assert_eq!(left[0], unread[2]);
    assert_eq!(left.len(), 2);
}

#[test]
fn a_letter_is_for_its_own_device() {
    let (issuer, phone, token) = ready();
    let mut other = Phone::enrolled(&issuer, 2);
    let letter = issuer.replenish(token, 1, NOW).unwrap();
    assert_eq!(other.take(&issuer, &letter), Err(Refusal::Device));
    assert!(issuer.letters(other.id, NOW).unwrap().is_empty());
    assert_eq!(issuer.letters(phone.id, NOW).unwrap().len(), 2);
}

#[test]
fn letters_are_sealed_to_the_key_of_the_last_report() {
    let (issuer, mut phone, token) = ready();
    let used = Used {
        cards: &[(1, 0)],
        marks: &[],
    };
    let report = phone.report(&issuer, &used);
    let epoch = |letter: &[u8]| letter[27..31].to_vec();
    let before = issuer.replenish(token, 1, NOW).unwrap();
    issuer.receive_report(&report, NOW).unwrap();
    let after = issuer.replenish(token, 1, NOW).unwrap();
    assert_eq!(
        (epoch(&before), epoch(&after)),
        (vec![0, 0, 0, 2], vec![0, 0, 0, 3])
    );
    // The letter before, the notice that the report was accepted, the letter after.
    assert_eq!(phone.fetch(&issuer, NOW).len(), 3);
}

#[test]
fn a_suspended_device_is_told_and_gets_no_package() {
    let (issuer, mut phone, token) = ready();
    issuer.replenish(token, 5, NOW).unwrap();
    issuer
        .suspend_device(phone.id, SuspendReason::Cardholder, NOW)
        .unwrap();
    let standing = || issuer.devices(None).unwrap()[0].standing;
    assert_eq!(standing(), DeviceStanding::Suspended);
    let refused = issuer.replenish(token, 1, NOW);
    assert!(matches!(refused, Err(IssueError::DeviceSuspended)));
    let refused = try_bind(&issuer, &phone, &Mailbox::default(), &number(OTHER_PAN));
    assert!(matches!(refused, Err(IssueError::DeviceSuspended)));
    let suspended = [command(Command::Suspend(SuspendReason::Cardholder))];
    assert_eq!(phone.fetch(&issuer, NOW), suspended);
    assert_eq!(issuer.tokens(None).unwrap()[0].status, TokenStatus::Active);

    issuer.resume_device(phone.id, NOW).unwrap();
    assert_eq!(standing(), DeviceStanding::Active);
    // The withdrawn package was sealed to the key before.
    let resumed = phone.renew(&issuer);
    assert_eq!(resumed[0], command(Command::Resume));
    issuer.replenish(token, 1, NOW).unwrap();
    let replenished = [
        // Counters of withdrawn keys stay issued, and the profile is sent anew.
        Got::Package {
            card: CARD,
            profile: true,
            counters: vec![16],
            not_after: NOT_AFTER,
        },
    ];
    assert_eq!(phone.fetch(&issuer, NOW), replenished);
}

#[test]
fn a_device_that_was_copied_gets_none_of_the_packages_that_waited_for_it() {
    let idle = Used {
        cards: &[(1, 0)],
        marks: &[],
    };
    let by_hand: fn(&Issuer, &mut Phone, &Used<'_>) = |issuer, phone, _| {
        let reason = SuspendReason::CloneOrRollback;
        issuer.suspend_device(phone.id, reason, NOW).unwrap();
    };
    let by_its_reports: fn(&Issuer, &mut Phone, &Used<'_>) = |issuer, phone, used| {
        for report in [phone.report(issuer, used), phone.report(issuer, used)] {
            issuer.receive_report(&report, NOW).unwrap();
        }
    };
    for find in [by_hand, by_its_reports] {
        let (issuer, mut phone, token) = ready();
        issuer.replenish(token, 5, NOW).unwrap();
        issuer.letters(phone.id, NOW).unwrap();
        phone.offer_key(&issuer);
        issuer.replenish(token, 5, NOW).unwrap();
        find(&issuer, &mut phone, &idle);
        let standing = issuer.devices(None).unwrap()[0].standing;
        assert_eq!(standing, DeviceStanding::CloneOrRollback);
        let got = phone.fetch(&issuer, NOW);
        let packages = got.iter().any(|got| matches!(got, Got::Package { .. }));
        assert!(!packages, "{got:?}");
        let suspended = command(Command::Suspend(SuspendReason::CloneOrRollback));
        assert!(got.contains(&suspended), "{got:?}");
    }
}

#[test]
fn a_token_that_is_suspended_itself_stays_so_when_its_device_is_resumed() {
    let (issuer, mut phone, token) = world();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    issuer
        .suspend_device(phone.id, SuspendReason::Issuer, NOW)
        .unwrap();
    issuer.resume_device(phone.id, NOW).unwrap();
    let suspend = command(Command::Suspend(SuspendReason::Issuer));
    assert_eq!(phone.fetch(&issuer, NOW), [suspend]);
    assert_eq!(
        issuer.tokens(None).unwrap()[0].status,
        TokenStatus::Suspended
    );
}

#[test]
fn a_token_that_is_resumed_on_a_suspended_device_is_told_when_the_device_is_resumed() {
    let (issuer, mut phone, token) = ready();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    issuer
        .suspend_device(phone.id, SuspendReason::Issuer, NOW)
        .unwrap();
    issuer.resume(token, NOW).unwrap();
    let suspend = command(Command::Suspend(SuspendReason::Issuer));
    assert_eq!(phone.fetch(&issuer, NOW), [suspend]);
    issuer.resume_device(phone.id, NOW).unwrap();
    assert_eq!(phone.fetch(&issuer, NOW), [command(Command::Resume)]);
}

#[test]
fn to_suspend_or_resume_what_is_so_already_changes_nothing() {
    let (issuer, phone, token) = world();
    issuer.resume_device(phone.id, NOW).unwrap();
    issuer.resume(token, NOW).unwrap();
    assert_eq!(issuer.letters(phone.id, NOW).unwrap().len(), 1);
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    let before = dump(&issuer);
    issuer
        .suspend(token, SuspendReason::Cardholder, NOW)
        .unwrap();
    assert_eq!(dump(&issuer), before);
    issuer
        .suspend_device(phone.id, SuspendReason::Issuer, NOW)
        .unwrap();
    let before = dump(&issuer);
    issuer
        .suspend_device(phone.id, SuspendReason::Cardholder, NOW)
        .unwrap();
    assert_eq!(dump(&issuer), before);
}
