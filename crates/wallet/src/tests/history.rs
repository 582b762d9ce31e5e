//! The history, its exports and its sums.

use serde_json::Value;
use understudy_core::card::{Cvm, UnixTime};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_provisioning::letter::Notice;
use understudy_tests::GpoData;

use crate::history::{EntryMode, RecordOutcome};
use crate::kit::{DAY, Phone, START, card};
use crate::{Filter, Record, csv, json, monthly_sums};

#[test]
fn the_last_hundred_of_each_card_are_kept() {
    let mut phone = Phone::with_keys(105);
    phone.install(2, &[1]);
    phone.wallet.present(card(2), 60).unwrap();
    phone.pay();
    for _ in 0..105 {
        phone.pay();
    }
    phone.die();
    let of = |name| {
        let filter = Filter {
            card: Some(card(name)),
            ..Filter::default()
        };
        phone.wallet.history(&filter)
    };
    assert_eq!((of(1).len(), of(2).len()), (100, 1));
    let atcs: Vec<u16> = of(1)
        .iter()
        .map(|record| record.atc.unwrap().get())
        .collect();
    assert_eq!(atcs, (6..=105).rev().collect::<Vec<_>>());
}

#[test]
fn it_is_filtered_by_card_and_time() {
    let mut phone = Phone::with_keys(5);
    phone.install(2, &[7]);
    phone.pay();
    phone.clock.pass(DAY);
    phone.pay();
    phone.wallet.present(card(2), 60).unwrap();
    phone.pay();
    let found = |filter: Filter| -> Vec<u16> {
        let records = phone.wallet.history(&filter);
        records
            .iter()
            .map(|record| record.atc.unwrap().get())
            .collect()
    };
    let day = Some(UnixTime(START + DAY));
    assert_eq!(found(Filter::default()), [7, 2, 1]);
    assert_eq!(
        found(Filter {
            card: Some(card(1)),
            ..Filter::default()
        }),
        [2, 1]
    );
    assert_eq!(
        found(Filter {
            from: day,
            ..Filter::default()
        }),
        [7, 2]
    );
    assert_eq!(
        found(Filter {
            before: day,
            ..Filter::default()
        }),
        [1]
    );
}

#[test]
fn it_is_cleared_for_one_card_or_all_and_what_is_due_is_still_reported() {
    let mut phone = Phone::with_keys(5);
    phone.install(2, &[7]);
    phone.pay();
    phone.wallet.present(card(2), 60).unwrap();
    phone.pay();
    phone.wallet.clear_history(Some(card(1))).unwrap();
    assert_eq!(phone.history().len(), 1);
    phone.wallet.clear_history(None).unwrap();
    phone.die();
    assert!(phone.history().is_empty());
    assert_eq!(phone.report().marks.len(), 2);
    assert!(phone.wallet.clear_history(Some(card(3))).is_err());
}

#[test]
fn a_field_that_goes_at_once_may_have_torn_the_tap_and_that_outlives_the_process() {
    let mut phone = Phone::with_keys(3);
    phone.begin(&GpoData::default());
    phone.wallet.field_lost();
    assert_eq!(phone.history()[0].outcome, RecordOutcome::PossiblyTorn);
    phone.die();
    assert_eq!(phone.history()[0].outcome, RecordOutcome::PossiblyTorn);
    assert!(phone.report().marks[0].payment.unwrap().possibly_torn);
}

#[test]
fn the_issuers_word_stands_above_what_the_device_saw() {
    let mut phone = Phone::with_keys(3);
    phone.begin(&GpoData::default());
    let letter = phone.issuer.notice(Notice::Declined, 1, *b"00");
    phone.receive(&letter);
    phone.wallet.field_lost();
    assert!(matches!(
        phone.history()[0].outcome,
        RecordOutcome::Declined { .. }
    ));
}

/// A tap of 12.34 CNY.
fn record(number: u64, at: u64, outcome: RecordOutcome) -> Record {
    Record {
        number,
        card: card(1),
        atc: understudy_core::crypto::Atc::new(7),
        entry_mode: EntryMode::Tap,
        at: Some(UnixTime(at)),
        amount: Amount::new(1234, Currency::CNY),
        date: [0x26, 0x11, 0x22],
        transaction_type: 0,
        merchant: Some(*b"=HYPERLINK(\"x\"),SHOP"),
        cvm: None,
        outcome,
    }
}

const SENT: RecordOutcome = RecordOutcome::Sent(CryptogramType::Arqc);

