//! Letters that were altered, cut, repeated or reordered, or are another issuer's or device's.

use understudy_core::card::CardId;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_test_phone::{CARD, Issuer, Phone, issuer_keys, spec};
use understudy_tests::ProfileSpec;
use understudy_wallet::{Taken, WalletError};
use zeroize::Zeroizing;

use crate::phones::{TODAY, empty, enrolled, with_card};

/// A device with a card, a tap and a report in flight, and one letter of every kind, in order.
fn correspondence() -> (Phone, Vec<Vec<u8>>) {
    let (phone, mut issuer) = with_card(&[1, 2]);
    assert_eq!(phone.tap(), 0x9000);
    let report = phone.report();
    issuer.take(&report).unwrap();
    let profile = ProfileSpec {
        unverified_tap: 99,
        ..spec(CARD)
    };
    let profile = profile.octets();
    let limits = phone.wallet.cards()[0].limits;
    let letters = vec![
        issuer.card(CardId(2), &[1, 2]),
        issuer.keys(CARD, &[3, 4]),
        issuer.card(CARD, &[5]),
        issuer.write(Some(CARD), Body::Profile(&profile)),
        issuer.command(CARD, Command::Limits(limits)),
        issuer.command(CARD, Command::Suspend(SuspendReason::Issuer)),
        issuer.command(CARD, Command::Resume),
        issuer.command(CARD, Command::Replenish),
        issuer.write(None, Body::Command(Command::Report)),
        issuer.write(None, Body::Command(Command::RotateStorage)),
        issuer.write(None, Body::Command(Command::UnlockPassword)),
        issuer.write(None, Body::Command(Command::ResetPassword)),
        issuer.notice(Notice::Approved, 1, *b"00"),
        issuer.notice(Notice::Declined, 1, *b"51"),
        issuer.notice(Notice::Reversed, 1, *b"00"),
        issuer.acknowledge(),
        issuer.command(CARD, Command::Delete),
        issuer.write(None, Body::Command(Command::Wipe)),
    ];
    // The refusal puts the tap's entries from the journal into a generation.
    assert!(phone.wallet.receive(b"noise").is_err());
    (phone, letters)
}

/// Gives the device a letter, which it must refuse and count, without any other effect.
fn is_refused(phone: &Phone, letter: &[u8], what: &str) -> Refusal {
    let before = phone.state();
    let taken = phone.wallet.receive(letter);
    let Err(WalletError::Refused(refusal)) = taken else {
        panic!("{what}: {taken:?}");
    };
    let after = phone.state();
    assert!(
        after.but_for_refusals() == before.but_for_refusals(),
        "{what}"
    );
    assert_eq!(after.refusals(), before.refusals() + 1, "{what}");
    refusal
}

#[test]
fn a_letter_altered_at_any_octet_is_refused_and_the_whole_one_taken() {
    let (mut phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        for at in 0..letter.len() {
            let mut altered = letter.clone();
            altered[at] ^= 1 << (at % 8);
            is_refused(&phone, &altered, &format!("letter {number}, octet {at}"));
        }
        assert_ne!(phone.takes(letter), Taken::Done, "letter {number}");
        phone = phone.copy();
    }
    assert_eq!(phone.wallet.device(), None, "the last one wipes");
}

#[test]
fn a_letter_cut_at_any_octet_or_with_a_tail_is_refused_as_framing() {
    let (mut phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        for len in 0..letter.len() {
            let what = format!("letter {number}, {len} octets");
            assert_eq!(is_refused(&phone, &letter[..len], &what), Refusal::Framing);
        }
        let longer = [letter, &[0][..]].concat();
        assert_eq!(is_refused(&phone, &longer, "longer"), Refusal::Framing);
        assert_ne!(phone.takes(letter), Taken::Done, "letter {number}");
        phone = phone.copy();
    }
}

