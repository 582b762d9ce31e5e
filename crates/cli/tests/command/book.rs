//! `check`, over a day of the shop.

use serde_json::json;

use crate::desk::Desk;
use crate::shop::{pay, settle};

#[test]
fn the_book_of_a_day_sums_to_zero() {
    let desk = Desk::new();
    let book = |desk: &Desk| {
        let (code, checked) = desk.json(["check"]);
        assert_eq!(
            (code, &checked["format"]),
            (0, &json!("understudy.check/1"))
        );
        let line = &checked["book"][0];
        ["funds", "held", "payable", "settled", "opening"].map(|kind| line[kind].as_i64().unwrap())
    };
    pay(&desk, &["--amount", "10"]);
    pay(&desk, &["--type", "preauth", "--amount", "200"]);
    let [funds, held, payable, settled, opening] = book(&desk);
    assert_eq!([held, payable, settled], [20_000, 1_000, 0]);
    assert_eq!(funds + held + payable + settled + opening, 0);
    assert_eq!(settle(&desk, &[]).0, 0);
    assert_eq!(book(&desk), [funds, held, 0, 1_000, opening]);
    let text = desk.run(["check"]);
    assert_eq!(text.code, 0);
    assert!(text.out.contains("sums to zero"), "{}", text.out);
}
