//! The files of a database, octet by octet: no secret stands in them.

use std::fs;
use std::path::Path;

use understudy_core::crypto::Atc;

use super::copies::card;
use super::kit::{NOW, cny, pan};
use crate::testkit::{Mailbox, OTHER_PAN, Phone, bind, block, number};
use crate::{Issuer, PinBlock, demonstration};

const PIN: &str = "98765432";

fn open(folder: &Path) -> Issuer {
    let path = folder.join("issuer.sqlite");
    Issuer::open(&path, demonstration::custody(), demonstration::config()).unwrap()
}

/// The octets of every file in a folder.
fn octets(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder).unwrap();
    files
        .flat_map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn stands_in(kept: &[u8], secret: &[u8]) -> bool {
    kept.windows(secret.len()).any(|window| window == secret)
}

/// Two BCD digits an octet, and one digit an octet.
fn forms(digits: &str) -> [Vec<u8>; 4] {
    let even = &digits[..digits.len() / 2 * 2];
    let odd = &digits[1..=(digits.len() - 1) / 2 * 2];
    [
        digits.as_bytes().to_vec(),
        hex::decode(even).unwrap(),
        hex::decode(odd).unwrap(),
        digits.bytes().map(|digit| digit - b'0').collect(),
    ]
}

#[test]
fn no_file_of_a_database_holds_a_number_a_key_a_code_or_a_pin() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = open(folder.path());
    let (mut phone, mailbox) = (Phone::enrolled(&issuer, 1), Mailbox::default());
    let token = bind(&issuer, &phone, &mailbox).token;
    let code = mailbox.code(token);
    let waiting = octets(folder.path());
    let guess = mailbox.wrong_code(token);
    assert!(issuer.verify_identity(token, &guess, NOW).is_err());
    issuer.verify_identity(token, &code, NOW).unwrap();
    issuer
        .set_pin(token, &block(&issuer, token, PIN), NOW)
        .unwrap();
    let card = card(&issuer, token);
    let sale = card.sale(1, cny(100)).with_pin(card.pin_block(PIN));
    assert!(issuer.authorise(&sale.request(), NOW).unwrap().approved());
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    phone.renew(&issuer);
    issuer.replenish(token, 3, NOW).unwrap();
    issuer.update_profile(token, NOW).unwrap();
    let kept = [waiting, octets(folder.path())].concat();

    for digits in [pan().expose(), OTHER_PAN, card.number.expose()] {
        for form in forms(digits) {
            assert!(!stands_in(&kept, &form), "a card number");
        }
    }
    for digits in [PIN, code.digits(), guess.digits()] {
        assert!(!stands_in(&kept, digits.as_bytes()), "a PIN or a code");
    }
    assert!(!stands_in(&kept, &card.track2), "track 2");
    let Some(PinBlock::Format0(block)) = &sale.pin_block else {
        panic!("a block of format 0");
    };
    assert!(!stands_in(&kept, block), "a PIN block");
    let reference = sale.reference.text().as_bytes();
    assert!(stands_in(&kept, reference), "it looks at the right files");
    for atc in (1..=13).filter_map(Atc::new) {
        let key = card.session_key(atc).expose().to_vec();
        assert!(!stands_in(&kept, &key), "a session key");
    }
}

#[cfg(unix)]
#[test]
fn the_files_of_a_database_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let issuer = open(folder.path());
    issuer.challenge(NOW).unwrap();
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 3);
    for file in files {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
}
