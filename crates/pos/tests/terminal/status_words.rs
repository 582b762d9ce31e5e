//! All 65,536 status words at every step.

use understudy_core::wire::status::StatusWord;
use understudy_pos::Outcome::{EndApplication, TryAgain, TryAnotherInterface};
use understudy_pos::{Config, Defect, Outcome, Reason, Terminal};

use super::support::*;

/// Taps, at the default terminal, a good card that `change` gives each status word but 9000, and
/// compares the outcome and the instructions sent.
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
fn every_status_word_to_the_ppse_means_another_interface() {
    check_every(
        |card, reply| card.ppse = reply,
        |status| {
            let refused = Reason::PpseRefused(status);
            (TryAnotherInterface(refused), &[0xA4])
        },
    );
}

#[test]
fn every_status_word_to_select_means_the_next_candidate_and_then_another_interface() {
    check_every(
        |card, reply| {
            card.ppse = ok(&ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02"))));
            card.select = vec![reply];
        },
        |status| {
            let refused = Reason::SelectRefused(status);
            (TryAnotherInterface(refused), &[0xA4, 0xA4, 0xA4])
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
    let not_a_directory = Reason::Ppse(Defect::NotOne(tag("6F")));
    check("PPSE", card, &TryAnotherInterface(not_a_directory));
    let mut card = Card::good();
    card.select = vec![nothing()];
    let not_an_fci = Reason::Fci(Defect::NotOne(tag("6F")));
    check("SELECT", card, &EndApplication(not_an_fci));
    let mut card = Card::good();
    card.gpo = vec![nothing()];
    let not_an_answer = Reason::Gpo(Defect::NotOne(tag("77")));
    check("GPO", card, &EndApplication(not_an_answer));
}
