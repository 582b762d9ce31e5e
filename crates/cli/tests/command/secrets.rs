//! No key, no PIN and no full card number in any output, nor in a file that needs none.

mod files;
mod kit;
pub(crate) mod stored;

use kit::{PAN, PIN, TEST_KEY, Witness, full_run, secrets, squeezed};

use crate::desk::{CardProcess, Desk, PANS, hex};

#[test]
fn no_output_holds_a_secret() {
    let desk = Desk::new();
    let mut witness = Witness::new(&desk);
    full_run(&mut witness);

    let mut card = CardProcess::start(&desk);
    let answer = card.tap(100);
    card.end();
    let at = answer.find("57").unwrap();
    let length = usize::from_str_radix(&answer[at + 2..at + 4], 16).unwrap();
    let track2 = &answer[at + 4..at + 4 + 2 * length];
    let (number, _) = track2.split_once('D').unwrap();
    decoded(&mut witness, number, track2);
    wrong_turns(&mut witness, track2);

    let mut secrets = secrets(&desk);
    let left = secrets.len();
    secrets.extend(witness.spent());
    assert!(secrets.len() >= left + 5, "spent keys are looked for");
    assert!(
        secrets.contains(&number.to_owned()),
        "the secret is looked for"
    );
    assert!(witness.outputs.len() > 200);
    let pages = witness
        .outputs
        .iter()
        .filter(|(what, _)| what.starts_with("the page of"));
    assert_eq!(pages.count(), 6, "pages are looked at too");
    for (what, output) in &witness.outputs {
        let dense = squeezed(output);
        for secret in &secrets {
            assert!(!dense.contains(secret), "{what} shows {secret}:\n{output}");
        }
    }
}

#[test]
fn a_card_number_that_is_decoded_alone_is_hidden() {
    let desk = Desk::new();
    let cases: [(&[&str], &str); 12] = [
        (&["--as=track2", "6212345678901232D291220"], "track2"),
        (&["--as=track2", "6212345678901232D2912"], "track2"),
        (&["--as=track2", "6212345678901232D2912E01F"], "track2"),
        (&["--as=track2", "6212345678901233D29"], "track2"),
        (&["--as=57", "6212345678901232D2912"], "track2"),
        (&["6212345678901232D2912E01F0"], ""),
        (&["6212345678901232D2912F"], ""),
        (&["6212345678901232"], "pan"),
        (&["6212 3456 7890 1232"], "pan"),
        (&["6212345678901232001"], "pan"),
        (&["--as=pan", "6212345678901233"], "pan"),
        (&["--as=5A", "6212345678901233"], "pan"),
    ];
    for (args, kind) in cases {
        for json in [&["decode", "--json"][..], &["decode"]] {
            let run = desk.run([json, args].concat());
            let shown = format!("{}{}", run.out, run.err);
            assert!(!shown.contains("345678901"), "{args:?}: {shown}");
            assert!(shown.contains("621234"), "{args:?}: {shown}");
            assert!(
                json.len() == 1
                    || kind.is_empty()
                    || run.out.contains(&format!("\"kind\":\"{kind}\"")),
                "{args:?}: {shown}"
            );
        }
    }
}

