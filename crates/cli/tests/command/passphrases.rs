//! The passphrase of the issuer's keys: its sources, its necessity, and refusals.

use std::fs::{self, File};
use std::process::Command;

use understudy_issuer::demonstration::TEST_PAN;

use crate::at_terminal::AtTerminal;
use crate::desk::{Desk, PANS, PASSPHRASE, PASSPHRASE_VARIABLE};

fn issue<'a>(pan: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["issue", "--pan", pan, "--expiry", "4912"], more].concat()
}

/// Fails if the home's keys are the published ones, or do not open under the passphrase.
fn assert_own_keys(desk: &Desk) {
    let with = |passphrase: Option<&str>| {
        let mut command = desk.command(["tokens"]);
        if let Some(passphrase) = passphrase {
            command.env(PASSPHRASE_VARIABLE, passphrase);
        }
        desk.told(&command.output().unwrap()).code
    };
    assert_eq!((with(None), with(Some(PASSPHRASE))), (3, 0));
}

#[test]
fn without_a_passphrase_no_card_is_made_for_a_number_of_ones_own() {
    let desk = Desk::demonstration();
    for args in [
        issue(PANS[0], &[]),
        vec!["enrol"],
        vec!["enrol", "--challenge"],
    ] {
        let run = desk.run(&args);
        assert_eq!((run.code, run.out.as_str()), (3, ""), "{args:?}");
        for part in [PASSPHRASE_VARIABLE, "--passphrase-file", "--passphrase-fd"] {
            assert!(run.err.contains(part), "{args:?}: {}", run.err);
        }
        assert!(!desk.home().exists(), "{args:?} made something");
    }
}

#[test]
fn a_passphrase_for_the_demonstrations_issuer_is_told_from_a_wrong_one() {
    let desk = Desk::demonstration();
    assert_eq!(desk.run(["tap"]).code, 0);
    for args in [["tokens"], ["serve"]] {
        let mut command = desk.command(args);
        command.env(PASSPHRASE_VARIABLE, PASSPHRASE);
        let run = desk.told(&command.output().unwrap());
        assert_eq!(run.code, 3, "{args:?}: {}", run.err);
        assert!(run.err.contains("published test keys"), "{}", run.err);
        assert!(run.err.contains("--home"), "{}", run.err);
    }
}

#[test]
fn published_keys_are_for_the_demonstrations_own_card_alone() {
    let desk = Desk::demonstration();
    assert_eq!(desk.run(["tap"]).code, 0);
    let out = desk.path().join("package");
    let device = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    let before = (desk.tokens(), desk.cards());
    for args in [
        issue(PANS[0], &[]),
        issue(
            PANS[0],
            &["--device", &device, "--out", out.to_str().unwrap()],
        ),
        vec!["replace-pan", "1", "--pan", PANS[0]],
    ] {
        for passphrase in [None, Some("understudy demonstration")] {
            let mut command = desk.command(&args);
            if let Some(passphrase) = passphrase {
                command.env(PASSPHRASE_VARIABLE, passphrase);
            }
            let run = desk.told(&command.output().unwrap());
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{args:?}");
            assert!(run.err.contains("published test keys"), "{}", run.err);
            assert!(
                run.err.contains("new folder with --home DIR"),
                "{}",
                run.err
            );
        }
    }
    assert_eq!((desk.tokens(), desk.cards()), before);
    assert!(!out.exists());
    // The demonstration's own card is not a number of the user's, so it may be issued again.
    assert_eq!(desk.run(["delete", "1"]).code, 0);
    assert_eq!(desk.run(issue(TEST_PAN, &[])).code, 0);
}

#[test]
fn a_weak_passphrase_makes_no_keys() {
    for weak in ["", "x", "passwordpassword", "understudy demonstration"] {
        let desk = Desk::demonstration();
        for args in [vec!["tap"], issue(PANS[0], &[])] {
            let mut command = desk.command(&args);
            command.env(PASSPHRASE_VARIABLE, weak);
            let run = desk.told(&command.output().unwrap());
            assert_eq!((run.code, run.out.as_str()), (4, ""), "{weak:?} {args:?}");
            assert!(run.err.contains("too weak: it needs 12"), "{}", run.err);
            assert!(weak.len() < 2 || !run.err.contains(weak), "{}", run.err);
            assert!(!desk.home().exists(), "{weak:?} made something");
        }
    }
}

