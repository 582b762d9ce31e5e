//! Data that a card states twice: the type of the cryptogram, the number, the expiry.

use understudy_core::wire::qualifiers::CryptogramType;

use super::*;

const VERIFIED_ARQC: &str = "0114A5000000000000000000000000000000";
const TC: &str = "011490000000000000000000000000000000";
const AAC: &str = "011480000000000000000000000000000000";
const RESERVED: &str = "0114B0000000000000000000000000000000";

#[test]
fn the_type_of_the_cryptogram_decides() {
    for (information, results, expected) in [
        ("00", AAC, Reason::CardDeclined),
        ("40", TC, Reason::OfflineApproval),
        ("C0", ARQC, Reason::CryptogramType),
        ("80", RESERVED, Reason::CryptogramType),
    ] {
        let card = Card {
            ac: ac(information, results),
            ..Card::default()
        };
        assert_eq!(card.outcome(), Outcome::Declined(expected));
    }
}

#[test]
fn a_type_that_the_card_verification_results_contradict_is_declined() {
    use CryptogramType::{Aac, Arqc, Tc};
    const LONGER: [&str; 4] = ["", "0000", "0000000000000000", "00000000000000000000"];
    let types = [
        ("00", Aac, AAC),
        ("40", Tc, TC),
        ("80", Arqc, ARQC),
        ("80", Arqc, VERIFIED_ARQC),
    ];
    for (information, cid, _) in types {
        for (_, iad, results) in types.iter().filter(|(_, iad, _)| *iad != cid) {
            for more in LONGER {
                let card = Card {
                    ac: ac(information, &format!("{results}{more}")),
                    ..Card::default()
                };
                let contradiction = Reason::CryptogramTypes { cid, iad: *iad };
                let expected = Outcome::Declined(contradiction);
                assert_eq!(card.outcome(), expected, "{results}{more}");
            }
        }
    }
    let longer = LONGER.map(|more| format!("{ARQC}{more}"));
    let agreeing = longer.iter().map(String::as_str);
    for agreeing in agreeing.chain([VERIFIED_ARQC]) {
        let card = Card {
            ac: ac("80", agreeing),
            ..Card::default()
        };
        online(&card.outcome());
    }
}

/// Octet 3 of another layout is no verification result, and is held against nothing.
#[test]
fn of_a_layout_of_another_length_no_type_is_read() {
    for length in (1..=32).filter(|length| ![18, 20, 26, 28].contains(length)) {
        let other = "80".repeat(length);
        let card = Card {
            ac: ac("80", &other),
            ..Card::default()
        };
        online(&card.outcome());
    }
}

#[test]
fn number_and_expiry_must_be_those_of_track_2() {
    for (from, to, at_fault) in [
        ("5A085413330089010483", "5A085413330089010475", "5A"),
        ("5A085413330089010483", "5A0854133300890104FF", "5A"),
        ("5A085413330089010483", "5A09541333008901048300", "5A"),
        ("5A085413330089010483", "5A08541333008901048A", "5A"),
        ("5F2403301231", "5F2403301131", "5F24"),
        ("5F2403301231", "5F2403311231", "5F24"),
        ("5F2403301231", "5F24023012", "5F24"),
    ] {
        let whole = record(LIST);
        assert!(whole.contains(from));
        let card = Card {
            record: whole.replacen(from, to, 1),
            ..Card::default()
        };
        let wrong = Reason::Records(Defect::Value(tag(at_fault)));
        assert_eq!(card.outcome(), Outcome::EndApplication(wrong), "{to}");
    }
    let padded = record(LIST).replacen("5A085413330089010483", "5A095413330089010483FF", 1);
    let card = Card {
        record: padded,
        ..Card::default()
    };
    online(&card.outcome());
}
