//! `tap --html`: what stands in the page, and where it is written.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::desk::{Desk, hex};
use crate::secrets::stored::stored;

/// Taps with `args` and writes a page; returns it with the object of the same tap.
fn page(desk: &Desk, args: &[&str]) -> (String, Value) {
    let path = path(desk);
    let html = [&["tap", "--html", path.to_str().unwrap()], args].concat();
    let (_, tap) = desk.json(html);
    (std::fs::read_to_string(path).unwrap(), tap)
}

fn path(desk: &Desk) -> PathBuf {
    desk.path().join("tap.html")
}

/// Characters that end an element, an attribute or a reference, as the page has to write them.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&#38;").replace('<', "&#60;");
    let text = text.replace('>', "&#62;").replace('"', "&#34;");
    text.replace('\'', "&#39;")
}

#[test]
fn the_page_says_what_json_says() {
    let desk = Desk::with_card();
    for args in [
        &["--receipt"][..],
        &["--amount", "1500"],
        &["--verified", "--amount", "60000"],
        &["--type", "refund", "--amount", "1", "--verified"],
    ] {
        let (page, tap) = page(&desk, args);
        let mut said = 0;
        let mut say = |value: &Value| {
            let text = value.as_str().unwrap();
            assert!(
                page.contains(&escaped(text)),
                "{args:?}: {text:?} is not in\n{page}"
            );
            said += 1;
        };
        say(&tap["transaction"]["amount"]);
        say(&tap["transaction"]["merchant"]);
        say(&tap["transaction"]["time"]);
        for event in tap["events"].as_array().unwrap() {
            if event["event"] == json!("step") {
                say(&event["text"]);
                continue;
            }
            say(&event["command"]["name"]);
            for side in ["command", "answer"] {
                say(&event[side]["octets"]);
                nodes(&event[side]["data"], &mut say);
            }
        }
        if let Some(request) = tap.get("request") {
            say(&request["de55"]);
            nodes(&tap["cryptogram"]["parts"], &mut say);
            say(&tap["cryptogram"]["value"]);
            say(&tap["cryptogram"]["key"]);
        }
        if let Some(issuer) = tap.get("issuer") {
            say(&issuer["explanation"]);
            issuer["checks"]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|check| say(&check["check"]));
        }
        if let Some(receipt) = tap.get("receipt") {
            let lines = receipt["cardholder"].as_array().unwrap().iter();
            lines.filter(|line| **line != json!("")).for_each(&mut say);
        }
        assert!(said > 60, "{args:?}: {said}");
    }
}

/// Every text of data objects, at any depth.
fn nodes(data: &Value, say: &mut impl FnMut(&Value)) {
    for node in data.as_array().into_iter().flatten() {
        for name in ["tag", "name", "value", "meaning"] {
            node.get(name).into_iter().for_each(&mut *say);
        }
        let bits = node.get("bits").and_then(Value::as_array);
        bits.into_iter().flatten().for_each(&mut *say);
        nodes(&node["children"], say);
    }
}

