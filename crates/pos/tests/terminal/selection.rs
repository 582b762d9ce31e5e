//! Combination selection: names, kernels, repetitions and the bound.

use understudy_pos::{Aid, Outcome, Reason, RequestedKernel, Step, TapReport};

use super::support::*;

const VISA: &str = "A0000000031010";

/// An application of each scheme, by its own name.
const BOTH: &str = "[[applications]]\naid = \"A0000003330101\"\n\
                    [[applications]]\naid = \"A0000000031010\"";

fn aid(text: &str) -> Aid {
    Aid::new(&octets(text)).unwrap()
}

/// A directory entry with this kernel identifier, or none.
fn entry_for(aid: &str, kernel: Option<&str>) -> String {
    let kernel = kernel.map_or_else(String::new, |kernel| tlv("9F2A", kernel));
    tlv("61", &(tlv("4F", aid) + &tlv("87", "01") + &kernel))
}

fn card_with(entries: &str, selected: &str) -> Card {
    Card {
        ppse: ok(&ppse(entries)),
        select: vec![ok(&fci(selected, PDOL))],
        ..Card::good()
    }
}

fn tap_entries(toml: &str, entries: &str, selected: &str) -> TapReport {
    tap_at(toml, &purchase(1234), &mut card_with(entries, selected))
}

fn has(report: &TapReport, step: &Step) -> bool {
    report.steps().any(|noted| noted == step)
}

#[test]
fn an_entry_without_a_kernel_identifier_asks_for_its_schemes_kernel() {
    for name in [DEBIT, VISA] {
        let report = tap_entries(BOTH, &entry_for(name, None), name);
        assert_eq!(online(&report.outcome).aid, aid(name));
    }
}

/// EMV Contactless Book B §3.3.2.5 C.
#[test]
fn an_entry_with_an_empty_kernel_identifier_asks_for_its_schemes_kernel() {
    for name in [DEBIT, VISA] {
        let report = tap_entries(BOTH, &entry_for(name, Some("")), name);
        assert_eq!(online(&report.outcome).aid, aid(name));
        let skipped = |step: &Step| matches!(step, Step::EntrySkipped(_));
        assert!(!report.steps().any(skipped));
    }
}

#[test]
fn an_entry_for_a_kernel_that_the_terminal_has_not_for_it_is_skipped() {
    use RequestedKernel::{Domestic, International};
    for (name, kernel, requested) in [
        (DEBIT, "03", International(0x03)),
        (DEBIT, "02", International(0x02)),
        (DEBIT, "47", International(0x47)),
        (DEBIT, "870156", Domestic([0x87, 0x01, 0x56])),
        (DEBIT, "C7015600000000", Domestic([0xC7, 0x01, 0x56])),
        (VISA, "07", International(0x07)),
    ] {
        let entries = entry_for(name, Some(kernel));
        let report = tap_entries(BOTH, &entries, name);
        assert_eq!(
            report.outcome,
            Outcome::EndApplication(Reason::NoCommonApplication),
            "{kernel}"
        );
        let step = Step::KernelMissing {
            aid: aid(name),
            requested,
        };
        assert!(has(&report, &step), "{kernel}");
    }
}

#[test]
fn an_entry_for_any_kernel_or_the_right_one_is_taken() {
    for (name, kernel) in [
        (DEBIT, "00"),
        (DEBIT, "07"),
        (DEBIT, "0700000000000000"),
        (VISA, "03"),
        (VISA, "0300"),
    ] {
        let report = tap_entries(BOTH, &entry_for(name, Some(kernel)), name);
        assert_eq!(online(&report.outcome).aid, aid(name), "{kernel}");
    }
}

#[test]
fn a_kernel_identifier_of_a_wrong_length_is_skipped_and_the_next_entry_used() {
    for kernel in ["87", "8701", "800156", "070000000000000000"] {
        let entries = entry_for(CREDIT, Some(kernel)) + &entry_for(DEBIT, None);
        let report = tap_entries(BOTH, &entries, DEBIT);
        assert_eq!(online(&report.outcome).aid, aid(DEBIT), "{kernel}");
        let defect = understudy_pos::Defect::Value(tag("9F2A"));
        assert!(has(&report, &Step::EntrySkipped(defect)), "{kernel}");
    }
}

