//! Cardholder verification: combinations of reader, card and no-PIN rule.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::{
    Cvm, CvmReason, LinkError, Outcome, Reason, Step, TapReport, TransactionType,
};

use super::support::*;

/// A reader without the no-PIN rule that requires a CVM above 1000.00.
const STRICT: &str = "[reader]\npin_after_read = false";
const STRICT_NO_PIN: &str = "[reader]\npin_after_read = false\nonline_pin = false";
const STRICT_NO_SIGNATURE: &str = "[reader]\npin_after_read = false\nsignature = false";
const STRICT_NEITHER: &str =
    "[reader]\npin_after_read = false\nonline_pin = false\nsignature = false";
const STRICT_NO_DEVICE: &str = "[reader]\npin_after_read = false\ndevice_cvm = false";

const SMALL: u64 = 100_000;
const LARGE: u64 = 100_001;

fn verification(report: &TapReport) -> Option<(Cvm, CvmReason)> {
    report.steps().find_map(|step| match step {
        Step::Verification { cvm, because, .. } => Some((*cvm, *because)),
        _ => None,
    })
}

#[test]
fn a_strict_reader_follows_the_ctq() {
    use Cvm::{Device, None as Nobody, OnlinePin, Signature};
    let rows: &[(&str, Option<&str>, u64, Option<Cvm>)] = &[
        // A reader that requires a CVM.
        (STRICT, Some("8000"), LARGE, Some(OnlinePin)),
        (STRICT_NO_PIN, Some("8000"), LARGE, None),
        (STRICT_NO_PIN, Some("C000"), LARGE, Some(Signature)),
        (STRICT, Some("C000"), LARGE, Some(OnlinePin)),
        (STRICT, Some("0080"), LARGE, Some(Device)),
        (STRICT, Some("4080"), LARGE, Some(Device)),
        (STRICT, Some("8080"), LARGE, Some(OnlinePin)),
        (STRICT_NO_PIN, Some("8080"), LARGE, None),
        (STRICT_NO_DEVICE, Some("0080"), LARGE, None),
        (STRICT, Some("4000"), LARGE, Some(Signature)),
        (STRICT_NO_SIGNATURE, Some("4000"), LARGE, None),
        (STRICT, Some("0000"), LARGE, None),
        (STRICT, Some("3F7F"), LARGE, None),
        (STRICT, None, LARGE, Some(Signature)),
        (STRICT_NO_SIGNATURE, None, LARGE, Some(OnlinePin)),
        (STRICT_NEITHER, None, LARGE, None),
        // One that requires none.
        (STRICT, Some("0000"), SMALL, Some(Nobody)),
        (STRICT, None, SMALL, Some(Nobody)),
        (STRICT, Some("8000"), SMALL, Some(OnlinePin)),
        (STRICT, Some("4000"), SMALL, Some(Signature)),
        (STRICT, Some("0080"), SMALL, Some(Device)),
        (STRICT_NO_DEVICE, Some("0080"), SMALL, Some(Nobody)),
        (STRICT_NO_PIN, Some("8000"), SMALL, None),
        (STRICT_NO_SIGNATURE, Some("4000"), SMALL, None),
    ];
    for &(toml, ctq, minor, expected) in rows {
        let report = tap_at(toml, &purchase(minor), &mut Card::with_ctq(ctq));
        let row = format!("{toml} {ctq:?} {minor}");
        match expected {
            Some(cvm) => assert_eq!(online(&report.outcome).cvm, cvm, "{row}"),
            None => {
                assert_eq!(
                    report.outcome,
                    Outcome::Declined(Reason::NoCommonCvm),
                    "{row}"
                );
            }
        }
    }
}

/// Columns: CVM required from, no PIN up to, transaction type, minor units, CTQ, currency of the
/// card; the method and its reason.
const NO_PIN_RULE: &str = "
    1000.00 1000.00 Purchase              1 0000 0156  None      WithinNoPinLimit
    1000.00 1000.00 PreAuthorisation      1 0000 0156  None      WithinNoPinLimit
    1000.00 1000.00 Purchase              1 -    0156  None      WithinNoPinLimit
    1000.00 1000.00 Refund                1 0000 0156  OnlinePin TypeNeedsPin
    1000.00 1000.00 Refund                1 4000 0156  OnlinePin TypeNeedsPin
    1000.00 1000.00 Balance               0 0000 0156  OnlinePin TypeNeedsPin
    1000.00 1000.00 Balance               0 0080 0156  OnlinePin TypeNeedsPin
    1000.00 1000.00 Purchase              1 0000 0840  OnlinePin ForeignCard
    1000.00 1000.00 Purchase              1 0080 0840  Device    CardDid
    1000.00 300.00  Purchase          30000 0000 0156  None      WithinNoPinLimit
    1000.00 300.00  Purchase          30001 0000 0156  OnlinePin AboveNoPinLimit
    1000.00 300.00  Purchase          30001 -    0156  OnlinePin AboveNoPinLimit
    1000.00 300.00  Purchase          30001 0080 0156  Device    CardDid
    1000.00 300.00  PreAuthorisation  30001 0080 0156  Device    CardDid
    1000.00 300.00  Purchase          30001 4000 0156  Signature CardAsks
    1000.00 300.00  Purchase          30001 8080 0156  OnlinePin CardAsks
    1000.00 300.00  Purchase              1 8000 0156  OnlinePin CardAsks
    300.00  1000.00 Purchase          30000 0000 0156  OnlinePin ReaderRequires
    300.00  1000.00 Purchase          30000 0080 0156  Device    CardDid
    300.00  1000.00 Purchase          29999 0000 0156  None      WithinNoPinLimit
