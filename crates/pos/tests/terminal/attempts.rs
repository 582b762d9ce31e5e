//! The taps of one transaction: detection, restarts, time.

use std::time::Duration;

use understudy_pos::{
    Config, LinkError, Outcome, Presence, RandomError, Reason, Status, Step, TapReport, Terminal,
    Transceive, UnpredictableNumbers,
};

use super::support::*;

/// A counter as a source of unpredictable numbers, which shows the tap that a number was for.
#[derive(Default)]
struct Counting(u32);

impl UnpredictableNumbers for Counting {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        self.0 += 1;
        Ok(self.0.to_be_bytes())
    }
}

fn terminal(toml: &str) -> Terminal {
    Terminal::new(Config::from_toml(toml).unwrap())
}

/// Taps the card as often as the terminal asks for it.
fn taps(terminal: &Terminal, card: &mut Card) -> Vec<TapReport> {
    let mut random = Counting::default();
    let mut attempt = Some(terminal.start(&purchase(1234)));
    let mut reports = Vec::new();
    while let Some(waiting) = attempt {
        let tapped = waiting.tap(card, &mut random);
        reports.push(tapped.report);
        attempt = tapped.again;
    }
    reports
}

#[test]
fn a_second_tap_begins_at_the_ppse_with_a_new_number_and_the_same_preparation() {
    let mut card = Card {
        gpo: vec![hex("6986"), ok(&template_77(&GPO))],
        ..Card::with_ctq(Some("0080"))
    };
    let reports = taps(&terminal(""), &mut card);
    let [first, second] = &reports[..] else {
        panic!("{reports:?}");
    };
    assert_eq!(first.outcome, Outcome::TryAgain(Reason::SeePhone));
    let de55 = &online(&second.outcome).de55;
    assert!(hex::encode_upper(de55).contains("9F370400000002"));
    assert_eq!(
        card.instructions(),
        [0xA4, 0xA4, 0xCA, 0xA8, 0xA4, 0xA4, 0xCA, 0xA8]
    );
    let prepared = |report: &TapReport| {
        let steps = report.steps();
        steps
            .filter(|step| matches!(step, Step::PreProcessing { .. }))
            .count()
    };
    assert_eq!((prepared(first), prepared(second)), (4, 0));
    assert!(second.steps().any(|step| *step == Step::Restart { tap: 2 }));
}

#[test]
fn a_card_that_never_answers_gets_as_many_taps_as_the_configuration_says() {
    for (toml, count) in [
        ("", 4),
        ("tap.restarts = 0", 1),
        ("tap.restarts = 1", 2),
        ("tap.restarts = 10", 11),
    ] {
        let mut card = Card {
            ppse: Reply::Dead,
            ..Card::good()
        };
        let reports = taps(&terminal(toml), &mut card);
        let dead = Reason::Link(LinkError::NoAnswer);
        let (last, before) = reports.split_last().unwrap();
        for report in before {
            assert_eq!(report.outcome, Outcome::TryAgain(dead.clone()));
        }
        let given_up = Reason::RestartsUsedUp {
            taps: count,
            last: Box::new(dead),
        };
        assert_eq!(last.outcome, Outcome::EndApplication(given_up), "{toml}");
        assert_eq!(reports.len(), count as usize);
        assert_eq!(card.resets, count as usize);
        assert_eq!(shown(last).last(), Some(&0x1C));
    }
}

#[test]
fn a_card_that_takes_its_time_over_every_answer_is_given_up() {
    struct Sluggish(Card);
    impl Transceive for Sluggish {
        fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
            std::thread::sleep(Duration::from_millis(60));
            self.0.transceive(command)
        }
        fn reset(&mut self) {
            self.0.reset();
        }
    }
    let mut card = Sluggish(Card::good());
    let report = terminal("tap.time_limit = 1").tap(&purchase(1234), &mut card, &mut { NUMBER });
    assert_eq!(report.outcome, Outcome::TryAgain(Reason::TooSlow));
    assert_eq!(shown(&report).last(), Some(&0x21));
    assert!(!card.0.instructions().contains(&0xA8));
    assert_eq!(card.0.resets, 1);
}

