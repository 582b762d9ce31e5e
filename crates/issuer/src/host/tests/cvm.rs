//! Cardholder verification: from a correct PIN or from the card's word under the MAC, only.

use understudy_core::card::Limits;
use understudy_core::crypto::Cvn;
use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{Chip, Sale, World, cny, object};
use crate::{IssueOptions, Reason};

const LIMIT: u64 = 100_000;
const VERIFIED_LIMIT: u64 = 5_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entered {
    Nothing,
    RightPin,
    WrongPin,
}

/// The whole rule for a card that pays abroad, said once more.
fn expected(on_device: bool, entered: Entered, minor: u64, domestic: bool) -> Reason {
    match (entered, on_device) {
        _ if minor > VERIFIED_LIMIT => Reason::OverLimit,
        (Entered::WrongPin, _) => Reason::WrongPin,
        (Entered::RightPin, _) | (_, true) => Reason::Approved,
        _ if domestic && minor <= LIMIT => Reason::Approved,
        _ => Reason::NoCvm,
    }
}

#[test]
fn no_amount_above_the_limit_passes_without_a_verified_cardholder() {
    let amounts = [
        0,
        1,
        LIMIT - 1,
        LIMIT,
        LIMIT + 1,
        VERIFIED_LIMIT - 1,
        VERIFIED_LIMIT,
        VERIFIED_LIMIT + 1,
        Amount::MAX_MINOR,
    ];
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        for currency in [Currency::CNY, Currency::HKD, Currency::USD] {
            for minor in amounts {
                for on_device in [false, true] {
                    for entered in [Entered::Nothing, Entered::RightPin, Entered::WrongPin] {
                        let amount = Amount::new(minor, currency).unwrap();
                        let sale = sale(&world, amount, on_device, entered);
                        let domestic = currency == Currency::CNY;
                        let expected = if cvn == Cvn::UnionPay17 && !domestic {
                            Reason::ForeignCurrency
                        } else {
                            expected(on_device, entered, minor, domestic)
                        };
                        assert_eq!(
                            world.fork().authorise(&sale).reason,
                            expected,
                            "{cvn} {amount:?} {on_device} {entered:?}"
                        );
                    }
                }
            }
        }
    }
}

fn sale(world: &World, amount: Amount, on_device: bool, entered: Entered) -> Sale {
    let card = &world.card;
    let chip: Chip = if on_device {
        card.tap_verified(1, amount)
    } else {
        card.tap(1, amount)
    };
    let sale = card.request(&chip, amount);
    match entered {
        Entered::Nothing => sale,
        Entered::RightPin => sale.with_pin(card.pin_block("123456")),
        Entered::WrongPin => sale.with_pin(card.pin_block("123457")),
    }
}

#[test]
fn the_card_transaction_qualifiers_change_nothing() {
    let world = World::new();
    for minor in [LIMIT, LIMIT + 1] {
        let plain = world.fork().authorise(&world.card.sale(1, cny(minor)));
        for octet_1 in 0..=u8::MAX {
            for octet_2 in [0x00, 0x40, 0x80, 0xC0, 0xFF] {
                let mut sale = world.card.sale(1, cny(minor));
                sale.de55.extend(object("9F6C", &[octet_1, octet_2]));
                let answer = world.fork().authorise(&sale);
                assert_eq!((answer.reason, answer.arpc), (plain.reason, plain.arpc));
            }
        }
    }
}

#[test]
fn the_terminal_s_word_about_verification_changes_nothing() {
    let world = World::new();
    for results in [
        [0x02, 0x00, 0x02],
        [0x2F, 0x00, 0x02],
        [0x1F, 0x00, 0x02],
        [0x3F, 0x00, 0x00],
    ] {
        let mut sale = world.card.sale(1, cny(LIMIT + 1));
        sale.de55.extend(object("9F34", &results));
        assert_eq!(world.fork().authorise(&sale).reason, Reason::NoCvm);
    }
}

#[test]
fn a_card_that_was_issued_without_the_verified_bit_cannot_claim_it() {
    let options = IssueOptions {
        verified_in_iad: false,
        ..Default::default()
    };
    let world = World::with(options);
    let chip = world.card.tap_verified(1, cny(1));
    let sale = world.card.request(&chip, cny(1));
    assert_eq!(world.authorise(&sale).reason, Reason::IssuerApplicationData);
}

