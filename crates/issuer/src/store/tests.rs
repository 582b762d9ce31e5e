//! The database as a file, and values in it that have no meaning.

mod groups;
mod plans;

use std::path::Path;

use crate::custody::{CustodyError, IssuerKeys, SoftwareCustody};
use crate::demonstration;
use crate::testkit::{
    Mailbox, NOW, OTHER_PAN, bench, cny, dump, execute, expiry, few_keys, number, settle, try_bind,
    world,
};
use crate::{Fault, IssueError, Issuer, StoreError};

fn open(path: &Path) -> Issuer {
    Issuer::open(path, demonstration::custody(), demonstration::config()).unwrap()
}

#[test]
fn what_was_done_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let issuer = open(&path);
    let (mut phone, token) = settle(&issuer);
    let before = dump(&issuer);
    drop(issuer);
    let issuer = open(&path);
    assert_eq!(dump(&issuer), before);
    phone.renew(&issuer);
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(phone.fetch(&issuer, NOW).len(), 1);
}

#[test]
fn a_file_of_other_keys_is_not_opened_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let issuer = open(&path);
    settle(&issuer);
    let before = dump(&issuer);
    drop(issuer);
    let keys = SoftwareCustody::new(IssuerKeys::generate().unwrap());
    let refused = Issuer::open(&path, keys, demonstration::config());
    assert_eq!(refused.unwrap_err(), Fault::Store(StoreError::OtherKeys));
    assert_eq!(dump(&open(&path)), before);
}

#[test]
fn a_value_without_a_meaning_is_named_and_nothing_of_it_is_shown() {
    let cases = [
        ("UPDATE token SET cvn = 10", "a token's CVN"),
        ("UPDATE token SET currency = 1000", "a token's currency"),
        ("UPDATE token SET cvm_policy = 0", "a token's CVM policy"),
        ("UPDATE token SET last_key = 65535", "a token's last key"),
        (
            "UPDATE account SET par = 'x'",
            "a payment account reference",
        ),
        ("UPDATE account SET currency = 1000", "a currency"),
        ("UPDATE token SET dki = 256", "a column has no meaning"),
        ("UPDATE token SET psn = -1", "a column has no meaning"),
    ];
    for (damage, name) in cases {
        let (issuer, _, _) = world();
        execute(&issuer, damage);
        let fault = issuer.tokens(None).unwrap_err();
        assert_eq!(fault, Fault::Store(StoreError::Value(name)), "{damage}");
    }
    let devices = [
        (
            "UPDATE device SET receive_key = zeroblob(32)",
            "a device's receive key",
        ),
        (
            "UPDATE device SET verify_key = zeroblob(32)",
            "a device's verify key",
        ),
        (
            "UPDATE device SET refusals = x'00000000FF'",
            "a device's refusals",
        ),
        (
            "UPDATE device SET next_card = 65536",
            "a column has no meaning",
        ),
    ];
    for (damage, name) in devices {
        let (issuer, _, _) = world();
        execute(&issuer, damage);
        let fault = issuer.devices(None).unwrap_err();
        assert_eq!(fault, Fault::Store(StoreError::Value(name)), "{damage}");
    }
}

#[test]
fn a_restriction_or_a_letter_without_a_meaning_is_named() {
    let (issuer, phone, token) = world();
    execute(
        &issuer,
        "INSERT INTO restriction VALUES (1, 'country', '1000')",
    );
    let fault = issuer.restrictions(token).unwrap_err();
    assert_eq!(fault, Fault::Store(StoreError::Value("a restriction")));
    execute(
        &issuer,
        "INSERT INTO letter (device, card, content) SELECT id, 1, x'0209' FROM device",
    );
    let fault = issuer.letters(phone.id, NOW).unwrap_err().to_string();
    assert!(fault.contains("damaged: a letter"), "{fault}");
}

#[test]
fn a_wrapped_number_that_was_moved_to_another_row_is_damage() {
    let moves = [
        "UPDATE token SET track2 = (SELECT track2 FROM token WHERE id = 2) WHERE id = 1",
        "UPDATE account SET pan = (SELECT pan FROM account WHERE id = 2) WHERE id = 1",
    ];
    for statement in moves {
        let (issuer, _, _) = world();
        let pan = number(OTHER_PAN);
        issuer
            .personalise(&bench(), &pan, expiry(), &few_keys(1), cny(0), NOW)
            .unwrap();
        execute(&issuer, statement);
        let fault = issuer.tokens(None).unwrap_err();
        assert_eq!(fault, Fault::Custody(CustodyError::Unwrap));
    }
}

#[test]
fn names_of_cards_that_have_run_out_are_an_error() {
    let (issuer, phone, token) = world();
    execute(&issuer, "UPDATE device SET next_card = 65535");
    issuer.delete(token, NOW).unwrap();
    let refused = try_bind(&issuer, &phone, &Mailbox::default(), &number(OTHER_PAN));
    assert!(matches!(refused, Err(IssueError::Fault(_))), "{refused:?}");
}