fn wrong_turns(witness: &mut Witness<'_>, track2: &str) {
    let key = TEST_KEY;
    let broken = &key[..31];
    let spaced = PAN
        .chars()
        .flat_map(|digit| [digit, ' '])
        .collect::<String>();
    let terminal = witness.desk.path().join("terminal.toml");
    let terminal = terminal.to_str().unwrap().to_owned();
    for content in [
        format!("key = \"{key}\"\n{PAN}\n"),
        format!("[terminal]\nid = \"{PAN}\"\n"),
    ] {
        std::fs::write(&terminal, content).unwrap();
        witness.run(&["tap", "--terminal", &terminal]);
        witness.run(&["settle", "--terminal", &terminal]);
    }
    wrong_commands(witness);
    for args in [
        &["issue", "--pan", "6222020000000001231", "--expiry", "4912"][..],
        &["issue", "--pan", PAN, "--expiry", PAN],
        &[
            "issue",
            "--pan",
            PAN,
            "--expiry",
            "4912",
            "--pin",
            "73918264x",
        ],
        &["issue", "--pan", PAN, "--expiry", "4912", "--product", PAN],
        &["issue", "--pam", PAN],
        &["issue", PAN],
        &["issue", &spaced],
        &[PAN],
        &["tap", PAN],
        &["tap", "--from", PAN],
        &["tap", "--amount", PAN],
        &["tap", "--pin", PAN],
        &["replenish", PAN],
        &["default", PAN],
        &["calc", "kcv", "--key", broken],
        &["calc", "kcv", "--key", &format!("{key}00")],
        &["calc", "kcv", key],
        &["calc", key],
        &["calc", "kcv", "--kay", key],
        &["calc", "kcv", &format!("--kay={key}")],
        &["calc", "kcv", "--key", key, "--key", key],
        &[
            "calc",
            "mac",
            "--padding",
            key,
            "--key",
            key,
            "--data",
            "00",
        ],
        &[
            "calc",
            "udk",
            "--method",
            "option-a",
            "--imk",
            key,
            "--pan",
            &format!("{PAN}x"),
        ],
        &[
            "calc", "udk", "--method", "option-a", "--imk", key, "--pan", PAN,
        ],
        &[
            "calc",
            "session-key",
            "--method",
            "common",
            "--key",
            key,
            "--atc",
            key,
        ],
        &["decode", track2],
        &["decode", PAN],
    ] {
        witness.run(args);
    }
}

/// Card numbers and keys in the place of other values.
fn wrong_commands(witness: &mut Witness<'_>) {
    let key = TEST_KEY;
    for args in [
        &["verify", PAN][..],
        &["verify", "--token", PAN],
        &["suspend", PAN],
        &["suspend", "--device", key],
        &["suspend", "--device", PAN],
        &["delete", PAN],
        &["replace-pan", "1", "--pan", "6222020000000001231"],
        &["replace-pan", PAN],
        &["set-pin", "1", "--pin", PAN],
        &["set-pin", PAN, "--pin", PIN],
        &["letters", "--device", PAN, "--out", PAN],
        &["report", PAN],
        &["report", key],
        &["enrol", "--request", PAN],
        &["enrol", PAN],
        &["void", PAN],
        &["refund", "1", "--amount", PAN],
        &["settle", PAN],
        &["authorisations", "--token", PAN],
        &[
            "issue", "--pan", PANS[4], "--expiry", "4912", "--funds", key,
        ],
    ] {
        witness.run(args);
    }
}

/// Logs and strings with the stand-in number in them, whole, cut and disguised.
fn decoded(witness: &mut Witness<'_>, number: &str, track2: &str) {
    let length = track2.len() / 2;
    let tagged = format!("57{length:02X}{track2}");
    let answer = format!("77{:02X}{tagged}9F360200019000", length + 2 + 5);
    let dashed = number
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned());
    let text = hex(number.as_bytes());
    let mut inputs = vec![
        format!("<< {answer}\n"),
        format!("PAN {number}\n>> 00A40400\n<< {answer}\n"),
        format!(";{}?\n", track2.replace('D', "=").trim_end_matches('F')),
        format!("5A08{number} 5F340101\n"),
        format!("DF0108{number} {tagged}\n"),
        format!("9F6B{length:02X}{track2}\n"),
        format!("{text}3D{}\n", "3330313232303130"),
        format!("{}\n", dashed.collect::<Vec<_>>().join(" ")),
        format!(">> 0020008008 28{PIN}FFFFFF\n<< 9000\n"),
        format!(">> 0020008008 28{PIN}\n"),
        format!("{tagged} Z\n"),
    ];
    // The same in every form of a length.
    for form in ["81", "8200", "830000", "84000000"] {
        let long = format!("57{form}{length:02X}{track2}");
        inputs.extend([
            format!("{long}\n"),
            format!("5A{form}08{number}\n"),
            format!("9F6B{form}{length:02X}{track2}\n"),
            format!("<< 77{form}{:02X}{long}9000\n", long.len() / 2),
            format!("DF01{form}08{number}\n"),
        ]);
    }
    inputs.extend((0..answer.len()).map(|length| format!("<< {}\n", &answer[..length])));
    for input in inputs {
        witness.feed(&["decode"], &input);
        witness.feed(&["decode", "--as", "tlv"], &input);
    }
}
