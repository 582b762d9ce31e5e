//! A phone whose wall clock is wrong, with an issuer whose clock is right.

use understudy_core::card::{CardId, Cvm};
use understudy_issuer::{NewLimits, TokenId};
use understudy_tests::GpoData;
use understudy_wallet::Taken;

use crate::phone::Phone;
use crate::stage::{TODAY, TestClock};
use crate::town::Town;

const YEAR: u64 = 365 * 86_400;

/// A phone with separate clocks.
fn town(keys: u16) -> (Town, Phone, TokenId, CardId) {
    let (town, phone, token, card) = Town::with_card(keys);
    let phone = Phone::of(&phone.files(), &TestClock::new());
    (town, phone, token, card)
}

/// The readings of the wall clock, in turn.
const JUMPS: [u64; 5] = [TODAY - YEAR, TODAY + 30 * YEAR, TODAY, 0, TODAY + 30 * YEAR];

/// A tap without verification.
fn tap(phone: &Phone) -> u16 {
    phone.tap_for(&GpoData::default(), 1)
}

#[test]
fn no_jump_and_no_reboot_without_network_revives_or_destroys_a_key() {
    let (_, mut phone, _, card) = town(20);
    let mut paid = 0;
    for jump in JUMPS {
        phone.clock.set_wall(Some(jump));
        phone.wallet.user_acted();
        assert_eq!(tap(&phone), 0x9000, "the batch is good for more than a day");
        phone.wallet.settle().expect("a good disk");
        paid += 1;
        assert_eq!(phone.counts(card), (20 - paid, paid), "wall clock {jump}");
        phone = phone.lost_power();
        // The armed key may have been used: it is spent, and no other one is.
        paid += 1;
        assert_eq!(phone.counts(card), (20 - paid, paid), "wall clock {jump}");
        phone = phone.died();
        assert_eq!(phone.counts(card), (20 - paid, paid), "wall clock {jump}");
    }

    let end = phone.needs().cards[0].next_end.expect("a batch that ends");
    phone.clock.set_wall(Some(TODAY));
    phone.clock.pass(end.0 - TODAY + 86_400);
    phone.wallet.user_acted();
    assert_eq!(tap(&phone), 0x6985, "its batch has ended");
    let ledger = |phone: &Phone| {
        let ledger = phone.wallet.cards()[0].ledger;
        (ledger.keys, ledger.expired)
    };
    assert_eq!(ledger(&phone), (0, 20 - paid));
    phone.wallet.settle().expect("a good disk");
    for jump in JUMPS {
        phone.clock.set_wall(Some(jump));
        phone.wallet.user_acted();
        assert_eq!(tap(&phone), 0x6985, "wall clock {jump}");
        assert_eq!(ledger(&phone), (0, 20 - paid), "wall clock {jump}");
        phone = phone.died();
        assert_eq!(ledger(&phone), (0, 20 - paid), "wall clock {jump}");
    }
}

#[test]
fn no_jump_and_no_reboot_reopens_a_limit() {
    let (town, mut phone, token, card) = town(40);
    let new = NewLimits {
        unverified_taps: Some(2),
        ..NewLimits::default()
    };
    town.issuer
        .set_limits(token, &new, town.clock.now())
        .expect("within bounds");
    assert!(
        phone
            .offer(&town)
            .iter()
            .flatten()
            .any(|taken| *taken == Taken::Limited(card))
    );
    // With the limit reached the card asks for the PIN at the reader.
    let cvm = |phone: &Phone| {
        phone.wallet.user_acted();
        assert_eq!(tap(phone), 0x9000);
        phone.latest().cvm
    };
    assert_eq!(
        (cvm(&phone), cvm(&phone)),
        (Some(Cvm::None), Some(Cvm::None))
    );
    for jump in JUMPS {
        phone.clock.set_wall(Some(jump));
        assert_eq!(cvm(&phone), Some(Cvm::OnlinePin), "wall clock {jump}");
        phone = phone.died();
        assert_eq!(cvm(&phone), Some(Cvm::OnlinePin), "{jump}, after a restart");
        phone.wallet.settle().expect("a good disk");
        phone = phone.lost_power();
        assert_eq!(
            cvm(&phone),
            Some(Cvm::OnlinePin),
            "{jump}, after a power cut"
        );
    }
    phone.verify();
    assert_eq!(cvm(&phone), Some(Cvm::OnDevice), "the user verified");
    phone.clock.pass(61);
    assert_eq!(cvm(&phone), Some(Cvm::None), "and the count starts anew");
}

#[test]
fn no_jump_opens_the_drain_guards_minute() {
    let (_, phone, _, _) = town(20);
    let drawn = (0..5).filter(|_| phone.tap_for(&GpoData::default(), 0) == 0x9000);
    assert_eq!(drawn.count(), 3);
    for jump in JUMPS {
        phone.clock.set_wall(Some(jump));
        assert_eq!(phone.tap_for(&GpoData::default(), 0), 0x6985, "{jump}");
    }
}