#[test]
fn the_passphrase_comes_from_a_file_or_a_descriptor_too() {
    let desk = Desk::demonstration();
    let file = desk.path().join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\r\nanother line\n")).unwrap();
    let file = file.to_str().unwrap();
    let run = desk.run(issue(PANS[0], &["--passphrase-file", file]));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.out
            .contains(&format!("--passphrase-file {file} verify")),
        "the next command needs it too: {}",
        run.out
    );
    assert_own_keys(&desk);

    let values = format!("{}\n{PASSPHRASE}\n", PANS[1]);
    let run = desk.feed(issue("-", &["--passphrase-fd", "0"]), &values);
    assert_eq!(
        run.code, 0,
        "values first, then the passphrase: {}",
        run.err
    );

    let piped = |number: &str, from: &str| {
        let tokens = desk.command(["tokens", "--passphrase-fd", number]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{from} \"$@\" 3<&0 </dev/null"), "sh"]);
        shell.arg(tokens.get_program()).args(tokens.get_args());
        shell.env_remove(PASSPHRASE_VARIABLE);
        shell.stdin(File::open(file).unwrap());
        desk.told(&shell.output().unwrap())
    };
    let run = piped("3", &format!("printf '%s\\n' '{PASSPHRASE}' |"));
    assert_eq!(run.code, 0, "{}", run.err);
    let run = piped("3", "");
    assert_eq!(run.code, 4, "a file could be read again by a card program");
    assert!(run.err.contains("no pipe"), "{}", run.err);
    let run = piped("77", "");
    assert_eq!(run.code, 4, "{}", run.err);
    let run = desk.run(["tokens", "--passphrase-file", "/nowhere/at/all"]);
    assert_eq!(run.code, 4, "{}", run.err);
}

#[test]
fn a_terminal_is_asked_for_a_new_passphrase_twice_and_later_once_without_echo() {
    let desk = Desk::demonstration();
    let new = "New passphrase for the issuer's keys: ";
    let again = "The same again: ";

    let mut command = AtTerminal::start(&desk, &issue(PANS[0], &[]));
    command.answer(new, PASSPHRASE);
    command.answer(again, "something else");
    let (code, shown) = command.end();
    assert_eq!(code, 4, "{shown}");
    assert!(!shown.contains(PASSPHRASE), "{shown}");
    assert!(!desk.home().exists());

    let mut command = AtTerminal::start(&desk, &issue(PANS[0], &[]));
    command.answer(new, PASSPHRASE);
    command.answer(again, PASSPHRASE);
    let (code, shown) = command.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(PASSPHRASE), "{shown}");
    assert_own_keys(&desk);

    for (typed, expected) in [("something else", 3), (PASSPHRASE, 0)] {
        let mut command = AtTerminal::start(&desk, &["tap", "--amount", "1500", "--pin", "1234"]);
        command.answer("Passphrase: ", typed);
        let (code, shown) = command.end();
        // The card is not verified yet: the issuer is asked, and declines.
        let reached = if expected == 0 { 1 } else { expected };
        assert_eq!(code, reached, "{shown}");
        assert_eq!(
            shown.matches("Passphrase").count(),
            1,
            "asked once: {shown}"
        );
    }
    // A command that needs the wallet alone asks too.
    let mut command = AtTerminal::start(&desk, &["cards"]);
    command.answer("Passphrase: ", PASSPHRASE);
    let (code, shown) = command.end();
    assert_eq!(code, 0, "{shown}");
}

#[test]
fn a_value_that_is_typed_is_asked_for_and_not_echoed() {
    let desk = Desk::new();
    let args = ["issue", "--pan", "-", "--expiry", "4912"];
    let mut issue = AtTerminal::start(&desk, &args);
    issue.answer("--pan (not echoed): ", PANS[0]);
    let (code, shown) = issue.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(PANS[0]), "{shown}");
    let code = shown.rsplit(" verify ").next().unwrap()[..6].to_owned();
    let mut verify = AtTerminal::start(&desk, &["verify", "-"]);
    verify.answer("CODE (not echoed): ", &code);
    let (code, shown) = verify.end();
    assert_eq!(code, 0, "{shown}");
}
