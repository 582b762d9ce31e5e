//! Malformed directories and applications, one row each.

use understudy_core::wire::tlv::TlvError;
use understudy_pos::Outcome::{EndApplication, TryAnotherInterface};
use understudy_pos::{Defect, Outcome, Reason, Step};

use super::support::*;

fn with_ppse(body: &str) -> Card {
    Card {
        ppse: ok(body),
        ..Card::good()
    }
}

fn with_fci(body: &str) -> Card {
    Card {
        select: vec![ok(body)],
        ..Card::good()
    }
}

fn bad_fci(defect: Defect) -> Outcome {
    EndApplication(Reason::Fci(defect))
}

fn bad_ppse(defect: Defect) -> Outcome {
    EndApplication(Reason::Ppse(defect))
}

#[test]
fn a_directory_that_is_none_ends_the_application() {
    let level = |entries: &str| tlv("A5", &tlv("BF0C", entries));
    let good = level(&entry(DEBIT, "01"));
    let rows = [
        (
            "only 9000",
            String::new(),
            bad_ppse(Defect::Missing(tag("6F"))),
        ),
        (
            "no 6F",
            tlv("70", &good),
            bad_ppse(Defect::Missing(tag("6F"))),
        ),
        (
            "two 6F",
            tlv("6F", &good).repeat(2),
            bad_ppse(Defect::Duplicate(tag("6F"))),
        ),
        ("no A5", tlv("6F", ""), bad_ppse(Defect::Missing(tag("A5")))),
        (
            "two A5",
            tlv("6F", &good.repeat(2)),
            bad_ppse(Defect::Duplicate(tag("A5"))),
        ),
        (
            "no BF0C",
            tlv("6F", &tlv("A5", "")),
            bad_ppse(Defect::Missing(tag("BF0C"))),
        ),
        (
            "two BF0C",
            tlv("6F", &tlv("A5", &tlv("BF0C", "").repeat(2))),
            bad_ppse(Defect::Duplicate(tag("BF0C"))),
        ),
        (
            "no 61",
            tlv("6F", &level("")),
            EndApplication(Reason::NoCommonApplication),
        ),
        (
            "6F cut off",
            "6F20A5".to_owned(),
            bad_ppse(Defect::Tlv(TlvError::Truncated)),
        ),
        (
            "length 80",
            "6F80".to_owned(),
            bad_ppse(Defect::Tlv(TlvError::Length)),
        ),
        (
            "length 84",
            "6F84FFFFFFFF".to_owned(),
            bad_ppse(Defect::Tlv(TlvError::Length)),
        ),
        (
            "61 cut off",
            tlv("6F", &level("6110")),
            bad_ppse(Defect::Tlv(TlvError::Truncated)),
        ),
        (
            "tag of four octets",
            tlv("6F", "9F81818101"),
            bad_ppse(Defect::Tlv(TlvError::Tag)),
        ),
        (
            "all FF",
            "FF".repeat(64),
            bad_ppse(Defect::Tlv(TlvError::Tag)),
        ),
        (
            "octets behind it",
            tlv("6F", &good) + "01",
            bad_ppse(Defect::Tlv(TlvError::Truncated)),
        ),
    ];
    for (name, body, expected) in rows {
        check(name, with_ppse(&body), &expected);
    }
}

#[test]
fn a_directory_entry_that_is_none_is_skipped_and_the_next_one_used() {
    let aid = tlv("4F", DEBIT);
    for (name, bad, defect) in [
        (
            "no 4F",
            tlv("61", &tlv("87", "01")),
            Defect::Missing(tag("4F")),
        ),
        (
            "two 4F",
            tlv("61", &aid.repeat(2)),
            Defect::Duplicate(tag("4F")),
        ),
        (
            "short 4F",
            tlv("61", &tlv("4F", "A0000003")),
            Defect::Value(tag("4F")),
        ),
        (
            "long 4F",
            tlv("61", &tlv("4F", &"A0".repeat(17))),
            Defect::Value(tag("4F")),
        ),
        (
            "long 87",
            tlv("61", &(aid.clone() + "87020101")),
            Defect::Value(tag("87")),
        ),
        ("garbage", tlv("61", "4F"), Defect::Tlv(TlvError::Truncated)),
        (
            "nested",
            tlv("61", &tlv("61", &aid)),
            Defect::Missing(tag("4F")),
        ),
    ] {
        let report = tap(&mut with_ppse(&ppse(&(bad.clone() + &entry(DEBIT, "01")))));
        online(&report.outcome);
        assert!(
            report
                .steps()
                .any(|step| *step == Step::EntrySkipped(defect)),
            "{name}"
        );
        check(
            name,
            with_ppse(&ppse(&bad)),
            &EndApplication(Reason::NoCommonApplication),
        );
    }
}

#[test]
fn a_label_can_not_speak_to_the_console() {
    let label = hex::encode("\u{1b}[2Jé");
    let entry = tlv("61", &(tlv("4F", DEBIT) + &tlv("50", &label)));
    let report = tap(&mut with_ppse(&ppse(&entry)));
    let text: Vec<_> = report.steps().map(ToString::to_string).collect();
    assert!(
        text.iter().any(|line| line.contains("\".[2J..\"")),
        "{text:?}"
    );
}

#[test]
fn applications_of_others_are_left_alone() {
    let foreign = entry("A0000000651010", "01") + &entry("A00000033301", "02");
    let mut card = with_ppse(&ppse(&foreign));
    let report = tap(&mut card);
    assert_eq!(report.outcome, EndApplication(Reason::NoCommonApplication));
    assert_eq!(card.commands.len(), 1);
}

