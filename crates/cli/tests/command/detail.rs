//! `tap`: its summary, and what each `-v` adds.

use crate::desk::Desk;

/// The text with `0` for each digit of a number that differs from run to run: a token's last four,
/// and a time.
fn without_chance(text: &str) -> String {
    let words = text.split_inclusive([' ', '\n']).map(|word| {
        let is_chance = word.contains("******") || word.starts_with("0.");
        let zero = |c: char| if c.is_ascii_digit() { '0' } else { c };
        if is_chance {
            word.chars().map(zero).collect()
        } else {
            word.to_owned()
        }
    });
    words.collect()
}

#[cfg(unix)]
#[test]
fn the_readme_shows_what_the_first_tap_prints() {
    use std::os::unix::process::CommandExt as _;
    let desk = Desk::demonstration();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_understudy"));
    command.arg0("target/release/understudy").arg("tap");
    command.env_clear().env("HOME", desk.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let shown = String::from_utf8(output.stdout).unwrap();
    let readme = include_str!("../../../../README.md");
    let (_, block) = readme.split_once("```text\npurchase of").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let (welcome, shown) = shown.split_once("\npurchase of").unwrap();
    assert_eq!(without_chance(shown), without_chance(block));
    assert!(shown.lines().count() <= 10, "{shown}");
    assert_eq!(welcome.lines().count(), 3, "{welcome}");
}

#[test]
fn each_v_shows_more() {
    let desk = Desk::with_card();
    let [short, trace, octets] = [&["tap"][..], &["tap", "-v"], &["tap", "-v", "-v"]].map(|args| {
        let run = desk.run(args);
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    });
    for (part, shown) in [
        (
            "Terminal  Approved, no cardholder verification: the",
            [true; 3],
        ),
        ("Issuer    approves, response code 00", [true; 3]),
        ("keys left", [true; 3]),
        ("Result    APPROVED", [true; 3]),
        ("Online    DE 22 072", [false, true, true]),
        ("ARPC", [false, true, true]),
        ("4 GET PROCESSING OPTIONS", [false, true, true]),
        ("b1.6   EMV mode supported", [false, true, true]),
        ("Terminal: ARQC according to 9F10", [false, true, true]),
        (
            "  00A40400 0E 325041592E5359532E4444463031 00",
            [false, true, false],
        ),
        (
            "  C-APDU  00A404000E325041592E5359532E444446303100",
            [false, false, true],
        ),
        ("  R-APDU  6F", [false, false, true]),
        ("DE 55, 134 octets", [false, false, true]),
        ("UnionPay 01: 40 octets, 5 blocks", [false, false, true]),
        ("passed  the cryptogram is right", [false, false, true]),
    ] {
        let found = [&short, &trace, &octets].map(|out| out.contains(part));
        assert_eq!(found, shown, "{part}:\n{octets}");
    }
    assert!(short.lines().count() <= 12, "{short}");
}

#[test]
fn a_peer_is_summed_up_or_shown_as_it_answers() {
    let desk = Desk::with_card();
    let card = desk.card_program();
    let short = desk.run(["tap", "--card", &card]);
    assert_eq!(short.code, 0, "{}", short.err);
    assert!(!short.out.contains("SELECT"), "{}", short.out);
    let long = desk.run(["tap", "-vv", "--card", &card]);
    assert!(long.out.contains("R-APDU"), "{}", long.out);
}
