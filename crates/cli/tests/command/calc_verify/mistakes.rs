//! Every mistake behind a wrong cryptogram, made here and named there.

use super::*;

/// Cryptograms under a wrong key, each with the beginning of its explanation.
fn of_keys() -> Vec<(&'static str, String)> {
    let made = Made::default;
    let session = |method| Made {
        session: Some(method),
        ..made()
    };
    let swapped = [&octets(IMK)[8..], &octets(IMK)[..8]].concat();
    vec![
        (
            "padded with 00s alone",
            Made {
                padding: Padding::Method1,
                ..made()
            }
            .cryptogram(),
        ),
        (
            "the card master key in place",
            Made {
                session: None,
                ..made()
            }
            .cryptogram(),
        ),
        ("the issuer master key itself", made().under(&octets(IMK))),
        (
            "the EMV common session key",
            session(SessionKeyMethod::Common).cryptogram(),
        ),
        (
            "the M/Chip session key",
            session(SessionKeyMethod::MChip).cryptogram(),
        ),
        (
            "option B in place of A",
            Made {
                method: MasterKeyMethod::OptionB,
                ..made()
            }
            .cryptogram(),
        ),
        (
            "the card sequence number 00",
            Made {
                psn: None,
                ..made()
            }
            .cryptogram(),
        ),
        (
            "the card sequence number 01",
            Made {
                psn: Some(0x01),
                ..made()
            }
            .cryptogram(),
        ),
        (
            "no card sequence number at all",
            Made {
                pan: "62509470000000001",
                psn: Some(0x48),
                ..made()
            }
            .cryptogram(),
        ),
        (
            "the halves of the issuer master key swapped",
            Made {
                imk: swapped,
                ..made()
            }
            .cryptogram(),
        ),
    ]
}

/// Cryptograms over wrong data or with a wrong counter, likewise.
fn of_data() -> Vec<(&'static str, String)> {
    let made = Made::default;
    let part = |part: &[u8]| Made {
        part: part.to_vec(),
        ..made()
    };
    let counters = |counters| Made { counters, ..made() };
    let session = |method| Made {
        session: Some(method),
        ..made()
    };
    vec![
        (
            "the counter before in the session key",
            counters([0x0122, 0x0123]).cryptogram(),
        ),
        (
            "the counter before under the MAC",
            counters([0x0123, 0x0122]).cryptogram(),
        ),
        (
            "the counter before, in both places",
            counters([0x0122; 2]).cryptogram(),
        ),
        (
            "the counter behind in the session key",
            counters([0x0124, 0x0123]).cryptogram(),
        ),
        (
            "the counter behind under the MAC",
            counters([0x0123, 0x0124]).cryptogram(),
        ),
        (
            "the counter behind, in both places",
            counters([0x0124; 2]).cryptogram(),
        ),
        ("the whole of 9F10", part(&IAD).cryptogram()),
        ("9F10 without its first octet", part(&IAD[1..]).cryptogram()),
        ("the first half of 9F10", part(&IAD[..4]).cryptogram()),
        ("the second half of 9F10", part(&IAD[4..]).cryptogram()),
        ("the CVR without its length", part(&IAD[4..7]).cryptogram()),
        ("nothing of 9F10", part(&[]).cryptogram()),
        (
            "as Visa 18, octet 12",
            Made {
                part: IAD.to_vec(),
                ..session(SessionKeyMethod::Common)
            }
            .cryptogram(),
        ),
    ]
}

#[test]
fn each_classic_mistake_is_the_one_that_is_named() {
    let desk = Desk::new();
    let mut named = std::collections::BTreeSet::new();
    for (expected, cryptogram) in of_keys().into_iter().chain(of_data()) {
        let (code, verdict) = verify(&desk, &de55(&cryptogram, &IAD), "");
        assert_eq!((code, &verdict["right"]), (1, &json!(false)), "{expected}");
        let mistakes = verdict["mistakes"].as_array().unwrap();
        let first = mistakes.first().and_then(Value::as_str).unwrap_or_default();
        assert!(first.contains(expected), "{expected}: {mistakes:?}");
        // Two versions of Visa authenticate the same octets under the same key.
        assert!(
            mistakes.len() <= 2 && named.insert(first.to_owned()),
            "{mistakes:?}"
        );
    }
}

#[test]
fn a_version_whose_number_is_read_in_the_other_base_is_called_that() {
    let desk = Desk::new();
    let mut iad = IAD;
    iad[2] = 0x17;
    // UnionPay 17 by its hex octet; the card made 01, as its octet 17 were a number in decimal.
    let wrong = Made {
        part: iad[3..7].to_vec(),
        ..Made::default()
    };
    let (_, verdict) = verify(&desk, &de55(&wrong.cryptogram(), &iad), "");
    let mistakes = verdict["mistakes"].as_array().unwrap();
    assert!(
        mistakes
            .iter()
            .any(|text| text.as_str().unwrap().starts_with("as UnionPay 01"))
    );
    // M/Chip 17 is octet 11, and 17 in hex is UnionPay's: with 18 octets of 9F10 it could be meant.
    let mchip: Vec<u8> = [0x01, 0x11].into_iter().chain(0x20..0x30).collect();
    let hex_read = Made {
        session: Some(SessionKeyMethod::UnionPay),
        part: Vec::new(),
        ..Made::default()
    };
    let data = [&octets("000000001234A1B2C3D40123")[..], &mchip[4..5]].concat();
    let session = hex_read.card_key().session_key(
        SessionKeyMethod::UnionPay,
        Atc::new(0x0123).unwrap(),
        [0; 4],
    );
    let key = Key::from_octets(Algorithm::Tdes, session.expose()).unwrap();
    let cryptogram = upper(&key.mac(Padding::Method2, &[&data]));
    let (_, verdict) = verify(&desk, &de55(&cryptogram, &mchip), "");
    let expected = "as UnionPay 17, octet 17: its number read in hex in place of decimal, or the other way round";
    assert_eq!(verdict["mistakes"], json!([expected]));
}

#[test]
fn a_cryptogram_that_no_single_mistake_explains_is_only_wrong() {
    let desk = Desk::new();
    // Two mistakes at once.
    let two = Made {
        padding: Padding::Method1,
        session: None,
        counters: [0x0123, 0x0125],
        ..Made::default()
    };
    for cryptogram in [two.cryptogram(), "0000000000000000".to_owned()] {
        let (code, verdict) = verify(&desk, &de55(&cryptogram, &IAD), "");
        assert_eq!((code, &verdict["mistakes"]), (1, &json!([])));
        assert!(verdict["tried"].as_u64().unwrap() >= 22);
    }
}
