//! Pre-processing: the indicators of an amount for each application, before the field is on.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::{
    Config, CvmRequirement, Indicators, NotAllowed, Outcome, Reason, Step, TapReport, Terminal,
    TransactionType, money,
};

use super::support::*;

/// The results of pre-processing in a report, in the order of the configuration.
fn results(report: &TapReport) -> Vec<Result<Indicators, NotAllowed>> {
    let result = |step: &Step| match step {
        Step::PreProcessing { result, .. } => Some(*result),
        _ => None,
    };
    report.steps().filter_map(result).collect()
}

fn prepared(terms: &str, minor: u64, currency: Currency) -> Result<Indicators, NotAllowed> {
    let toml = format!("[[applications]]\naid = \"A0000003330101\"\n{terms}");
    let amount = Amount::new(minor, currency).unwrap();
    let report = tap_at(
        &toml,
        &transaction(TransactionType::Purchase, amount),
        &mut Card::good(),
    );
    results(&report)[0]
}

/// The limits of an application, minor units of CNY, and the indicators: TTQ byte 2, status check,
/// zero amount, floor limit exceeded.
const AMOUNTS: &str = r#"
    floor_limit = "50.00"                              | 4999   | 80 - - -
    floor_limit = "50.00"                              | 5000   | 80 - - -
    floor_limit = "50.00"                              | 5001   | 80 - - floor
    cvm_limit = "50.00"                                | 4999   | 80 - - floor
    cvm_limit = "50.00"                                | 5000   | C0 - - floor
    cvm_limit = "0.00"                                 | 0      | C0 - zero -
    zero_amount = "online"                             | 0      | 80 - zero -
    zero_amount = "not allowed"                        | 1      | 80 - - floor
    status_check = true                                | 100    | 80 status - floor
    status_check = true                                | 99     | 80 - - floor
    status_check = true                                | 101    | 80 - - floor
    status_check = false                               | 100    | 80 - - floor
    transaction_limit = "50.00"                        | 4999   | 80 - - floor
    transaction_limit = "none"                         | 99999  | 80 - - floor
    transaction_limit = "none"                         | 100000 | 80 - - floor
    transaction_limit = "none"                         | 100001 | C0 - - floor
    reader = { offline_only = true }                   | 1      | 80 - - floor
    reader.offline_only = true; floor_limit = "0.01"   | 1      | 00 - - -
    reader.offline_only = true; floor_limit = "1.00"; status_check = true | 100 | 80 status - -
"#;

#[test]
fn limits_are_compared_with_the_amount_of_each_application() {
    for row in AMOUNTS.trim().lines() {
        let [terms, minor, expected] = row.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let found = prepared(
            &terms.replace("; ", "\n"),
            minor.parse().unwrap(),
            Currency::CNY,
        );
        let found = found.unwrap();
        let mark = |is: bool, word: &'static str| if is { word } else { "-" };
        let text = format!(
            "{:02X} {} {} {}",
            found.ttq.0[1],
            mark(found.status_check, "status"),
            mark(found.zero_amount, "zero"),
            mark(found.floor_limit_exceeded, "floor")
        );
        assert_eq!(text, expected, "{row}");
        assert_eq!(found.cvm.required(), found.ttq.cvm_required(), "{row}");
    }
}

#[test]
fn an_application_is_left_out_for_its_limit_or_an_amount_of_zero() {
    for (terms, minor, expected) in [
        (
            "transaction_limit = \"50.00\"",
            5_000,
            NotAllowed::TransactionLimitReached,
        ),
        (
            "transaction_limit = \"50.00\"",
            5_001,
            NotAllowed::TransactionLimitReached,
        ),
        (
            "transaction_limit = \"0.00\"",
            0,
            NotAllowed::TransactionLimitReached,
        ),
        ("zero_amount = \"not allowed\"", 0, NotAllowed::ZeroAmount),
        (
            "reader.offline_only = true",
            0,
            NotAllowed::ZeroAmountOffline,
        ),
    ] {
        assert_eq!(
            prepared(terms, minor, Currency::CNY),
            Err(expected),
            "{terms}"
        );
    }
}

#[test]
fn another_currency_requires_a_cvm_and_exceeds_the_floor_limit() {
    let terms = "floor_limit = \"9999.00\"\ncvm_limit = \"9999.00\"";
    let found = prepared(terms, 1, Currency::USD).unwrap();
    assert_eq!(found.cvm, CvmRequirement::OtherCurrency);
    assert!(found.floor_limit_exceeded);
    assert_eq!(found.ttq.0, [0x26, 0xC0, 0x40, 0x00]);
}

#[test]
fn a_transaction_limit_counts_as_reached_in_another_currency_unless_it_is_told_not_to() {
    let dollar = transaction(
        TransactionType::Purchase,
        Amount::new(1, Currency::USD).unwrap(),
    );
    for (limits, expected) in [
        ("", None),
        ("transaction = \"50.00\"", Some(NotAllowed::OtherCurrency)),
        (
            "transaction = \"50.00\"\nother_currency = \"reached\"",
            Some(NotAllowed::OtherCurrency),
        ),
        (
            "transaction = \"50.00\"\nother_currency = \"not reached\"",
            None,
        ),
    ] {
        let report = tap_at(&format!("[limits]\n{limits}"), &dollar, &mut Card::good());
        assert_eq!(results(&report)[0].err(), expected, "{limits}");
    }
}

