//! An enemy with the whole database and without the issuer's keys.

mod deeds;

use understudy_provisioning::letter::SuspendReason;

use crate::audit::{Actor, AuditAnchor, AuditDefect, AuditVerdict};
use crate::demonstration;
use crate::person::Person;
use crate::testkit::{NOW, Phone, after, dump, execute, world};
use crate::{Issuer, PAGE, StoreError, TokenError, TokenId};

/// An issuer whose audit has these many entries and more, about one token.
fn acted(rounds: u64) -> (Issuer, TokenId) {
    let (issuer, _, token) = world();
    for round in 0..rounds {
        act(&issuer, token, round);
    }
    (issuer, token)
}

fn act(issuer: &Issuer, token: TokenId, round: u64) {
    if round.is_multiple_of(2) {
        let now = after(round);
        issuer.suspend(token, SuspendReason::Issuer, now).unwrap();
    } else {
        issuer.resume(token, after(round)).unwrap();
    }
}

fn verify(issuer: &Issuer) -> AuditVerdict {
    issuer.verify_audit(None).unwrap()
}

fn whole(issuer: &Issuer) -> AuditAnchor {
    match verify(issuer) {
        AuditVerdict::Whole(head) => head,
        broken @ AuditVerdict::Broken { .. } => panic!("{broken:?}"),
    }
}

/// Changes the database as the enemy does: triggers do not hold it up.
fn tamper(issuer: &Issuer, sql: &str) {
    let free = "DROP TRIGGER IF EXISTS audit_stays; DROP TRIGGER IF EXISTS audit_remains;";
    execute(issuer, &format!("{free} {sql}"));
}

fn assert_broken(sql: &str, sequence: u64, defect: AuditDefect) {
    let (issuer, _) = acted(6);
    whole(&issuer);
    tamper(&issuer, sql);
    let expected = AuditVerdict::Broken { sequence, defect };
    assert_eq!(verify(&issuer), expected, "{sql}");
}

#[test]
fn a_new_issuer_has_an_empty_whole_audit() {
    let head = whole(&crate::testkit::issuer());
    assert_eq!(head.sequence, 0);
}

#[test]
fn an_audit_of_more_than_a_page_is_walked_to_its_end() {
    let (issuer, _) = acted(3);
    let begun = whole(&issuer).sequence;
    let page = u64::try_from(PAGE).unwrap();
    for length in [page - 1, page, page + 1, 2 * page, 2 * page + 1] {
        let (issuer, token) = acted(3);
        for round in begun..length {
            act(&issuer, token, round - begun + 3);
        }
        assert_eq!(whole(&issuer).sequence, length);
        tamper(
            &issuer,
            &format!("UPDATE audit SET detail = 'x' WHERE sequence = {length}"),
        );
        let defect = AuditDefect::Altered;
        let sequence = length;
        assert_eq!(verify(&issuer), AuditVerdict::Broken { sequence, defect });
    }
}

#[test]
fn an_entry_that_is_altered_in_any_column_is_named() {
    for change in [
        "at = at + 1",
        "actor = 'operator:Eve'",
        "actor = actor || ' '",
        "deed = 'token-resumed'",
        "subject = 'token:2'",
        "detail = 'nothing'",
        "detail = '', deed = deed || detail",
        "code = zeroblob(32)",
        "code = (SELECT code FROM audit WHERE sequence = 4)",
    ] {
        let sql = format!("UPDATE audit SET {change} WHERE sequence = 5");
        assert_broken(&sql, 5, AuditDefect::Altered);
    }
}

#[test]
fn an_entry_that_is_deleted_is_missing_whatever_is_done_to_the_others() {
    assert_broken(
        "DELETE FROM audit WHERE sequence = 1",
        1,
        AuditDefect::Missing,
    );
    assert_broken(
        "DELETE FROM audit WHERE sequence = 5",
        5,
        AuditDefect::Missing,
    );
    let closed = "DELETE FROM audit WHERE sequence = 5; \
        UPDATE audit SET sequence = sequence - 1 WHERE sequence > 5; \
        UPDATE custody SET audit_count = audit_count - 1";
    assert_broken(closed, 5, AuditDefect::Altered);
}

