//! Cards with arbitrary answers.

use proptest::prelude::*;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, find};
use understudy_pos::{
    Config, ExceptionFile, LinkError, Outcome, Presence, TapReport, Terminal, Transceive,
};

use super::support::*;

/// Gives its answers one after another, then is silent.
struct Sequence {
    answers: std::vec::IntoIter<Vec<u8>>,
    field: std::vec::IntoIter<Presence>,
    commands: usize,
    resets: usize,
}

impl Transceive for Sequence {
    fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.commands += 1;
        self.answers.next().ok_or(LinkError::NoAnswer)
    }

    fn reset(&mut self) {
        self.resets += 1;
    }

    fn poll(&mut self) -> Result<Presence, LinkError> {
        Ok(self.field.next().unwrap_or(Presence::OneCard))
    }
}

fn tap_sequence(answers: Vec<Vec<u8>>) -> (TapReport, Sequence) {
    let mut card = Sequence {
        answers: answers.into_iter(),
        field: Vec::new().into_iter(),
        commands: 0,
        resets: 0,
    };
    let terminal = Terminal::new(Config::default());
    let report = terminal.tap(&purchase(1234), &mut card, &mut { NUMBER });
    (report, card)
}

const MANDATORY: [Tag; 5] = [
    tags::AIP,
    tags::ATC,
    tags::TRACK_2_EQUIVALENT_DATA,
    tags::ISSUER_APPLICATION_DATA,
    tags::APPLICATION_CRYPTOGRAM,
];

/// Checks a report, whatever the card answered: one reset, no approval, the outcome's message last,
/// and an online request only for an answer that holds every mandatory object once.
fn assert_sane(report: &TapReport, card: &Sequence) {
    assert_eq!(card.resets, 1);
    assert!(card.commands <= 256, "{} commands", card.commands);
    assert!(!matches!(
        report.outcome,
        Outcome::Approved(_) | Outcome::SelectNext(_)
    ));
    let last = report.ui_requests().last();
    assert_eq!(last, Some(&report.parameters.ui_on_outcome));
    if !matches!(report.outcome, Outcome::OnlineRequest(_)) {
        return;
    }
    let last = report.exchanges().last().unwrap().answer.as_ref().unwrap();
    let (body, status) = last.split_at(last.len() - 2);
    assert_eq!(status, [0x90, 0x00]);
    let template = find(body, tags::RESPONSE_TEMPLATE_2).unwrap().unwrap();
    for tag in MANDATORY {
        let value = find(template, tag)
            .unwrap()
            .unwrap_or_else(|| panic!("no {tag}"));
        assert!(!value.is_empty());
    }
}

