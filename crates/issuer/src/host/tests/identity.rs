//! Which request a request is: trace numbers that come again, and what the message says beside the
//! chip data.

use understudy_core::wire::track2::Expiry;

use super::kit::{Sale, World, cny, identity, reference};
use crate::{
    AuthorisationFilter, EntryMode, LocalTime, MerchantId, PinBlock, ProcessingCode, Reason,
    Reference, TerminalId, TraceNumber,
};

#[test]
fn an_identity_is_good_for_one_request() {
    let world = World::new();
    let first = world.card.sale(1, cny(1));
    assert!(world.authorise(&first).approved());
    let second = Sale {
        identity: first.identity,
        ..world.card.sale(2, cny(1))
    };
    let verdict = world.authorise(&second);
    assert_eq!(verdict.reason, Reason::TraceNumberReused);
    assert_eq!(verdict.response_code(), *b"94");
    // The counter was not used up by it.
    assert!(world.authorise(&second.again()).approved());
}

#[test]
fn every_part_of_an_identity_tells_requests_apart() {
    let world = World::new();
    let first = world.card.sale(1, cny(1));
    assert!(world.authorise(&first).approved());
    let mut others = [first.identity; 4];
    others[0].merchant = MerchantId::parse("MERCHANT0000002").unwrap();
    others[1].terminal = TerminalId::parse("TERM0002").unwrap();
    others[2].trace = TraceNumber::new(999_998).unwrap();
    others[3].local_time = LocalTime::parse("093001", "1122").unwrap();
    for (atc, identity) in (2..).zip(others) {
        let sale = Sale {
            identity,
            ..world.card.sale(atc, cny(1))
        };
        assert!(world.authorise(&sale).approved(), "{identity:?}");
    }
}

#[test]
fn a_request_that_differs_in_any_field_is_not_the_identical_one() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    assert!(world.authorise(&sale).approved());
    let with = |change: fn(&mut Sale)| {
        let mut other = sale.clone();
        change(&mut other);
        other
    };
    let others = [
        with(|sale| sale.processing_code = ProcessingCode::parse("003000").unwrap()),
        with(|sale| sale.amount = cny(2)),
        with(|sale| sale.expiry = None),
        with(|sale| sale.entry_mode = EntryMode::parse("072").unwrap()),
        with(|sale| sale.psn = None),
        with(|sale| sale.pin_block = Some(PinBlock::Format0([0; 8]))),
        with(|sale| sale.reference = Reference::parse("ANOTHER00001").unwrap()),
        with(|sale| sale.de55.extend([0x84, 0x01, 0xA0])),
    ];
    for other in others {
        let verdict = world.authorise(&other);
        assert_eq!(
            (verdict.reason, verdict.repeat),
            (Reason::TraceNumberReused, false)
        );
    }
    assert!(world.authorise(&sale).repeat);
}

#[test]
fn a_decline_before_the_cryptogram_is_answered_the_same_again() {
    let world = World::new();
    let mut sale = world.card.sale(1, cny(1));
    sale.psn = Some(0x07);
    let first = world.authorise(&sale);
    assert_eq!((first.reason, first.arpc), (Reason::CardDataAltered, None));
    let again = world.authorise(&sale);
    assert!(again.repeat);
    assert_eq!(
        (again.reason, again.authorisation),
        (first.reason, first.authorisation)
    );
}

#[test]
fn what_cannot_be_read_or_names_no_token_is_not_recorded() {
    let world = World::new();
    let everything = world.everything();
    let mut unreadable = world.card.sale(1, cny(1));
    unreadable.de55.pop();
    let mut unknown = world.card.sale(1, cny(1));
    unknown.track2[5] ^= 0x01;
    for (sale, reason) in [
        (unreadable, Reason::ChipDataMalformed),
        (unknown, Reason::UnknownToken),
    ] {
        let verdict = world.authorise(&sale);
        assert_eq!((verdict.reason, verdict.authorisation), (reason, None));
    }
    assert_eq!(world.everything(), everything);
}

#[test]
fn the_processing_code_is_the_transaction_type_of_the_chip_data() {
    let world = World::new();
    let codes = ["000000", "010000", "030000", "090000", "200000", "310000"];
    for under_mac in codes {
        for in_message in codes {
            let code = ProcessingCode::parse(under_mac).unwrap();
            let mut sale = world.card.request_of(code, 1, cny(1));
            sale.processing_code = ProcessingCode::parse(in_message).unwrap();
            let expected = match in_message {
                _ if in_message != under_mac => Reason::TransactionTypeMismatch,
                "010000" | "090000" => Reason::TransactionNotAllowed,
                "200000" => Reason::RefundWithoutOriginal,
                _ => Reason::Approved,
            };
            assert_eq!(
                world.fork().authorise(&sale).reason,
                expected,
                "{under_mac} {in_message}"
            );
        }
    }
}

#[test]
fn the_local_date_is_the_date_of_the_chip_data() {
    let world = World::new();
    for (date, expected) in [
        ("1122", Reason::Approved),
        ("1123", Reason::DateMismatch),
        ("1022", Reason::DateMismatch),
    ] {
        let mut sale = world.card.sale(1, cny(1));
        sale.identity.local_time = LocalTime::parse("093000", date).unwrap();
        assert_eq!(world.fork().authorise(&sale).reason, expected, "{date}");
    }
}

#[test]
fn the_expiry_may_be_left_out_but_not_be_another() {
    let world = World::new();
    for (expiry, expected) in [
        (None, Reason::Approved),
        (Some("2812"), Reason::Approved),
        (Some("2811"), Reason::CardDataAltered),
    ] {
        let mut sale = world.card.sale(1, cny(1));
        sale.expiry = expiry.map(|expiry| Expiry::parse(expiry).unwrap());
        assert_eq!(world.fork().authorise(&sale).reason, expected, "{expiry:?}");
    }
}

#[test]
fn a_request_that_is_shown_shows_no_card_number_and_no_pin_block() {
    let world = World::new();
    let sale = world
        .card
        .sale(1, cny(1))
        .with_pin(PinBlock::Format0([0xAB; 8]));
    let verdict = world.authorise(&sale);
    let filter = AuthorisationFilter::default();
    let listed = world.issuer.authorisations(&filter).unwrap();
    let shown = format!("{:?} {verdict:?} {listed:?}", sale.request()).to_uppercase();
    let secrets = [
        world.card.number.expose().to_owned(),
        hex::encode_upper(&sale.track2),
        format!("{:?}", sale.track2),
        "ABABAB".to_owned(),
        "171, 171".to_owned(),
    ];
    for secret in secrets {
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[test]
fn the_reference_may_come_again() {
    let world = World::new();
    let shared = reference(&identity());
    for atc in 1..=2 {
        let mut sale = world.card.sale(atc, cny(1));
        sale.reference = shared;
        assert!(world.authorise(&sale).approved());
    }
}
