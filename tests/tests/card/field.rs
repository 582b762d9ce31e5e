//! Arbitrary octets from the field: an answer, no panic, no key without a cryptogram, no
//! allocation.

use std::hint::black_box;

use allocation_counter::measure;
use understudy_core::card::{Directory, StateKind};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::status::StatusWord;
use understudy_tests::{
    AcData, GpoData, MASTERCARD, PPSE, TestCard, TestEnv, UNIONPAY_DEBIT, VISA, get_data, gpo,
    read_record, select, select_next,
};

/// The status words that this card can answer.
const KNOWN: [StatusWord; 10] = [
    StatusWord::SUCCESS,
    StatusWord::WRONG_LENGTH,
    StatusWord::CONDITIONS_NOT_SATISFIED,
    StatusWord::CONSUMER_MUST_ACT,
    StatusWord::NOT_FOUND,
    StatusWord::RECORD_NOT_FOUND,
    StatusWord::INCORRECT_P1_P2,
    StatusWord::REFERENCED_DATA_NOT_FOUND,
    StatusWord::INSTRUCTION_NOT_SUPPORTED,
    StatusWord::CLASS_NOT_SUPPORTED,
];

/// Sends `octets` and checks the properties that hold for any octets.
fn send(card: &mut TestCard, octets: &[u8]) {
    let (before, spent) = (card.tap.state(), card.env.payments.len());
    let answer = card.answer(octets);
    assert!((2..=ANSWER_MAX).contains(&answer.len()));
    let status = answer
        .last_chunk()
        .map(|octets| StatusWord(u16::from_be_bytes(*octets)));
    let status = status.expect("a status word");
    assert!(KNOWN.contains(&status), "{status}");
    assert!(answer.len() == 2 || status == StatusWord::SUCCESS);
    let asked = matches!(before, StateKind::Selected | StateKind::Initiated);
    let cryptogram = asked && card.tap.state() == StateKind::Complete;
    assert_eq!(card.env.payments.len() - spent, usize::from(cryptogram));
    if cryptogram {
        assert_eq!(status, StatusWord::SUCCESS);
        assert!(answer.windows(3).any(|window| window == [0x9F, 0x26, 0x08]));
    }
}

fn valid_commands() -> Vec<Vec<u8>> {
    let pdol_data = GpoData::default().octets();
    let extended = [
        &[0x80, 0xA8, 0, 0, 0, 0, 58, 0x83, 56],
        &pdol_data[..],
        &[0, 0],
    ]
    .concat();
    vec![
        select(PPSE),
        select(UNIONPAY_DEBIT),
        select(&UNIONPAY_DEBIT[..7]),
        select(VISA),
        select(MASTERCARD),
        select_next(UNIONPAY_DEBIT),
        gpo(&pdol_data),
        extended,
        gpo(&[]),
        read_record(1, 1),
        AcData::default().command(0x80),
        get_data([0x9F, 0x36]),
    ]
}

#[test]
fn every_prefix_of_every_command_is_answered_in_every_state() {
    for command in valid_commands() {
        for length in 0..=command.len() {
            for state in StateKind::ALL {
                send(&mut TestCard::in_state(*state), &command[..length]);
            }
        }
    }
}

#[test]
fn every_octet_of_every_command_may_take_any_value_in_every_state() {
    for command in valid_commands() {
        for place in 0..command.len() {
            for value in 0..=u8::MAX {
                let mut command = command.clone();
                command[place] = value;
                for state in StateKind::ALL {
                    send(&mut TestCard::in_state(*state), &command);
                }
            }
        }
    }
}

#[test]
fn any_length_up_to_64_kib_is_answered() {
    let fillings: [fn(usize) -> u8; 3] = [
        |_| 0x00,
        |_| 0xFF,
        |place| u8::try_from(place * 131 % 251).expect("below 251"),
    ];
    for filling in fillings {
        let octets: Vec<u8> = (0..=65_536).map(filling).collect();
        let mut card = TestCard::in_state(StateKind::Selected);
        for length in (0..=65_536).step_by(13).chain([65_535, 65_536]) {
            send(&mut card, &octets[..length]);
        }
    }
}

#[test]
fn a_header_in_front_of_64_kib_is_answered_in_every_state() {
    for command in valid_commands() {
        for state in StateKind::ALL {
            let mut long = command.clone();
            long.resize(65_536, 0x5A);
            send(&mut TestCard::in_state(*state), &long);
        }
    }
}

/// Pseudo-random numbers that are the same in every run (Marsaglia's xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn octet(&mut self) -> u8 {
        u8::try_from(self.below(256)).expect("an octet")
    }
}

#[test]
fn ten_million_distorted_commands_are_answered() {
    let commands = valid_commands();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let mut card = TestCard::of_every_scheme();
    let mut command = Vec::new();
    let mut reached = [0_u32; 5];
    for _ in 0..10_000_000 {
        command.clone_from(&commands[numbers.below(commands.len())]);
        for _ in 0..numbers.below(3) {
            match numbers.below(4) {
                0 => command.truncate(numbers.below(command.len() + 1)),
                1 => command.push(numbers.octet()),
                _ => {
                    let place = numbers.below(command.len() + 1);
                    if let Some(octet) = command.get_mut(place) {
                        *octet = numbers.octet();
                    }
                }
            }
        }
        send(&mut card, &command);
        let state = StateKind::ALL
            .iter()
            .position(|kind| *kind == card.tap.state());
        reached[state.expect("a state")] += 1;
        if numbers.below(64) == 0 {
            card.tap.field_lost(&mut card.env);
            card.env = TestEnv::default();
            card.presented = Some(card.slots[numbers.below(3)].id);
        }
    }
    assert!(reached.iter().all(|times| *times > 100_000), "{reached:?}");
}

#[test]
fn nothing_is_allocated_between_entry_and_return() {
    let mut card = TestCard::of_every_scheme();
    card.env.payments.reserve(64);
    let mut commands = valid_commands();
    commands.extend([
        vec![0x80, 0xAE, 0x80, 0x00, 0x00],
        vec![0xFF; 300],
        Vec::new(),
    ]);
    let mut answered = 0;
    for round in 0..6 {
        card.presented = Some(card.slots[round % 3].id);
        for command in &commands {
            card.env.events.clear();
            let cards = Directory {
                slots: &card.slots,
                presented: card.presented,
            };
            let mut buffer = [0; ANSWER_MAX];
            let info = measure(|| {
                let answer = card.tap.process(command, cards, &mut card.env, &mut buffer);
                answered += usize::from(answer.ends_with(&[0x90, 0x00]));
            });
            assert_eq!(info.count_total, 0);
        }
    }
    assert!(answered > 10, "whole taps were measured");
    let paid = |card: &TestCard, id| card.env.payments.iter().any(|(paid, _)| *paid == id);
    assert!(card.slots.iter().all(|slot| paid(&card, slot.id)));
    let control = measure(|| drop(black_box(Box::new(1))));
    assert_eq!(control.count_total, 1, "the counter counts");
}
