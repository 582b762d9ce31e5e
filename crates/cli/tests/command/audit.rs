//! `audit`: what was done, by whom, and whether somebody wrote to the database since.

use rusqlite::Connection;

use crate::desk::{Desk, PANS};

/// The acts in the order in which they were done, each with the party and the object.
fn entries(desk: &Desk) -> Vec<(String, String, String)> {
    let (code, list) = desk.json(["audit"]);
    assert_eq!(code, 0, "{list}");
    let mut entries: Vec<_> = list["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| ["deed", "actor", "subject"].map(|field| entry[field].as_str().unwrap()))
        .map(|[deed, actor, subject]| (deed.to_owned(), actor.to_owned(), subject.to_owned()))
        .collect();
    entries.reverse();
    entries
}

#[test]
fn every_act_of_the_bank_is_told_with_the_operator_who_did_it() {
    let desk = Desk::new();
    let token = desk.issue_active(PANS[0], &["--operator", "Ann"]);
    for args in [
        vec!["suspend", &token, "--operator", "Bob"],
        vec!["resume", &token, "--operator", "Bob"],
        vec!["keys", "rotate", "--operator", "Cid"],
    ] {
        let run = desk.run(&args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
    }
    // Without a name in the environment it is the number of the user.
    let mut nameless = desk.command(["suspend", &token]);
    nameless.env_remove("USER").env_remove("LOGNAME");
    assert!(nameless.output().unwrap().status.success());
    let number = format!("operator:uid {}", rustix::process::getuid().as_raw());
    let told = entries(&desk);
    for (deed, actor, subject) in [
        ("token-suspended", number.as_str(), "token:1"),
        ("token-issued", "operator:Ann", "token:1"),
        ("token-suspended", "operator:Bob", "token:1"),
        ("token-resumed", "operator:Bob", "token:1"),
        (
            "master-key-added",
            "operator:Cid",
            "master-key:unionpay/tdes/02",
        ),
    ] {
        let entry = [deed, actor, subject].map(str::to_owned);
        let entry = (entry[0].clone(), entry[1].clone(), entry[2].clone());
        assert!(told.contains(&entry), "{entry:?} in {told:?}");
    }
    let text = desk.run(["audit"]).out;
    assert!(
        text.contains("token-suspended") && text.contains("by operator:Bob"),
        "{text}"
    );
    assert!(!text.contains(PANS[0]), "{text}");
    let named = desk.run(["audit", "--operator", "A\nB"]);
    assert_eq!(named.code, 4);
}

#[test]
fn a_database_that_was_written_to_is_told_by_the_first_entry_that_is_wrong() {
    let desk = Desk::new();
    let token = desk.issue_active(PANS[0], &[]);
    let (code, verified) = desk.json(["audit", "verify"]);
    assert_eq!((code, &verified["whole"]), (0, &true.into()), "{verified}");
    let anchor = verified["anchor"].as_str().unwrap().to_owned();
    let copy = std::fs::read(desk.file("issuer.db")).unwrap();
    assert_eq!(desk.run(["suspend", &token]).code, 0);
    let (code, later) = desk.json(["audit", "verify", "--anchor", &anchor]);
    assert_eq!(code, 0, "{later}");
    let later = later["anchor"].as_str().unwrap().to_owned();

    let db = Connection::open(desk.file("issuer.db")).unwrap();
    db.execute_batch(
        "DROP TRIGGER audit_stays; UPDATE audit SET actor = 'operator:Eve' WHERE sequence = 3;",
    )
    .unwrap();
    drop(db);
    let (code, broken) = desk.json(["audit", "verify"]);
    assert_eq!((code, &broken["broken"]), (1, &3.into()), "{broken}");
    let text = desk.run(["audit", "verify"]);
    assert!(
        text.out.contains("Broken at 3: the entry was altered"),
        "{}",
        text.out
    );

    // The whole database as it was: only what was noted elsewhere tells.
    std::fs::write(desk.file("issuer.db"), copy).unwrap();
    assert_eq!(desk.run(["audit", "verify"]).code, 0);
    let (code, back) = desk.json(["audit", "verify", "--anchor", &later]);
    assert_eq!(code, 1, "{back}");
    assert!(
        back["defect"].as_str().unwrap().contains("put back"),
        "{back}"
    );
    assert_eq!(desk.run(["audit", "verify", "--anchor", "1:00"]).code, 4);
}
