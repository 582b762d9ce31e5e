//! `keys`: versions of the issuer master key, rotations and ceremonies.

use std::fs;

use crate::desk::{Desk, PANS, PASSPHRASE, PASSPHRASE_VARIABLE};

/// Components with their check values, and the check value of their sum. They are those of the
/// issuer's own tests.
const COMPONENTS: [(&str, &str); 2] = [
    ("19ADB3F1C7166D2A52A4AB9BD68A896D", "6553A7"),
    ("F138C73EB65268C749923DC8B570B33B", "507099"),
];
const SUM: &str = "5AC231";

fn component<'a>(name: &'a str, check_value: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let args = [
        "keys",
        "component",
        "--custodian",
        name,
        "--check-value",
        check_value,
    ];
    [&args[..], more].concat()
}

/// The indexes of the versions.
fn versions(desk: &Desk) -> Vec<String> {
    let (code, keys) = desk.json(["keys", "list"]);
    assert_eq!(code, 0, "{keys}");
    let versions = keys["master_keys"].as_array().unwrap();
    let newest = versions.iter().filter(|version| version["newest"] == true);
    assert_eq!(newest.collect::<Vec<_>>(), [versions.last().unwrap()]);
    let index = |version: &serde_json::Value| version["dki"].as_str().unwrap().to_owned();
    versions.iter().map(index).collect()
}

#[test]
fn cards_of_every_version_pay_after_a_rotation_and_new_ones_get_the_newest() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    assert_eq!(versions(&desk), ["01"]);
    let run = desk.run(["keys", "rotate"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("version 02"), "{}", run.out);
    assert_eq!(versions(&desk), ["01", "02"]);
    desk.issue_active(PANS[1], &[]);
    for (card, dki) in [("2", "070201"), ("1", "070101")] {
        assert_eq!(desk.run(["default", card]).code, 0);
        let (code, tap) = desk.json(["tap"]);
        assert_eq!(code, 0, "{tap}");
        assert!(tap.to_string().contains(dki), "{tap}");
        assert_eq!(desk.run(["replenish", card]).code, 0);
        assert_eq!(desk.run(["tap"]).code, 0);
    }
}

#[test]
fn a_key_is_put_together_by_two_people_and_confirmed_by_its_check_value() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    let [(first, first_value), (second, second_value)] = COMPONENTS;
    let run = desk.feed(component("Ann", first_value, &[]), &format!("{first}\n"));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out.contains("1 of 2") && run.out.contains("Ann"),
        "{}",
        run.out
    );
    let early = desk.run(["keys", "confirm", SUM]);
    assert_eq!(early.code, 4);
    assert!(early.err.contains("1 of 2"), "{}", early.err);
    let file = desk.path().join("component");
    fs::write(&file, format!("{second}\n")).unwrap();
    let from = ["--from", file.to_str().unwrap()];
    let again = desk.run(component("ann", second_value, &from));
    assert_eq!(again.code, 4);
    assert!(
        again.err.contains("entered a component before"),
        "{}",
        again.err
    );
    let run = desk.run(component("Bob", second_value, &from));
    assert!(
        run.out.contains(&format!("keys confirm {SUM}")),
        "{}",
        run.out
    );
    assert_eq!(
        versions(&desk),
        ["01"],
        "it is not in use before it is confirmed"
    );
    assert_eq!(desk.run(["keys", "confirm", "5AC230"]).code, 4);
    let (code, keys) = desk.json(["keys", "confirm", SUM]);
    assert_eq!(code, 0, "{keys}");
    assert_eq!(keys["ceremony"], serde_json::Value::Null);
    assert_eq!(keys["master_keys"][1]["check_value"], SUM);
    desk.issue_active(PANS[1], &[]);
    assert_eq!(desk.run(["default", "2"]).code, 0);
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn a_ceremony_is_abandoned_and_a_wrong_component_begins_none() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    let [(first, value), (second, _)] = COMPONENTS;
    let sealed = || fs::read(desk.file("issuer.keys")).unwrap();
    let before = sealed();
    for (typed, with, said) in [
        (second, value, "check value is not 6553A7"),
        ("19ADB3F1C7166D2A52A4AB9BD68A896C", value, "odd parity"),
        ("19ADB3F1", value, "16 octets"),
        (first, "6553", "six hex digits"),
    ] {
        let run = desk.feed(component("Ann", with, &[]), &format!("{typed}\n"));
        assert_eq!(run.code, 4);
        assert!(run.err.contains(said), "{}", run.err);
        assert!(!run.err.contains(typed), "{}", run.err);
    }
    assert_eq!(sealed(), before);
    let of = ["--of", "3", "--from", "-"];
    assert_eq!(desk.feed(component("Ann", value, &of), first).code, 0);
    let (_, keys) = desk.json(["keys", "list"]);
    assert_eq!(keys["ceremony"]["of"], 3);
    assert_eq!(keys["ceremony"]["entered"][0]["custodian"], "Ann");
    let run = desk.run(["keys", "abandon"]);
    assert!(
        run.code == 0 && run.out.contains("Forgotten"),
        "{}",
        run.out
    );
    assert_eq!(
        desk.json(["keys", "list"]).1["ceremony"],
        serde_json::Value::Null
    );
}

