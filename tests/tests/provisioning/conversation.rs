//! Whole conversations: what is refused changes nothing and is reported, and keys are renewed.

use understudy_provisioning::letter::{Body, Command, SuspendReason};
use understudy_provisioning::message::Refusal;

use crate::host::{CARD, CHALLENGE, Host};
use crate::phone::Phone;

fn enrolled() -> (Phone, Host) {
    let (phone, request) = Phone::enrol(CHALLENGE);
    (phone, Host::enrol(&request))
}

fn command(host: &mut Host, command: Command) -> Vec<u8> {
    host.write(Some(CARD), Body::Command(command))
}

#[test]
fn a_batch_to_a_fresh_key_erases_the_key_before_it() {
    let (mut phone, mut host) = enrolled();
    let issuer = host.sign.public();
    let first = host.package(&[1, 2, 3]);
    assert_eq!(phone.take(&first, &issuer), Ok(()));
    let late = command(&mut host, Command::Resume);

    let report = phone.report(&host.receive);
    let notice = host.take(&report).unwrap();
    assert_eq!(phone.take(&notice, &issuer), Ok(()));
    assert_eq!(
        phone.keys.iter().count(),
        2,
        "the old key until a batch came to the new one"
    );

    let second = host.package(&[4, 5]);
    assert_eq!(phone.take(&second, &issuer), Ok(()));
    assert_eq!(phone.installed, [1, 2, 3, 4, 5]);
    let epochs: Vec<u32> = phone.keys.iter().map(|(epoch, _)| epoch).collect();
    assert_eq!(epochs, [2]);
    assert_eq!(phone.take(&late, &issuer), Err(Refusal::Stale));
}

#[test]
fn a_report_is_sent_again_as_it_is_until_it_is_accepted() {
    let (mut phone, mut host) = enrolled();
    let issuer = host.sign.public();
    let lost = phone.report(&host.receive);
    assert_eq!(phone.report(&host.receive), lost);
    let lost_notice = host.take(&lost).unwrap();
    let ledger = host.ledger;
    let notice = host.take(&phone.report(&host.receive)).unwrap();
    assert_eq!(host.ledger, ledger, "the repeat moves nothing");
    assert_ne!(notice, lost_notice);
    assert_eq!(phone.take(&notice, &issuer), Ok(()));
    assert_eq!(phone.take(&lost_notice, &issuer), Err(Refusal::Stale));
    assert_eq!(phone.report(&host.receive).len(), lost.len());
    assert_ne!(phone.report(&host.receive), lost);
}

#[test]
fn what_a_device_refuses_changes_nothing_and_is_in_its_next_report() {
    let (mut phone, mut host) = enrolled();
    let issuer = host.sign.public();
    let first = host.package(&[1, 2, 3]);
    let suspend = command(&mut host, Command::Suspend(SuspendReason::Issuer));
    let resume = command(&mut host, Command::Resume);
    for message in [&first, &resume] {
        assert_eq!(phone.take(message, &issuer), Ok(()));
    }
    let before = phone.state();
    let mut refused = 0;
    for message in [&first, &suspend] {
        assert_eq!(phone.take(message, &issuer), Err(Refusal::Stale));
        refused += 1;
    }
    for at in (0..resume.len()).step_by(3) {
        let mut altered = resume.clone();
        altered[at] ^= 0x10;
        assert!(phone.take(&altered, &issuer).is_err(), "octet {at}");
        assert!(phone.take(&resume[..at], &issuer).is_err(), "{at} octets");
        refused += 2;
    }
    assert_eq!(phone.take(&resume, &issuer), Ok(()), "done already");
    assert_eq!(phone.state(), before);
    let report = phone.report(&host.receive);
    host.take(&report).unwrap();
    assert_eq!(host.heard.count(), refused);
    assert_eq!(host.heard.last(), Some(Refusal::Framing));
}

#[test]
fn every_order_of_four_letters_leaves_the_effects_of_an_ascending_run() {
    let orders = (0..256_usize).map(|code| [0, 2, 4, 6].map(|shift| code >> shift & 3));
    for order in orders {
        let (mut phone, mut host) = enrolled();
        let issuer = host.sign.public();
        let package = host.package(&[1]);
        assert_eq!(phone.take(&package, &issuer), Ok(()));
        let letters = [
            command(&mut host, Command::Suspend(SuspendReason::Cardholder)),
            command(&mut host, Command::Resume),
            command(&mut host, Command::Replenish),
            command(&mut host, Command::Delete),
        ];
        let mut taken: Vec<usize> = Vec::new();
        for index in order {
            let before = phone.state();
            let highest = taken.last().copied();
            let expected = match highest {
                Some(highest) if index < highest => Err(Refusal::Stale),
                _ => Ok(()),
            };
            assert_eq!(phone.take(&letters[index], &issuer), expected, "{order:?}");
            if highest.is_none_or(|highest| index > highest) {
                taken.push(index);
            } else {
                assert_eq!(phone.state(), before, "{order:?}");
            }
        }
        assert_eq!(phone.said.len(), 1 + taken.len(), "{order:?}");
    }
}