#[test]
fn what_a_hostile_card_and_merchant_say_is_text() {
    let desk = Desk::with_card();
    let merchant = "\"></h1><script>alert(1)</script>&amp;'";
    let terminal = desk.path().join("terminal.toml");
    std::fs::write(&terminal, format!("[merchant]\nname = '''{merchant} '''\n")).unwrap();
    let terminal = terminal.to_str().unwrap().to_owned();
    let (own, _) = page(&desk, &["--terminal", &terminal, "--receipt"]);
    // A label of sixteen octets in the directory, and an answer that is no answer.
    let label = "<img src=x onx=a";
    let object = |tag: &str, value: &str| format!("{tag}{:02X}{value}", value.len() / 2);
    let entry = object("4F", "A000000333010101") + &object("50", &hex(label.as_bytes()));
    let entry = object("61", &(entry + "870101"));
    let ppse = object("84", &hex(b"2PAY.SYS.DDF01")) + &object("A5", &object("BF0C", &entry));
    let ppse = object("6F", &ppse) + "9000";
    let card = format!("sh -c 'while read line; do echo {ppse}; done' '<b>'");
    let (theirs, tap) = page(&desk, &["--card", &card, "--terminal", &terminal]);
    assert!(tap.to_string().contains(label), "{tap}");
    assert!(own.contains(&escaped(merchant)) && theirs.contains(&escaped(label)));
    for page in [own, theirs] {
        for element in [
            "<script", "<img", "<b>x", "</h1><", "<link", "<iframe", "<object>",
        ] {
            assert!(!page.contains(element), "{element} is in\n{page}");
        }
        assert_eq!(page.matches("</h1>").count(), 1);
        for loader in ["http:", "https:", "url(", "@import", "src=", "javascript:"] {
            let ours = page.replace(&escaped(label), "");
            assert!(!ours.contains(loader), "{loader} is in\n{page}");
        }
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    }
}

#[test]
fn only_a_page_is_replaced_and_nothing_is_spent_for_one_that_cannot_be_written() {
    let desk = Desk::with_card();
    let path = path(&desk);
    let tap = |path: &std::path::Path| desk.run(["tap", "--html", path.to_str().unwrap()]);
    let run = tap(&path);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("\nPage      "), "{}", run.out);
    let first = std::fs::read(&path).unwrap();
    assert_eq!(tap(&path).code, 0);
    assert_ne!(
        std::fs::read(&path).unwrap(),
        first,
        "a page takes the place of a page"
    );
    let keys = desk.cards()[0]["keys_left"].clone();
    std::fs::write(&path, "<!DOCTYPE html>\n<p>mine").unwrap();
    for (there, part) in [
        (path.clone(), "no page of"),
        (desk.path().to_owned(), "no page of"),
        (
            desk.path().join("no folder/tap.html"),
            "no folder: No such file",
        ),
        (PathBuf::from("/dev/null"), "no page of"),
    ] {
        let run = tap(&there);
        assert_eq!(run.code, 4, "{}: {}", there.display(), run.out);
        assert!(
            run.err.contains(part) && run.err.contains("--html"),
            "{}",
            run.err
        );
    }
    assert_eq!(std::fs::read(&path).unwrap(), b"<!DOCTYPE html>\n<p>mine");
    assert_eq!(desk.cards()[0]["keys_left"], keys);
    let names = std::fs::read_dir(desk.path()).unwrap();
    let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
    let left = names.filter(|name| name.starts_with(".tmp"));
    assert_eq!(left.count(), 0, "nothing is left beside");
}

#[test]
fn a_page_begins_as_documented() {
    let desk = Desk::with_card();
    let (page, _) = page(&desk, &[]);
    let formats = include_str!("../../../../docs/formats.md");
    let (_, block) = formats.split_once("```text first lines\n").unwrap();
    let (lines, _) = block.split_once("```").unwrap();
    assert!(page.starts_with(lines), "{lines}");
}