#[test]
fn a_terminal_can_have_two_kernels_for_one_name() {
    let toml = "[[applications]]\naid = \"A000000333\"\nkernel = \"07\"\n\
                [[applications]]\naid = \"A000000333\"\nkernel = \"03\"\n\
                reader = { contact = true }";
    for (kernel, ttq) in [
        (None, "26804000"),
        (Some("07"), "26804000"),
        (Some("00"), "26804000"),
        (Some("03"), "36804000"),
    ] {
        let mut card = card_with(&entry_for(DEBIT, kernel), DEBIT);
        online(&tap_at(toml, &purchase(1234), &mut card).outcome);
        let sent = card.commands.last().unwrap();
        assert_eq!(hex::encode_upper(&sent[7..11]), ttq, "{kernel:?}");
    }
}

#[test]
fn the_longest_name_of_the_terminal_counts() {
    let toml = "[[applications]]\naid = \"A000000333\"\nreader = { contact = true }\n\
                [[applications]]\naid = \"A000000333010101\"\n\
                [[applications]]\naid = \"A00000033301\"\nreader = { contact = true }";
    for (name, ttq) in [(DEBIT, "26804000"), (CREDIT, "36804000")] {
        let mut card = card_with(&entry_for(name, None), name);
        online(&tap_at(toml, &purchase(1234), &mut card).outcome);
        let sent = card.commands.last().unwrap();
        assert_eq!(hex::encode_upper(&sent[7..11]), ttq, "{name}");
    }
}

#[test]
fn a_name_that_must_be_whole_finds_no_longer_one() {
    let toml = |aid| format!("[[applications]]\naid = \"{aid}\"\npartial = false");
    online(&tap_entries(&toml(DEBIT), &entry_for(DEBIT, None), DEBIT).outcome);
    let report = tap_entries(&toml("A0000003330101"), &entry_for(DEBIT, None), DEBIT);
    assert!(has(&report, &Step::NotAccepted { aid: aid(DEBIT) }));
}

#[test]
fn a_scheme_without_a_kernel_of_its_own_needs_one_by_name() {
    let unknown = "F000000001";
    let toml = format!("[[applications]]\naid = \"{unknown}\"\nkernel = \"07\"");
    let report = tap_entries(&toml, &entry_for(unknown, None), unknown);
    assert_eq!(online(&report.outcome).aid, aid(unknown));
}

#[test]
fn an_application_listed_again_is_tried_once() {
    let entries = entry(DEBIT, "02") + &entry(DEBIT, "01") + &entry(DEBIT, "02");
    let mut card = Card {
        gpo: vec![hex("6985")],
        ..card_with(&entries, DEBIT)
    };
    let report = tap(&mut card);
    assert_eq!(card.instructions(), [0xA4, 0xA4, 0xCA, 0xA8]);
    let repeated = Step::EntryRepeated { aid: aid(DEBIT) };
    assert_eq!(report.steps().filter(|step| **step == repeated).count(), 2);
}

#[test]
fn candidates_beyond_the_bound_are_not_tried() {
    let entries: String = (10..27)
        .map(|last| tlv("61", &tlv("4F", &format!("A0000003330101{last}"))))
        .collect();
    let mut card = Card {
        select: vec![hex("6A82")],
        ..card_with(&entries, DEBIT)
    };
    let report = tap(&mut card);
    assert_eq!(card.commands.len(), 1 + 16);
    assert!(has(&report, &Step::CandidatesCutOff));
}

#[test]
fn the_best_candidate_is_tried_first_however_late_the_card_lists_it() {
    let name = |last: u32| tlv("4F", &format!("A0000003330101{last}"));
    let mut entries: String = (10..26).map(|last| tlv("61", &name(last))).collect();
    entries += &tlv("61", &(name(26) + &tlv("87", "01")));
    let mut card = Card {
        select: vec![hex("6A82")],
        ..card_with(&entries, DEBIT)
    };
    tap(&mut card);
    assert_eq!(card.commands[1][12], 0x26);
    assert_eq!(card.commands.len(), 1 + 16);
}