fn good_answers() -> Vec<Vec<u8>> {
    let bodies = [
        ppse(&(entry(DEBIT, "01") + &entry(CREDIT, "02"))),
        fci(DEBIT, PDOL),
        "9F51020156".to_owned(),
        template_77(&GPO),
    ];
    bodies
        .iter()
        .map(|body| octets(&format!("{body}9000")))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn random_answers_are_survived(
        answers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8),
    ) {
        let (report, card) = tap_sequence(answers);
        assert_sane(&report, &card);
    }

    #[test]
    fn random_answers_in_a_random_field_come_to_an_end_after_four_taps(
        field in prop::collection::vec(0..3_usize, 0..80),
        answers in prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..12)), 0..24),
    ) {
        let good = good_answers();
        let answer = |(place, other): (usize, Option<Vec<u8>>)| {
            other.unwrap_or_else(|| good[place % good.len()].clone())
        };
        let found = [Presence::Nobody, Presence::OneCard, Presence::SeveralCards];
        let mut card = Sequence {
            answers: answers.into_iter().enumerate().map(answer).collect::<Vec<_>>().into_iter(),
            field: field.into_iter().map(|which| found[which]).collect::<Vec<_>>().into_iter(),
            commands: 0,
            resets: 0,
        };
        let terminal = Terminal::new(Config::default());
        let mut attempt = Some(terminal.start(&purchase(1234)));
        let mut taps = 0;
        while let Some(waiting) = attempt {
            let tapped = waiting.tap(&mut card, &mut { NUMBER });
            taps += 1;
            prop_assert!(!matches!(tapped.report.outcome, Outcome::Approved(_)));
            attempt = tapped.again;
        }
        prop_assert!(taps <= 4);
        prop_assert!(card.resets >= taps && card.commands <= 4 * 65);
    }

    #[test]
    fn a_random_answer_after_good_ones_is_survived(
        good in 0..4_usize,
        body in prop::collection::vec(any::<u8>(), 0..257),
        rest in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..4),
    ) {
        let mut answers = good_answers();
        answers.truncate(good);
        answers.push([body, vec![0x90, 0x00]].concat());
        answers.extend(rest);
        let (report, card) = tap_sequence(answers);
        assert_sane(&report, &card);
    }

    #[test]
    fn good_answers_with_octets_changed_are_survived(
        changes in prop::collection::vec((0..4_usize, any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut answers = good_answers();
        for (which, place, octet) in changes {
            let answer = &mut answers[which];
            let place = place.index(answer.len());
            answer[place] = octet;
        }
        let (report, card) = tap_sequence(answers);
        assert_sane(&report, &card);
    }

    #[test]
    fn good_answers_cut_short_are_survived(which in 0..4_usize, length in 0..200_usize, ok in any::<bool>()) {
        let mut answers = good_answers();
        answers[which].truncate(length);
        if ok {
            answers[which].extend([0x90, 0x00]);
        }
        let (report, card) = tap_sequence(answers);
        assert_sane(&report, &card);
    }

    #[test]
    fn random_objects_in_the_right_templates_are_survived(
        objects in prop::collection::vec((0..GPO.len() + 4, prop::collection::vec(any::<u8>(), 0..20)), 0..12),
    ) {
        let extra = ["94", "9F27", "9F63", "DF01"];
        let body: String = objects
            .iter()
            .map(|(which, value)| {
                let tag = GPO.get(*which).map_or_else(|| extra[which - GPO.len()], |(tag, _)| tag);
                tlv(tag, &hex::encode(value))
            })
            .collect();
        let mut answers = good_answers();
        answers[3] = octets(&format!("{}9000", tlv("77", &body)));
        let (report, card) = tap_sequence(answers);
        assert_sane(&report, &card);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn a_default_file_with_characters_changed_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 1..4),
    ) {
        let mut text: Vec<_> = Config::DEFAULT_TOML.chars().collect();
        for (place, character) in changes {
            let place = place.index(text.len());
            text[place] = character;
        }
        let text: String = text.into_iter().collect();
        if let Err(error) = Config::from_toml(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_text_is_an_exception_file_or_names_a_line_of_it(text in "[0-9a-fA-F# \n]{0,400}") {
        let lines = text.lines().count();
        match ExceptionFile::parse(&text) {
            Ok(file) => prop_assert!(file.len() <= lines),
            Err(error) => prop_assert!((1..=lines).contains(&error.line)),
        }
    }
}

#[test]
fn every_prefix_and_every_single_bit_of_good_answers_is_survived() {
    let good = good_answers();
    for (which, answer) in good.iter().enumerate() {
        for length in 0..answer.len() {
            let mut answers = good.clone();
            answers[which].truncate(length);
            let (report, card) = tap_sequence(answers);
            assert_sane(&report, &card);
            let needed = which != 2;
            assert!(!needed || !matches!(report.outcome, Outcome::OnlineRequest(_)));
        }
        for bit in 0..answer.len() * 8 {
            let mut answers = good.clone();
            answers[which][bit / 8] ^= 1 << (bit % 8);
            let (report, card) = tap_sequence(answers);
            assert_sane(&report, &card);
        }
    }
}
