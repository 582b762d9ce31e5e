//! The commands that the README gives as examples.

use std::process::Command;

use crate::desk::{Desk, PASSPHRASE_VARIABLE, Run};

const README: &str = include_str!("../../../../README.md");

/// The block of commands with this one.
fn block(with: &str) -> &'static str {
    let blocks = README.split("```").skip(1).step_by(2);
    let mut blocks = blocks.filter(|block| block.contains(with));
    blocks
        .next()
        .unwrap_or_else(|| panic!("no block with {with}"))
}

/// The output of a shell that runs the lines of a block, in the home of a desk.
fn played(desk: &Desk, lines: &str) -> Run {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_understudy"));
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let mut command = Command::new("sh");
    command.args(["-ec", lines]).env("PATH", path);
    command.env("UNDERSTUDY_HOME", desk.home());
    command.env_remove(PASSPHRASE_VARIABLE);
    Run::of(&command.output().unwrap())
}

#[test]
fn the_calculators_examples_do_what_the_readme_says() {
    let desk = Desk::demonstration();
    let lines = block("understudy calc verify");
    let run = played(&desk, lines);
    // The last one is wrong, and ends with 1.
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{}", run.out);
    for part in [
        "GET PROCESSING OPTIONS",
        "Transaction exceeds floor limit",
        "The cryptogram is right.",
        "- the card sequence number 01",
    ] {
        assert!(run.out.contains(part), "{part}:\n{}", run.out);
    }
    let code = lines.split_once("understudy qr ").unwrap().1;
    let code = code.lines().next().unwrap();
    let explained = desk.run(["decode", code]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert!(explained.out.contains("12.34 CNY"), "{}", explained.out);
}

#[test]
fn the_example_of_a_card_number_can_be_issued() {
    let (_, number) = README.split_once("without echo; ").unwrap();
    let number = number.split_whitespace().next().unwrap();
    let desk = Desk::new();
    desk.issue_active(number, &[]);
    assert_eq!(desk.run(["tap"]).code, 0);
}
