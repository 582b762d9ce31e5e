//! Cards that answer anything at all.

use proptest::prelude::*;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, find};
use understudy_pos::{LinkError, Outcome, TapReport, Transceive};

use super::support::*;

/// Answers one after another, then says nothing more.
struct Sequence {
    answers: std::vec::IntoIter<Vec<u8>>,
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
}

fn tap_sequence(answers: Vec<Vec<u8>>) -> (TapReport, Sequence) {
    let mut card = Sequence {
        answers: answers.into_iter(),
        commands: 0,
        resets: 0,
    };
    let terminal = understudy_pos::Terminal::new(understudy_pos::Config::default());
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

/// Whatever the card answered: one reset, no approval, the outcome's message last, and an online request only for an answer
/// that holds every mandatory object once.
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
