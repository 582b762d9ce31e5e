//! Well-behaved cards: the terminal's commands octet by octet, and its conclusions from the
//! answers.

use super::support::*;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::{
    Config, Cvm, HostAnswer, LocalTime, Message, Outcome, Reason, Start, Step, SystemRandom,
    Terminal, Transaction, TransactionError, TransactionType, UnpredictableNumbers,
};

#[test]
fn a_tap_sends_exactly_these_commands() {
    let mut card = Card::good();
    let report = tap(&mut card);
    let sent: Vec<_> = card.commands.iter().map(hex::encode_upper).collect();
    assert_eq!(
        sent,
        [
            "00A404000E325041592E5359532E444446303100",
            "00A4040008A00000033301010100",
            "80CA9F5100",
            concat!(
                "80A800002383",
                "21",
                "26804000",
                "000000001234",
                "000000000000",
                "0156",
                "0000000000",
                "0156",
                "261122",
                "00",
                "CAFEBABE",
                "00"
            ),
        ]
    );
    assert_eq!(report.exchanges().count(), 4);
    assert_eq!(card.resets, 1);
}

#[test]
fn de_55_holds_these_objects_in_this_order() {
    let mut card = Card::answering_gpo(&gpo_with("9F63", "00112233445566778899AABBCCDDEEFF"));
    let report = tap(&mut card);
    let request = online(&report.outcome);
    let expected = octets(
        "9F26 08 1122334455667788  9F27 01 80  9F10 08 07010103A0000001  9F37 04 CAFEBABE
         9F36 02 0001  95 05 0000000000  9A 03 261122  9C 01 00  9F02 06 000000001234
         5F2A 02 0156  82 02 0000  9F1A 02 0156  9F03 06 000000000000  9F33 03 E06800
         9F34 03 1F0002  9F35 01 21  9F1E 08 3030303030303031  84 08 A000000333010101
         9F09 02 0030  9F41 04 00000042  9F63 10 00112233445566778899AABBCCDDEEFF",
    );
    assert_eq!(
        hex::encode_upper(&request.de55),
        hex::encode_upper(expected)
    );
    assert_eq!(request.psn, Some(0x01));
    assert_eq!(request.track2.number().expose(), "6230123456789014");
    assert_eq!(request.entry_mode().text(), "072");
}

#[test]
fn a_cid_the_card_sends_goes_into_de_55_as_it_is() {
    let report = tap(&mut Card::answering_gpo(&gpo_with("9F27", "84")));
    let de55 = hex::encode_upper(&online(&report.outcome).de55);
    assert!(de55.contains("9F270184"), "{de55}");
}

#[test]
fn the_pdol_decides_which_data_the_card_gets() {
    let pdol =
        "9F6604 9F2103 9F4E14 9F1C08 9F1608 9F1502 9F4005 5F3601 DF6901 9F4104 9F0903 9F0204";
    let pdol: String = pdol.split(' ').collect();
    let mut card = Card {
        select: vec![ok(&fci(DEBIT, &pdol))],
        ..Card::good()
    };
    let report = tap(&mut card);
    online(&report.outcome);
    let name = hex::encode_upper(b"Understudy");
    let id = hex::encode_upper(b"00000001");
    let merchant = hex::encode_upper(b"00000000");
    let values = format!(
        "26804000 163000 {name}00000000000000000000 {id} {merchant} 5999 6000F0A001 02 01 00000042 \
         003000 00001234"
    );
    let sent = card.commands.last().unwrap();
    assert_eq!(
        hex::encode_upper(&sent[7..sent.len() - 1]),
        hex::encode_upper(octets(&values))
    );
}

/// A terminal, and the octet that a card gets for `DF69`.
#[test]
fn the_terminal_states_whether_it_has_the_sm_algorithms() {
    let own = |aid: &str| format!("[[applications]]\naid = \"{aid}\"\nreader.sm_algorithms = ");
    for (toml, stated) in [
        (String::new(), "01"),
        ("reader.sm_algorithms = true".to_owned(), "01"),
        ("reader.sm_algorithms = false".to_owned(), "00"),
        (own(DEBIT) + "false", "00"),
        (
            "reader.sm_algorithms = false\n".to_owned() + &own(DEBIT) + "true",
            "01",
        ),
        (
            own(CREDIT) + "false\n[[applications]]\naid = \"A0000003330101\"",
            "01",
        ),
    ] {
        let without = Config::from_toml(&toml).unwrap().without_sm_algorithms();
        for (config, stated) in [(Config::from_toml(&toml).unwrap(), stated), (without, "00")] {
            let mut card = Card {
                select: vec![ok(&fci(DEBIT, "9F6604DF6901"))],
                ..Card::good()
            };
            let report = Terminal::new(config).tap(&purchase(1234), &mut card, &mut { NUMBER });
            online(&report.outcome);
            let sent = card.commands.last().unwrap();
            assert_eq!(hex::encode_upper(&sent[11..12]), stated, "{toml}");
        }
    }
}