#[test]
fn the_last_letter_again_is_done_and_an_older_one_stale() {
    let (phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        phone.takes(letter);
        let files = phone.files();
        if phone.wallet.device().is_none() {
            let again = phone.wallet.receive(letter);
            assert!(matches!(again, Err(WalletError::NotEnrolled)));
            assert!(phone.files() == files, "letter {number}");
            continue;
        }
        assert_eq!(phone.takes(letter), Taken::Done, "letter {number}");
        assert!(phone.files() == files, "letter {number}");
        for older in &letters[..number] {
            assert_eq!(is_refused(&phone, older, "older"), Refusal::Stale);
        }
    }
}

#[test]
fn four_letters_in_any_order_do_what_those_in_ascending_order_do() {
    let (phone, mut issuer) = with_card(&[1]);
    let letters = [
        issuer.command(CARD, Command::Suspend(SuspendReason::Cardholder)),
        issuer.keys(CARD, &[2]),
        issuer.command(CARD, Command::Resume),
        issuer.keys(CARD, &[3]),
    ];
    let orders = (0..256_usize).map(|code| [0, 2, 4, 6].map(|shift| code >> shift & 3));
    for order in orders {
        let (phone, ascending) = (phone.copy(), phone.copy());
        let mut highest = None;
        for index in order {
            if Some(index) < highest {
                assert_eq!(is_refused(&phone, &letters[index], "late"), Refusal::Stale);
            } else {
                phone.takes(&letters[index]);
                ascending.takes(&letters[index]);
                highest = Some(index);
            }
        }
        let (left, right) = (phone.state(), ascending.state());
        assert!(
            left.but_for_refusals() == right.but_for_refusals(),
            "{order:?}"
        );
    }
}

#[test]
fn two_letters_of_one_number_are_a_conflict() {
    let phone = empty();
    let request = phone.enrol().unwrap();
    let (mut issuer, mut twin) = (Issuer::of(&request, TODAY), Issuer::of(&request, TODAY));
    phone.takes(&issuer.card(CARD, &[1]));
    let letter = twin.card(CARD, &[2]);
    assert_eq!(is_refused(&phone, &letter, "the twin's"), Refusal::Conflict);
}

#[test]
fn a_letter_to_another_device_or_of_another_issuer_is_refused() {
    let (phone, _) = with_card(&[1]);
    let (_, mut other) = enrolled();
    let letter = other.card(CARD, &[1]);
    assert_eq!(is_refused(&phone, &letter, "to another"), Refusal::Device);

    let stranger = understudy_provisioning::keys::SigningKey::from_octets(&Zeroizing::new([5; 32]));
    let keys = understudy_wallet::IssuerKeys {
        verify: vec![stranger.public()],
        ..issuer_keys()
    };
    let phone = empty();
    let request = phone
        .enrol_with(keys, understudy_test_phone::CHALLENGE)
        .unwrap();
    let letter = Issuer::of(&request, TODAY).card(CARD, &[1]);
    assert_eq!(
        is_refused(&phone, &letter, "of another"),
        Refusal::IssuerKey
    );
}

#[test]
fn a_report_of_its_own_is_no_letter() {
    let (phone, _) = with_card(&[1]);
    let report = phone.report();
    assert_eq!(is_refused(&phone, &report, "a report"), Refusal::Kind);
}

#[test]
fn an_error_shows_neither_number_nor_key() {
    let (phone, mut issuer) = with_card(&[1]);
    let letters = [
        issuer.card(CardId(2), &[1]),
        issuer.keys(CARD, &[1]),
        issuer.profile(CARD, &spec(CardId(9)), &[9]),
    ];
    let first = letters[0].len() / 2;
    let mut altered = letters[0].clone();
    altered[first] ^= 1;
    for letter in [&altered, &letters[1], &letters[2]] {
        let error = phone.wallet.receive(letter).unwrap_err();
        let shown = format!("{error} {error:?}");
        let longest = shown
            .split(|c: char| !c.is_ascii_hexdigit())
            .map(str::len)
            .max();
        assert!(longest < Some(8), "{shown}");
    }
}
