//! Codes in place of taps: what is taken, and every way in which an enemy may come by one.

use understudy_core::crypto::{Cvn, TransactionData};
use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{Card, Chip, NOW, Sale, World, cny, encode, flips};
use crate::demonstration::TEST_PIN;
use crate::token::TokenStatus;
use crate::{AuthorisationFilter, EntryMode, ProcessingCode, Reason};

const KEYS: u16 = 10;

fn answer(world: &World, code: &Chip, minor: u64) -> Reason {
    let scanned = world.card.scan(code, cny(minor));
    world.authorise(&scanned).reason
}

/// A tap of a reader that states all that a code has under the MAC: it may choose every value but the AIP.
fn skimmed(card: &Card) -> Chip {
    let code = card.code(1, NOW.0);
    let mut tap = card.tap_verified(1, cny(0));
    tap.data = TransactionData {
        aip: [0x00, 0x00],
        ..code.data
    };
    card.sign(&mut tap);
    tap
}

#[test]
fn a_code_pays_once_what_the_terminal_says_and_is_listed_as_one() {
    let world = World::new();
    let before = world.available();
    let code = world.card.code(1, NOW.0);
    let verdict = world.authorise(&world.card.scan(&code, cny(1_234)));
    assert!(verdict.approved());
    assert!(verdict.arpc.is_some());
    assert_eq!(before - world.available(), 1_234);
    assert_eq!(answer(&world, &code, 1_234), Reason::Replay);
    assert_eq!(before - world.available(), 1_234);
    let list = world.issuer.authorisations(&AuthorisationFilter::default());
    let by_code: Vec<bool> = list.unwrap().iter().map(|one| one.by_code).collect();
    // The replay used no counter up, and is of a code too.
    assert_eq!(by_code, [true, true]);
    assert!(world.authorise(&world.card.sale(2, cny(1))).approved());
    let newest = world.issuer.authorisations(&AuthorisationFilter::default());
    assert!(!newest.unwrap()[0].by_code);
}

#[test]
fn the_same_request_again_is_a_repeat_and_moves_nothing() {
    let world = World::new();
    let sale = world.card.scan(&world.card.code(1, NOW.0), cny(500));
    let first = world.authorise(&sale);
    let state = world.everything();
    let again = world.authorise(&sale);
    assert!(again.repeat && again.approval == first.approval);
    assert_eq!(world.everything(), state);
}

/// The amount is under no MAC: whoever relays a code may write another. The limit bounds it.
#[test]
fn a_relay_that_alters_the_amount_is_not_noticed_up_to_the_limit() {
    let world = World::new();
    let limit = world.card.options.limits.verified_tap;
    let code = world.card.code(1, NOW.0);
    for minor in [0, 1, 1_234, limit] {
        assert_eq!(
            answer(&world.fork(), &code, minor),
            Reason::Approved,
            "{minor}"
        );
    }
    assert_eq!(answer(&world, &code, limit + 1), Reason::OverLimit);
}

#[test]
fn a_code_is_good_from_half_a_minute_before_its_display_to_a_minute_after_it() {
    let world = World::new();
    for (displayed, expected) in [
        (0, Reason::CodeLate),
        (NOW.0 - 61, Reason::CodeLate),
        (NOW.0 - 60, Reason::Approved),
        (NOW.0, Reason::Approved),
        (NOW.0 + 30, Reason::Approved),
        (NOW.0 + 31, Reason::CodeEarly),
        (u64::from(u32::MAX), Reason::CodeEarly),
    ] {
        let world = world.fork();
        let code = world.card.code(1, displayed);
        assert_eq!(answer(&world, &code, 100), expected, "{displayed}");
        // It came once, and that was it.
        assert_eq!(answer(&world, &code, 100), Reason::Replay);
    }
}

