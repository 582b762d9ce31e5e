//! Answers to GET PROCESSING OPTIONS that do not lead online, one row each.

use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tlv::TlvError;
use understudy_pos::Outcome::{Declined, EndApplication};
use understudy_pos::{Defect, Outcome, Reason};

use super::support::*;

fn check_gpo(name: &str, body: &str, expected: &Outcome) {
    check(name, Card::answering_gpo(body), expected);
}

fn bad_gpo(defect: Defect) -> Outcome {
    EndApplication(Reason::Gpo(defect))
}

#[test]
fn an_answer_that_is_not_one_template_is_refused() {
    let good = template_77(&GPO);
    let truncated = bad_gpo(Defect::Tlv(TlvError::Truncated));
    let missing = bad_gpo(Defect::Missing(tag("77")));
    check_gpo("only 9000", "", &missing);
    check_gpo("another template", &tlv("70", &good), &missing);
    check_gpo("bare objects", "82020000", &missing);
    let twice = bad_gpo(Defect::Duplicate(tag("77")));
    check_gpo("two templates", &tlv("77", "").repeat(2), &twice);
    check_gpo("an octet behind", &(good.clone() + "5F"), &truncated);
    check_gpo(
        "length too long",
        &good.replacen("77", "7781FF", 1),
        &truncated,
    );
    check_gpo(
        "indefinite length",
        "7780",
        &bad_gpo(Defect::Tlv(TlvError::Length)),
    );
    check_gpo(
        "template in template",
        &tlv("77", &good),
        &bad_gpo(Defect::Missing(tag("57"))),
    );
}

#[test]
fn a_card_that_contradicts_itself_is_declined() {
    use CryptogramType::{Aac, Arqc, Tc};
    for (cid, iad, types) in [
        ("00", "A0", (Aac, Arqc)),
        ("40", "A0", (Tc, Arqc)),
        ("80", "80", (Arqc, Aac)),
        ("80", "90", (Arqc, Tc)),
        ("40", "80", (Tc, Aac)),
    ] {
        let iad = format!("07010103{iad}000001");
        let (cid_type, iad_type) = types;
        let reason = Reason::CryptogramTypes {
            cid: cid_type,
            iad: iad_type,
        };
        check_gpo(
            &iad,
            &replace(&[("9F27", cid), ("9F10", &iad)]),
            &Declined(reason),
        );
    }
}

#[test]
fn a_reader_that_is_offline_only_declines_what_wants_to_go_online() {
    let report = tap_at(
        "[reader]\noffline_only = true",
        &purchase(1),
        &mut Card::good(),
    );
    assert_eq!(report.outcome, Declined(Reason::NoLine));
}

#[test]
fn data_too_long_for_de_55_ends_the_application() {
    let body = gpo_with("9F63", &"00".repeat(120));
    check_gpo("9F63", &body, &EndApplication(Reason::De55TooLong));
}

#[test]
fn no_card_ever_gets_another_interface_after_an_aac() {
    for extra in [
        ("94", "08010100"),
        ("9F6C", "1000"),
        ("9F6C", "8000"),
        ("9F5D", "00"),
    ] {
        let body = replace(&[("9F10", "0701010380000001"), extra]);
        check_gpo(extra.0, &body, &Declined(Reason::CardDeclined));
    }
}

/// The good answer with these objects in place of those with the same tag.
fn replace(objects: &[(&str, &str)]) -> String {
    let named = |tag: &str| objects.iter().any(|(other, _)| *other == tag);
    let kept = GPO.into_iter().filter(|(tag, _)| !named(tag));
    let all: Vec<_> = kept.chain(objects.iter().copied()).collect();
    template_77(&all)
}
