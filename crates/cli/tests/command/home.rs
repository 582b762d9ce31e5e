//! The home directory: damage, permissions, several processes at once.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::desk::{CardProcess, Desk, PANS};

/// Every command that reads or changes the home.
const COMMANDS: [&[&str]; 24] = [
    &["tap"],
    &["card"],
    &["cards"],
    &["default", "1"],
    &["present", "1"],
    &["history"],
    &["storage"],
    &["password", "verify"],
    &["replenish"],
    &["enrol"],
    &["issue", "--pan", PANS[0], "--expiry", "4912"],
    &["verify", "123456"],
    &["tokens"],
    &["authorisations"],
    &["suspend", "1"],
    &["resume", "1"],
    &["delete", "1"],
    &["replace-pan", "1", "--pan", PANS[0]],
    &["void", "1"],
    &["refund", "1"],
    &["reverse", "1"],
    &["settle"],
    &["unlinked-refunds"],
    &["check"],
];

/// The commands that need the wallet alone.
const PHONE: [&str; 7] = [
    "card", "cards", "default", "present", "history", "storage", "password",
];

/// True if a command needs this file to succeed.
fn needs(command: &[&str], name: &str) -> bool {
    match name {
        "wallet" => {
            PHONE.contains(&command[0]) || ["tap", "replenish", "issue"].contains(&command[0])
        }
        "terminal.state" => matches!(command[0], "tap" | "void" | "refund" | "reverse" | "settle"),
        _ => !PHONE.contains(&command[0]),
    }
}

#[test]
fn a_file_that_is_not_understood_is_named_and_left_alone() {
    for name in ["terminal.state"] {
        let desk = Desk::with_card();
        let whole = fs::read(desk.file(name)).unwrap();
        let text = String::from_utf8(whole.clone()).unwrap();
        let line = text.find('\n').unwrap();
        let mut flipped = whole.clone();
        flipped[line + 20] ^= 1;
        let newer = text.replacen(" 1 sha256", " 9 sha256", 1);
        let newer = newer.replacen(" 2 sha256", " 9 sha256", 1);
        let cases: [(&[u8], &str); 7] = [
            (&whole[..whole.len() / 2], "damaged"),
            (&whole[..line], "damaged"),
            (&flipped, "damaged"),
            (b"", "damaged"),
            (b"[limits]\n", "not a file of understudy's"),
            (b"\x7FELF\x00\xFF", "not a file of understudy's"),
            (newer.as_bytes(), "newer understudy"),
        ];
        for (content, problem) in cases {
            fs::write(desk.file(name), content).unwrap();
            let before = desk.files();
            for command in COMMANDS {
                if !needs(command, name) {
                    continue;
                }
                let run = desk.run(command);
                assert_eq!(
                    (run.code, run.out.as_str()),
                    (3, ""),
                    "{command:?} {problem}"
                );
                assert!(run.err.contains(name), "{command:?}: {}", run.err);
                assert!(run.err.contains(problem), "{command:?}: {}", run.err);
            }
            // Lock files contain their last holder; nothing else may differ.
            let states = |files: &[(std::path::PathBuf, Vec<u8>)]| -> Vec<_> {
                files
                    .iter()
                    .filter(|(path, _)| path.extension() != Some("lock".as_ref()))
                    .cloned()
                    .collect()
            };
            assert_eq!(states(&desk.files()), states(&before));
        }
        fs::write(desk.file(name), &whole).unwrap();
        assert_eq!(desk.run(["tap"]).code, 0, "the copy put back works");
    }
}

/// A change to a file.
type Change = fn(&[u8]) -> Vec<u8>;

