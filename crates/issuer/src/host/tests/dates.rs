//! The date under the MAC against the host's clock.

use understudy_core::card::UnixTime;
use understudy_core::crypto::Cvn;

use super::kit::{Card, NOW, Sale, World, cny};
use crate::{LocalTime, Reason};

const DAY: u64 = 86_400;

fn dated(card: &Card, date: [u8; 3]) -> Sale {
    let mut chip = card.tap(1, cny(1));
    chip.data.date = date;
    card.sign(&mut chip);
    let mut sale = card.request(&chip, cny(1));
    let [_, month, day] = date;
    let day = LocalTime::parse("093000", &format!("{month:02X}{day:02X}"));
    sale.identity.local_time = day.unwrap_or(sale.identity.local_time);
    sale
}

#[test]
fn a_cryptogram_is_good_for_two_days_around_its_date() {
    let world = World::new();
    // The default date of a tap is the day of `NOW`.
    let sale = world.card.sale(1, cny(1));
    let cases = [
        (NOW.0 - 2 * DAY - 1, Reason::DateImplausible),
        (NOW.0 - 2 * DAY, Reason::Approved),
        (NOW.0, Reason::Approved),
        (NOW.0 + 3 * DAY - 1, Reason::Approved),
        (NOW.0 + 3 * DAY, Reason::DateImplausible),
        (NOW.0 + 2 * 365 * DAY, Reason::DateImplausible),
    ];
    for (time, expected) in cases {
        let world = world.fork();
        let verdict = world
            .issuer
            .authorise(&sale.request(), UnixTime(time))
            .unwrap();
        assert_eq!(verdict.reason, expected, "{time}");
    }
    assert_eq!(Reason::DateImplausible.response_code(), *b"12");
}

#[test]
fn what_is_no_day_of_the_calendar_is_no_date() {
    let world = World::new();
    for date in [
        [0x00, 0x00, 0x00],
        [0x26, 0x11, 0x00],
        [0x26, 0x00, 0x22],
        [0x26, 0x13, 0x22],
        [0x26, 0x11, 0x31],
    ] {
        let verdict = world.fork().authorise(&dated(&world.card, date));
        assert_eq!(verdict.reason, Reason::DateImplausible, "{date:02X?}");
    }
}

#[test]
fn a_cryptogram_with_another_date_is_used_up() {
    let world = World::new();
    let sale = dated(&world.card, [0x30, 0x01, 0x01]);
    let verdict = world.authorise(&sale);
    assert_eq!(verdict.reason, Reason::DateImplausible);
    assert!(verdict.arpc.is_some());
    let later = UnixTime(NOW.0 + DAY);
    let repeated = world.issuer.authorise(&sale.request(), later).unwrap();
    assert_eq!(
        (repeated.reason, repeated.repeat),
        (Reason::DateImplausible, true)
    );
}

#[test]
fn the_date_is_looked_at_only_under_a_right_cryptogram() {
    let world = World::new();
    let mut chip = world.card.tap(1, cny(1));
    chip.data.date = [0x30, 0x01, 0x01];
    let sale = world.card.request(&chip, cny(1));
    assert_eq!(world.authorise(&sale).reason, Reason::CryptogramWrong);
}

#[test]
fn cvn_17_does_not_authenticate_the_date() {
    let world = World::cvn(Cvn::UnionPay17);
    let mut chip = world.card.tap(1, cny(1));
    chip.data.date = [0x26, 0x11, 0x23];
    let mut sale = world.card.request(&chip, cny(1));
    sale.identity.local_time = LocalTime::parse("093000", "1123").unwrap();
    assert!(world.authorise(&sale).approved());
}
