//! Marks: what a report says of each key that was used.

use serde_json::{Value, json};
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::letter::Command;
use understudy_provisioning::report::{Mark, Payment};
use understudy_wallet::{Taken, Wallet, WalletError};

use crate::issuer::{CARD, Issuer};
use crate::phone::{Phone, TODAY};

fn mark(atc: u16, torn: bool, at: u64) -> Mark {
    Mark {
        card: CARD,
        atc: Atc::new(atc).unwrap(),
        payment: Some(Payment {
            possibly_torn: torn,
            at: Some(UnixTime(at)),
            amount: Amount::new(1234, Currency::CNY).unwrap(),
        }),
    }
}

#[test]
fn a_mark_says_when_how_much_and_whether_it_may_be_torn() {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2]);
    assert_eq!((phone.tap(), phone.torn_tap()), (0x9000, 0x9000));
    let mut restored = Phone::restored(&phone.kept.image());
    let heard = issuer.take(&restored.report()).unwrap().unwrap();
    assert_eq!(
        heard.marks,
        [mark(1, false, TODAY), mark(2, true, TODAY + 1)]
    );
}

#[test]
fn a_mark_of_which_nothing_is_known_is_reported_as_that() {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2]);
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    let mut image = phone.kept.json();
    image["device"]["marks"][0]["payment"] = json!(null);
    let mut restored = Phone::restored(&serde_json::to_vec(&image).unwrap());
    let heard = issuer.take(&restored.report()).unwrap().unwrap();
    let unknown = Mark {
        payment: None,
        ..mark(1, false, TODAY)
    };
    assert_eq!(heard.marks, [unknown, mark(2, false, TODAY + 1)]);
}

#[test]
fn the_marks_of_a_deleted_card_are_reported_still() {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2, 3]);
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    phone.takes(&issuer.command(CARD, Command::Delete));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!((heard.cards, heard.marks.len()), (vec![(1, 2)], 2));
    phone.takes(&issuer.acknowledge());
    let next = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!((next.cards, next.marks), (vec![], vec![]));
}

#[test]
fn marks_outlive_the_history_s_hundred_taps() {
    let atcs: Vec<u16> = (1..=130).collect();
    let (mut phone, mut issuer) = Phone::with_card(&atcs);
    for _ in &atcs {
        assert_eq!(phone.tap(), 0x9000);
    }
    assert_eq!(phone.wallet.history().count(), 100);
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let counters: Vec<_> = heard.marks.iter().map(|mark| mark.atc.get()).collect();
    assert_eq!(counters, atcs);
}

/// A device with this many marks and one key.
fn full_of(marks: u16) -> (Phone, Issuer) {
    let (phone, issuer) = Phone::with_card(&[4000]);
    let mut image = phone.kept.json();
    image["cards"][0]["last_atc"] = json!(marks);
    let mark = |atc: u16| json!({ "card": 1, "atc": atc, "payment": null });
    image["device"]["marks"] = (1..=marks).map(mark).collect();
    (
        Phone::restored(&serde_json::to_vec(&image).unwrap()),
        issuer,
    )
}

#[test]
fn no_key_is_spent_while_its_mark_would_fit_into_no_report() {
    const MOST: u16 = 3067;
    let (mut phone, _) = full_of(MOST - 1);
    assert_eq!(phone.tap(), 0x9000);

    let (mut phone, mut issuer) = full_of(MOST);
    assert!(phone.wallet.wants().report);
    assert_eq!(phone.tap(), 0x6985);
    assert_eq!(phone.counts(CARD), (1, MOST));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.marks.len(), usize::from(MOST));
    assert!(!phone.wallet.wants().report);
    assert_eq!(phone.tap(), 0x9000);
}

#[test]
fn a_report_is_wanted_once_half_of_the_marks_wait() {
    assert!(!full_of(1532).0.wallet.wants().report);
    assert!(full_of(1533).0.wallet.wants().report);
}