";

#[test]
fn the_no_pin_rule_decides_where_the_card_leaves_it_open() {
    for row in NO_PIN_RULE.trim().lines() {
        let words: Vec<_> = row.split_whitespace().collect();
        let [
            cvm_required,
            no_pin,
            kind,
            minor,
            ctq,
            currency,
            cvm,
            because,
        ] = words[..]
        else {
            panic!("{row}");
        };
        let limits = format!("[limits]\ncvm_required = \"{cvm_required}\"\nno_pin = \"{no_pin}\"");
        let mut card = Card::with_ctq((ctq != "-").then_some(ctq));
        card.get_data = ok(&tlv("9F51", currency));
        let transaction = transaction(transaction_type(kind), cny(minor.parse().unwrap()));
        let report = tap_at(&limits, &transaction, &mut card);
        let (decided, reason) = verification(&report).unwrap();
        let found = (format!("{decided:?}"), format!("{reason:?}"));
        assert_eq!(found, (cvm.to_owned(), because.to_owned()), "{row}");
        assert_eq!(online(&report.outcome).cvm, decided, "{row}");
    }
}

/// The default file requires a PIN above the limit: not for the amount itself, but for one minor
/// unit more.
#[test]
fn exactly_the_no_pin_limit_of_the_default_terminal_needs_no_pin() {
    for (minor, expected) in [
        (99_999, (Cvm::None, CvmReason::WithinNoPinLimit)),
        (100_000, (Cvm::None, CvmReason::WithinNoPinLimit)),
        (100_001, (Cvm::OnlinePin, CvmReason::AboveNoPinLimit)),
    ] {
        let report = tap_at("", &purchase(minor), &mut Card::good());
        assert_eq!(verification(&report), Some(expected), "{minor}");
    }
    let said = understudy_pos::Config::DEFAULT_TOML;
    assert!(said.contains("no_pin = \"1000.00\"") && said.contains("a PIN above this amount"));
}

fn transaction_type(name: &str) -> TransactionType {
    use TransactionType::{Balance, PreAuthorisation, Purchase, Refund};
    [Purchase, PreAuthorisation, Refund, Balance]
        .into_iter()
        .find(|kind| format!("{kind:?}") == name)
        .unwrap()
}

#[test]
fn the_card_is_asked_for_its_currency_only_where_that_decides() {
    let asks = |toml, transaction| {
        let mut card = Card::good();
        tap_at(toml, &transaction, &mut card);
        card.commands
            .iter()
            .filter(|command| command.starts_with(&[0x80, 0xCA]))
            .count()
    };
    let dollars = Amount::new(1, Currency::USD).unwrap();
    assert_eq!(asks("", purchase(SMALL)), 1);
    assert_eq!(asks("", purchase(LARGE)), 0);
    assert_eq!(asks("", transaction(TransactionType::Refund, cny(1))), 0);
    assert_eq!(asks("", transaction(TransactionType::Purchase, dollars)), 0);
    assert_eq!(asks(STRICT, purchase(SMALL)), 0);
}

#[test]
fn a_currency_that_can_not_be_read_is_taken_as_domestic() {
    for answer in [
        "6A88",
        "6D00",
        "9000",
        "9F51029000",
        "9F510101569000",
        "9F51021A569000",
        "9F510201569F510201569000",
        "77059F510201569000",
        "9F5102084061 10",
    ] {
        let mut card = Card {
            get_data: hex(answer),
            ..Card::good()
        };
        let report = tap(&mut card);
        assert_eq!(online(&report.outcome).cvm, Cvm::None, "{answer}");
        assert_eq!(card.commands[2][2..4], [0x9F, 0x51], "{answer}");
        assert_eq!(card.commands[3][2..4], [0xDF, 0x71], "{answer}");
    }
    let mut second = Card {
        get_data: ok("DF71020840"),
        ..Card::good()
    };
    let report = tap(&mut second);
    assert_eq!(
        verification(&report),
        Some((Cvm::OnlinePin, CvmReason::ForeignCard))
    );
}

#[test]
fn a_card_that_dies_when_asked_for_its_currency_can_try_again() {
    let mut card = Card {
        get_data: Reply::Dead,
        ..Card::good()
    };
    let report = tap(&mut card);
    assert_eq!(
        report.outcome,
        Outcome::TryAgain(Reason::Link(LinkError::NoAnswer))
    );
    assert_eq!(card.instructions(), [0xA4, 0xA4, 0xCA]);
}

#[test]
fn cvm_results_in_de_55_say_what_the_terminal_did() {
    for (ctq, results) in [
        ("0000", "1F0002"),
        ("8000", "020000"),
        ("4000", "1E0000"),
        ("0080", "3F0000"),
    ] {
        let report = tap(&mut Card::with_ctq(Some(ctq)));
        let de55 = hex::encode_upper(&online(&report.outcome).de55);
        assert!(de55.contains(&tlv("9F34", results)), "{ctq}: {de55}");
    }
}