#[test]
fn a_store_that_is_not_understood_is_named_and_left_alone() {
    let desk = Desk::with_card();
    let whole = desk.store();
    let cases: [(Change, &str); 4] = [
        (|file| file[..file.len() / 2].to_vec(), "damaged"),
        (|_| Vec::new(), "damaged"),
        (|_| b"[limits]\n".to_vec(), "damaged"),
        // The version is after eight octets of magic.
        (
            |file| [&file[..8], &[2], &file[9..]].concat(),
            "newer understudy",
        ),
    ];
    for (change, problem) in cases {
        let changed: Vec<_> = whole
            .iter()
            .map(|(path, file)| (path.clone(), change(file)))
            .collect();
        desk.put_store(&changed);
        for command in COMMANDS {
            if !needs(command, "wallet") {
                continue;
            }
            let run = desk.feed(command, "123456\n");
            assert_eq!(
                (run.code, run.out.as_str()),
                (3, ""),
                "{command:?} {problem}"
            );
            assert!(run.err.contains("home/wallet"), "{command:?}: {}", run.err);
            assert!(run.err.contains(problem), "{command:?}: {}", run.err);
        }
        assert_eq!(desk.store(), changed, "{problem}");
    }
    desk.put_store(&whole);
    assert_eq!(desk.run(["tap"]).code, 0, "the copy put back works");
}

#[test]
fn a_file_that_is_whole_and_holds_nonsense_is_damaged_too() {
    for name in ["terminal.state"] {
        let desk = Desk::with_card();
        for content in ["", "{}", "{\"format\":\"understudy.wallet/2\"}", "[[[["] {
            desk.forge(name, content);
            let run = desk.run(["tap"]);
            assert_eq!(run.code, 3, "{content}");
            assert!(
                run.err.contains(name) && run.err.contains("damaged"),
                "{}",
                run.err
            );
        }
    }
}

#[test]
fn a_wallet_without_its_issuer_is_told_so() {
    let desk = Desk::with_card();
    fs::remove_file(desk.file("issuer.db")).unwrap();
    for command in COMMANDS {
        if needs(command, "issuer.db") {
            let run = desk.run(command);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{command:?}");
            assert!(run.err.contains("issuer.db"), "{command:?}: {}", run.err);
        }
    }
    assert!(!desk.file("issuer.db").exists());
}

#[test]
fn a_folder_of_somebody_elses_is_not_moved_into() {
    let desk = Desk::new();
    fs::create_dir(desk.home()).unwrap();
    fs::write(desk.file("letter.txt"), "dear").unwrap();
    for command in COMMANDS {
        let run = desk.run(command);
        assert_eq!(run.code, 3, "{command:?}");
        assert!(run.err.contains("holds other files"), "{}", run.err);
    }
    assert_eq!(desk.files().len(), 1);
}

#[test]
fn a_home_that_cannot_be_a_folder_is_told_so() {
    let desk = Desk::new();
    fs::write(desk.home(), "a file").unwrap();
    for command in COMMANDS {
        let run = desk.run(command);
        assert_eq!(run.code, 3, "{command:?}");
        assert!(run.err.contains("--home"), "{}", run.err);
    }
    assert_eq!(fs::read(desk.home()).unwrap(), b"a file");
}

