//! The properties that every key custody must have.

mod batches;
mod ceremonies;
mod families;
mod vectors;
mod versions;

use understudy_core::wire::digits::CardNumber;

use crate::account::AccountId;
use crate::custody::{
    CustodyError, IssuerKeys, KeyCustody, PinMatch, Place, Purpose, SoftwareCustody,
};
use crate::demonstration::{self, custody};
use crate::{Pin, PinBlock, PinReference, TokenId};

const ACCOUNT: AccountId = AccountId::new(7);

fn number() -> CardNumber {
    CardNumber::parse("6250947000000014").unwrap()
}

/// A PIN in a block of format 0 and in one of format 4, as terminals make them.
fn blocks(pin: &str) -> [PinBlock; 2] {
    let pin = Pin::parse(pin).unwrap();
    [
        demonstration::terminal_pin_key().seal(&pin, &number()),
        demonstration::aes_terminal_pin_key()
            .seal(&pin, &number())
            .unwrap(),
    ]
}

fn reference(pin: &str) -> PinReference {
    let [block, _] = blocks(pin);
    let reference = custody().pin_reference(ACCOUNT, &block, &number());
    reference.unwrap().unwrap()
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
        digest(Purpose::Audit, &[b"ab", b"c"]),
        digest(Purpose::Request, &[b"a", b"bc"]),
        digest(Purpose::Request, &[b"abc"]),
        digest(Purpose::Request, &[b"ab", b"c", b""]),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn an_entered_pin_is_right_wrong_or_unreadable_in_either_format() {
    let keys = custody();
    let unreadable = [PinBlock::Format0([0; 8]), PinBlock::Format4([0; 16])];
    for made in blocks("123456") {
        let reference = keys.pin_reference(ACCOUNT, &made, &number());
        let reference = reference.unwrap().unwrap();
        let check = |block: &PinBlock| keys.check_pin(ACCOUNT, Some(&reference), block, &number());
        for block in blocks("123456") {
            assert_eq!(check(&block), Ok(PinMatch::Right));
        }
        for wrong in ["123457", "12345", "1234567"].map(blocks).as_flattened() {
            assert_eq!(check(wrong), Ok(PinMatch::Wrong), "{wrong:?}");
        }
        for block in &unreadable {
            assert_eq!(check(block), Ok(PinMatch::Unreadable));
        }
    }
    for block in &unreadable {
        let none = keys.pin_reference(ACCOUNT, block, &number()).unwrap();
        assert!(none.is_none());
    }
}

#[test]
fn a_block_that_was_made_for_another_number_gives_no_reference() {
    let other = CardNumber::parse("6250940000000014").unwrap();
    for block in blocks("1234") {
        let reference = custody().pin_reference(ACCOUNT, &block, &other).unwrap();
        assert!(reference.is_none(), "{block:?}");
    }
}

#[test]
fn a_reference_is_good_for_its_account_alone_and_no_reference_for_none() {
    let reference = reference("1234");
    let other = AccountId::new(8);
    for (account, reference) in [(other, Some(&reference)), (ACCOUNT, None)] {
        for block in blocks("1234") {
            let checked = custody().check_pin(account, reference, &block, &number());
            assert_eq!(checked, Ok(PinMatch::Wrong));
        }
    }
}

#[test]
fn two_references_of_one_pin_differ_and_show_nothing_of_it() {
    let (one, other) = (reference("1234"), reference("1234"));
    assert!(one.salt != other.salt && one.code != other.code);
    assert_eq!(format!("{one:?}"), "PinReference(..)");
}