#[test]
fn a_card_of_another_currency_is_held_to_its_own() {
    let limits = Limits {
        currency: Currency::HKD,
        ..IssueOptions::default().limits
    };
    let world = World::with(IssueOptions {
        limits,
        ..Default::default()
    });
    let hkd = |minor| Amount::new(minor, Currency::HKD).unwrap();
    assert!(
        world
            .fork()
            .authorise(&world.card.sale(1, hkd(LIMIT)))
            .approved()
    );
    assert_eq!(
        world.fork().authorise(&world.card.sale(1, cny(1))).reason,
        Reason::NoCvm
    );
}

#[test]
fn a_domestic_card_does_not_pay_abroad_even_verified() {
    let world = World::with(IssueOptions {
        domestic_only: true,
        ..Default::default()
    });
    let usd = Amount::new(1, Currency::USD).unwrap();
    for on_device in [false, true] {
        let sale = sale(&world, usd, on_device, Entered::RightPin);
        assert_eq!(
            world.fork().authorise(&sale).reason,
            Reason::ForeignCurrency
        );
    }
    assert!(
        world
            .fork()
            .authorise(&world.card.sale(1, cny(1)))
            .approved()
    );
}

#[test]
fn an_amount_that_cvn_17_signed_in_one_currency_pays_in_no_other() {
    let world = World::cvn(Cvn::UnionPay17);
    for currency in [Currency::HKD, Currency::USD, Currency::new(704).unwrap()] {
        let signed = cny(5_000_000);
        let mut chip = world.card.tap_verified(1, signed);
        // The cryptogram stays right: the currency is not under its MAC.
        chip.data.currency = currency.to_bcd();
        let claimed = Amount::new(signed.minor(), currency).unwrap();
        let sale = world.card.request(&chip, claimed);
        assert_eq!(
            world.fork().authorise(&sale).reason,
            Reason::ForeignCurrency
        );
        let sale = world.card.request(&chip, signed);
        assert_eq!(
            world.fork().authorise(&sale).reason,
            Reason::CurrencyMismatch
        );
    }
}

fn few_taps(unverified_taps: u8, unverified_sum: u64) -> World {
    let limits = Limits {
        unverified_taps,
        unverified_sum,
        ..IssueOptions::default().limits
    };
    World::with(IssueOptions {
        keys: 20,
        limits,
        ..Default::default()
    })
}

#[test]
fn after_so_many_unverified_taps_verification_is_due() {
    let world = few_taps(3, Amount::MAX_MINOR);
    let tap = |atc, on_device: bool| {
        let amount = cny(1);
        let card = world.card.clone();
        let chip = if on_device {
            card.tap_verified(atc, amount)
        } else {
            card.tap(atc, amount)
        };
        world.authorise(&card.request(&chip, amount)).reason
    };
    for round in [1, 6] {
        for atc in round..round + 3 {
            assert_eq!(tap(atc, false), Reason::Approved, "{atc}");
        }
        assert_eq!(tap(round + 3, false), Reason::VerificationDue);
        assert_eq!(tap(round + 4, true), Reason::Approved);
    }
}

#[test]
fn a_correct_pin_starts_the_count_of_unverified_taps_anew() {
    let world = few_taps(1, Amount::MAX_MINOR);
    let block = world.card.pin_block("123456");
    assert!(world.authorise(&world.card.sale(1, cny(1))).approved());
    assert_eq!(
        world.authorise(&world.card.sale(2, cny(1))).reason,
        Reason::VerificationDue
    );
    assert!(
        world
            .authorise(&world.card.sale(3, cny(1)).with_pin(block))
            .approved()
    );
    assert!(world.authorise(&world.card.sale(4, cny(1))).approved());
}

#[test]
fn the_sum_of_unverified_taps_is_limited_to_the_last_minor_unit() {
    let world = few_taps(u8::MAX, 150_000);
    assert!(
        world
            .authorise(&world.card.sale(1, cny(100_000)))
            .approved()
    );
    assert_eq!(
        world.authorise(&world.card.sale(2, cny(50_001))).reason,
        Reason::VerificationDue
    );
    assert!(world.authorise(&world.card.sale(3, cny(50_000))).approved());
    assert_eq!(
        world.authorise(&world.card.sale(4, cny(1))).reason,
        Reason::VerificationDue
    );
    assert!(world.authorise(&world.card.sale(5, cny(0))).approved());
}

#[test]
fn a_declined_tap_does_not_count_as_unverified() {
    let world = few_taps(1, Amount::MAX_MINOR);
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(LIMIT + 1))).reason,
        Reason::NoCvm
    );
    assert!(world.authorise(&world.card.sale(2, cny(1))).approved());
}

#[test]
fn a_card_without_unverified_taps_always_wants_verification() {
    let world = few_taps(0, 0);
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(0))).reason,
        Reason::VerificationDue
    );
}
