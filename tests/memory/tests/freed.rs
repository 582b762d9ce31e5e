//! The wallet gives no memory back with a key in it, neither its octets nor its hex.

use std::hint::black_box;

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueOptions, demonstration};
use understudy_memory_tests::{Kept, copies_left_by, look_for};
use understudy_provisioning::Package;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::{SystemClock, Volatile, Wallet};

/// 2026-11-22T00:00:00Z.
const NOW: UnixTime = UnixTime(1_795_305_600);

fn pay(wallet: &mut Wallet<Kept>) {
    let mut answer = [0; 258];
    wallet.process(&select(UNIONPAY_DEBIT), &mut answer);
    let answer = wallet.process(&GpoData::default().command(), &mut answer);
    assert!(answer.ends_with(&[0x90, 0x00]));
}

#[test]
fn no_block_is_given_back_with_a_key_in_it() {
    let bank = demonstration::issuer().unwrap();
    let pan = CardNumber::parse(demonstration::TEST_PAN).unwrap();
    let options = IssueOptions {
        keys: 40,
        ..IssueOptions::default()
    };
    let funds = Amount::new(1, Currency::CNY).unwrap();
    let expiry = Expiry::new(30, 12).unwrap();
    let issued = bank.personalise(&pan, expiry, &options, funds, NOW);
    let issued = issued.unwrap();
    let more = bank.more_keys(issued.token, 30, NOW).unwrap();
    let keys = [&issued.package, &more].map(|package| Package::parse(package).unwrap());
    let keys: Vec<_> = keys
        .iter()
        .flat_map(Package::stored_keys)
        .map(|(_, key)| key.to_vec())
        .collect();
    let (octets, text) = (keys[7].clone(), hex::encode(&keys[7]));
    look_for(keys);

    let kept = Kept::with_room(1 << 16);
    let mut wallet = Wallet::new(kept.clone(), SystemClock);
    let (card, copies) = copies_left_by(|| wallet.install(&issued.package).unwrap());
    assert_eq!(copies, 0, "after installing");
    let ((), copies) = copies_left_by(|| wallet.replenish(card, &more).unwrap());
    assert_eq!(copies, 0, "after replenishing");
    let ((), copies) = copies_left_by(|| pay(&mut wallet));
    assert_eq!(copies, 0, "after a tap");
    let (result, copies) = copies_left_by(|| wallet.field_lost());
    assert_eq!(
        (result.is_ok(), copies),
        (true, 0),
        "after the loss of the field"
    );
    let (restored, copies) =
        copies_left_by(|| Wallet::restore(&kept.0.borrow(), Volatile, SystemClock).unwrap());
    assert_eq!(copies, 0, "after restoring");
    let ((), copies) = copies_left_by(|| drop(restored));
    assert_eq!(copies, 0, "after the wallet's end");
    let ((), copies) = copies_left_by(|| wallet.remove(card).unwrap());
    assert_eq!(copies, 0, "after removing the card");

    let ((), copies) = copies_left_by(|| drop(black_box(octets)));
    assert_eq!(copies, 1, "the scanner sees octets");
    let ((), copies) = copies_left_by(|| drop(black_box(text)));
    assert_eq!(copies, 1, "the scanner sees hex");
}