#[test]
fn the_next_candidate_needs_no_new_directory() {
    let mut card = Card {
        ppse: ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02")))),
        select: vec![ok(&fci(DEBIT, PDOL)), ok(&fci(CREDIT, PDOL))],
        gpo: vec![hex("6985"), ok(&template_77(&GPO))],
        ..Card::good()
    };
    online(&tap(&mut card).outcome);
    let directories = card
        .commands
        .iter()
        .filter(|command| command.len() == 20)
        .count();
    assert_eq!((directories, card.resets), (1, 1));
    assert_eq!(
        card.instructions(),
        [0xA4, 0xA4, 0xCA, 0xA8, 0xA4, 0xCA, 0xA8]
    );
}

#[test]
fn the_label_is_the_applications_else_the_entrys() {
    let plain_fci = tlv("6F", &(tlv("84", DEBIT) + &tlv("A5", &tlv("9F38", PDOL))));
    for (fci_body, label) in [(fci(DEBIT, PDOL), "DEBIT"), (plain_fci, "UnionPay")] {
        let name = hex::encode("UnionPay");
        let entries = tlv("61", &(tlv("4F", DEBIT) + &tlv("50", &name)));
        let mut card = card_with(&entries, DEBIT);
        card.select = vec![ok(&fci_body)];
        assert_eq!(online(&tap(&mut card).outcome).label, label);
    }
}

#[test]
fn a_partial_aid_of_the_terminal_finds_the_card() {
    for (ours, found) in [
        ("A000000333", true),
        ("A0000003330101", true),
        ("A000000333010101", true),
        ("A00000033301010101", false),
        ("A000000333010102", false),
    ] {
        let toml = format!("[[applications]]\naid = \"{ours}\"");
        let report = tap_at(&toml, &purchase(1234), &mut Card::good());
        assert_eq!(
            matches!(report.outcome, Outcome::OnlineRequest(_)),
            found,
            "{ours}"
        );
    }
}

#[test]
fn candidates_are_tried_by_priority_then_in_the_order_of_the_card() {
    let aids = ["01", "02", "03", "04", "05"].map(|last| format!("A0000003330101{last}"));
    let entries: String = aids
        .iter()
        .zip(["00", "02", "8F", "01", "02"])
        .map(|(aid, priority)| entry(aid, priority))
        .collect();
    let mut card = Card {
        ppse: ok(&ppse(&entries)),
        select: vec![hex("6A82")],
        ..Card::good()
    };
    let report = tap(&mut card);
    let tried: Vec<_> = card.commands[1..].iter().map(|select| select[12]).collect();
    assert_eq!(tried, [0x04, 0x02, 0x05, 0x03, 0x01]);
    let shown: Vec<_> = report
        .steps()
        .filter_map(|step| match step {
            Step::Candidate { priority, .. } => Some(*priority),
            _ => None,
        })
        .collect();
    assert_eq!(shown, [1, 2, 2, 15, 0]);
    assert_eq!(report.outcome.name(), "End Application");
}

#[test]
fn the_next_candidate_follows_one_that_refuses() {
    for refusal in ["6985", "6A82", "6283"] {
        let mut card = Card {
            ppse: ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02")))),
            select: vec![ok(&fci(DEBIT, PDOL)), ok(&fci(CREDIT, PDOL))],
            gpo: vec![hex("6985"), ok(&template_77(&GPO))],
            ..Card::good()
        };
        if refusal != "6985" {
            card.select[0] = hex(refusal);
            card.gpo.remove(0);
        }
        let report = tap(&mut card);
        let request = online(&report.outcome);
        assert!(
            hex::encode_upper(&request.de55).contains(&tlv("84", CREDIT)),
            "{refusal}"
        );
        assert!(
            report
                .steps()
                .any(|step| matches!(step, Step::CandidatePassed { .. }))
        );
    }
}
