//! Online PIN: ISO 9564-1 format 0 over the token's number.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;

use super::kit::{Card, FUNDS, World, cny};
use crate::{AuditEntry, Deed, IssueOptions, Pin, PinBlock, Reason, Secret, TerminalPinKey};

const ABOVE: u64 = 200_000;

fn enter(world: &World, atc: u16, pin: &str) -> Reason {
    let block = world.card.pin_block(pin);
    world
        .authorise(&world.card.sale(atc, cny(ABOVE)).with_pin(block))
        .reason
}

#[test]
fn the_third_wrong_pin_blocks_it_for_good() {
    let world = World::new();
    assert_eq!(enter(&world, 1, "000000"), Reason::WrongPin);
    assert_eq!(enter(&world, 2, "12345"), Reason::WrongPin);
    assert_eq!(enter(&world, 3, "1234567"), Reason::PinTriesExceeded);
    assert_eq!(enter(&world, 4, "123456"), Reason::PinTriesExceeded);
    let entries = world.issuer.audit(None).unwrap();
    let is_block = |entry: &&AuditEntry| entry.deed == Deed::PinBlocked.name();
    assert_eq!(entries.iter().filter(is_block).count(), 1);
    assert_eq!(Reason::WrongPin.response_code(), *b"55");
    assert_eq!(Reason::PinTriesExceeded.response_code(), *b"75");
}

#[test]
fn a_blocked_pin_does_not_stop_taps_without_it() {
    let world = World::new();
    for atc in 1..=3 {
        enter(&world, atc, "000000");
    }
    assert!(world.authorise(&world.card.sale(4, cny(1))).approved());
    let verified = world.card.tap_verified(5, cny(ABOVE));
    assert!(
        world
            .authorise(&world.card.request(&verified, cny(ABOVE)))
            .approved()
    );
}

#[test]
fn a_correct_pin_forgets_the_wrong_ones() {
    let world = World::new();
    for atc in [1, 4, 7] {
        assert_eq!(enter(&world, atc, "000000"), Reason::WrongPin);
        assert_eq!(enter(&world, atc + 1, "000000"), Reason::WrongPin);
        assert_eq!(enter(&world, atc + 2, "123456"), Reason::Approved);
    }
}

#[test]
fn the_issuer_lifts_a_block_with_a_new_pin() {
    let world = World::new();
    for atc in 1..=3 {
        enter(&world, atc, "000000");
    }
    world.set_pin("4711");
    assert_eq!(enter(&world, 4, "123456"), Reason::WrongPin);
    assert_eq!(enter(&world, 5, "4711"), Reason::Approved);
}

#[test]
fn wrong_pins_without_a_right_cryptogram_are_not_counted() {
    let world = World::new();
    let state = world.state();
    let mut forged = world.card.tap(1, cny(1));
    forged.cryptogram[0] ^= 1;
    for _ in 0..10 {
        let block = world.card.pin_block("000000");
        let sale = world.card.request(&forged, cny(1)).with_pin(block);
        assert_eq!(world.authorise(&sale).reason, Reason::CryptogramWrong);
    }
    assert_eq!(world.state(), state);
}

#[test]
fn wrong_pins_are_counted_over_all_tokens_of_an_account() {
    let world = World::new();
    enter(&world, 1, "000000");
    let mut world = world;
    world.card = world.another_card();
    enter(&world, 1, "000000");
    assert_eq!(enter(&world, 2, "000000"), Reason::PinTriesExceeded);
}

