//! All 65,536 status words at every step.

use understudy_core::wire::status::StatusWord;
use understudy_pos::Outcome::{EndApplication, TryAgain, TryAnotherInterface};
use understudy_pos::{Config, Defect, Outcome, Reason, Status, Terminal};

use super::support::*;

/// Taps a good card at the default terminal, once for each status word except 9000, which `change`
/// makes it answer, and compares the outcome and the instructions sent.
fn check_every(
    change: impl Fn(&mut Card, Reply),
    expected: impl Fn(StatusWord) -> (Outcome, &'static [u8]),
) {
    let terminal = Terminal::new(Config::default());
    let transaction = purchase(1234);
    for status in (0..=u16::MAX).filter(|status| *status != 0x9000) {
        let mut card = Card::good();
        change(&mut card, Reply::Octets(status.to_be_bytes().to_vec()));
        let report = terminal.tap(&transaction, &mut card, &mut { NUMBER });
        let (outcome, instructions) = expected(StatusWord(status));
        assert_eq!(report.outcome, outcome, "{status:04X}");
        assert_eq!(card.instructions(), instructions, "{status:04X}");
    }
}

#[test]
fn every_status_word_to_the_ppse_ends_the_application() {
    check_every(
        |card, reply| card.ppse = reply,
        |status| {
            let refused = Reason::PpseRefused(status);
            (EndApplication(refused), &[0xA4])
        },
    );
}

#[test]
fn every_status_word_to_select_means_the_next_candidate_and_then_the_end() {
    check_every(
        |card, reply| {
            card.ppse = ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02"))));
            card.select = vec![reply];
        },
        |status| {
            let refused = Reason::SelectRefused(status);
            (EndApplication(refused), &[0xA4, 0xA4, 0xA4])
        },
    );
}

#[test]
fn every_status_word_to_get_data_leaves_the_currency_unknown() {
    let terminal = Terminal::new(Config::default());
    for status in (0..=u16::MAX).filter(|status| *status != 0x9000) {
        let mut card = Card::good();
        card.get_data = hex(&format!("9F51020840{status:04X}"));
        let report = terminal.tap(&purchase(1234), &mut card, &mut { NUMBER });
        let cvm = online(&report.outcome).cvm;
        assert_eq!(cvm, understudy_pos::Cvm::None, "{status:04X}");
        let instructions = [0xA4, 0xA4, 0xCA, 0xCA, 0xA8];
        assert_eq!(card.instructions(), instructions, "{status:04X}");
    }
}

#[test]
fn every_status_word_to_get_processing_options_has_its_outcome() {
    check_every(
        |card, reply| card.gpo = vec![reply],
        |status| {
            let outcome = match status.0 {
                0x6984 => TryAnotherInterface(Reason::UseAnotherInterface),
                0x6985 => EndApplication(Reason::ConditionsNotSatisfied),
                0x6986 => TryAgain(Reason::SeePhone),
                _ => EndApplication(Reason::GpoRefused(status)),
            };
            (outcome, &[0xA4, 0xA4, 0xCA, 0xA8])
        },
    );
}

#[test]
fn success_without_data_is_no_success() {
    let nothing = || hex("9000");
    let mut card = Card::good();
    card.ppse = nothing();
    let not_a_directory = Reason::Ppse(Defect::Missing(tag("6F")));
    check("PPSE", card, &EndApplication(not_a_directory));
    let mut card = Card::good();
    card.select = vec![nothing()];
    let not_an_fci = Reason::Fci(Defect::Missing(tag("6F")));
    check("SELECT", card, &EndApplication(not_an_fci));
    let mut card = Card::good();
    card.gpo = vec![nothing()];
    let not_an_answer = Reason::Gpo(Defect::Missing(tag("77")));
    check("GPO", card, &EndApplication(not_an_answer));
}

/// A change to a good card.
type Change = fn(&mut Card);

/// EMV Contactless Book B §3.3.2.7 for a card without a candidate, §3.1.1.13 for a transaction
/// without an application; message `1D` for `6984`.
#[test]
fn each_cause_of_leaving_contactless_has_its_own_message_and_status() {
    use Status::{ProcessingError, ReadyToRead};
    let (ends, other) = ("End Application", "Try Another Interface");
    let rows: [(&str, &str, Change, _); 7] = [
        (
            "PPSE refused",
            "",
            |card| card.ppse = hex("6A82"),
            (ends, 0x1C, ReadyToRead, 0),
        ),
        (
            "no common AID",
            "",
            |card| card.ppse = ok(&ppse("")),
            (ends, 0x1C, ReadyToRead, 0),
        ),
        (
            "SELECT refused",
            "",
            |card| card.select = vec![hex("6A82")],
            (ends, 0x1C, ReadyToRead, 0),
        ),
        (
            "conditions",
            "",
            |card| card.gpo = vec![hex("6985")],
            (ends, 0x1C, ReadyToRead, 0),
        ),
        (
            "GPO refused",
            "",
            |card| card.gpo = vec![hex("6D00")],
            (ends, 0x1C, ProcessingError, 13),
        ),
        (
            "6984",
            "",
            |card| card.gpo = vec![hex("6984")],
            (other, 0x1D, ProcessingError, 13),
        ),
        (
            "nothing allowed",
            "limits.transaction = \"0.01\"",
            |_| (),
            (other, 0x18, ProcessingError, 13),
        ),
    ];
    for (name, toml, change, expected) in rows {
        let mut card = Card::good();
        change(&mut card);
        let report = tap_at(toml, &purchase(1234), &mut card);
        let ui = &report.parameters.ui_on_outcome;
        let tenths = ui.hold_time.as_millis() / 100;
        let found = (
            report.outcome.name(),
            ui.message.identifier(),
            ui.status,
            tenths,
        );
        assert_eq!(found, expected, "{name}");
        assert_eq!(report.parameters.start, None, "{name}");
    }
}
