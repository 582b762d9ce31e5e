//! Lists that are longer than a page.

use rusqlite::Connection;
use serde_json::json;

use crate::desk::Desk;

/// Repeats the request 1 so many times, under other names.
fn repeat_request(desk: &Desk, times: u32) {
    let db = Connection::open(desk.file("issuer.db")).unwrap();
    let copies = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= ?1) \
        INSERT INTO authorisation (id, token, kind, fingerprint, reason, approval, amount, currency, \
            merchant, terminal, trace, local_time, reference, decided_at) \
        SELECT i, token, kind, randomblob(32), reason, approval, amount, currency, merchant, \
            terminal, trace, local_time, reference, decided_at \
        FROM n, authorisation a WHERE a.id = 1";
    db.execute(copies, [times]).unwrap();
}

#[test]
fn a_list_of_requests_says_how_it_goes_on() {
    let desk = Desk::new();
    assert_eq!(desk.run(["tap", "--verified"]).code, 0);
    repeat_request(&desk, 104);
    let (code, first) = desk.json(["authorisations", "--token", "1"]);
    assert_eq!(code, 0, "{first}");
    let numbers = |list: &serde_json::Value| -> Vec<u64> {
        let list = list["authorisations"].as_array().unwrap();
        let numbers = list
            .iter()
            .map(|one| one["authorisation"].as_u64().unwrap());
        numbers.collect()
    };
    assert_eq!(numbers(&first), (6..=105).rev().collect::<Vec<_>>());
    assert_eq!(first["before"], json!(6));
    let (_, second) = desk.json(["authorisations", "--token", "1", "--before", "6"]);
    assert_eq!(numbers(&second), [5, 4, 3, 2, 1]);
    assert_eq!(second.get("before"), None);
    let told = desk.run(["authorisations", "--token", "1"]).out;
    let how = "`understudy authorisations --token 1 --before 6` goes on.";
    assert!(told.contains(how), "{told}");
    let none = desk.run(["authorisations", "--before", "1"]);
    assert_eq!(
        (none.code, none.out.trim_end()),
        (0, "No request stands before 1.")
    );
}

#[test]
fn a_list_of_tokens_begins_behind_the_one_that_is_named() {
    let desk = Desk::with_card();
    let (code, all) = desk.json(["tokens", "--after", "0"]);
    assert_eq!(code, 0, "{all}");
    assert_eq!(all["tokens"].as_array().unwrap().len(), 1);
    assert_eq!(all.get("after"), None);
    let none = desk.run(["tokens", "--after", "1"]);
    assert_eq!(
        (none.code, none.out.trim_end()),
        (0, "No token stands behind 1.")
    );
}