#[test]
fn published_keys_are_not_rotated_and_an_empty_home_has_none() {
    // Nothing is read from the standard input, which is empty.
    let empty = Desk::new().run(component("Ann", "6553A7", &[]));
    assert_eq!(empty.code, 3, "{}", empty.err);
    assert!(empty.err.contains("has no keys yet"), "{}", empty.err);
    let desk = Desk::demonstration();
    let none = desk.run(["keys", "list"]);
    assert_eq!(none.code, 3);
    assert!(none.err.contains("no keys yet"), "{}", none.err);
    assert!(!desk.home().exists());
    assert_eq!(desk.run(["tap"]).code, 0);
    let refused = desk.run(["keys", "rotate"]);
    assert_eq!(refused.code, 3);
    assert!(
        refused.err.contains("published test keys"),
        "{}",
        refused.err
    );
    assert_eq!(versions(&desk), ["01"]);
}

#[test]
fn a_rotation_keeps_the_passphrase_and_waits_for_its_turn() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    let rotations: Vec<_> = (0..3)
        .map(|_| desk.command(["keys", "rotate"]).spawn().unwrap())
        .collect();
    for mut rotation in rotations {
        assert!(rotation.wait().unwrap().success());
    }
    assert_eq!(versions(&desk), ["01", "02", "03", "04"]);
    let mut wrong = desk.command(["keys", "list"]);
    wrong.env(PASSPHRASE_VARIABLE, format!("{PASSPHRASE}x"));
    assert_eq!(desk.told(&wrong.output().unwrap()).code, 3);
}

/// The file of the version before was made by `crates/issuer/src/custody/file/key_file.py`.
#[test]
fn a_home_whose_key_file_is_of_the_version_before_goes_on_and_rotates_its_key() {
    let desk = Desk::new();
    let file = include_str!("version-1/issuer.keys.hex").trim();
    let octets: Vec<u8> = (0..file.len() / 2)
        .map(|at| u8::from_str_radix(&file[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    fs::create_dir(desk.home()).unwrap();
    fs::write(desk.file("issuer.keys"), &octets).unwrap();
    desk.issue_active(PANS[0], &[]);
    assert_eq!(desk.run(["tap"]).code, 0);
    let (_, keys) = desk.json(["keys", "list"]);
    assert_eq!(keys["master_keys"][0]["check_value"], "FE8A09");
    assert_eq!(
        fs::read(desk.file("issuer.keys")).unwrap(),
        octets,
        "it is read only"
    );
    assert_eq!(desk.run(["keys", "rotate"]).code, 0);
    assert_eq!(versions(&desk), ["01", "02"]);
    assert_eq!(desk.run(["tap"]).code, 0);
}
