//! The exception file.

use understudy_core::wire::digits::CardNumber;
use understudy_pos::{Config, ExceptionFile, Outcome, Reason, Terminal};

use super::support::*;

const NUMBER_OF_THE_GOOD_CARD: &str = "6230123456789014";

/// The output of `printf 6230123456789014 | sha256sum`.
const DIGEST: &str = "3ff94769a6b05f28ef6460ffc2327805df8148943df6581f9acf0edce4e5ef77";

fn number(text: &str) -> CardNumber {
    CardNumber::parse(text).unwrap()
}

fn tap_with(file: &str, card: &mut Card) -> Outcome {
    let exceptions = ExceptionFile::parse(file).unwrap();
    let terminal = Terminal::new(Config::default()).with_exception_file(exceptions);
    terminal.tap(&purchase(1234), card, &mut { NUMBER }).outcome
}

#[test]
fn a_card_on_the_file_is_declined_after_the_read() {
    for file in [NUMBER_OF_THE_GOOD_CARD, DIGEST, &DIGEST.to_uppercase()] {
        let mut card = Card::good();
        let outcome = tap_with(file, &mut card);
        assert_eq!(outcome, Outcome::Declined(Reason::OnExceptionFile));
        assert_eq!(outcome.message().identifier(), 0x07);
        assert_eq!(card.instructions(), [0xA4, 0xA4, 0xCA, 0xA8]);
    }
}

#[test]
fn a_card_that_declines_by_itself_keeps_its_own_reason() {
    let mut card = Card::answering_gpo(&gpo_with("9F10", "0701010380000001"));
    let outcome = tap_with(NUMBER_OF_THE_GOOD_CARD, &mut card);
    assert_eq!(outcome, Outcome::Declined(Reason::CardDeclined));
}

#[test]
fn a_card_that_is_not_on_the_file_goes_online() {
    for file in ["", "# nobody", "6230123456789015", "62301234567890140"] {
        online(&tap_with(file, &mut Card::good()));
    }
}

#[test]
fn comments_blank_lines_and_repetitions_do_not_count() {
    let file = "# stolen\r\n\r\n6230123456789014 # in March\n  4000000000000002\t\n\
                6230123456789014\n#4000000000000010";
    let file = ExceptionFile::parse(file).unwrap();
    assert_eq!(file.len(), 2);
    assert!(file.contains(&number("4000000000000002")));
    assert!(!file.contains(&number("4000000000000010")));
    assert!(ExceptionFile::default().is_empty());
}

#[test]
fn a_line_that_is_no_card_is_named_by_its_number_and_not_shown() {
    for bad in [
        "1234567",
        "62301234567890140000",
        "6230 1234 5678 9014",
        "623012345678901X",
        &DIGEST[1..],
        "６230123456789014",
    ] {
        let error =
            ExceptionFile::parse(&format!("# first\n4000000000000002\n{bad}\n")).unwrap_err();
        assert_eq!(error.line, 3, "{bad}");
        let text = error.to_string();
        assert!(
            text.starts_with("line 3: ") && !text.contains(bad),
            "{text}"
        );
    }
}

#[test]
fn the_file_shows_none_of_its_cards() {
    let file = ExceptionFile::parse(NUMBER_OF_THE_GOOD_CARD).unwrap();
    assert_eq!(format!("{file:?}"), "ExceptionFile { cards: 1 }");
}