#[test]
fn entries_that_change_places_are_named() {
    let swap = "UPDATE audit SET sequence = 99 WHERE sequence = 5; \
        UPDATE audit SET sequence = 5 WHERE sequence = 6; \
        UPDATE audit SET sequence = 6 WHERE sequence = 99";
    assert_broken(swap, 5, AuditDefect::Altered);
    let but_for_the_numbers = "CREATE TEMP TABLE five AS SELECT * FROM audit WHERE sequence = 5; \
        CREATE TEMP TABLE six AS SELECT * FROM audit WHERE sequence = 6; \
        UPDATE audit SET (at, actor, deed, subject, detail, code) = \
            (SELECT at, actor, deed, subject, detail, code FROM six) WHERE sequence = 5; \
        UPDATE audit SET (at, actor, deed, subject, detail, code) = \
            (SELECT at, actor, deed, subject, detail, code FROM five) WHERE sequence = 6";
    assert_broken(but_for_the_numbers, 5, AuditDefect::Altered);
}

#[test]
fn an_entry_that_is_inserted_is_named() {
    let between = "UPDATE audit SET sequence = sequence + 1000 WHERE sequence >= 5; \
        UPDATE audit SET sequence = sequence - 999 WHERE sequence > 1000; \
        INSERT INTO audit SELECT 5, at, actor, deed, subject, detail, code FROM audit \
            WHERE sequence = 4";
    assert_broken(between, 5, AuditDefect::Altered);
    let (issuer, _) = acted(6);
    let last = whole(&issuer).sequence;
    let behind = "INSERT INTO audit SELECT sequence + 1, at, actor, deed, subject, detail, code \
        FROM audit ORDER BY sequence DESC LIMIT 1";
    assert_broken(behind, last + 1, AuditDefect::Altered);
}

#[test]
fn a_tail_that_is_cut_off_is_missing_whatever_the_head_is_made_to_say() {
    let (issuer, _) = acted(6);
    let last = whole(&issuer).sequence;
    let cut = format!("DELETE FROM audit WHERE sequence >= {}", last - 1);
    assert_broken(&cut, last - 1, AuditDefect::Cut);
    assert_broken("DELETE FROM audit", 1, AuditDefect::Cut);
    let with_head = format!(
        "{cut}; UPDATE custody SET audit_count = {kept}, \
            audit_code = (SELECT code FROM audit WHERE sequence = {kept})",
        kept = last - 2
    );
    assert_broken(&with_head, last - 1, AuditDefect::Head);
    assert_broken("UPDATE custody SET audit_seal = NULL", 1, AuditDefect::Head);
}

#[test]
fn no_act_goes_on_from_a_head_that_was_altered() {
    let (issuer, token) = acted(6);
    let last = whole(&issuer).sequence;
    tamper(
        &issuer,
        &format!(
            "DELETE FROM audit WHERE sequence = {last}; \
             UPDATE custody SET audit_count = {kept}, \
                audit_code = (SELECT code FROM audit WHERE sequence = {kept})",
            kept = last - 1
        ),
    );
    let before = dump(&issuer);
    let refused = issuer
        .suspend(token, SuspendReason::Issuer, NOW)
        .unwrap_err();
    assert_eq!(refused, TokenError::from(StoreError::AuditHead));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn an_audit_that_was_erased_with_its_head_does_not_begin_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let open = || Issuer::open(&path, demonstration::custody(), demonstration::config());
    let issuer = open().unwrap();
    let phone = Phone::enrolled(&issuer, 1);
    assert!(whole(&issuer).sequence > 0);
    let erase = "DELETE FROM audit; UPDATE custody SET audit_identity = NULL, audit_count = 0, \
        audit_code = NULL, audit_seal = NULL";
    tamper(&issuer, erase);
    drop(issuer);
    let issuer = open().unwrap();
    let erased = AuditVerdict::Broken {
        sequence: 1,
        defect: AuditDefect::Head,
    };
    assert_eq!(verify(&issuer), erased);
    let refused = issuer.suspend_device(phone.id, SuspendReason::Issuer, NOW);
    assert_eq!(refused.unwrap_err(), StoreError::AuditHead.into());
    execute(&issuer, "DELETE FROM custody");
    drop(issuer);
    assert_eq!(open().unwrap_err(), StoreError::AuditHead.into());
}

