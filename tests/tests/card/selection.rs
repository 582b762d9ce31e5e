//! PPSE, SELECT, GET DATA: the applications and data that a reader finds.

use understudy_core::card::{CardId, Event, Profile, Slot, Standing, StateKind, Usage};
use understudy_core::crypto::Atc;
use understudy_core::wire::tlv::Tag;
use understudy_tests::{
    GpoData, PPSE, ProfileSpec, TestCard, UNIONPAY_DEBIT, get_data, select, select_next,
};

#[test]
fn the_directory_lists_the_application_of_the_presented_card() {
    let expected = "6F 2F 84 0E 325041592E5359532E4444463031 A5 1D BF0C 1A \
        61 18 4F 08 A000000333010101 50 09 517569636B50617373 87 01 01 9000";
    let answer = TestCard::default().answer(&select(PPSE));
    assert_eq!(hex::encode_upper(answer), expected.replace(' ', ""));
}

#[test]
fn an_application_is_found_by_its_full_name_and_by_the_beginning_of_it() {
    for length in 5..=8 {
        let mut card = TestCard::default();
        let answer = card.answer(&select(&UNIONPAY_DEBIT[..length]));
        let fci = "6F 3B 84 08 A000000333010101 A5 2F 50 09 517569636B50617373 87 01 01";
        let pdol = "9F38 1E 9F66049F02069F03069F1A0295055F2A029A039C019F37049F21039F4E14 9000";
        assert_eq!(
            hex::encode_upper(answer),
            format!("{fci}{pdol}").replace(' ', "")
        );
        assert_eq!(card.tap.state(), StateKind::Selected);
    }
}

#[test]
fn the_next_occurrence_walks_the_card_s_applications_and_ends() {
    let mut spec = ProfileSpec::default();
    let credit = [&UNIONPAY_DEBIT[..7], &[0x02]].concat();
    spec.applications.push((credit.clone(), "Credit", 2));
    let mut card = TestCard::new(&spec);
    let rid = &UNIONPAY_DEBIT[..5];
    assert!(
        card.answer(&select(rid))
            .windows(8)
            .any(|name| name == UNIONPAY_DEBIT)
    );
    assert!(
        card.answer(&select_next(rid))
            .windows(8)
            .any(|name| name == credit)
    );
    assert_eq!(card.status(&select_next(rid)), 0x6A82);
    assert_eq!(
        card.tap.state(),
        StateKind::Selected,
        "the credit application stays selected"
    );
}

#[test]
fn a_card_that_is_suspended_or_not_presented_looks_like_none() {
    let none = {
        let mut card = TestCard::default();
        card.slots.clear();
        [
            card.answer(&select(PPSE)),
            card.answer(&select(UNIONPAY_DEBIT)),
        ]
    };
    let mut suspended = TestCard::default();
    suspended.slots[0].standing = Standing::Suspended;
    let mut hidden = TestCard {
        presented: None,
        ..TestCard::default()
    };
    let mut other = TestCard {
        presented: Some(CardId(2)),
        ..TestCard::default()
    };
    for card in [&mut suspended, &mut hidden, &mut other] {
        assert_eq!(
            [
                card.answer(&select(PPSE)),
                card.answer(&select(UNIONPAY_DEBIT))
            ],
            none
        );
    }
    assert_eq!(none, [[0x6A, 0x82], [0x6A, 0x82]]);
}

#[test]
fn only_the_presented_card_s_applications_are_selectable() {
    let mut card = TestCard::default();
    let spec = ProfileSpec {
        applications: vec![(vec![0xA0, 0x00, 0x00, 0x00, 0x04, 0x10, 0x10], "Other", 1)],
        ..ProfileSpec::default()
    };
    let profile = Profile::parse(spec.octets()).expect("valid");
    card.slots.push(Slot {
        id: CardId(2),
        profile,
        standing: Standing::Active,
    });
    let other = [0xA0, 0x00, 0x00, 0x00, 0x04, 0x10, 0x10];
    assert_eq!(card.status(&select(&other)), 0x6A82);
    card.presented = Some(CardId(2));
    assert_eq!(card.status(&select(&other)), 0x9000);
    assert_eq!(card.status(&select(UNIONPAY_DEBIT)), 0x6A82);
}