#[test]
fn every_transaction_type_goes_online_with_its_own_code() {
    for (kind, minor, code) in [
        (TransactionType::Purchase, 1234, "9C0100"),
        (TransactionType::PreAuthorisation, 1234, "9C0103"),
        (TransactionType::Refund, 1234, "9C0120"),
        (TransactionType::Balance, 0, "9C0131"),
    ] {
        let report = tap_at("", &transaction(kind, cny(minor)), &mut Card::good());
        let de55 = hex::encode_upper(&online(&report.outcome).de55);
        assert!(de55.contains(code), "{kind:?}: {de55}");
    }
}

#[test]
fn a_balance_inquiry_with_an_amount_can_not_be_made() {
    let time = LocalTime::from_unix(0, 0).unwrap();
    let make = |kind, minor, sequence| Transaction::new(kind, cny(minor), time, sequence);
    let balance = TransactionType::Balance;
    assert_eq!(
        make(balance, 1, 1),
        Err(TransactionError::BalanceWithAmount)
    );
    assert!(make(balance, 0, 1).is_ok());
    assert_eq!(make(balance, 0, 0), Err(TransactionError::Sequence(0)));
    assert_eq!(
        make(balance, 0, 100_000_000),
        Err(TransactionError::Sequence(100_000_000))
    );
    assert!(make(balance, 0, 99_999_999).is_ok());
}

#[test]
fn unknown_objects_and_padding_are_ignored() {
    let mut objects = GPO.to_vec();
    objects.extend([
        ("9F24", "50415230"),
        ("9F19", "000000000001"),
        ("DF01", "00"),
        ("E1", "FF"),
    ]);
    let body: String = objects
        .iter()
        .map(|(tag, value)| tlv(tag, value) + "00")
        .collect();
    let report = tap(&mut Card::answering_gpo(&tlv("77", &body)));
    online(&report.outcome);
}

#[test]
fn records_named_next_to_an_arqc_are_not_read() {
    let mut card = Card::answering_gpo(&gpo_with("94", "08010100"));
    let report = tap(&mut card);
    online(&report.outcome);
    assert!(report.steps().any(|step| *step == Step::RecordsNotRead));
    assert_eq!(card.instructions(), [0xA4, 0xA4, 0xCA, 0xA8]);
}

#[test]
fn an_empty_afl_names_no_records() {
    let report = tap(&mut Card::answering_gpo(&gpo_with("94", "")));
    online(&report.outcome);
    assert!(report.steps().all(|step| *step != Step::RecordsNotRead));
}

#[test]
fn a_visa_shaped_card_goes_online_too() {
    let aid = "A0000000031010";
    let mut objects = GPO.to_vec();
    objects[3] = ("9F10", "06010A03A00000");
    let mut card = Card {
        ppse: ok(&ppse(&entry(aid, "01"))),
        select: vec![ok(&fci(aid, PDOL))],
        gpo: vec![ok(&template_77(&objects))],
        ..Card::good()
    };
    let toml = format!("[[applications]]\naid = \"{aid}\"");
    online(&tap_at(&toml, &purchase(1234), &mut card).outcome);
}

