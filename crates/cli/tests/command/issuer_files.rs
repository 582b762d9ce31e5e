//! The issuer's database and keys: passphrases, damage, foreign files, and simultaneous creation.

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use rusqlite::Connection;
use serde_json::json;

use crate::desk::{Desk, PANS, PASSPHRASE_VARIABLE, Run};

fn run_with(desk: &Desk, passphrase: &str, args: &[&str]) -> Run {
    let mut command = desk.command(args);
    desk.told(
        &command
            .env(PASSPHRASE_VARIABLE, passphrase)
            .output()
            .unwrap(),
    )
}

#[test]
fn keys_under_a_passphrase_open_with_it_alone() {
    let desk = Desk::demonstration();
    let own = "a passphrase of one's own";
    assert_eq!(run_with(&desk, own, &["tap"]).code, 0);
    let files = desk.files();
    for other in [
        None,
        Some("another"),
        Some(""),
        Some("a passphrase of one's own "),
    ] {
        for args in [&["tap"][..], &["tokens"], &["settle"], &["suspend", "1"]] {
            let run = match other {
                Some(other) => run_with(&desk, other, args),
                None => desk.run(args),
            };
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{other:?} {args:?}");
            assert!(run.err.contains(PASSPHRASE_VARIABLE), "{}", run.err);
            assert!(run.err.contains("issuer.keys"), "{}", run.err);
            assert!(!run.err.contains(own), "{}", run.err);
        }
    }
    for name in ["issuer.db", "issuer.keys", "wallet.salt", "terminal.state"] {
        let before = files.iter().find(|(path, _)| path.ends_with(name));
        assert_eq!(
            fs::read(desk.file(name)).unwrap(),
            before.unwrap().1,
            "{name}"
        );
    }
    assert_eq!(run_with(&desk, own, &["tap"]).code, 0);
    let run = run_with(&desk, own, &["tap", "--amount", "1500", "--pin", "123456"]);
    assert_eq!(run.code, 0, "the PIN pad has the key too: {}", run.err);
    assert_eq!(run_with(&desk, own, &["cards"]).code, 0);
    assert_eq!(desk.run(["cards"]).code, 3, "the wallet is under it too");
}

#[cfg(unix)]
#[test]
fn a_card_program_does_not_learn_the_passphrase() {
    let desk = Desk::new();
    let seen = desk.path().join("seen");
    let program = format!("sh -c 'env > {}'", seen.display());
    let run = run_with(&desk, "a secret of one's own", &["tap", "--card", &program]);
    assert_eq!(run.code, 5, "{}", run.err);
    let seen = fs::read_to_string(seen).unwrap();
    assert!(
        seen.contains("PATH=") && !seen.contains(PASSPHRASE_VARIABLE),
        "{seen}"
    );
}

#[test]
fn keys_made_under_passphrases_are_random_and_those_of_the_demonstration_are_published() {
    // The key that verifies letters is the same for every demonstration issuer and for no other.
    let verify_key = |desk: &Desk| {
        assert_eq!(desk.run(["tap"]).code, 0);
        let (code, answer) = desk.json(["enrol", "--challenge"]);
        assert_eq!(code, 0, "{answer}");
        answer["verify_key"].as_str().unwrap().to_owned()
    };
    let published = verify_key(&Desk::demonstration());
    assert_eq!(published, verify_key(&Desk::demonstration()));
    let own = verify_key(&Desk::new());
    assert_ne!(own, verify_key(&Desk::new()), "under the same passphrase");
    assert_ne!(own, published);
}