#[test]
fn a_single_unit_is_that_of_the_currency() {
    let toml = "currency = \"JPY\"\n[limits]\ncvm_required = \"10000\"\nno_pin = \"10000\"\n\
                [[applications]]\naid = \"A0000003330101\"\nstatus_check = true";
    for (text, expected) in [("1", true), ("100", false)] {
        let yen = money::parse_amount(text, Currency::JPY).unwrap();
        let report = tap_at(
            toml,
            &transaction(TransactionType::Purchase, yen),
            &mut Card::good(),
        );
        assert_eq!(
            results(&report)[0].unwrap().status_check,
            expected,
            "{text}"
        );
    }
}

#[test]
fn without_an_allowed_application_the_field_is_never_on() {
    let toml = "[[applications]]\naid = \"A0000003330101\"\ntransaction_limit = \"10.00\"\n\
                [[applications]]\naid = \"A0000000031010\"\nzero_amount = \"not allowed\"\n\
                transaction_limit = \"5.00\"";
    let mut card = Card::good();
    let report = tap_at(toml, &purchase(1234), &mut card);
    let reason = Reason::NotAllowed(NotAllowed::TransactionLimitReached);
    assert_eq!(report.outcome, Outcome::TryAnotherInterface(reason));
    assert_eq!((card.polls, card.commands.len(), card.resets), (0, 0, 0));
    assert_eq!(shown(&report), [0x18]);

    let terminal = Terminal::new(Config::from_toml(toml).unwrap());
    let tapped = terminal
        .start(&purchase(1234))
        .tap(&mut card, &mut { NUMBER });
    assert!(tapped.again.is_none());
}

#[test]
fn an_application_that_is_left_out_leaves_the_others() {
    let toml = "[[applications]]\naid = \"A000000333010101\"\ntransaction_limit = \"10.00\"\n\
                [[applications]]\naid = \"A000000333010102\"";
    let mut card = Card {
        ppse: ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02")))),
        select: vec![ok(&fci(CREDIT, PDOL))],
        ..Card::good()
    };
    let report = tap_at(toml, &purchase(1234), &mut card);
    assert_eq!(online(&report.outcome).aid.to_string(), CREDIT);
    let left_out = Step::LeftOut {
        aid: understudy_pos::Aid::new(&octets(DEBIT)).unwrap(),
        reason: NotAllowed::TransactionLimitReached,
    };
    assert!(report.steps().any(|step| *step == left_out));
}

#[test]
fn a_longer_name_that_is_left_out_is_not_taken_by_a_shorter_one() {
    let toml = "[[applications]]\naid = \"A000000333\"\n\
                [[applications]]\naid = \"A000000333010101\"\ntransaction_limit = \"10.00\"";
    let report = tap_at(toml, &purchase(1234), &mut Card::good());
    assert_eq!(
        report.outcome,
        Outcome::EndApplication(Reason::NoCommonApplication)
    );
    online(&tap_at(toml, &purchase(999), &mut Card::good()).outcome);
}

#[test]
fn pre_processing_is_told_in_a_sentence() {
    let toml = "[[applications]]\naid = \"A0000003330101\"\nstatus_check = true\n\
                [[applications]]\naid = \"A0000000031010\"\ntransaction_limit = \"1.00\"";
    let report = tap_at(toml, &purchase(100), &mut Card::good());
    let text: Vec<_> = report.steps().take(2).map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "A0000003330101 with kernel 07: TTQ 26804000, no CVM required, below the limit, \
             status check, floor limit exceeded",
            "A0000000031010 with kernel 03: left out, the amount has reached the contactless \
             transaction limit",
        ]
    );
}

#[test]
fn the_ttq_of_the_chosen_application_goes_to_the_card() {
    let toml = "[[applications]]\naid = \"A000000333010101\"\ncvm_limit = \"1.00\"\n\
                reader = { contact = true }\n\
                [[applications]]\naid = \"A000000333010102\"\n\
                reader = { pin_after_read = false, online_pin = false }";
    for (aid, ttq) in [(DEBIT, "36C04000"), (CREDIT, "22804000")] {
        let mut card = Card {
            ppse: ok(&ppse(&entry(aid, "01"))),
            select: vec![ok(&fci(aid, PDOL))],
            ..Card::with_ctq(Some("0080"))
        };
        tap_at(toml, &purchase(1234), &mut card);
        let sent = card.commands.last().unwrap();
        assert_eq!(hex::encode_upper(&sent[7..11]), ttq, "{aid}");
    }
}

#[test]
fn the_cardholder_is_verified_by_what_the_reader_can_do_for_the_application() {
    let toml = "[[applications]]\naid = \"A000000333010101\"\n\
                [[applications]]\naid = \"A000000333010102\"\nreader.signature = false";
    for (aid, expected) in [(DEBIT, true), (CREDIT, false)] {
        let mut card = Card {
            ppse: ok(&ppse(&entry(aid, "01"))),
            select: vec![ok(&fci(aid, PDOL))],
            ..Card::with_ctq(Some("4000"))
        };
        let report = tap_at(toml, &purchase(1234), &mut card);
        let goes_online = matches!(report.outcome, Outcome::OnlineRequest(_));
        assert_eq!(goes_online, expected, "{}", report.outcome);
    }
}

#[test]
fn the_no_pin_rule_is_a_switch_of_each_application() {
    let toml = "[[applications]]\naid = \"A000000333010101\"\n\
                [[applications]]\naid = \"A000000333010102\"\nreader.pin_after_read = false";
    for (aid, asked) in [(DEBIT, true), (CREDIT, false)] {
        let mut card = Card {
            ppse: ok(&ppse(&entry(aid, "01"))),
            select: vec![ok(&fci(aid, PDOL))],
            ..Card::good()
        };
        online(&tap_at(toml, &purchase(1234), &mut card).outcome);
        let get_data = card.instructions().contains(&0xCA);
        assert_eq!(get_data, asked, "{aid}");
    }
}