#[test]
fn a_phone_that_never_gets_ready_is_given_up_too() {
    let mut card = Card {
        gpo: vec![hex("6986")],
        ..Card::good()
    };
    let reports = taps(&terminal(""), &mut card);
    let last = &reports.last().unwrap().outcome;
    assert_eq!(
        last.to_string(),
        "End Application: given up after 4 taps: the cardholder must act on the phone and tap again"
    );
}

#[test]
fn no_tap_follows_a_final_outcome() {
    for card in [
        Card::good(),
        Card::answering_gpo(&gpo_with("9F10", "0701010380000001")),
        Card {
            ppse: hex("6A82"),
            ..Card::good()
        },
        Card {
            gpo: vec![hex("6D00")],
            ..Card::good()
        },
    ] {
        assert_eq!(taps(&terminal(""), &mut { card }).len(), 1);
    }
}

#[test]
fn the_reader_waits_for_one_card_alone() {
    use Presence::{Nobody, OneCard, SeveralCards};
    for (field, messages, resets) in [
        (vec![], vec![0x15, 0x16, 0x17, 0x1B], 1),
        (
            vec![Nobody, Nobody, OneCard],
            vec![0x15, 0x16, 0x17, 0x1B],
            1,
        ),
        (
            vec![SeveralCards, SeveralCards, OneCard],
            vec![0x15, 0x19, 0x16, 0x17, 0x1B],
            3,
        ),
        (
            vec![SeveralCards, Nobody, OneCard],
            vec![0x15, 0x19, 0x15, 0x16, 0x17, 0x1B],
            2,
        ),
        (
            vec![Nobody, SeveralCards, Nobody, SeveralCards],
            vec![0x15, 0x19, 0x15, 0x19, 0x16, 0x17, 0x1B],
            3,
        ),
    ] {
        let mut card = Card {
            field: field.clone(),
            ..Card::good()
        };
        let report = tap(&mut card);
        online(&report.outcome);
        assert_eq!(shown(&report), messages, "{field:?}");
        assert_eq!(card.resets, resets, "{field:?}");
    }
}

#[test]
fn a_reader_that_finds_nobody_or_never_one_alone_comes_to_an_end() {
    use Status::{Idle, ProcessingError};
    for (found, reason, message, status, resets) in [
        (Presence::Nobody, Reason::NoCard, 0x14, Idle, 1),
        (
            Presence::SeveralCards,
            Reason::SeveralCards,
            0x19,
            ProcessingError,
            51,
        ),
    ] {
        let mut card = Card {
            field: vec![found; 1_000],
            ..Card::good()
        };
        let tapped = terminal("")
            .start(&purchase(1234))
            .tap(&mut card, &mut { NUMBER })
            .report;
        assert_eq!(tapped.outcome, Outcome::EndApplication(reason));
        assert_eq!(shown(&tapped).last(), Some(&message));
        assert_eq!(tapped.parameters.ui_on_outcome.status, status);
        assert_eq!((card.polls, card.commands.len()), (50, 0));
        assert_eq!(card.resets, resets);
    }
    let mut card = Card {
        field: vec![Presence::Nobody; 2],
        ..Card::good()
    };
    let report = tap_at("tap.polls = 2", &purchase(1234), &mut card);
    assert_eq!(report.outcome, Outcome::EndApplication(Reason::NoCard));
}

#[test]
fn a_reader_that_can_not_look_means_try_again() {
    struct Blind;
    impl Transceive for Blind {
        fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
            panic!("nobody to ask");
        }
        fn reset(&mut self) {}
        fn poll(&mut self) -> Result<Presence, LinkError> {
            Err(LinkError::Broken("reader unplugged".to_owned()))
        }
    }
    let report = terminal("").tap(&purchase(1), &mut Blind, &mut { NUMBER });
    let broken = Reason::Link(LinkError::Broken("reader unplugged".to_owned()));
    assert_eq!(report.outcome, Outcome::TryAgain(broken));
}
