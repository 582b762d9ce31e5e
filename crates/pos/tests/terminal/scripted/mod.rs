//! A table of scripted cards, with the outcome of each at the default terminal.

mod script;
mod table;

use understudy_pos::{Config, Outcome, TapReport, Terminal};

use super::support::*;

/// The most commands that a card gets in one tap: SELECT of the PPSE, and for each of 16 candidates
/// SELECT, two GET DATA and GET PROCESSING OPTIONS.
const COMMANDS_MAX: usize = 1 + 16 * 4;

/// The first tap and three more.
const TAPS_MAX: usize = 4;

#[test]
fn every_scripted_card_ends_as_its_row_says() {
    let terminal = Terminal::new(Config::default());
    let mut wrong = Vec::new();
    for row in table::rows() {
        let reports = tap_until_final(&terminal, row.script);
        let report = &reports[0];
        let text = report.outcome.to_string();
        let as_expected = report.outcome.name() == row.outcome
            && row.reason.split(" & ").all(|words| text.contains(words))
            && shown(report).last() == Some(&row.message);
        if !as_expected {
            let last = shown(report).last().copied().unwrap_or_default();
            wrong.push(format!("{}: {text} ({last:02X})", row.script));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Taps the card until no further tap is allowed, and checks the properties that hold for every
/// card.
fn tap_until_final(terminal: &Terminal, script: &str) -> Vec<TapReport> {
    let mut card = script::card(script);
    let mut reports = Vec::new();
    let mut attempt = Some(terminal.start(&purchase(1234)));
    while let Some(waiting) = attempt {
        let before = card.commands.len();
        let tapped = waiting.tap(&mut card, &mut { NUMBER });
        assert!(card.commands.len() - before <= COMMANDS_MAX, "{script}");
        assert!(
            !matches!(
                tapped.report.outcome,
                Outcome::Approved(_) | Outcome::SelectNext(_)
            ),
            "{script}"
        );
        let again = matches!(tapped.report.outcome, Outcome::TryAgain(_));
        assert_eq!(again, tapped.again.is_some(), "{script}");
        reports.push(tapped.report);
        attempt = tapped.again;
    }
    assert!(reports.len() <= TAPS_MAX, "{script}");
    reports
}
