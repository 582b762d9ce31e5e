//! Erasures that end after every operation of the folder: what was erased is in no file.

use understudy_provisioning::letter::Command;
use understudy_test_letters::Issuer;

use crate::kit::{Phone, card, states};

/// A phone with cards 1 (keys 1 to 4, 1 used and 2 armed) and 2 (keys 7, 8).
fn stage() -> Phone {
    let mut phone = Phone::with_keys(4);
    phone.install(2, &[7, 8]);
    phone.wallet.present(card(1), 60).unwrap();
    assert_eq!(phone.pay().atc(), Some(1));
    phone
}

/// Gives a phone a letter, and ends the process after each operation in turn. `go_on` does what
/// the next process has to do, and `check` looks at the settled wallet.
fn ended_everywhere(
    write: fn(&mut Issuer) -> Vec<u8>,
    go_on: fn(&Phone, &[u8]),
    check: fn(&mut Phone),
) {
    let marker: Vec<u8> = [0x5A, 0x03, 0x5A, 0xA5].repeat(4);
    let mut cut = 0;
    loop {
        let mut phone = stage();
        let letter = write(&mut phone.issuer);
        phone.folder.die_after(cut);
        let taken = phone.wallet.receive(&letter);
        phone.die();
        go_on(&phone, &letter);
        if phone.wallet.settle_due() {
            phone.wallet.settle().unwrap();
        }
        check(&mut phone);
        for (name, octets) in states(&phone.folder.die()) {
            let found = octets.windows(16).any(|window| window == marker);
            assert!(!found, "cut {cut}: {name}");
        }
        if taken.is_ok() {
            break;
        }
        cut += 1;
    }
    assert!(cut > 5);
}

#[test]
fn what_was_erased_is_gone_from_every_file_once_the_wallet_settled_wherever_the_process_died() {
    ended_everywhere(
        |issuer| issuer.command(Some(card(1)), Command::Delete),
        // The letter was taken, or not begun, and then it is given again.
        |phone, letter| {
            phone.receive(letter);
        },
        |phone| assert_eq!(phone.wallet.cards().len(), 1),
    );
}

#[test]
fn a_wipe_that_ends_after_any_operation_is_done_or_can_be_given_again() {
    ended_everywhere(
        |issuer| issuer.command(None, Command::Wipe),
        |phone, letter| {
            if phone.wallet.device().is_some() {
                assert_eq!(phone.wallet.cards().len(), 2);
                phone.receive(letter);
            }
        },
        |phone| {
            assert!(phone.wallet.cards().is_empty());
            for report in phone.wallet.parting_reports() {
                let heard = phone.issuer.take(&report).unwrap().unwrap();
                assert_eq!(heard.accepted, 3);
            }
        },
    );
}