#[test]
fn the_ttq_is_made_of_the_reader_and_the_amount() {
    for (toml, minor, ttq) in [
        ("", 100_000, "26804000"),
        ("", 100_001, "26C04000"),
        ("[limits]\ncvm_required = \"0\"", 0, "26C04000"),
        ("[reader]\ncontact = true", 1, "36804000"),
        (
            "[reader]\nonline_pin = false\npin_after_read = false",
            1,
            "22804000",
        ),
        (
            "[reader]\nsignature = false\ndevice_cvm = false",
            1,
            "24800000",
        ),
        ("[reader]\noffline_only = true", 1, "2E804000"),
        (
            "[reader]\noffline_only = true\n[limits]\nfloor = \"0.01\"",
            1,
            "2E004000",
        ),
        ("[reader]\nemv_mode = false", 1, "06804000"),
    ] {
        let mut card = Card::good();
        tap_at(toml, &purchase(minor), &mut card);
        let sent = card.commands.last().unwrap();
        assert_eq!(hex::encode_upper(&sent[7..11]), ttq, "{toml}");
    }
}

#[test]
fn a_transaction_in_another_currency_is_above_every_limit() {
    let dollars = Amount::new(1, Currency::USD).unwrap();
    let mut card = Card::good();
    let report = tap_at(
        "",
        &transaction(TransactionType::Purchase, dollars),
        &mut card,
    );
    let request = online(&report.outcome);
    assert_eq!(request.cvm, Cvm::OnlinePin);
    let sent = hex::encode_upper(card.commands.last().unwrap());
    assert!(sent.contains("26C04000") && sent.contains("0840"), "{sent}");
}

#[test]
fn only_the_issuers_00_approves() {
    let report = tap(&mut Card::good());
    let request = online(&report.outcome);
    let answer = |code: &[u8; 2]| request.complete(HostAnswer::ResponseCode(*code));
    assert_eq!(answer(b"00"), Outcome::Approved(Cvm::None));
    for code in [
        b"01", b"08", b"10", b"11", b"05", b"51", b"55", b"65", b"Y1", b"\0\0",
    ] {
        assert_eq!(
            answer(code),
            Outcome::Declined(Reason::IssuerDeclined(*code))
        );
    }
    let silent = request.complete(HostAnswer::Unreachable);
    assert_eq!(silent, Outcome::Declined(Reason::IssuerUnreachable));
}

#[test]
fn outcomes_show_the_message_that_belongs_to_them() {
    let signature = tap_at(
        "[reader]\npin_after_read = false",
        &purchase(1234),
        &mut Card::with_ctq(Some("4000")),
    );
    let request = online(&signature.outcome);
    assert_eq!(signature.outcome.message(), Message::Authorising);
    let approved = request.complete(HostAnswer::ResponseCode(HostAnswer::APPROVED));
    assert_eq!(approved.message(), Message::ApprovedPleaseSign);
    assert_eq!(approved.message().identifier(), 0x1A);

    let pin = tap(&mut Card::with_ctq(Some("8000")));
    assert_eq!(pin.outcome.message(), Message::EnterPin);
    assert_eq!(online(&pin.outcome).entry_mode().text(), "071");

    let phone = tap(&mut Card {
        gpo: vec![hex("6986")],
        ..Card::good()
    });
    assert_eq!(phone.outcome.message(), Message::SeePhone);
    assert_eq!(phone.outcome.start(), Some(Start::B));
}

#[test]
fn a_second_tap_of_the_same_transaction_starts_again_from_the_ppse() {
    let terminal = Terminal::new(Config::default());
    let mut card = Card {
        gpo: vec![hex("6986"), ok(&template_77(&GPO))],
        ..Card::good()
    };
    let transaction = purchase(1234);
    let first = terminal.tap(&transaction, &mut card, &mut Fixed([1; 4]));
    assert_eq!(first.outcome, Outcome::TryAgain(Reason::SeePhone));
    let second = terminal.tap(&transaction, &mut card, &mut Fixed([2; 4]));
    online(&second.outcome);
    assert_eq!(
        card.instructions(),
        [0xA4, 0xA4, 0xCA, 0xA8, 0xA4, 0xA4, 0xCA, 0xA8]
    );
    assert_eq!(card.resets, 2);
}

#[test]
fn nothing_in_a_report_prints_the_token() {
    let report = tap(&mut Card::good());
    let mut text = format!("{report:?} {report:#?} {}", report.outcome);
    for step in report.steps() {
        text += &step.to_string();
    }
    for form in ["6230123456789014", "62, 30", "98, 48, 18", "0x62"] {
        assert!(!text.contains(form), "{form}");
    }
    assert!(text.contains("623012******9014"));
}

#[test]
fn the_systems_numbers_differ() {
    let mut numbers: Vec<_> = (0..64).map(|_| SystemRandom.next().unwrap()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 64);
}