#[test]
fn the_cryptogram_of_a_tap_is_none_of_a_code_whatever_the_reader_said_to_the_card() {
    let world = World::new();
    let mut tap = skimmed(&world.card);
    assert_eq!(answer(&world, &tap, 100), Reason::CardDataAltered);
    tap.data.aip = [0x00, 0x02];
    assert_eq!(answer(&world, &tap, 100), Reason::CryptogramWrong);
    // Nor is one that has the terminal's data besides.
    let mut with_all = world.card.request(&tap, cny(100));
    with_all.entry_mode = EntryMode::parse("032").unwrap();
    assert_eq!(world.authorise(&with_all).reason, Reason::CryptogramWrong);
    assert!(world.authorise(&world.card.sale(1, cny(100))).approved());
}

#[test]
fn the_cryptogram_of_a_code_is_none_of_a_tap() {
    let world = World::new();
    let mut code = world.card.code(1, NOW.0);
    for amount in [cny(0), cny(100)] {
        code.data.amount_authorised = amount.to_bcd();
        code.data.aip = [0x00, 0x02];
        let as_tap = world.card.request(&code, amount);
        assert_eq!(world.authorise(&as_tap).reason, Reason::CardDataAltered);
        code.data.aip = [0x00, 0x00];
        let as_tap = world.card.request(&code, amount);
        assert_eq!(world.authorise(&as_tap).reason, Reason::CryptogramWrong);
    }
    let bare = Sale {
        entry_mode: EntryMode::parse("072").unwrap(),
        ..world.card.scan(&world.card.code(1, NOW.0), cny(0))
    };
    assert_eq!(world.authorise(&bare).reason, Reason::ChipDataIncomplete);
}

#[test]
fn a_version_whose_mac_lacks_the_mark_has_no_codes() {
    let world = World::cvn(Cvn::UnionPay17);
    let mut tap = skimmed(&world.card);
    // Under this version it would be the cryptogram of a code.
    tap.data.aip = [0x00, 0x02];
    let state = world.state();
    assert_eq!(answer(&world, &tap, 0), Reason::CodeNotAuthenticated);
    assert_eq!(world.state(), state);
}

#[test]
fn a_code_is_a_sale_in_the_currency_of_the_card() {
    let world = World::new();
    for code in [
        ProcessingCode::PRE_AUTHORISATION,
        ProcessingCode::REFUND,
        ProcessingCode::BALANCE,
    ] {
        let world = world.fork();
        world.let_refund([1_000; 3]);
        let request = Sale {
            processing_code: code,
            ..world.card.scan(&world.card.code(1, NOW.0), cny(100))
        };
        let verdict = world.authorise(&request);
        assert_eq!(verdict.reason, Reason::TransactionNotAllowed, "{code:?}");
    }
    for currency in [Currency::HKD, Currency::USD] {
        let world = world.fork();
        let amount = Amount::new(100, currency).unwrap();
        let scanned = world.card.scan(&world.card.code(1, NOW.0), amount);
        assert_eq!(world.authorise(&scanned).reason, Reason::ForeignCurrency);
    }
}

#[test]
fn without_the_card_s_word_under_the_mac_a_code_is_declined_with_any_pin() {
    let world = World::new();
    let mut code = world.card.code(1, NOW.0);
    code.iad[4] = 0xA0;
    world.card.sign(&mut code);
    let scanned = world.card.scan(&code, cny(1));
    assert_eq!(world.fork().authorise(&scanned).reason, Reason::NoCvm);
    let with_pin = scanned.with_pin(world.card.pin_block(TEST_PIN));
    assert_eq!(world.authorise(&with_pin).reason, Reason::NoCvm);
}

#[test]
fn a_card_that_may_not_pay_pays_by_no_code() {
    for (status, expected) in [
        (TokenStatus::Inactive, Reason::TokenInactive),
        (TokenStatus::Suspended, Reason::TokenSuspended),
        (TokenStatus::Deleted, Reason::TokenDeleted),
    ] {
        let world = World::new();
        world.set_status(status);
        let code = world.card.code(1, NOW.0);
        assert_eq!(answer(&world, &code, 1), expected);
    }
    let world = World::new();
    assert_eq!(
        answer(&world, &world.card.code(KEYS + 1, NOW.0), 1),
        Reason::CounterNotIssued
    );
}