#[test]
fn an_image_whose_device_contradicts_itself_is_refused() {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2, 3]);
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    phone.takes(&issuer.command(CARD, Command::Replenish));
    let marks = phone.kept.json()["device"]["marks"].clone();
    phone.report();
    let whole = phone.kept.json();
    let zeros = |octets: usize| json!("00".repeat(octets));
    let swapped = json!([marks[1], marks[0]]);
    let alterations = [
        ("/device/id", zeros(15)),
        ("/device/sign", zeros(31)),
        ("/device/receive", json!([])),
        ("/device/receive/0/0", json!(0)),
        ("/device/receive/0/0", json!(2)),
        ("/device/receive/1/0", json!(4)),
        ("/device/receive/1/1", zeros(33)),
        ("/device/issuer/verify", json!([])),
        ("/device/issuer/verify/0", zeros(32)),
        ("/device/issuer/receive", zeros(32)),
        ("/device/inbox/digest", zeros(31)),
        ("/device/reports/last", json!(1)),
        ("/device/in_flight", json!("00")),
        ("/device/generation", json!(0)),
        ("/device/refusals", json!("0000000001")),
        ("/device/refusals", json!("0000000112")),
        ("/device/keys_wanted", json!([2])),
        ("/device/keys_wanted", json!([1, 1])),
        ("/device/marks", swapped),
        ("/device/marks", json!([marks[0], marks[0]])),
        (
            "/device/marks",
            json!([{ "card": 1, "atc": 3, "payment": null }]),
        ),
        (
            "/device/marks",
            json!([{ "card": 2, "atc": 1, "payment": null }]),
        ),
        (
            "/device/marks",
            json!([{ "card": 1, "atc": 0, "payment": null }]),
        ),
        ("/history/0/outcome", json!({ "declined": "5a" })),
        (
            "/history/0/outcome",
            json!({ "approved": { "amount": 1, "currency": 1000 } }),
        ),
        ("/cards/0/suspended_by_issuer", json!("nobody")),
    ];
    let restored = |image: &Value| {
        let image = serde_json::to_vec(image).unwrap();
        let other = Phone::new();
        Wallet::restore(&image, other.kept, other.clock).map(drop)
    };
    restored(&whole).unwrap();
    for (place, value) in alterations {
        let mut image = whole.clone();
        *image.pointer_mut(place).unwrap() = value.clone();
        assert_ne!(image, whole, "{place}");
        let error = restored(&image).expect_err(place).to_string();
        let longest_hex = error
            .split(|c: char| !c.is_ascii_hexdigit())
            .map(str::len)
            .max();
        assert!(longest_hex < Some(8), "{error}");
    }
    for (place, name) in fields(&whole, "") {
        let mut image = whole.clone();
        let object = image.pointer_mut(&place).unwrap();
        let value = object.as_object_mut().unwrap().remove(&name).unwrap();
        assert!(restored(&image).is_err(), "{place} without {name}");
        let object = image.pointer_mut(&place).unwrap();
        object[&name] = value;
        object["more"] = json!(1);
        assert!(restored(&image).is_err(), "{place} with an unknown field");
    }
}

/// Every field of every object in a value, with the place of the object.
fn fields(value: &Value, place: &str) -> Vec<(String, String)> {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(elements) => (0..)
            .map(|at: usize| at.to_string())
            .zip(elements)
            .collect(),
        _ => vec![],
    };
    let deeper = inside.iter();
    let mut all: Vec<_> = deeper
        .flat_map(|(name, value)| fields(value, &format!("{place}/{name}")))
        .collect();
    if value.is_object() {
        all.extend(inside.into_iter().map(|(name, _)| (place.to_owned(), name)));
    }
    all
}

#[test]
fn a_new_card_waits_while_a_report_could_not_name_it() {
    let (phone, mut issuer) = Phone::with_card(&[1]);
    let mut image = phone.kept.json();
    image["given"] = (1..=255).collect();
    let mark = |card: u16| json!({ "card": card, "atc": 1, "payment": null });
    image["device"]["marks"] = (2..=255).map(mark).collect();
    let mut phone = Phone::restored(&serde_json::to_vec(&image).unwrap());
    let letter = issuer.card(CardId(256), &[1]);
    let taken = phone.wallet.receive(&letter);
    assert!(matches!(taken, Err(WalletError::Unreported)));
    assert_eq!(
        issuer.take(&phone.report()).unwrap().unwrap().cards.len(),
        255
    );
    assert_eq!(phone.takes(&letter), Taken::Installed(CardId(256)));
}
