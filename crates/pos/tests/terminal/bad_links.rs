//! Links and answers that fail before a template is read: silence, lengths, status words.

use understudy_core::wire::status::StatusWord;
use understudy_pos::Outcome::EndApplication;
use understudy_pos::{Config, LinkError, RandomError, Reason, Terminal, UnpredictableNumbers};

use super::support::*;

/// Status words of hostile cards: the defined ones, their neighbours, and undefined ones.
const STATUS_WORDS: [u16; 26] = [
    0x0000, 0x6100, 0x6110, 0x6200, 0x6283, 0x6300, 0x63C2, 0x6400, 0x6581, 0x6700, 0x6881, 0x6900,
    0x6982, 0x6983, 0x6987, 0x6A80, 0x6A81, 0x6A82, 0x6A86, 0x6A88, 0x6C10, 0x6D00, 0x6E00, 0x6F00,
    0x9001, 0xFFFF,
];

#[test]
fn a_broken_reader_is_named() {
    struct Broken;
    impl understudy_pos::Transceive for Broken {
        fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
            Err(LinkError::Broken("reader unplugged".to_owned()))
        }
        fn reset(&mut self) {}
    }
    let report = Terminal::new(Config::default()).tap(&purchase(1), &mut Broken, &mut { NUMBER });
    assert_eq!(
        report.outcome.to_string(),
        "Try Again: the link is broken: reader unplugged"
    );
}

#[test]
fn answers_that_are_too_short_or_too_long_end_the_application() {
    let wrong = |command, length| EndApplication(Reason::AnswerLength { command, length });
    for length in [0, 1, 259, 4096, 70_000] {
        let mut octets = vec![0x90; length];
        if let [.., last] = octets.as_mut_slice() {
            *last = 0;
        }
        let reply = Reply::Octets(octets);
        check(
            "PPSE",
            Card {
                ppse: reply.clone(),
                ..Card::good()
            },
            &wrong("SELECT PPSE", length),
        );
        check(
            "SELECT",
            Card {
                select: vec![reply.clone()],
                ..Card::good()
            },
            &wrong("SELECT application", length),
        );
        check(
            "GET DATA",
            Card {
                get_data: reply.clone(),
                ..Card::good()
            },
            &wrong("GET DATA 9F51", length),
        );
        check(
            "GPO",
            Card {
                gpo: vec![reply],
                ..Card::good()
            },
            &wrong("GET PROCESSING OPTIONS", length),
        );
    }
}

#[test]
fn a_good_body_under_a_bad_status_word_counts_for_nothing() {
    let good = template_77(&GPO);
    for status in STATUS_WORDS {
        let card = Card {
            gpo: vec![hex(&format!("{good}{status:04X}"))],
            ..Card::good()
        };
        let refused = EndApplication(Reason::GpoRefused(StatusWord(status)));
        check(&format!("{status:04X}"), card, &refused);
    }
}

#[test]
fn more_data_waiting_is_not_fetched_and_a_right_length_not_tried() {
    for status in ["6110", "6C10"] {
        let mut card = Card {
            gpo: vec![hex(status)],
            ..Card::good()
        };
        tap(&mut card);
        assert_eq!(card.instructions(), [0xA4, 0xA4, 0xCA, 0xA8], "{status}");
    }
}

#[test]
fn without_an_unpredictable_number_nothing_is_computed() {
    struct Empty;
    impl UnpredictableNumbers for Empty {
        fn next(&mut self) -> Result<[u8; 4], RandomError> {
            Err(RandomError)
        }
    }
    let mut card = Card::good();
    let report = Terminal::new(Config::default()).tap(&purchase(1), &mut card, &mut Empty);
    assert_eq!(report.outcome, EndApplication(Reason::Random(RandomError)));
    assert_eq!(shown(&report).last(), Some(&0x0F));
    assert!(!card.instructions().contains(&0xA8));
    assert_eq!(card.resets, 1);
}
