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
fn each_mandatory_object_must_be_there() {
    for missing in ["82", "9F36", "57", "9F10", "9F26"] {
        check_gpo(
            missing,
            &gpo_without(missing),
            &bad_gpo(Defect::Missing(tag(missing))),
        );
    }
    check_gpo("77 empty", "7700", &bad_gpo(Defect::Missing(tag("57"))));
    for optional in ["5F34", "9F6C"] {
        let report = tap(&mut Card::answering_gpo(&gpo_without(optional)));
        online(&report.outcome);
    }
}

#[test]
fn no_object_may_be_there_twice() {
    for (known, value) in GPO {
        let mut objects = GPO.to_vec();
        objects.push((known, value));
        check_gpo(
            known,
            &template_77(&objects),
            &bad_gpo(Defect::Duplicate(tag(known))),
        );
    }
    let mut unknown = GPO.to_vec();
    unknown.extend([("DF01", ""), ("DF01", "")]);
    check_gpo(
        "unknown",
        &template_77(&unknown),
        &bad_gpo(Defect::Duplicate(tag("DF01"))),
    );
}

#[test]
fn each_object_must_have_a_length_and_content_it_can_have() {
    let track_2 = [
        "",
        "62301234567890143012220",
        "6230123456789014",
        "6230123456789014D3013",
        "6230123456789014D30132200000000000000F",
        "623012345678901AD30122200000000000000F",
        "6230123456789014D301222000000000000000000000",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
    ];
    let track_2 = track_2.map(|value| ("57", if value.len() % 2 == 0 { value } else { "D0" }));
    let fixed = [
        ("82", ""),
        ("82", "00"),
        ("82", "000000"),
        ("9F36", ""),
        ("9F36", "01"),
        ("9F36", "000001"),
        ("9F26", ""),
        ("9F26", "11223344556677"),
        ("9F26", "112233445566778899"),
        ("9F10", ""),
        ("9F10", "07010103A000"),
        (
            "9F10",
            "07010103A00000010000000000000000000000000000000000000000000000000000",
        ),
        ("9F27", ""),
        ("9F27", "8000"),
        ("5F34", ""),
        ("5F34", "0001"),
        ("5F34", "0A"),
        ("9F6C", ""),
        ("9F6C", "00"),
        ("9F6C", "000000"),
    ];
    for (known, value) in fixed.into_iter().chain(track_2) {
        let name = format!("{known} {value}");
        check_gpo(
            &name,
            &gpo_with(known, value),
            &bad_gpo(Defect::Value(tag(known))),
        );
    }
}

#[test]
fn an_answer_that_is_not_one_template_is_refused() {
    let good = template_77(&GPO);
    let truncated = bad_gpo(Defect::Tlv(TlvError::Truncated));
    let not_one = bad_gpo(Defect::NotOne(tag("77")));
    check_gpo("only 9000", "", &not_one);
    check_gpo("another template", &tlv("70", &good), &not_one);
    check_gpo("bare objects", "82020000", &not_one);
    check_gpo("two templates", &tlv("77", "").repeat(2), &not_one);
    check_gpo("an object behind", &(good.clone() + "5000"), &not_one);
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
fn format_80_is_read_and_refused_for_want_of_a_cryptogram() {
    let wrong = bad_gpo(Defect::Value(tag("80")));
    check_gpo("AIP", "80020000", &EndApplication(Reason::Format80));
    check_gpo(
        "AIP and AFL",
        "8006000008010100",
        &EndApplication(Reason::Format80),
    );
    check_gpo("empty", "8000", &wrong);
    check_gpo("half an AIP", "800100", &wrong);
    check_gpo("half an AFL", "800400000801", &wrong);
    check_gpo(
        "octets behind",
        "8002000001",
        &bad_gpo(Defect::Tlv(TlvError::Truncated)),
    );
}

#[test]
fn a_card_that_declines_is_declined() {
    let aac = Declined(Reason::CardDeclined);
    check_gpo("9F10", &gpo_with("9F10", "0701010380000001"), &aac);
    let both = [("9F27", "00"), ("9F10", "0701010380000001")];
    check_gpo("9F27 and 9F10", &replace(&both), &aac);
}

#[test]
fn a_card_that_approves_offline_is_declined() {
    let tc = Declined(Reason::OfflineApproval);
    check_gpo("9F10", &gpo_with("9F10", "0701010390000001"), &tc);
    check_gpo(
        "both",
        &replace(&[("9F27", "40"), ("9F10", "0701010390000001")]),
        &tc,
    );
    let signed = [
        ("9F10", "0701010390000001"),
        ("9F4B", "00"),
        ("94", "08010100"),
    ];
    check_gpo("with records", &replace(&signed), &tc);
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
fn a_cryptogram_of_no_known_type_ends_the_application() {
    let unknown = EndApplication(Reason::CryptogramType);
    check_gpo("9F27", &gpo_with("9F27", "C0"), &unknown);
    check_gpo("9F10", &gpo_with("9F10", "07010103B0000001"), &unknown);
    check_gpo(
        "unknown layout",
        &gpo_with("9F10", "1F010103A0000001"),
        &unknown,
    );
    let named = replace(&[("9F27", "80"), ("9F10", "1F01010380000001")]);
    online(&tap(&mut Card::answering_gpo(&named)).outcome);
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

/// The good answer with these objects in the place of their namesakes.
fn replace(objects: &[(&str, &str)]) -> String {
    let named = |tag: &str| objects.iter().any(|(other, _)| *other == tag);
    let kept = GPO.into_iter().filter(|(tag, _)| !named(tag));
    let all: Vec<_> = kept.chain(objects.iter().copied()).collect();
    template_77(&all)
}
