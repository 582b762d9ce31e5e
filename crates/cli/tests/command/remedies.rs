//! Remedies in messages: each names a command that does what it says, in the home that it is for.

use std::process::Command;

use crate::desk::{Desk, PANS, PASSPHRASE, PASSPHRASE_VARIABLE, Run};
use crate::second_phone::Pair;

/// The commands in backticks of a text.
fn commands(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Runs a command line as a text has it, in a shell.
fn shell(line: &str, passphrase: Option<&str>) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", line]).env_remove(PASSPHRASE_VARIABLE);
    if let Some(passphrase) = passphrase {
        command.env(PASSPHRASE_VARIABLE, passphrase);
    }
    Run::of(&command.output().unwrap())
}

/// The raw output of a command, whose texts name commands as they are typed.
fn raw(desk: &Desk, args: &[&str]) -> Run {
    Run::of(&desk.command(args).output().unwrap())
}

#[test]
fn an_empty_phone_gets_its_card_from_its_bank() {
    let pair = Pair::enrolled();
    let cards = pair.phone.run(["cards"]);
    assert_eq!(cards.code, 0);
    assert_eq!(commands(&cards.out), ["understudy phone receive FILE"]);
    for args in [&["present", "1", "--seconds", "5"][..], &["default", "1"]] {
        let run = pair.phone.run(args);
        assert_eq!(run.code, 3, "{args:?}: {}", run.err);
        assert_eq!(commands(&run.err), ["understudy phone receive FILE"]);
    }
    // From the bank, the same phone.
    let phone = pair.phone.home();
    let run = raw(&pair.bank, &["tap", "--phone", phone.to_str().unwrap()]);
    assert_eq!(run.code, 4, "{}", run.out);
    let [issue, receive] = commands(&run.err)[..] else {
        panic!("{}", run.err)
    };
    let package = pair.bank.path().join("a package");
    let package = format!("'{}'", package.display());
    let issue = issue.replace("--pan -", &format!("--pan {}", PANS[0]));
    let issue = issue.replace("YYMM", "4912").replace("FILE", &package);
    let issued = shell(&issue, Some(PASSPHRASE));
    assert_eq!(issued.code, 0, "{issue}: {}", issued.err);
    let received = shell(&receive.replace("FILE", &package), Some(PASSPHRASE));
    assert!(received.out.contains("card 1 is new"), "{}", received.err);
}

#[test]
fn a_phones_password_is_set_in_its_home_and_unlocked_at_its_bank() {
    let pair = Pair::with_card();
    let phone = pair.phone.home();
    let tap = ["tap", "--password", "--phone", phone.to_str().unwrap()];
    let unset = pair.bank.feed(tap, "730164\n");
    assert_eq!(unset.code, 4);
    let program = env!("CARGO_BIN_EXE_understudy");
    let set = format!("{program} --home {} password set", phone.display());
    assert_eq!(commands(&unset.err), [&set]);
    let line = format!("echo 730164 | {set}");
    let done = shell(&line, Some(PASSPHRASE));
    assert_eq!(done.code, 0, "{}", done.err);
    for _ in 0..5 {
        assert_eq!(pair.phone.feed(["password", "verify"], "730165\n").code, 4);
    }
    let unlock = format!("unlock-password --device {}", pair.id);
    let locked = pair.phone.feed(["password", "verify"], "730164\n");
    let at_bank = format!("{program} --home BANK {unlock}");
    assert_eq!(commands(&locked.err), [&at_bank]);
    let locked = pair.bank.feed(tap, "730164\n");
    assert_eq!(commands(&locked.err), [format!("understudy {unlock}")]);
    let bank = pair.bank.home();
    let at_bank = at_bank.replace("BANK", bank.to_str().unwrap());
    assert_eq!(shell(&at_bank, Some(PASSPHRASE)).code, 0);
    assert!(pair.deliver().contains(&"password-unlocked".into()));
    assert_eq!(pair.bank.feed(tap, "730164\n").code, 0);
}