#[test]
fn a_block_that_holds_no_pin_is_no_wrong_pin() {
    let world = World::new();
    enter(&world, 1, "000000");
    enter(&world, 2, "000000");
    let PinBlock::Format0(good) = world.card.pin_block("123456") else {
        panic!("a block of format 0");
    };
    let mut blocks = vec![[0x00; 8], [0xFF; 8], good.map(|octet| !octet)];
    blocks.extend((0..64).map(|bit| (u64::from_be_bytes(good) ^ (1 << bit)).to_be_bytes()));
    for block in blocks {
        let world = world.fork();
        let sale = world
            .card
            .sale(3, cny(1))
            .with_pin(PinBlock::Format0(block));
        let verdict = world.authorise(&sale);
        assert_eq!(verdict.reason, Reason::PinBlockMalformed, "{block:02X?}");
        assert!(verdict.arpc.is_some());
        assert_eq!(enter(&world, 4, "123456"), Reason::Approved);
    }
    assert_eq!(Reason::PinBlockMalformed.response_code(), *b"99");
}

#[test]
fn whoever_lacks_the_terminals_key_blocks_no_pin() {
    let world = World::new();
    let elsewhere = TerminalPinKey::new(Secret::new([0x5A; 16]));
    let pin = Pin::parse("000000").unwrap();
    for atc in 1..=9 {
        let block = elsewhere.seal(&pin, &world.card.number);
        let sale = world.card.sale(atc, cny(1)).with_pin(block);
        assert_eq!(world.authorise(&sale).reason, Reason::PinBlockMalformed);
    }
    assert_eq!(enter(&world, 10, "123456"), Reason::Approved);
}

#[test]
fn an_amount_that_is_declined_anyway_says_nothing_about_the_pin_and_counts_none() {
    let domestic = IssueOptions {
        domestic_only: true,
        ..Default::default()
    };
    let world = World::with(domestic);
    let usd = Amount::new(1, Currency::USD).unwrap();
    let cases = [
        (cny(5_000_001), Reason::OverLimit),
        (usd, Reason::ForeignCurrency),
    ];
    for (amount, expected) in cases {
        let world = world.fork();
        enter(&world, 1, "000000");
        enter(&world, 2, "000000");
        for (atc, pin) in [(3, "123456"), (4, "000000"), (5, "654321")] {
            let block = world.card.pin_block(pin);
            let sale = world.card.sale(atc, amount).with_pin(block);
            assert_eq!(world.authorise(&sale).reason, expected, "{pin}");
        }
        // The two wrong ones are not forgotten, and no third one was counted.
        let other = world.fork();
        assert_eq!(enter(&other, 6, "000000"), Reason::PinTriesExceeded);
        assert_eq!(enter(&world, 6, "123456"), Reason::Approved);
    }
}

#[test]
fn a_pin_block_for_a_neighbouring_number_holds_no_pin_or_a_wrong_one() {
    let world = World::new();
    let own: Vec<u8> = world.card.number.digits().collect();
    let neighbours = (0..own.len() - 1).flat_map(|at| (0..=9).map(move |with| (at, with)));
    let (mut none, mut wrong) = (0, 0);
    for (at, with) in neighbours.filter(|(at, with)| own[*at] != *with) {
        let mut digits = own[..own.len() - 1].to_vec();
        digits[at] = with;
        let number = CardNumber::with_check_digit(&digits).unwrap();
        let block = Card {
            number,
            ..world.card.clone()
        }
        .pin_block("123456");
        let sale = world.card.sale(1, cny(1)).with_pin(block);
        let reason = world.fork().authorise(&sale).reason;
        match (at, reason) {
            // Not among the twelve digits before the check digit.
            (0..=2, reason) => assert_eq!(reason, Reason::Approved),
            (3..=6, Reason::WrongPin) => wrong += 1,
            (_, reason) => {
                assert_eq!(reason, Reason::PinBlockMalformed, "digit {at} is {with}");
                none += 1;
            }
        }
    }
    assert!(none > 8 * 9 && wrong > 20, "{none} {wrong}");
}

#[test]
fn any_pin_is_wrong_for_an_account_without_one() {
    let world = World::without_pin(&IssueOptions::default(), 16, FUNDS);
    assert_eq!(enter(&world, 1, "123456"), Reason::WrongPin);
    assert_eq!(enter(&world, 2, "0000"), Reason::WrongPin);
}