#[cfg(unix)]
#[test]
fn a_page_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::with_card();
    page(&desk, &[]);
    let mode = std::fs::metadata(path(&desk)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_octets_that_are_shown_as_macced_give_the_cryptogram() {
    for cvn in ["01", "17"] {
        let desk = Desk::with_card();
        desk.issue_active(crate::desk::PANS[0], &["--cvn", cvn]);
        let (_, keys) = stored(&desk).cards.into_iter().nth(1).unwrap();
        let (_, tap) = desk.json(["tap", "--from", "2", "--verified"]);
        let cryptogram = &tap["cryptogram"];
        assert_eq!(cryptogram["version"], json!(format!("UnionPay {cvn}")));
        assert_eq!(cryptogram["result"], json!("right"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut octets = String::new();
        for part in cryptogram["parts"].as_array().unwrap() {
            assert_eq!(part["offset"], json!(octets.len() / 2), "{part}");
            octets += &text(&part["value"]);
            let length = text(&part["value"]).len() / 2;
            assert_eq!(part["length"], json!(length), "{part}");
        }
        let key = hex(&keys[0]);
        let mac = |padding: &str, data: &str| {
            let data = ["--padding", padding, "--key", &key, "--data", data];
            desk.json([&["calc", "mac"][..], &data].concat()).1
        };
        let mac_of_parts = mac("2", &octets);
        assert_eq!(
            mac_of_parts["value"], cryptogram["value"],
            "CVN {cvn}: {octets}"
        );
        // The same with the padding written out and none added.
        let padded = octets + &text(&cryptogram["padding_octets"]);
        assert_eq!(json!(padded.len() / 2), cryptogram["length"]);
        let mac_of_blocks = mac("1", &padded);
        assert_eq!(
            mac_of_blocks["value"], cryptogram["value"],
            "CVN {cvn}: {padded}"
        );
    }
}

#[test]
fn the_verdict_on_the_cryptogram_is_that_of_the_issuer() {
    let desk = Desk::with_card();
    let verdict = |args: &[&str]| {
        let (_, tap) = desk.json([&["tap"], args].concat());
        (
            tap["cryptogram"]["result"].clone(),
            tap["issuer"]["reason"].clone(),
        )
    };
    assert_eq!(verdict(&[]), (json!("right"), json!("approved")));
    assert_eq!(
        verdict(&["--amount", "1500"]),
        (json!("not-sent"), Value::Null),
        "the PIN is missing"
    );
    let over = verdict(&["--verified", "--amount", "1500", "--currency", "USD"]);
    assert_eq!(over.0, json!("right"), "{}", over.1);
    let other = Desk::with_card();
    let strange = other.card_program();
    assert_eq!(
        verdict(&["--card", &strange]),
        (json!("not-checked"), json!("unknown-token"))
    );
}

#[test]
fn every_name_in_the_page_leads_to_one_part_of_it() {
    let desk = Desk::with_card();
    let (page, _) = page(&desk, &["--receipt"]);
    let values = |name: &str| -> Vec<String> {
        let attribute = format!(" {name}=\"");
        let parts = page.split(&attribute).skip(1);
        parts
            .map(|part| part.split('"').next().unwrap().to_owned())
            .collect()
    };
    let ids = values("id");
    for name in values("aria-labelledby").iter().chain(&values("href")) {
        let name = name.trim_start_matches('#');
        assert_eq!(
            ids.iter().filter(|id| *id == name).count(),
            1,
            "{name}: {ids:?}"
        );
    }
    assert!(page.contains("<html lang=\"en\">") && page.contains("name=\"viewport\""));
    for (open, close) in [
        ("<details", "</details>"),
        ("<section", "</section>"),
        ("<td", "</td>"),
    ] {
        assert_eq!(
            page.matches(open).count(),
            page.matches(close).count(),
            "{open}"
        );
    }
}

/// The relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let part = u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn every_text_of_the_page_stands_out_by_day_by_night_and_on_paper() {
    let style = include_str!("../../templates/tap.css");
    let schemes: Vec<_> = style.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 3);
    for scheme in schemes {
        let (rules, _) = scheme.split_once('}').unwrap();
        let colour = |name: &str| {
            let (_, rest) = rules.split_once(&format!("--{name}: ")).unwrap();
            luminance(&rest[..7])
        };
        for (text, grounds) in [
            ("text", &["sheet", "page", "terminal-tint", "card-tint"][..]),
            ("faint", &["sheet", "page"]),
            ("terminal", &["sheet", "page"]),
            ("card", &["sheet", "page"]),
            ("note", &["sheet", "page"]),
            ("good", &["sheet", "page", "good-tint"]),
            ("bad", &["sheet", "page", "bad-tint"]),
        ] {
            for ground in grounds {
                let (a, b) = (colour(text), colour(ground));
                let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                // Level AA for text of any size.
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
            }
        }
    }
}