#[test]
fn commands_that_only_look_make_nothing() {
    let desk = Desk::new();
    let run = desk.run(["cards"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("no card"), "{}", run.out);
    assert_eq!(desk.run(["decode", "9000"]).code, 0);
    for (args, part) in [
        (&["tokens"][..], "no token"),
        (&["authorisations"], "nothing yet"),
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 0, "{args:?}");
        assert!(run.out.contains(part), "{}", run.out);
    }
    for args in [
        &["replenish"][..],
        &["card"],
        &["default", "1"],
        &["verify", "123456"],
        &["suspend", "1"],
        &["delete", "1"],
        &["void", "1"],
        &["settle"],
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 3, "{args:?}");
        assert!(run.err.contains("understudy issue"), "{}", run.err);
    }
    assert_eq!(desk.run(["tap", "--amount", "x"]).code, 4);
    assert!(!desk.home().exists());
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_name_the_home_is_where_the_platform_keeps_data() {
    let desk = Desk::new();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_understudy"))
        .arg("tap")
        .env("XDG_DATA_HOME", desk.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(desk.path().join("understudy").join("wallet").is_dir());
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let own = Desk::with_card();
    let adopted = Desk::new();
    fs::create_dir(adopted.home()).unwrap();
    fs::set_permissions(adopted.home(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(adopted.run(["tap"]).code, 0);
    for desk in [own, adopted] {
        assert_eq!(mode(&desk.home()), 0o700);
        for (path, _) in desk.files() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[test]
fn what_a_crash_left_beside_the_files_does_no_harm() {
    let desk = Desk::with_card();
    fs::write(desk.file("wallet").join("state.9.new"), "half a wal").unwrap();
    fs::write(desk.file("wallet.salt.new.1"), "half").unwrap();
    fs::write(desk.file("wallet.presented.new"), "half").unwrap();
    fs::write(desk.file("terminal.state.new"), "").unwrap();
    fs::write(desk.file("issuer.db.new.1"), "half a dat").unwrap();
    fs::write(desk.file("issuer.keys.new.1"), "").unwrap();
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(desk.cards()[0]["last_atc"], json!("0002"));
}

#[test]
fn taps_at_the_same_time_use_different_keys() {
    let desk = Desk::new();
    let taps: Vec<_> = (0..8)
        .map(|_| {
            let mut command = desk.command(["tap", "--json"]);
            command
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut counters = BTreeSet::new();
    for tap in taps {
        let output = tap.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let tap: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        counters.insert(tap["card"]["last_atc"].to_string());
    }
    assert_eq!(counters.len(), 8);
    assert_eq!(desk.cards().len(), 1, "one of them issued the card");
    assert_eq!(desk.cards()[0]["keys_left"], json!(2));
}

#[test]
fn a_home_that_stays_in_use_is_told_with_the_process() {
    let desk = Desk::with_card();
    let mut card = CardProcess::start(&desk);
    assert!(card.ask(crate::desk::SELECT_PPSE).ends_with("9000"));
    let pid = card.child.id().to_string();
    let run = desk.run(["tap"]);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(
        run.err.contains(&format!("in use by process {pid}")),
        "{}",
        run.err
    );
    card.end();
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn a_refused_issue_or_replenishment_changes_nothing() {
    let desk = Desk::with_card();
    let before = (desk.cards(), desk.tokens());
    let issue = |pan: &'static str, expiry: &'static str, more: &'static [&'static str]| {
        [&["issue", "--pan", pan, "--expiry", expiry], more].concat()
    };
    for (args, part) in [
        (issue("6222020000000001231", "4912", &[]), "mistyped"),
        (issue("622202000000", "4912", &[]), "13 to 19 digits"),
        (issue(PANS[0], "4913", &[]), "YYMM"),
        (issue(PANS[0], "2001", &[]), "is over"),
        (issue(PANS[0], "4912", &["--pin", "12"]), "4 to 12"),
        (issue(PANS[0], "4912", &["--funds", "x"]), "--funds"),
        (
            issue("6222020000000001230", "4912", &[]),
            "delete that first",
        ),
        (vec!["replenish", "7"], "no card 7"),
    ] {
        let run = desk.run(&args);
        assert_eq!(
            (run.code, run.out.as_str()),
            (4, ""),
            "{args:?}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
    let after = (desk.cards(), desk.tokens());
    assert!(after == before);
}

#[test]
fn ten_cards_fit_and_the_eleventh_is_refused_whole() {
    let desk = Desk::new();
    for pan in PANS {
        desk.issue_active(pan, &["--keys", "1"]);
    }
    let eleventh = "6222020000000012401";
    let run = desk.run(["issue", "--pan", eleventh, "--expiry", "4912"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("10 cards"), "{}", run.err);
    assert_eq!(desk.tokens().len(), 10, "nothing was issued");
    for card in 1..=10 {
        let (code, tap) = desk.json(["tap", "--from", &card.to_string()]);
        assert_eq!((code, &tap["card"]["card"]), (0, &json!(card)));
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for() {
    let desk = Desk::with_card();
    for name in ["wallet.salt", "terminal.state", "issuer.db", "issuer.keys"] {
        let file = desk.file(name);
        let content = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&file).status();
        assert!(made.unwrap().success());
        let run = desk.run(["tap"]);
        assert_eq!(run.code, 3, "{name}");
        assert!(run.err.contains("no regular file"), "{}", run.err);
        assert!(run.err.contains(name), "{}", run.err);
        fs::remove_file(&file).unwrap();
        fs::write(&file, content).unwrap();
    }
}
