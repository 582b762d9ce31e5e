//! Where a token pays.

use understudy_core::crypto::Cvn;
use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{World, cny};
use crate::{EntryMode, MerchantId, Reason};

fn restrict(world: &World, kind: &str, values: &[&str]) {
    for value in values {
        world.execute(&format!(
            "INSERT INTO restriction (token, kind, value) VALUES ({}, '{kind}', '{value}')",
            world.card.token
        ));
    }
}

#[test]
fn only_a_contactless_chip_is_taken() {
    let world = World::new();
    for mode in ["071", "072", "070", "981", "982"] {
        let mut sale = world.card.sale(1, cny(1));
        sale.entry_mode = EntryMode::parse(mode).unwrap();
        assert!(world.fork().authorise(&sale).approved(), "{mode}");
    }
    for mode in ["051", "021", "012", "911", "801", "000"] {
        let mut sale = world.card.sale(1, cny(1));
        sale.entry_mode = EntryMode::parse(mode).unwrap();
        let verdict = world.fork().authorise(&sale);
        assert_eq!(verdict.reason, Reason::NotContactless, "{mode}");
    }
}

#[test]
fn a_token_with_a_list_of_currencies_pays_in_these_only() {
    let world = World::new();
    restrict(&world, "currency", &["344", "840"]);
    for (currency, expected) in [
        (Currency::CNY, Reason::CurrencyNotAllowed),
        (Currency::HKD, Reason::Approved),
        (Currency::USD, Reason::Approved),
    ] {
        let amount = Amount::new(1, currency).unwrap();
        let chip = world.card.tap_verified(1, amount);
        let verdict = world.fork().authorise(&world.card.request(&chip, amount));
        assert_eq!(verdict.reason, expected, "{currency:?}");
    }
}

#[test]
fn a_token_with_a_list_of_countries_pays_in_these_only() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        restrict(&world, "country", &["156", "36"]);
        for (country, expected) in [
            ([0x01, 0x56], Reason::Approved),
            ([0x00, 0x36], Reason::Approved),
            ([0x03, 0x44], Reason::CountryNotAllowed),
            ([0x00, 0x00], Reason::CountryNotAllowed),
            ([0x11, 0x56], Reason::CountryNotAllowed),
        ] {
            let mut chip = world.card.tap(1, cny(1));
            chip.data.terminal_country = country;
            world.card.sign(&mut chip);
            let verdict = world.fork().authorise(&world.card.request(&chip, cny(1)));
            assert_eq!(verdict.reason, expected, "{cvn} {country:02X?}");
        }
    }
}

#[test]
fn a_token_with_a_list_of_merchants_pays_these_only() {
    let world = World::new();
    restrict(&world, "merchant", &["BAKERY", "MERCHANT0000002"]);
    for (merchant, expected) in [
        ("BAKERY         ", Reason::Approved),
        ("MERCHANT0000002", Reason::Approved),
        ("MERCHANT0000001", Reason::MerchantNotAllowed),
        ("BAKERY 2       ", Reason::MerchantNotAllowed),
    ] {
        let mut sale = world.card.sale(1, cny(1));
        sale.identity.merchant = MerchantId::parse(merchant).unwrap();
        assert_eq!(world.fork().authorise(&sale).reason, expected, "{merchant}");
    }
}

#[test]
fn what_is_out_of_bounds_says_nothing_about_the_pin_and_counts_none() {
    let world = World::new();
    restrict(&world, "merchant", &["BAKERY"]);
    let state = world.state();
    let wrong = world.card.pin_block("000000");
    for atc in 1..=4 {
        let verdict = world.authorise(&world.card.sale(atc, cny(1)).with_pin(wrong.clone()));
        assert_eq!(verdict.reason, Reason::MerchantNotAllowed);
    }
    let account = |text: &str| -> Vec<String> {
        let accounts = text.lines().filter(|line| line.starts_with("account "));
        accounts.map(str::to_owned).collect()
    };
    assert_eq!(account(&world.state()), account(&state));
}
