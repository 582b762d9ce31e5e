//! Whole conversations between wallet and token service: refused messages change nothing and are
//! reported, and keys are renewed.

use understudy_issuer::ReportOutcome;
use understudy_provisioning::letter::SuspendReason;
use understudy_provisioning::message::Refusal;
use understudy_wallet::{Taken, WalletError};

use crate::parties::{Service, enrolled, id};

fn refusal(taken: &Result<Taken, WalletError>) -> Option<Refusal> {
    match taken {
        Err(WalletError::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

#[test]
fn a_batch_to_a_fresh_key_erases_the_key_before_it() {
    let service = Service::open();
    let phone = enrolled(&service);
    let issued = service.issue(id(&phone), 3);
    let taken = phone.wallet.receive(&issued.letter).unwrap();
    assert_eq!(taken, Taken::Installed(issued.card));
    let reason = SuspendReason::Issuer;
    service
        .issuer
        .suspend(issued.token, reason, service.now())
        .unwrap();
    service.issuer.resume(issued.token, service.now()).unwrap();
    let late = service.letters(id(&phone)).remove(1);

    service.take(&phone.report()).unwrap();
    let notice = service.letters(id(&phone)).pop().unwrap();
    assert_eq!(
        phone.wallet.receive(&notice).unwrap(),
        Taken::ReportAccepted
    );
    assert_eq!(
        phone.state().epochs(),
        [1, 2],
        "the old key until a batch came to the new one"
    );

    let more = service.issuer.replenish(issued.token, 2, service.now());
    let taken = phone.wallet.receive(&more.unwrap()).unwrap();
    assert_eq!(taken, Taken::Replenished(issued.card));
    assert_eq!(phone.wallet.cards()[0].ledger.keys, 5);
    assert_eq!(phone.state().epochs(), [2]);
    assert_eq!(refusal(&phone.wallet.receive(&late)), Some(Refusal::Stale));
}

#[test]
fn a_report_is_sent_again_as_it_is_until_it_is_accepted() {
    let service = Service::open();
    let phone = enrolled(&service);
    let lost = phone.report();
    assert_eq!(phone.report(), lost);
    service.take(&lost).unwrap();
    let before = (service.device(), service.letters(id(&phone)));
    assert_eq!(
        service.take(&phone.report()).unwrap().outcome,
        ReportOutcome::Again
    );
    let after = (service.device(), service.letters(id(&phone)));
    assert_eq!(after.1, before.1, "the notice is the same letter");
    assert_eq!(after.0.reports, before.0.reports);
    let [notice] = after.1.try_into().unwrap();
    assert_eq!(
        phone.wallet.receive(&notice).unwrap(),
        Taken::ReportAccepted
    );
    assert_ne!(phone.report(), lost);
}

#[test]
fn what_a_device_refuses_changes_nothing_and_is_in_its_next_report() {
    let service = Service::open();
    let phone = enrolled(&service);
    let issued = service.issue(id(&phone), 3);
    let reason = SuspendReason::Issuer;
    service
        .issuer
        .suspend(issued.token, reason, service.now())
        .unwrap();
    service.issuer.resume(issued.token, service.now()).unwrap();
    let letters: [Vec<u8>; 3] = service.letters(id(&phone)).try_into().unwrap();
    let [first, suspend, resume] = letters;
    for letter in [&first, &resume] {
        phone.wallet.receive(letter).unwrap();
    }
    let before = phone.state().but_for_refusals();
    let mut refused = 0;
    for letter in [&first, &suspend] {
        assert_eq!(refusal(&phone.wallet.receive(letter)), Some(Refusal::Stale));
        refused += 1;
    }
    for at in (0..resume.len()).step_by(3) {
        let mut altered = resume.clone();
        altered[at] ^= 0x10;
        assert!(phone.wallet.receive(&altered).is_err(), "octet {at}");
        assert!(phone.wallet.receive(&resume[..at]).is_err(), "{at} octets");
        refused += 2;
    }
    assert_eq!(phone.wallet.receive(&resume).unwrap(), Taken::Done);
    assert!(phone.state().but_for_refusals() == before);
    service.take(&phone.report()).unwrap();
    let heard = service.device().refusals;
    assert_eq!(heard.count(), refused);
    assert_eq!(heard.last(), Some(Refusal::Framing));
}

#[test]
fn every_order_of_four_letters_leaves_the_effects_of_an_ascending_run() {
    let service = Service::open();
    let phone = enrolled(&service);
    let issued = service.issue(id(&phone), 3);
    phone.wallet.receive(&issued.letter).unwrap();
    let reason = SuspendReason::Cardholder;
    service
        .issuer
        .suspend(issued.token, reason, service.now())
        .unwrap();
    service.issuer.resume(issued.token, service.now()).unwrap();
    service
        .issuer
        .suspend(issued.token, reason, service.now())
        .unwrap();
    service.issuer.delete(issued.token, service.now()).unwrap();
    let letters = service.letters(id(&phone));
    assert_eq!(
        letters.len(),
        4,
        "the package was taken back with the token"
    );

    let orders = (0..256_usize).map(|code| [0, 2, 4, 6].map(|shift| code >> shift & 3));
    for order in orders {
        let (phone, ascending) = (phone.copy(), phone.copy());
        let mut highest = None;
        for index in order {
            let taken = phone.wallet.receive(&letters[index]);
            if highest.is_none_or(|highest| index > highest) {
                highest = Some(index);
                let expected = ascending.wallet.receive(&letters[index]);
                assert_eq!(taken.unwrap(), expected.unwrap());
            } else if highest == Some(index) {
                assert_eq!(taken.unwrap(), Taken::Done);
            } else {
                assert_eq!(refusal(&taken), Some(Refusal::Stale), "{order:?}");
            }
        }
        let (left, right) = (phone.state(), ascending.state());
        assert!(
            left.but_for_refusals() == right.but_for_refusals(),
            "{order:?}"
        );
    }
}