#[test]
fn a_list_of_countries_lets_no_code_through_and_one_of_merchants_the_merchants() {
    let restrict = |world: &World, kind: &str, value: &str| {
        let token = world.card.token;
        world.execute(&format!(
            "INSERT INTO restriction (token, kind, value) VALUES ({token}, '{kind}', '{value}')"
        ));
    };
    for (kind, value, expected) in [
        ("country", "156", Reason::CountryNotAllowed),
        ("merchant", "BAKERY", Reason::MerchantNotAllowed),
        ("merchant", "MERCHANT0000001", Reason::Approved),
    ] {
        let world = World::new();
        restrict(&world, kind, value);
        let code = world.card.code(1, NOW.0);
        assert_eq!(answer(&world, &code, 1), expected, "{kind} {value}");
    }
}

/// The reason that a flip of an octet of a code must have.
fn expected(tag: &str, at: usize, value: &[u8]) -> Reason {
    match (tag, at) {
        ("9F27", _) => Reason::ChipDataMalformed,
        ("82", _) => Reason::CardDataAltered,
        ("9F36", _) => match u16::from_be_bytes([value[0], value[1]]) {
            1..=KEYS => Reason::CryptogramWrong,
            _ => Reason::CounterNotIssued,
        },
        ("9F10", 1) => Reason::MasterKeyIndex,
        // The card seems not to have verified its user.
        ("9F10", 4) if value[4] == 0xA0 => Reason::CryptogramWrong,
        ("9F10", _) => Reason::IssuerApplicationData,
        _ => Reason::CryptogramWrong,
    }
}

#[test]
fn no_bit_of_a_code_can_be_flipped() {
    let world = World::new();
    // The counter 0003 has a neighbour with a key at each single bit: 0001, 0002 and 0007.
    let code = world.card.code(3, NOW.0);
    let untouched = world.state();
    let mut seen = 0;
    for (index, (tag, value)) in code.objects_of_code().into_iter().enumerate() {
        for (at, flipped) in flips(&value) {
            let mut objects = code.objects_of_code();
            objects[index].1 = flipped.clone();
            let mut sale = world.card.scan(&code, cny(1_234));
            sale.de55 = encode(&objects);
            let verdict = world.authorise(&sale);
            assert_eq!(
                verdict.reason,
                expected(tag, at, &flipped),
                "{tag} {flipped:02X?}"
            );
            assert_eq!(world.state(), untouched, "{tag} {flipped:02X?}");
            seen += 1;
        }
    }
    assert_eq!(seen, 8 * (8 + 1 + 8 + 2 + 2 + 4));
    assert_eq!(answer(&world, &code, 1_234), Reason::Approved);
}

#[test]
fn a_code_without_one_of_its_objects_or_with_one_twice_is_no_code() {
    let world = World::new();
    let code = world.card.code(1, NOW.0);
    let objects = code.objects_of_code();
    for index in 0..objects.len() {
        let mut sale = world.card.scan(&code, cny(1));
        let mut lacking = objects.clone();
        lacking.remove(index);
        sale.de55 = encode(&lacking);
        assert_eq!(world.authorise(&sale).reason, Reason::ChipDataIncomplete);
        let mut twice = objects.clone();
        twice.push(objects[index].clone());
        sale.de55 = encode(&twice);
        assert_eq!(world.authorise(&sale).reason, Reason::ChipDataMalformed);
    }
    assert_eq!(answer(&world, &code, 1), Reason::Approved);
}

#[test]
fn what_follows_a_code_is_what_follows_a_tap() {
    let world = World::new();
    let before = world.available();
    let scan = |atc| world.card.scan(&world.card.code(atc, NOW.0), cny(400));
    let sale = scan(1);
    let verdict = world.authorise(&sale);
    let void = sale.followed(&verdict, cny(400));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(world.available(), before);
    let sale = scan(2);
    let verdict = world.authorise(&sale);
    let refund = sale.followed(&verdict, cny(150));
    assert!(world.issuer.refund(&refund, NOW).unwrap().approved());
    assert_eq!(before - world.available(), 250);
    let sale = scan(3);
    world.authorise(&sale);
    assert_eq!(world.reverse(sale.identity).reason, Reason::Approved);
    assert_eq!(before - world.available(), 250);
}