#[test]
fn a_csv_cell_is_never_a_formula() {
    let text = csv(&[record(1, START, SENT)]);
    let mut lines = text.split("\r\n");
    assert_eq!(
        lines.next(),
        Some(
            "number,time,card,atc,amount,currency,merchant,type,verification,state,detail,issuer time,entry"
        )
    );
    assert_eq!(
        lines.next(),
        Some("1,2026-11-22T12:00:00Z,1,7,1234,156,\"'=HYPERLINK(\"\"x\"\"),SHOP\",00,,sent,,,tap")
    );
    for first in ["=", "+", "-", "@", "\t", "\r"] {
        let mut merchant = *b" ABC                ";
        merchant[0] = first.as_bytes()[0];
        let text = csv(&[Record {
            merchant: Some(merchant),
            ..record(1, START, SENT)
        }]);
        let row = text.split("\r\n").nth(1).unwrap();
        assert!(!row.contains(&format!(",{first}")), "{first:?}");
        assert!(!row.contains(&format!("\"{first}")), "{first:?}");
    }
}

#[test]
fn json_has_every_field_and_null_for_what_is_not_known() {
    let unknown = Record {
        amount: None,
        at: None,
        merchant: None,
        outcome: RecordOutcome::PowerLost,
        ..record(2, 0, SENT)
    };
    let text = json(&[record(1, START, SENT), unknown]);
    let Value::Array(objects) = serde_json::from_str(&text).unwrap() else {
        panic!("an array")
    };
    assert_eq!(objects[0]["merchant"], "=HYPERLINK(\"x\"),SHOP");
    assert_eq!(objects[0]["amount"], 1234);
    assert_eq!(objects[0]["state"], "sent");
    assert_eq!(objects[1]["time"], Value::Null);
    assert_eq!(objects[1]["amount"], Value::Null);
    assert_eq!(objects[1]["state"], "unknown, power lost");
    assert_eq!(objects[1]["atc"], 7);
}

#[test]
fn sums_tell_approved_from_unconfirmed_and_leave_out_what_was_not_paid() {
    let amount = Amount::new(1234, Currency::CNY).unwrap();
    let at = None;
    let code = *b"05";
    let records = [
        record(1, START, RecordOutcome::Approved { amount, at }),
        record(2, START, SENT),
        record(3, START, RecordOutcome::PossiblyTorn),
        record(
            4,
            START,
            RecordOutcome::Declined {
                response_code: code,
                at,
            },
        ),
        record(5, START, RecordOutcome::PowerLost),
        record(6, START, RecordOutcome::Reversed { amount, at }),
        record(7, START, RecordOutcome::Sent(CryptogramType::Aac)),
        record(9, START, RecordOutcome::Refunded { amount, at }),
        Record {
            cvm: Some(Cvm::OnlinePin),
            ..record(10, START, SENT)
        },
        Record {
            transaction_type: 0x20,
            ..record(8, START, RecordOutcome::Approved { amount, at })
        },
    ];
    let [sum] = &monthly_sums(&records, 0)[..] else {
        panic!("one sum")
    };
    assert_eq!((sum.year, sum.month), (2026, 11));
    assert_eq!(sum.merchant, "=HYPERLINK(\"x\"),SHOP");
    assert_eq!(
        (sum.approved, sum.returned, sum.unconfirmed, sum.pin_asked),
        (3702, 3702, 2468, 1234)
    );
    assert_eq!(sum.taps, 7);
}

#[test]
fn months_end_where_the_user_lives() {
    // 2026-11-30, 20:00 UTC, which is already December in Shanghai.
    let evening = START + 8 * DAY + 8 * 3600;
    let records = [record(1, START, SENT), record(2, evening, SENT)];
    assert_eq!(monthly_sums(&records, 0).len(), 1);
    let months: Vec<u8> = monthly_sums(&records, 8 * 3600)
        .iter()
        .map(|sum| sum.month)
        .collect();
    assert_eq!(months, [12, 11]);
}

#[test]
fn dates_are_those_of_the_calendar() {
    // Independent values: `date -u -d @… +%FT%TZ`.
    for (seconds, date) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_399, "2000-02-28T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (951_868_800, "2000-03-01T00:00:00Z"),
        (1_709_164_800, "2024-02-29T00:00:00Z"),
        (1_735_689_599, "2024-12-31T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (16_725_225_600, "2500-01-01T00:00:00Z"),
    ] {
        let text = csv(&[record(1, seconds, SENT)]);
        assert!(text.contains(date), "{date}: {text}");
    }
}
