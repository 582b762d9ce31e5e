//! The properties that every key custody must have.

mod vectors;

use understudy_core::crypto::{Atc, Cvn};
use understudy_core::wire::digits::CardNumber;

use crate::account::AccountId;
use crate::custody::{
    CardIdentity, CustodyError, IssuerKeys, KeyCustody, PinMatch, Place, Purpose, SoftwareCustody,
};
use crate::demonstration::{self, custody};
use crate::{Pin, TokenId};

const ACCOUNT: AccountId = AccountId::new(7);

fn number() -> CardNumber {
    CardNumber::parse("6250947000000014").unwrap()
}

fn block(pin: &str) -> [u8; 8] {
    demonstration::terminal_pin_key().seal(&Pin::parse(pin).unwrap(), &number())
}

#[test]
fn a_wrapped_value_unwraps_in_its_place_and_nowhere_else() {
    let keys = custody();
    let places = [
        Place::Pan(AccountId::new(1)),
        Place::Pan(AccountId::new(2)),
        Place::Track2(TokenId::new(1)),
    ];
    for place in places {
        let wrapped = keys.wrap(place, b"6222020000000001230").unwrap();
        for other in places {
            let unwrapped = keys.unwrap(other, &wrapped);
            if other == place {
                assert_eq!(**unwrapped.unwrap(), *b"6222020000000001230");
            } else {
                assert_eq!(unwrapped.unwrap_err(), CustodyError::Unwrap);
            }
        }
    }
}

#[test]
fn a_wrapped_value_that_is_altered_or_cut_or_of_other_keys_does_not_unwrap() {
    let keys = custody();
    let place = Place::Pan(ACCOUNT);
    let wrapped = keys.wrap(place, b"1234567890123").unwrap();
    for at in 0..wrapped.len() {
        let mut altered = wrapped.clone();
        altered[at] ^= 0x01;
        assert_eq!(keys.unwrap(place, &altered), Err(CustodyError::Unwrap));
        assert_eq!(
            keys.unwrap(place, &wrapped[..at]),
            Err(CustodyError::Unwrap)
        );
    }
    let others = SoftwareCustody::new(IssuerKeys::generate().unwrap());
    assert_eq!(others.unwrap(place, &wrapped), Err(CustodyError::Unwrap));
    assert_ne!(others.check_value(), keys.check_value());
}

#[test]
fn the_same_value_is_wrapped_in_other_octets_each_time() {
    let keys = custody();
    let wrap = || keys.wrap(Place::Pan(ACCOUNT), b"1234567890123").unwrap();
    assert_ne!(wrap(), wrap());
}

#[test]
fn a_digest_depends_on_purpose_parts_and_where_they_are_parted() {
    let keys = custody();
    let digest = |purpose, parts: &[&[u8]]| keys.digest(purpose, parts).unwrap();
    let one = digest(Purpose::Request, &[b"ab", b"c"]);
    assert_eq!(one, digest(Purpose::Request, &[b"ab", b"c"]));
    for other in [
        digest(Purpose::PanIndex, &[b"ab", b"c"]),
        digest(Purpose::NumberIndex, &[b"ab", b"c"]),
        digest(Purpose::VerificationCode, &[b"ab", b"c"]),
        digest(Purpose::Challenge, &[b"ab", b"c"]),
        digest(Purpose::TerminalMac, &[b"ab", b"c"]),
        digest(Purpose::Request, &[b"a", b"bc"]),
        digest(Purpose::Request, &[b"abc"]),
        digest(Purpose::Request, &[b"ab", b"c", b""]),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn an_entered_pin_is_right_wrong_or_unreadable() {
    let keys = custody();
    let reference = keys.pin_reference(ACCOUNT, &Pin::parse("123456").unwrap());
    let reference = reference.unwrap();
    let check = |block| keys.check_pin(ACCOUNT, Some(&reference), block, &number());
    assert_eq!(check(block("123456")), Ok(PinMatch::Right));
    for wrong in ["123457", "12345", "1234567"] {
        assert_eq!(check(block(wrong)), Ok(PinMatch::Wrong), "{wrong}");
    }
    assert_eq!(check([0; 8]), Ok(PinMatch::Unreadable));
}

#[test]
fn a_reference_is_good_for_its_account_alone_and_no_reference_for_none() {
    let keys = custody();
    let pin = Pin::parse("1234").unwrap();
    let reference = keys.pin_reference(ACCOUNT, &pin).unwrap();
    let other = AccountId::new(8);
    for (account, reference) in [(other, Some(&reference)), (ACCOUNT, None)] {
        let checked = keys.check_pin(account, reference, block("1234"), &number());
        assert_eq!(checked, Ok(PinMatch::Wrong));
    }
}

#[test]
fn two_references_of_one_pin_differ_and_show_nothing_of_it() {
    let keys = custody();
    let pin = Pin::parse("1234").unwrap();
    let one = keys.pin_reference(ACCOUNT, &pin).unwrap();
    let other = keys.pin_reference(ACCOUNT, &pin).unwrap();
    assert!(one.salt != other.salt && one.code != other.code);
    assert_eq!(format!("{one:?}"), "PinReference(..)");
}

#[test]
fn keys_come_for_the_counters_that_were_asked_for_in_their_order() {
    let number = number();
    let card = CardIdentity {
        number: &number,
        psn: None,
    };
    let mut counters = Vec::new();
    custody()
        .single_use_keys(card, Cvn::UnionPay01, 0..=3, &mut |atc, _| {
            counters.push(atc);
        })
        .unwrap();
    assert_eq!(counters, [1, 2, 3].map(|atc| Atc::new(atc).unwrap()));
}