/// A database that was put back has a right head: only an entry noted elsewhere shows it.
#[test]
fn a_database_that_was_put_back_is_whole_and_not_what_was_noted() {
    let (issuer, token) = acted(6);
    let early = whole(&issuer);
    let old = rows(&issuer);
    act(&issuer, token, 6);
    let noted = whole(&issuer);
    assert_eq!(
        issuer.verify_audit(Some(&early)).unwrap(),
        AuditVerdict::Whole(noted)
    );
    tamper(&issuer, &old);
    assert_eq!(verify(&issuer), AuditVerdict::Whole(early));
    let missed = AuditVerdict::Broken {
        sequence: noted.sequence,
        defect: AuditDefect::Anchor,
    };
    assert_eq!(issuer.verify_audit(Some(&noted)).unwrap(), missed);
    // Another act takes the number of the one that is gone.
    act(&issuer, token, 8);
    assert_eq!(issuer.verify_audit(Some(&noted)).unwrap(), missed);
}

#[test]
fn the_audit_of_another_database_is_not_this_ones() {
    let (issuer, _) = acted(6);
    let (other, _) = acted(6);
    let theirs = rows(&other);
    let table = theirs.split("UPDATE custody").next().unwrap().to_owned();
    tamper(&issuer, &table);
    let defect = AuditDefect::Altered;
    assert_eq!(
        verify(&issuer),
        AuditVerdict::Broken {
            sequence: 1,
            defect
        }
    );
    let empty = crate::testkit::issuer();
    let beginning = whole(&empty);
    assert_eq!(beginning.sequence, 0);
    let exchanged = other.verify_audit(Some(&beginning)).unwrap();
    let defect = AuditDefect::Anchor;
    assert_eq!(
        exchanged,
        AuditVerdict::Broken {
            sequence: 1,
            defect
        }
    );
}

#[test]
fn the_database_itself_refuses_to_change_or_delete_an_entry() {
    let (issuer, _) = acted(1);
    for sql in ["UPDATE audit SET at = 0", "DELETE FROM audit"] {
        let refused = issuer
            .store
            .write(|db| db.execute_batch(sql).map_err(crate::Fault::from));
        assert!(refused.is_err(), "{sql}");
    }
    whole(&issuer);
}

#[test]
fn an_anchor_is_read_as_it_is_written() {
    let (issuer, _) = acted(1);
    let head = whole(&issuer);
    assert_eq!(AuditAnchor::parse(&head.to_string()), Some(head));
    let text = head.to_string();
    for bad in [
        "",
        ":",
        "1:",
        &text[..text.len() - 1],
        &format!("{text}0"),
        &format!("+{text}"),
    ] {
        assert_eq!(AuditAnchor::parse(bad), None, "{bad}");
    }
}

#[test]
fn an_entry_names_the_party_that_the_handle_acts_for() {
    let (issuer, phone, token) = world();
    let names = [
        "issuer",
        "operator:Ann",
        "device:D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1",
    ];
    let actors = [
        Actor::Issuer,
        Actor::Operator(Person::parse("Ann").unwrap()),
        Actor::Device(phone.id),
    ];
    for (round, (actor, name)) in (0..).zip(actors.into_iter().zip(names)) {
        act(&issuer.acting_for(actor), token, round);
        let newest = issuer.audit(None).unwrap().remove(0);
        assert_eq!((newest.actor.as_str(), newest.at), (name, after(round)));
        let before = issuer.audit(Some(newest.sequence)).unwrap();
        assert_eq!(before[0].sequence, newest.sequence - 1);
    }
}

/// The statements that give a database the audit of this one.
fn rows(issuer: &Issuer) -> String {
    let read = |sql: &str| -> Vec<String> {
        let texts = issuer.view(|view| {
            let mut statement = view.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok::<_, crate::Fault>(rows.collect::<Result<Vec<String>, _>>()?)
        });
        texts.unwrap()
    };
    let entries = read(
        "SELECT printf('(%d, %d, %Q, %Q, %Q, %Q, x''%s'')', sequence, at, actor, deed, subject, \
            detail, hex(code)) FROM audit ORDER BY sequence",
    );
    let head = read(
        "SELECT printf('UPDATE custody SET audit_identity = x''%s'', audit_count = %d, \
            audit_code = x''%s'', audit_seal = x''%s''', hex(audit_identity), audit_count, \
            hex(audit_code), hex(audit_seal)) FROM custody",
    );
    let entries = entries.join(", ");
    format!(
        "DELETE FROM audit; INSERT INTO audit VALUES {entries}; {}",
        head[0]
    )
}