#[test]
fn a_damaged_database_is_named_and_left_alone() {
    let desk = Desk::with_card();
    let path = desk.file("issuer.db");
    let whole = fs::read(&path).unwrap();
    let mut torn = whole.clone();
    torn[4096..4096 + 100].fill(0xFF);
    let cases: [(&[u8], &str); 5] = [
        (&whole[..whole.len() / 2], "damaged"),
        (&whole[..50], "damaged"),
        (&torn, "damaged"),
        (b"", "damaged"),
        (b"just some text that is no database, and long enough for one's header, which has a hundred octets", "damaged"),
    ];
    for (content, problem) in cases {
        fs::write(&path, content).unwrap();
        for args in [
            &["tap"][..],
            &["tokens"],
            &["authorisations"],
            &["issue", "--pan", PANS[0], "--expiry", "4912"],
            &["void", "1"],
            &["settle"],
        ] {
            let run = desk.run(args);
            assert_eq!(
                (run.code, run.out.as_str()),
                (3, ""),
                "{args:?}: {}",
                run.err
            );
            assert!(run.err.contains("issuer.db"), "{args:?}: {}", run.err);
            assert!(run.err.contains(problem), "{args:?}: {}", run.err);
            assert!(fs::read(&path).unwrap() == content, "{args:?}: left alone");
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(desk.run(["tap"]).code, 0, "the copy put back works");
}

#[test]
fn a_strangers_or_a_newer_database_is_not_touched() {
    let desk = Desk::with_card();
    let path = desk.file("issuer.db");
    let change = |statement: &str| {
        let db = Connection::open(&path).unwrap();
        db.execute_batch(statement).unwrap();
    };
    change("PRAGMA user_version = 1000");
    let newer = fs::read(&path).unwrap();
    let run = desk.run(["tap"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("newer"), "{}", run.err);
    assert!(fs::read(&path).unwrap() == newer);

    fs::remove_file(&path).unwrap();
    change("CREATE TABLE recipe (title TEXT)");
    let foreign = fs::read(&path).unwrap();
    let run = desk.run(["tokens"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("another program"), "{}", run.err);
    assert!(fs::read(&path).unwrap() == foreign);
}

#[test]
fn a_damaged_key_file_is_named_and_left_alone() {
    let desk = Desk::with_card();
    let path = desk.file("issuer.keys");
    let whole = fs::read(&path).unwrap();
    let mut cases = vec![Vec::new(), b"no keys".to_vec(), whole[..100].to_vec()];
    for at in (0..whole.len()).step_by(23) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        cases.push(changed);
    }
    for content in cases {
        fs::write(&path, &content).unwrap();
        let run = desk.run(["tokens"]);
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert!(run.err.contains("issuer.keys"), "{}", run.err);
        assert!(fs::read(&path).unwrap() == content);
    }
    fs::remove_file(&path).unwrap();
    let run = desk.run(["tap"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("put the file back"), "{}", run.err);
    assert!(!path.exists(), "no other keys take their place");
}

#[test]
fn another_issuers_database_is_told_from_ones_own() {
    let desk = Desk::with_card();
    let other = Desk::with_card();
    fs::copy(other.file("issuer.db"), desk.file("issuer.db")).unwrap();
    let run = desk.run(["tap"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("other keys"), "{}", run.err);

    // Another issuer with the same published keys does not know the wallet.
    let [desk, third] = [(); 2].map(|()| Desk::demonstration());
    for desk in [&desk, &third] {
        assert_eq!(desk.run(["tap"]).code, 0);
    }
    fs::copy(third.file("issuer.db"), desk.file("issuer.db")).unwrap();
    let run = desk.run(["enrol"]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.err.contains("another issuer"), "{}", run.err);
}

#[test]
fn commands_that_begin_together_have_one_issuer() {
    for _ in 0..4 {
        let desk = Desk::new();
        let spawn = |args: &[&str]| {
            let mut command = desk.command(args);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let commands: Vec<_> = (0..6)
            .map(|_| spawn(&["enrol", "--challenge", "--json"]))
            .chain([spawn(&["tap"])])
            .collect();
        for command in commands {
            let output: Output = command.wait_with_output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{error}");
        }
        assert_eq!(desk.run(["tap"]).code, 0);
        let leftover = |path: &Path| path.to_string_lossy().contains(".new");
        assert!(desk.files().iter().all(|(path, _)| !leftover(path)));
    }
}

#[test]
fn a_database_in_use_elsewhere_is_waited_for_and_then_told() {
    let desk = Desk::with_card();
    let db = Connection::open(desk.file("issuer.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = desk.run(["tap"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(run.err.contains("locked"), "{}", run.err);
    drop(db);
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(
        desk.cards()[0]["last_atc"],
        json!("0002"),
        "no key is spent"
    );
}
