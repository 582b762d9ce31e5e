//! Several tills of one shop, each with a terminal, a batch and a journal of its own.

use std::fs;

use serde_json::{Value, json};

use crate::desk::{Desk, PIN};

/// A payment at a till; its entry and its number.
fn pay(desk: &Desk, till: &[&str]) -> (String, String) {
    let (code, tap) = desk.json([&["tap"], till].concat());
    assert_eq!(code, 0, "{tap}");
    let entry = tap["entry"].as_str().unwrap().to_owned();
    (entry, tap["issuer"]["authorisation"].to_string())
}

fn tills(desk: &Desk) -> Vec<Value> {
    let (code, home) = desk.json(["home"]);
    assert_eq!(code, 0, "{home}");
    home["tills"].as_array().unwrap().clone()
}

fn file(desk: &Desk, id: &str) -> String {
    let path = desk.path().join(format!("{id}.toml"));
    fs::write(&path, format!("[terminal]\nid = \"{id}\"\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_till_has_its_own_terminal_batch_and_settlement() {
    let desk = Desk::with_card();
    for till in [&[][..], &["--till", "front"], &["--till", "back"]] {
        pay(&desk, till);
    }
    let (second, _) = pay(&desk, &["--till", "front"]);
    assert_eq!(second, "000001/000002");
    let seen: Vec<Value> = desk
        .authorisations()
        .iter()
        .map(|each| each["terminal"].clone())
        .collect();
    let expected = ["000FRONT", "0000BACK", "000FRONT", "00000001", "00000001"];
    assert_eq!(seen, expected.map(|terminal| json!(terminal)));
    let (code, settled) = desk.json(["settle", "--till", "front"]);
    assert_eq!((code, &settled["agreed"]), (0, &json!(true)), "{settled}");
    assert_eq!(
        settled["totals"][0]["issuer"]["sales"]["count"],
        json!(2),
        "{settled}"
    );
    let rows: Vec<_> = tills(&desk)
        .iter()
        .map(|till| {
            (
                till["till"].clone(),
                till["batch"].clone(),
                till["entries"].clone(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (Value::Null, json!(1), json!(2)),
            (json!("back"), json!(1), json!(1)),
            (json!("front"), json!(2), json!(0)),
        ]
    );
    for till in [&[][..], &["--till", "back"]] {
        let (code, settled) = desk.json([&["settle"], till].concat());
        assert_eq!((code, &settled["agreed"]), (0, &json!(true)), "{till:?}");
    }
}

#[test]
fn a_payment_is_followed_at_its_own_till_and_named_by_its_own_receipt() {
    let desk = Desk::with_card();
    let (entry, number) = pay(&desk, &["--till", "front"]);
    let (other, _) = pay(&desk, &["--till", "back"]);
    assert_eq!(entry, other, "receipts of two tills have the same trace");
    for verb in ["void", "refund", "reverse"] {
        let run = desk.run([verb, &number, "--till", "back"]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{verb}");
        assert!(run.err.contains("000FRONT"), "{}", run.err);
        assert!(run.err.contains("--till"), "{}", run.err);
    }
    // Reference and batch/trace mean the payment of the till that is named.
    let (code, voided) = desk.json(["void", &entry, "--till", "front"]);
    assert_eq!((code, &voided["original"]), (0, &json!(2)), "{voided}");
    let requests = desk.authorisations();
    let back = requests.iter().find(|each| each["terminal"] == "0000BACK");
    let reference = back.unwrap()["reference"].as_str().unwrap();
    let (code, voided) = desk.json(["void", reference, "--till", "back"]);
    assert_eq!((code, &voided["original"]), (0, &json!(3)), "{voided}");
    // A refund by a tap, too.
    let (_, number) = pay(&desk, &["--till", "front"]);
    let refund = ["tap", "--type", "refund", "--amount", "1", "--pin", PIN];
    let of = ["--of", number.as_str(), "--till"];
    let run = desk.run([&refund[..], &of, &["back"]].concat());
    assert_eq!(run.code, 4, "{}", run.out);
    let run = desk.run([&refund[..], &of, &["front"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn the_next_step_names_the_till_and_a_name_that_no_till_has_begins_none() {
    let desk = Desk::with_card();
    let next = desk.run(["tap", "--till", "back"]).out;
    for advice in ["void 2 --till back", "settle --till back"] {
        assert!(next.contains(advice), "{next}");
    }
    for verb in [&["settle"][..], &["void", "2"], &["refund", "2"]] {
        let run = desk.run([verb, &["--till", "bakc"]].concat());
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{verb:?}");
        assert!(run.err.contains("there is no till bakc"), "{}", run.err);
    }
    let names: Vec<Value> = tills(&desk)
        .iter()
        .map(|till| till["till"].clone())
        .collect();
    assert_eq!(names, [Value::Null, json!("back")]);
    assert_eq!(desk.run(["void", "2", "--till", "back"]).code, 0);
    assert_eq!(desk.run(["settle", "--till", "back"]).code, 0);
}

#[test]
fn a_till_keeps_its_configuration_and_no_two_are_the_same_terminal() {
    let desk = Desk::with_card();
    let shop = file(&desk, "SHOP0007");
    pay(&desk, &["--till", "kiosk", "--terminal", &shop]);
    pay(&desk, &["--till", "kiosk"]);
    assert_eq!(desk.authorisations()[0]["terminal"], json!("SHOP0007"));
    // Another configuration for the same terminal is kept too.
    let path = desk.path().join("named.toml");
    let text = "[terminal]\nid = \"SHOP0007\"\n[merchant]\nname = \"Kiosk\"\n";
    fs::write(&path, text).unwrap();
    pay(
        &desk,
        &["--till", "kiosk", "--terminal", path.to_str().unwrap()],
    );
    let kept = desk.home().join("tills/kiosk/terminal.toml");
    assert_eq!(fs::read_to_string(&kept).unwrap(), text);

    let keys = desk.cards()[0]["keys_left"].clone();
    let requests = desk.authorisations();
    for (till, id, part) in [
        ("other", "SHOP0007", "till kiosk is terminal SHOP0007"),
        ("other", "00000001", "the first till is terminal 00000001"),
        ("kiosk", "SHOP0008", "use the terminal"),
    ] {
        let file = file(&desk, id);
        let run = desk.run(["tap", "--till", till, "--terminal", &file]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{till} {id}");
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert_eq!(
        fs::read_to_string(&kept).unwrap(),
        text,
        "it is not replaced"
    );
    assert_eq!(tills(&desk).len(), 2, "a refused till is none");
    assert_eq!(desk.cards()[0]["keys_left"], keys, "no key was spent");
    assert_eq!(desk.authorisations(), requests);
    // A first till that comes later is no other's terminal either.
    let late = Desk::new();
    let front = file(&late, "000FRONT");
    pay(&late, &["--till", "front"]);
    let run = late.run(["tap", "--terminal", &front]);
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    assert!(run.err.contains("till front is terminal"), "{}", run.err);
}

#[test]
fn a_name_that_is_none_and_a_till_that_is_damaged_are_refused() {
    let desk = Desk::with_card();
    for name in ["", "0", "../x", "a/b", "toolongname", "a.b"] {
        let run = desk.run(["tap", "--till", name]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}");
    }
    pay(&desk, &["--till", "front"]);
    let folder = desk.home().join("tills/front");
    for name in ["terminal.toml", "terminal.state", "terminal.000001.journal"] {
        let path = folder.join(name);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, b"damaged").unwrap();
        for args in [
            &["tap", "--till", "front"][..],
            &["settle", "--till", "front"],
        ] {
            let run = desk.run(args);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{name} {args:?}");
            assert!(run.err.contains("tills/front"), "{}", run.err);
        }
        assert_eq!(fs::read(&path).unwrap(), b"damaged", "left as it is");
        assert_eq!(desk.run(["tap"]).code, 0, "the other till works");
        fs::write(&path, whole).unwrap();
    }
    pay(&desk, &["--till", "FRONT"]);
    assert_eq!(tills(&desk).len(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&folder).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    // A till that has lost its bank is told as the first one is.
    fs::remove_file(desk.file("issuer.db")).unwrap();
    fs::remove_file(desk.file("terminal.state")).unwrap();
    fs::remove_dir_all(desk.home().join("wallet")).unwrap();
    let run = desk.run(["tap", "--till", "front"]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.err.contains("a terminal's files"), "{}", run.err);
}

#[test]
fn a_settlement_names_the_other_tills_that_are_not_settled() {
    let desk = Desk::with_card();
    for till in ["front", "back"] {
        pay(&desk, &["--till", till]);
    }
    pay(&desk, &["--till", "back"]);
    let settled = desk.run(["settle"]).out;
    for part in [
        "Till back is not settled yet, with 2 entries: `understudy settle --till back`",
        "Till front is not settled yet, with 1 entry: `understudy settle --till front`",
    ] {
        assert!(settled.contains(part), "{settled}");
    }
    let (_, settled) = desk.json(["settle", "--till", "front"]);
    let back = json!([{"till": "back", "entries": 2, "owed": false}]);
    assert_eq!(settled["unsettled"], back, "{settled}");
    pay(&desk, &[]);
    let settled = desk.run(["settle", "--till", "back"]).out;
    let first = "The first till is not settled yet, with 1 entry: `understudy settle`";
    assert!(settled.contains(first), "{settled}");
    let (_, settled) = desk.json(["settle"]);
    assert_eq!(settled["unsettled"], Value::Null, "{settled}");
}

#[test]
fn a_till_is_named_before_the_command_too() {
    let desk = Desk::with_card();
    let run = desk.run(["--till", "front", "tap"]);
    assert!(run.out.contains("--till front"), "{}{}", run.out, run.err);
    assert_eq!(desk.authorisations()[0]["terminal"], "000FRONT");
    for verb in ["void", "refund"] {
        pay(&desk, &["--till", "front"]);
        let number = desk.authorisations()[0]["authorisation"].to_string();
        let run = desk.run(["--till", "front", verb, &number]);
        assert_eq!(run.code, 0, "{verb}: {}", run.err);
    }
    let twice = ["--till", "front", "settle", "--till", "FRONT"];
    assert_eq!(desk.run(twice).code, 0, "one till, named twice");
    for (args, part) in [
        (
            &["--till", "front", "settle", "--till", "back"][..],
            "front and back",
        ),
        (&["--till", "front", "cards"], "at a till"),
        (&["--till", "a/b", "tap"], "eight letters"),
    ] {
        let run = desk.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
}