#[test]
fn a_card_that_wrong_codes_deleted_is_issued_anew_to_its_device() {
    let pair = Pair::enrolled();
    let package = pair.bank.path().join("package");
    let package = package.to_str().unwrap();
    let options = ["--device", &pair.id, "--out", package];
    let (_, code) = pair.bank.issue(PANS[0], &options);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut last = String::new();
    for _ in 0..3 {
        let run = pair.bank.run(["verify", wrong]);
        assert_eq!(run.code, 4);
        last = run.err;
    }
    let anew = format!(
        "issue --pan - --expiry YYMM --device {} --out FILE",
        pair.id
    );
    assert_eq!(commands(&last), [format!("understudy {anew}")]);
    // A card of the wallet beside the bank goes there.
    let desk = Desk::new();
    let (_, code) = desk.issue(PANS[0], &[]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let runs = [(); 3].map(|()| desk.run(["verify", wrong]).err);
    let anew = ["understudy issue --pan - --expiry YYMM"];
    assert_eq!(commands(&runs[2]), anew);
}

#[test]
fn what_a_phone_learns_by_letters_names_them_and_a_wallet_has_them_already() {
    let pair = Pair::with_card();
    let acts = |id: &str| {
        let of_device = |verb: &str| vec![verb.to_owned(), "--device".to_owned(), id.to_owned()];
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let of_token: [Vec<String>; 4] = [
            words("suspend 1"),
            words("resume 1"),
            words("limits 1 --tap 20"),
            words("update-profile 1"),
        ];
        let of_device = ["suspend", "resume", "rotate", "unlock-password", "wipe"].map(of_device);
        [&of_token[..], &of_device].concat()
    };
    let letters = format!("understudy letters --device {} --out DIR", pair.id);
    for act in acts(&pair.id) {
        let run = pair.bank.run(&act);
        assert_eq!(run.code, 0, "{act:?}: {}", run.err);
        assert!(
            commands(&run.out).contains(&&*letters),
            "{act:?}: {}",
            run.out
        );
    }
    let desk = Desk::with_card();
    let own = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    for act in acts(&own) {
        let run = desk.run(&act);
        assert_eq!(run.code, 0, "{act:?}: {}", run.err);
        assert!(!run.out.contains("letters"), "{act:?}: {}", run.out);
    }
}

#[test]
fn a_demonstration_whose_phone_was_wiped_has_one_way_on() {
    let desk = Desk::demonstration();
    assert_eq!(desk.run(["tap"]).code, 0);
    let own = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(["wipe", "--device", &own]).code, 0);
    let cards = raw(&desk, &["cards"]);
    let ways = commands(&cards.out);
    let [way] = ways[..] else {
        panic!("{}", cards.out)
    };
    let own_number = ["issue", "--pan", PANS[0], "--expiry", "4912"];
    for args in [
        &["tap"][..],
        &["tap", "--from", "1"],
        &["replenish"],
        &own_number,
    ] {
        let run = raw(&desk, args);
        assert_eq!((run.code, run.out.as_str()), (3, ""), "{args:?}");
        assert_eq!(commands(&run.err), [way], "{args:?}: {}", run.err);
    }
    let issued = shell(way, None);
    assert_eq!(issued.code, 0, "{}", issued.err);
    let next = commands(&issued.out)[0].to_owned();
    assert_eq!(shell(&next, None).code, 0);
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn the_limits_of_a_card_are_shown_and_then_changed() {
    let desk = Desk::with_card();
    let before = desk.run(["limits", "1"]);
    let unverified = "unverified 1000.00 CNY a tap, 50 taps or 10000.00 CNY in all";
    assert!(
        before.out.contains(unverified),
        "{}{}",
        before.out,
        before.err
    );
    assert_eq!(desk.authorisations().len(), 1);
    let (code, limits) = desk.json(["limits", "1"]);
    assert_eq!((code, &limits["limits"]), (0, &desk.cards()[0]["limits"]));
    let after = desk.run(["limits", "1", "--tap", "20"]);
    assert!(
        after.out.contains("unverified 20.00 CNY a tap, 50 taps"),
        "{}",
        after.out
    );
    assert_eq!(desk.cards()[0]["limits"]["unverified_tap"], "20.00 CNY");
    let unknown = desk.run(["limits", "9"]);
    assert_eq!(commands(&unknown.err), ["understudy tokens"]);
}

#[test]
fn a_bank_without_a_wallet_and_its_first_key_are_told_as_they_are() {
    let desk = Desk::new();
    assert_eq!(desk.run(["enrol", "--challenge"]).code, 0);
    let home = desk.run(["home"]).out;
    assert!(!home.contains("the wallet beside it"), "{home}");
    desk.issue_active(PANS[0], &[]);
    let home = desk.run(["home"]).out;
    assert!(home.contains("the wallet beside it"), "{home}");
    let (_, audit) = desk.json(["audit"]);
    let entries = audit["entries"].as_array().unwrap();
    let keys = entries
        .iter()
        .filter(|entry| entry["deed"] == "master-key-added");
    let numbers: Vec<u64> = keys
        .map(|entry| entry["number"].as_u64().unwrap())
        .collect();
    let first: Vec<u64> = (1..=numbers.len() as u64).rev().collect();
    assert_eq!(numbers, first, "they were there before anything else");
    assert!(!numbers.is_empty(), "{audit}");
}

#[test]
fn a_phone_without_a_key_gets_new_ones_by_the_commands_of_its_messages_in_their_order() {
    let pair = Pair::enrolled();
    let package = pair.bank.path().join("package");
    let package = package.to_str().unwrap();
    let options = ["--device", &pair.id, "--out", package, "--keys", "1"];
    pair.bank.issue_active(PANS[0], &options);
    assert_eq!(pair.phone.run(["phone", "receive", package]).code, 0);
    let phone = pair.phone.home();
    let tap = ["tap", "--phone", phone.to_str().unwrap()];
    let last = raw(&pair.bank, &tap);
    assert_eq!(last.code, 0, "{}", last.err);
    let refused = raw(&pair.bank, &tap);
    assert_eq!(refused.code, 1);
    let steps = commands(&last.out);
    assert_eq!(commands(&refused.out), steps);
    // The bank makes no key before the report, and names the commands for it.
    let early = raw(&pair.bank, &["replenish", "--token", "1"]);
    assert_eq!(early.code, 4, "{}", early.out);
    let program = env!("CARGO_BIN_EXE_understudy");
    let phone_report = "phone report --out REPORT";
    let named = commands(&early.err);
    assert_eq!(named[0], format!("{program} --home PHONE {phone_report}"));
    assert!(named[1].ends_with("report REPORT"), "{named:?}");
    // On the phone the same, with the homes the other way round.
    for show in [&["qr", "--verified"][..], &["cards"]] {
        let shown = pair.phone.run(show);
        let id = &pair.id;
        let bank = format!("{program} --home BANK");
        let expected = [
            format!("understudy {phone_report}"),
            format!("{bank} report REPORT"),
            format!("{bank} replenish --token TOKEN"),
            format!("{bank} letters --device {id} --out DIR"),
            "understudy phone receive DIR".to_owned(),
        ];
        let text = format!("{}{}", shown.out, shown.err);
        assert_eq!(commands(&text), expected, "{show:?}");
    }
    let [report, letters] = ["report", "letters"].map(|name| pair.bank.path().join(name));
    for step in steps {
        let step = step.replace("REPORT", report.to_str().unwrap());
        let step = step.replace("DIR", letters.to_str().unwrap());
        let run = shell(&step, Some(PASSPHRASE));
        assert_eq!(run.code, 0, "{step}: {}{}", run.out, run.err);
    }
    assert_eq!(pair.bank.run(tap).code, 0);
}

#[test]
fn an_erased_phone_says_so_to_every_command_and_a_bank_is_no_phone() {
    let pair = Pair::with_card();
    assert_eq!(pair.bank.run(["wipe", "--device", &pair.id]).code, 0);
    assert!(pair.deliver().contains(&"wiped".into()));
    let phone = pair.phone.home();
    for args in [
        &["cards"][..],
        &["qr", "--verified"],
        &["phone", "receive", "-"],
    ] {
        let run = pair.phone.feed(args, "");
        let text = format!("{}{}", run.out, run.err);
        assert!(text.contains("this phone was erased"), "{args:?}: {text}");
    }
    let tap = pair.bank.run(["tap", "--phone", phone.to_str().unwrap()]);
    assert_eq!(tap.code, 4, "{}", tap.out);
    assert!(tap.err.contains("this phone was erased"), "{}", tap.err);
    let bank = pair.bank.home();
    let tap = pair.bank.run(["tap", "--phone", bank.to_str().unwrap()]);
    assert!(tap.err.contains("is a bank, no phone"), "{}", tap.err);
    let replenish = pair.bank.run(["replenish", "--token", "1"]);
    assert!(
        replenish.err.contains("token 1 is deleted"),
        "{}",
        replenish.err
    );
    let enrol = pair.phone.feed(["phone", "enrol"], "");
    let named = "--home BANK enrol --challenge`";
    assert!(enrol.err.contains(named), "{}", enrol.err);
}