#[test]
fn a_card_that_goes_between_select_and_gpo_spends_nothing() {
    let gone: [fn(&mut TestCard); 3] = [
        |card| card.slots.clear(),
        |card| card.slots[0].standing = Standing::Suspended,
        |card| card.presented = None,
    ];
    for go in gone {
        let mut card = TestCard::in_state(StateKind::Selected);
        go(&mut card);
        assert_eq!(card.status(&GpoData::default().command()), 0x6985);
        assert!(card.env.payments.is_empty());
    }
}

/// A reader's command, or a change of the presented card between commands.
#[derive(Clone, Copy, Debug)]
enum Step {
    Present(Option<CardId>),
    Select,
    Next,
    Gpo,
    GetData,
}

const STEPS: [Step; 7] = [
    Step::Present(Some(CardId(1))),
    Step::Present(Some(CardId(2))),
    Step::Present(None),
    Step::Select,
    Step::Next,
    Step::Gpo,
    Step::GetData,
];

/// The rule for two cards of one AID with two applications each, written down without the card's
/// states: the card and application that were selected, and true once their cryptogram is made.
#[derive(Clone, Copy, Default)]
struct Rule {
    presented: Option<CardId>,
    chosen: Option<(CardId, usize, bool)>,
}

impl Rule {
    /// The expected status word, and the card of the cryptogram.
    fn expect(&mut self, step: Step) -> (u16, Option<CardId>) {
        let presented = self.presented;
        let chosen = self.chosen.filter(|(card, ..)| Some(*card) == presented);
        match (step, chosen) {
            (Step::Select, _) => {
                self.chosen = presented.map_or(self.chosen, |card| Some((card, 0, false)));
                (presented.map_or(0x6A82, |_| 0x9000), None)
            }
            (Step::Next, Some((card, 0, false))) => {
                self.chosen = Some((card, 1, false));
                (0x9000, None)
            }
            (Step::Next, _) => (0x6A82, None),
            (Step::Gpo, Some((card, application, false))) => {
                self.chosen = Some((card, application, true));
                (0x9000, Some(card))
            }
            (Step::GetData, Some(_)) => (0x9000, None),
            (Step::Gpo | Step::GetData, _) => (0x6985, None),
            (Step::Present(_), _) => unreachable!("no command"),
        }
    }
}

/// Two cards of one AID whose tracks differ.
fn two_cards() -> TestCard {
    let mut spec = ProfileSpec::default();
    let second = [&UNIONPAY_DEBIT[..7], &[0x02]].concat();
    spec.applications.push((second, "Credit", 2));
    let mut card = TestCard::new(&spec);
    spec.track2[12] = 0x24;
    let profile = Profile::parse(spec.octets()).expect("valid");
    card.slots.push(Slot {
        id: CardId(2),
        profile,
        standing: Standing::Active,
    });
    card
}

