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

/// The same of an AES key.
const AES_COMPONENTS: [(&str, &str); 2] = [
    (
        "05E66EED25104F2006FB4D3580FFD529B4DC43846E0C2501553747BDDE43A475",
        "1569BF",
    ),
    (
        "912A5D8E94358ABE15DC61198EFD78B8C28753109E6B47D9E7C5062C6C6269D4",
        "1761F9",
    ),
];
const AES_SUM: &str = "D216B5";

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

/// The indexes of the versions of a scheme and an algorithm.
fn versions_of(desk: &Desk, scheme: &str, algorithm: &str) -> Vec<String> {
    let (code, keys) = desk.json(["keys", "list"]);
    assert_eq!(code, 0, "{keys}");
    let mut versions = keys["master_keys"].as_array().unwrap().clone();
    versions.retain(|version| version["scheme"] == scheme && version["algorithm"] == algorithm);
    let newest = versions.iter().filter(|version| version["newest"] == true);
    assert!(newest.eq(versions.last()));
    let index = |version: &serde_json::Value| version["dki"].as_str().unwrap().to_owned();
    versions.iter().map(index).collect()
}

/// The indexes of the versions for `UnionPay` and triple DES.
fn versions(desk: &Desk) -> Vec<String> {
    versions_of(desk, "unionpay", "tdes")
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

/// Every scheme and algorithm of the list, in its order.
fn families(desk: &Desk) -> Vec<(String, String)> {
    let (_, keys) = desk.json(["keys", "list"]);
    let versions = keys["master_keys"].as_array().unwrap().iter();
    let families = versions.map(|version| {
        let text = |field: &str| version[field].as_str().unwrap().to_owned();
        (text("scheme"), text("algorithm"))
    });
    let mut families: Vec<_> = families.collect();
    families.dedup();
    families
}

const ALGORITHMS: [&str; 5] = ["tdes", "sm4", "aes-128", "aes-192", "aes-256"];

#[test]
fn a_new_issuer_has_a_key_of_every_scheme_and_algorithm_and_rotates_each_by_itself() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    let expected = ["unionpay", "visa", "mastercard"]
        .iter()
        .flat_map(|scheme| ALGORITHMS.map(|name| ((*scheme).to_owned(), name.to_owned())));
    assert_eq!(families(&desk), expected.collect::<Vec<_>>());
    for algorithm in ["aes", "aes-256", "aes"] {
        let run = desk.run([
            "keys",
            "rotate",
            "--scheme",
            "visa",
            "--algorithm",
            algorithm,
        ]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    assert_eq!(versions_of(&desk, "visa", "aes-128"), ["01", "02", "03"]);
    assert_eq!(versions_of(&desk, "visa", "aes-256"), ["01", "02"]);
    assert_eq!(versions_of(&desk, "visa", "aes-192"), ["01"]);
    assert_eq!(versions(&desk), ["01"]);
    let listed = desk.run(["keys", "list"]).out;
    let marked = listed.lines().filter(|line| line.contains("for new cards"));
    let marked: Vec<_> = marked.map(|line| line.split_whitespace().next()).collect();
    assert_eq!(marked, [Some("03"), Some("02")], "{listed}");
    assert!(!listed.contains("makes the first key"), "{listed}");
    let (_, audit) = desk.json(["audit"]);
    assert_eq!(audit["entries"][0]["subject"], "master-key:visa/aes-128/03");
    for (option, name, told) in [
        ("--scheme", "visaa", "unionpay, visa, mastercard"),
        ("--algorithm", "des", "tdes, sm4, aes-128, aes-192, aes-256"),
    ] {
        let run = desk.run(["keys", "rotate", option, name]);
        assert!(run.code != 0 && run.err.contains(told), "{}", run.err);
    }
}

/// The components are octets of SHA-256 of `aes component 1` and `2`; the check values are CMAC's by
/// OpenSSL.
#[test]
fn a_ceremony_for_an_aes_key_of_visa_takes_32_octets_and_no_other_key_meanwhile() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    let [(first, first_value), (second, second_value)] = AES_COMPONENTS;
    let family = ["--scheme", "visa", "--algorithm", "aes-256"];
    let short = desk.feed(component("Ann", first_value, &family), &first[..32]);
    assert!(
        short.code == 4 && short.err.contains("64 hex digits"),
        "{}",
        short.err
    );
    let run = desk.feed(component("Ann", first_value, &family), first);
    assert!(
        run.code == 0 && run.out.contains("Visa aes-256"),
        "{} {}",
        run.out,
        run.err
    );
    let (_, keys) = desk.json(["keys", "list"]);
    let begun = &keys["ceremony"];
    assert_eq!(
        (&begun["scheme"], &begun["algorithm"]),
        (&"visa".into(), &"aes-256".into())
    );
    let (unionpay, value) = COMPONENTS[0];
    let others: [&[&str]; 3] = [
        &["--scheme", "unionpay", "--algorithm", "tdes"],
        &["--scheme", "mastercard"],
        &["--algorithm", "aes-192"],
    ];
    for other in others {
        let confirm = [&["keys", "confirm", AES_SUM], other].concat();
        let abandon = [&["keys", "abandon"], other].concat();
        let enter = desk.feed(component("Bob", value, other), unionpay);
        for run in [enter, desk.run(confirm), desk.run(abandon)] {
            assert_eq!(run.code, 4, "{}", run.out);
            let told = "the ceremony that has begun is for a Visa aes-256 key";
            assert!(run.err.contains(told), "{}", run.err);
        }
    }
    // The second one is of the same key, without saying so.
    let run = desk.feed(component("Bob", second_value, &[]), second);
    assert!(
        run.out.contains(&format!("keys confirm {AES_SUM}")),
        "{}",
        run.err
    );
    let run = desk.run(["keys", "confirm", AES_SUM]);
    assert!(
        run.out
            .contains("version 02 of the Visa aes-256 master key"),
        "{}",
        run.err
    );
    assert_eq!(versions_of(&desk, "visa", "aes-256"), ["01", "02"]);
    assert_eq!(versions(&desk), ["01"]);
}

/// The files of earlier versions were made by `crates/issuer/src/custody/file/key_file.py`.
#[test]
fn a_home_whose_key_file_is_of_an_earlier_version_goes_on_and_gets_keys_of_other_schemes() {
    let files = [
        (include_str!("version-1/issuer.keys.hex"), &["01"][..]),
        (include_str!("version-2/issuer.keys.hex"), &["01", "02"]),
    ];
    for (file, held) in files {
        let desk = Desk::new();
        let file = file.trim();
        let octets: Vec<u8> = (0..file.len() / 2)
            .map(|at| u8::from_str_radix(&file[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        fs::create_dir(desk.home()).unwrap();
        fs::write(desk.file("issuer.keys"), &octets).unwrap();
        desk.issue_active(PANS[0], &[]);
        assert_eq!(desk.run(["tap"]).code, 0);
        let (_, keys) = desk.json(["keys", "list"]);
        assert_eq!(keys["master_keys"][0]["check_value"], "FE8A09");
        assert_eq!(versions(&desk), held);
        assert_eq!(families(&desk).len(), 1);
        assert!(
            desk.run(["keys", "list"])
                .out
                .contains("makes the first key")
        );
        let kept = fs::read(desk.file("issuer.keys")).unwrap();
        assert_eq!(kept, octets, "it is read only");
        let visa = ["keys", "rotate", "--scheme", "visa", "--algorithm", "sm4"];
        assert_eq!(desk.run(visa).code, 0);
        assert_eq!(versions_of(&desk, "visa", "sm4"), ["01"]);
        assert_eq!(fs::read(desk.file("issuer.keys")).unwrap()[8], 3);
        assert_eq!(desk.run(["keys", "rotate"]).code, 0);
        assert_eq!(versions(&desk).len(), held.len() + 1);
        assert_eq!(desk.run(["tap"]).code, 0);
    }
}
