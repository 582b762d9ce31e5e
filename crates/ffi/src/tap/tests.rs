//! The same table by both ways: by number, as JNI calls, and by the object, as `UniFFI` does.

use super::{answer, field_lost_numbered, numbered, open, process_numbered};
use crate::kit::{KEY, Phone, tap};
use crate::{Wallet, WalletError, end_in};

/// Longer than any command.
static LONG: [u8; 64 * 1024] = [0xFF; 64 * 1024];

/// One way into a wallet.
enum Way {
    Number(i64),
    Object(Wallet),
}

impl Way {
    fn both(phone: &Phone) -> [Self; 2] {
        [
            Self::Number(open(phone.path(), &KEY, None).unwrap()),
            Self::Object(phone.open()),
        ]
    }

    fn process(&self, command: &[u8]) -> Vec<u8> {
        match self {
            Self::Number(number) => process_numbered(*number, command),
            Self::Object(wallet) => wallet.process(command.to_vec()).octets,
        }
    }

    fn field_lost(&self) {
        match self {
            Self::Number(number) => field_lost_numbered(*number),
            Self::Object(wallet) => wallet.field_lost(),
        }
    }

    fn panic_amid_a_tap(&self) -> Vec<u8> {
        let wallet = match self {
            Self::Number(number) => numbered().wallets[number].clone(),
            Self::Object(wallet) => wallet.open.clone(),
        };
        answer(&wallet, |_| panic!("a defect"))
    }
}

fn approves(answers: &[Vec<u8>]) -> bool {
    answers.iter().all(|answer| answer.ends_with(&[0x90, 0x00]))
}

#[test]
fn a_tap_is_answered_by_both_ways_with_the_next_key_of_the_one_wallet() {
    let phone = Phone::with_a_card();
    let wallet = phone.open();
    for (way, left) in Way::both(&phone).iter().zip([9, 8]) {
        assert!(approves(&tap().map(|command| way.process(&command))));
        way.field_lost();
        wallet.settle().unwrap();
        assert_eq!(wallet.cards().unwrap()[0].keys_left, left);
    }
}

#[test]
fn a_wallet_that_a_reader_opened_is_closed_by_its_folder() {
    let phone = Phone::with_a_card();
    let [ppse, ..] = tap();
    let number = open(phone.path(), &KEY, None).unwrap();
    assert!(process_numbered(number, &ppse).ends_with(&[0x90, 0x00]));
    end_in(phone.path().to_str().unwrap());
    assert_eq!(process_numbered(number, &ppse), [0x6A, 0x82]);
    end_in("nobody has this open");
    assert_eq!(phone.open().cards().unwrap().len(), 1);
}

#[test]
fn hostile_commands_are_answered_with_a_status_word_by_both_ways() {
    let phone = Phone::with_a_card();
    let [ppse, select, _] = tap();
    let commands: [(&[u8], [u8; 2]); 6] = [
        (&[], [0x67, 0x00]),
        (&[0x00], [0x67, 0x00]),
        (&LONG, [0x6E, 0x00]),
        (&ppse[..7], [0x67, 0x00]),
        (
            &[0x80, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00],
            [0x69, 0x85],
        ),
        (&[0x00, 0xFF, 0x00, 0x00], [0x6D, 0x00]),
    ];
    for way in Way::both(&phone) {
        for (command, status) in &commands {
            assert_eq!(way.process(command), status, "{} octets", command.len());
        }
        assert!(approves(&[way.process(&select)]));
        way.field_lost();
    }
}

#[test]
fn a_panic_amid_a_tap_is_answered_with_6f00_ends_the_tap_and_the_next_one_works() {
    let phone = Phone::with_a_card();
    let wallet = phone.open();
    for way in Way::both(&phone) {
        let [_, select, options] = tap();
        assert!(approves(&[way.process(&select)]));
        assert_eq!(way.panic_amid_a_tap(), [0x6F, 0x00]);
        assert_eq!(way.process(&options), [0x69, 0x85]);
        assert!(approves(&tap().map(|command| way.process(&command))));
        way.field_lost();
        wallet.settle().unwrap();
    }
}

#[test]
fn a_panic_withdraws_the_verification() {
    let phone = Phone::with_a_card();
    let wallet = phone.open();
    let last = |wallet: &Wallet| {
        let [_, _, answer] = tap().map(|command| wallet.process(command).octets);
        wallet.field_lost();
        wallet.settle().unwrap();
        // 9F6C, the card transaction qualifiers: 0080 says that the device verified.
        answer
            .windows(5)
            .any(|octets| octets == [0x9F, 0x6C, 0x02, 0x00, 0x80])
    };
    assert!(!last(&wallet));
    wallet.user_verified(0).unwrap();
    assert!(last(&wallet));
    wallet.user_verified(0).unwrap();
    answer(&wallet.open, |_| panic!("a defect"));
    assert!(!last(&wallet));
}

#[test]
fn a_wallet_that_was_closed_has_no_card_for_either_way_and_says_so_to_the_app() {
    let phone = Phone::with_a_card();
    let ways = Way::both(&phone);
    let wallet = phone.open();
    wallet.end();
    let [ppse, _, _] = tap();
    for way in ways {
        assert_eq!(way.process(&ppse), [0x6A, 0x82]);
        way.field_lost();
    }
    assert!(matches!(wallet.cards(), Err(WalletError::Closed)));
    assert_eq!(wallet.process(ppse.clone()).octets, [0x6A, 0x82]);
    assert_eq!(process_numbered(i64::MAX, &ppse), [0x6A, 0x82]);
    assert!(approves(&[phone.open().process(ppse).octets]));
}

#[test]
fn a_second_opener_must_bring_the_same_key() {
    let phone = Phone::with_a_card();
    let held = phone.open();
    let other = open(phone.path(), &[0x12; 32], None);
    assert!(matches!(other, Err(WalletError::StorageKey(_))));
    held.end();
    let other = open(phone.path(), &[0x12; 32], None);
    assert!(matches!(other, Err(WalletError::StorageKey(_))));
    assert!(open(phone.path(), &KEY, None).is_ok());
}

#[test]
fn what_is_not_a_key_or_a_boot_id_is_refused() {
    let phone = Phone::with_a_card();
    let argument = |result| matches!(result, Err(WalletError::Argument(_)));
    assert!(argument(open(phone.path(), &[0x11; 31], None)));
    assert!(argument(open(phone.path(), &[], None)));
    assert!(argument(open(phone.path(), &KEY, Some(&[0; 16]))));
    assert!(argument(open(phone.path(), &KEY, Some(&[1; 15]))));
}

#[test]
fn a_wallet_may_be_shared_by_all_threads_for_the_life_of_the_process() {
    fn is_shareable<T: Send + Sync + 'static>() {}
    is_shareable::<Wallet>();
}
