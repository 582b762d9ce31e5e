//! Locks that are deleted, moved or replaced while a command holds them: no key is used twice.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::desk::{CardProcess, Desk, SELECT_CARD, SELECT_PPSE, counter, processing_options};

/// A tampering with a home, in words and as a function.
type Tampering = (&'static str, fn(&Desk));

/// Tamperings with a home while `card` runs in it.
const TAMPERINGS: [Tampering; 5] = [
    ("the lock is deleted", |desk| {
        fs::remove_file(desk.file("wallet.lock")).unwrap();
    }),
    ("the lock is moved away", |desk| {
        fs::rename(desk.file("wallet.lock"), desk.file("wallet.lock.old")).unwrap();
    }),
    ("another lock takes its place", |desk| {
        fs::write(desk.path().join("lock"), "").unwrap();
        fs::rename(desk.path().join("lock"), desk.file("wallet.lock")).unwrap();
    }),
    ("a copy of the folder takes its place", |desk| {
        let away = desk.path().join("away");
        fs::rename(desk.home(), &away).unwrap();
        fs::create_dir(desk.home()).unwrap();
        fs::create_dir(desk.file("wallet")).unwrap();
        for entry in [away.clone(), away.join("wallet")]
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
        {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, desk.home().join(path.strip_prefix(&away).unwrap())).unwrap();
            }
        }
    }),
    (
        "the lock is moved away, and back when the other has tried",
        |desk| {
            fs::rename(desk.file("wallet.lock"), desk.path().join("kept")).unwrap();
        },
    ),
];

/// The step of the first process at which it happens.
const STEPS: [&str; 3] = ["before the first command", "selected", "after a tap"];

fn select(card: &mut CardProcess) {
    assert!(card.ask(SELECT_PPSE).ends_with("9000"));
    assert!(card.ask(SELECT_CARD).ends_with("9000"));
}

/// The counter with which the second process pays.
fn pay(desk: &Desk) -> String {
    let (code, tap) = desk.json(["tap"]);
    assert_eq!(code, 0, "{tap}");
    tap["card"]["last_atc"].as_str().unwrap().to_owned()
}

/// Runs `card` up to a step, tampers, lets a second process try to pay before or after the first
/// continues, and checks that no counter was used twice. A process that does not find its lock
/// stops; in the same folder, the store's own lock keeps the second process out while the first one
/// runs.
fn tampered(step: usize, (what, tamper): Tampering, second_first: bool) {
    let case = format!("{what}, {}, second first: {second_first}", STEPS[step]);
    let desk = Desk::with_card();
    let mut counters = Vec::from(["0001".to_owned()]);
    let mut card = CardProcess::start(&desk);
    if step == 2 {
        counters.push(counter(&card.tap(100)));
        card.send("reset");
    }
    if step > 0 {
        select(&mut card);
    } else {
        // A process that answers holds its lock.
        assert_eq!(card.ask("80CA9F3600"), "6985");
    }

    tamper(&desk);
    let copied = what.contains("copy");
    if second_first && copied {
        counters.push(pay(&desk));
    } else if second_first {
        let run = desk.run(["tap"]);
        assert_eq!(run.code, 3, "{case}");
        assert!(
            run.err.contains("in use by another process"),
            "{case}: {}",
            run.err
        );
    }
    if desk.path().join("kept").exists() {
        fs::rename(desk.path().join("kept"), desk.file("wallet.lock")).unwrap();
    }
    let is_back = what.contains("back");
    if step == 0 && is_back {
        select(&mut card);
    }
    let answer = match (step, is_back) {
        (0, false) => card.ask(SELECT_PPSE),
        _ => card.ask(&processing_options(100)),
    };
    if is_back {
        counters.push(counter(&answer));
        assert_eq!(card.end(), 0, "{case}");
    } else {
        assert_eq!(answer, "6985", "{case}: the first process stops");
        assert_eq!(card.end(), 3, "{case}");
    }
    if !(second_first && copied) {
        counters.push(pay(&desk));
    }
    let different: BTreeSet<_> = counters.iter().collect();
    assert_eq!(different.len(), counters.len(), "{case}: {counters:?}");
}

#[test]
fn whoever_lost_its_lock_hands_no_key_out_that_another_process_has() {
    for step in 0..STEPS.len() {
        for tampering in TAMPERINGS {
            for second_first in [true, false] {
                tampered(step, tampering, second_first);
            }
        }
    }
}

#[test]
fn while_the_lock_is_there_the_second_process_waits_and_says_so_at_once() {
    let desk = Desk::with_card();
    let mut card = CardProcess::start(&desk);
    assert!(card.ask(SELECT_PPSE).ends_with("9000"));
    let mut tap = desk
        .command(["tap"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(tap.stderr.take().unwrap());
    told.read_line(&mut line).unwrap();
    let holder = card.child.id();
    assert!(
        line.starts_with(&format!(
            "note: the wallet is in use by process {holder}: waiting"
        )),
        "{line}"
    );
    // The command was given before the first process ended, and continues after.
    assert_eq!(card.end(), 0);
    assert!(tap.wait().unwrap().success());
}