#[test]
fn a_full_directory_of_refusing_applications_comes_to_an_end() {
    let entries: String = (0x10..0x21)
        .map(|last| tlv("61", &tlv("4F", &format!("A0000003330101{last}"))))
        .collect();
    for (gpo, expected) in [
        ("6985", EndApplication(Reason::ConditionsNotSatisfied)),
        ("6984", TryAnotherInterface(Reason::UseAnotherInterface)),
    ] {
        let mut card = Card {
            gpo: vec![hex(gpo)],
            select: (0x10..0x21)
                .map(|last| ok(&fci(&format!("A0000003330101{last}"), PDOL)))
                .collect(),
            ..with_ppse(&ppse(&entries))
        };
        let report = tap(&mut card);
        assert_eq!(report.outcome, expected);
        let rounds = if gpo == "6985" { 16 } else { 1 };
        assert_eq!(card.commands.len(), 1 + 3 * rounds);
    }
}

#[test]
fn a_refusal_of_conditions_outlives_later_refusals_to_be_selected() {
    let card = Card {
        ppse: ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02")))),
        select: vec![ok(&fci(DEBIT, PDOL)), hex("6A82")],
        gpo: vec![hex("6985")],
        ..Card::good()
    };
    check(
        "6985 then 6A82",
        card,
        &EndApplication(Reason::ConditionsNotSatisfied),
    );
    let card = Card {
        ppse: ok(&ppse(&(entry(CREDIT, "01") + &entry(DEBIT, "02")))),
        select: vec![hex("6A82"), ok(&fci(DEBIT, PDOL))],
        gpo: vec![hex("6985")],
        ..Card::good()
    };
    check(
        "6A82 then 6985",
        card,
        &EndApplication(Reason::ConditionsNotSatisfied),
    );
}

#[test]
fn a_bad_fci_ends_the_application() {
    let name = tlv("84", DEBIT);
    let good = tlv("A5", &tlv("9F38", PDOL));
    let both = name.clone() + &good;
    let fci = |inside: &str| tlv("6F", inside);
    let two_pdols = tlv("A5", &tlv("9F38", PDOL).repeat(2));
    let truncated = Defect::Tlv(TlvError::Truncated);
    let rows = [
        ("only 9000", String::new(), Defect::Missing(tag("6F"))),
        ("not 6F", tlv("77", &both), Defect::Missing(tag("6F"))),
        ("trailing octet", fci(&both) + "9F", truncated),
        ("no 84", fci(&good), Defect::Missing(tag("84"))),
        (
            "two 84",
            fci(&(name.clone() + &both)),
            Defect::Duplicate(tag("84")),
        ),
        ("no A5", fci(&name), Defect::Missing(tag("A5"))),
        ("two A5", fci(&(both + &good)), Defect::Duplicate(tag("A5"))),
        (
            "two 9F38",
            fci(&(name.clone() + &two_pdols)),
            Defect::Duplicate(tag("9F38")),
        ),
        (
            "garbage in A5",
            fci(&(name + &tlv("A5", "9F3820"))),
            truncated,
        ),
    ];
    for (name, body, defect) in rows {
        check(name, with_fci(&body), &bad_fci(defect));
    }
}

#[test]
fn an_application_of_another_name_than_the_selected_ends_the_application() {
    let long = DEBIT.to_owned() + &"00".repeat(9);
    for name in [CREDIT, "A0000003330101", "", &long] {
        check(
            name,
            with_fci(&fci(name, PDOL)),
            &bad_fci(Defect::Value(tag("84"))),
        );
    }
    let longer = DEBIT.to_owned() + "01";
    online(&tap(&mut with_fci(&fci(&longer, PDOL))).outcome);
}

#[test]
fn a_pdol_that_can_not_be_answered_has_its_outcome() {
    let without_ttq = EndApplication(Reason::PdolWithoutTtq);
    let malformed = EndApplication(Reason::PdolMalformed);
    let too_long = EndApplication(Reason::PdolTooLong);
    let huge = "9F6604".to_owned() + &"9F02FF".repeat(60);
    for (pdol, expected) in [
        ("", &EndApplication(Reason::PdolMissing)),
        ("9F02069F3704", &without_ttq),
        ("9F66029F3704", &without_ttq),
        ("9F6600", &without_ttq),
        ("9F66049F37", &malformed),
        ("9F6604DF", &malformed),
        ("9F66040001", &malformed),
        ("9F66049F02F9", &too_long),
        (&huge, &too_long),
    ] {
        check(pdol, with_fci(&fci(DEBIT, pdol)), expected);
    }
    let none = tlv("6F", &(tlv("84", DEBIT) + "A500"));
    check(
        "none",
        with_fci(&none),
        &EndApplication(Reason::PdolMissing),
    );
}

#[test]
fn a_pdol_that_just_fits_is_answered() {
    // 83, length 81 FC, 252 octets: 255 in all.
    let mut card = with_fci(&fci(DEBIT, "9F66049F02F8"));
    online(&tap(&mut card).outcome);
    assert_eq!(card.commands.last().unwrap().len(), 5 + 255 + 1);
}

#[test]
fn fci_templates_nested_deep_are_not_followed() {
    let mut nested = tlv("9F38", PDOL);
    for _ in 0..60 {
        nested = tlv("A5", &nested);
    }
    let body = tlv("6F", &(tlv("84", DEBIT) + &nested));
    check(
        "nested",
        with_fci(&body),
        &EndApplication(Reason::PdolMissing),
    );
}