/// Takes one step and compares the card with the rule; true for a GET PROCESSING OPTIONS to a card
/// that had been replaced by another.
fn take(card: &mut TestCard, rule: &mut Rule, step: Step, so_far: &[Step]) -> bool {
    let command = match step {
        Step::Present(id) => {
            (card.presented, rule.presented) = (id, id);
            return false;
        }
        Step::Select => select(&UNIONPAY_DEBIT[..7]),
        Step::Next => select_next(&UNIONPAY_DEBIT[..7]),
        Step::Gpo => GpoData::default().command(),
        Step::GetData => get_data([0x9F, 0x36]),
    };
    let exchanged = rule
        .chosen
        .is_some_and(|(card, _, made)| rule.presented.is_some_and(|now| now != card) && !made);
    let paid = card.env.payments.len();
    let answer = card.answer(&command);
    let (status, payer) = rule.expect(step);
    assert_eq!(
        answer[answer.len() - 2..],
        status.to_be_bytes(),
        "{so_far:?}"
    );
    let payers: Vec<_> = card.env.payments[paid..]
        .iter()
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(payers, Vec::from_iter(payer), "{so_far:?}");
    if let Some(CardId(payer)) = payer {
        let own = if payer == 1 { 0x00 } else { 0x24 };
        let track2 = [0xD3, 0x01, 0x22, 0x01, own];
        assert!(
            answer.windows(5).any(|octets| octets == track2),
            "{so_far:?}"
        );
    }
    exchanged && matches!(step, Step::Gpo)
}

#[test]
fn a_card_that_was_selected_is_never_exchanged_for_the_one_that_is_presented_since() {
    const LENGTH: u32 = 5;
    let mut exchanged = 0;
    for number in 0..STEPS.len().pow(LENGTH) {
        let steps: Vec<_> = (0..LENGTH)
            .map(|place| STEPS[number / STEPS.len().pow(place) % STEPS.len()])
            .collect();
        let mut card = two_cards();
        let mut rule = Rule {
            presented: card.presented,
            chosen: None,
        };
        for (at, step) in steps.iter().enumerate() {
            card.env.usage = Usage::default();
            exchanged += usize::from(take(&mut card, &mut rule, *step, &steps[..=at]));
        }
    }
    assert!(exchanged > 100, "the case was reached: {exchanged}");
}

#[test]
fn the_loss_of_the_field_names_the_card_that_paid_whatever_is_presented_since() {
    let mut card = two_cards();
    card.pay(&GpoData::default());
    card.presented = Some(CardId(2));
    card.tap.field_lost(&mut card.env);
    let after = Some((CardId(1), Atc::new(1).expect("a counter")));
    assert_eq!(card.env.events.last(), Some(&Event::FieldLost { after }));
}

#[test]
fn get_data_gives_counter_and_currency_and_nothing_else() {
    let mut card = TestCard::in_state(StateKind::Complete);
    let known = [
        ([0x9F, 0x36], "9F36 02 0001"),
        ([0x9F, 0x13], "9F13 02 0000"),
        ([0x9F, 0x51], "9F51 02 0156"),
        ([0xDF, 0x71], "DF71 02 0156"),
    ];
    for (tag, expected) in known {
        let expected = format!("{expected}9000").replace(' ', "");
        assert_eq!(hex::encode_upper(card.answer(&get_data(tag))), expected);
    }
    for tag in 0..=u16::MAX {
        let tag = tag.to_be_bytes();
        if !known.iter().any(|(known, _)| *known == tag) {
            assert_eq!(card.status(&get_data(tag)), 0x6A88, "{tag:02X?}");
        }
    }
    assert_eq!(card.tap.state(), StateKind::Complete);
}

#[test]
fn optional_data_stands_where_it_is_personalised() {
    let mut spec = ProfileSpec::default();
    spec.more.push((Tag::new(0x5F2D), b"zhen".to_vec()));
    spec.more
        .push((Tag::new(0xBF0C), vec![0x9F, 0x4D, 0x02, 0x0B, 0x0A]));
    spec.more.push((Tag::new(0x9F19), vec![0x01; 6]));
    let mut card = TestCard::new(&spec);
    let fci = hex::encode_upper(card.answer(&select(UNIONPAY_DEBIT)));
    assert!(fci.contains("5F2D047A68656E"));
    assert!(fci.ends_with("BF0C059F4D020B0A9000"));
    let answer = hex::encode_upper(card.pay(&GpoData::default()));
    assert!(answer.contains("9F1906010101010101"));
}
