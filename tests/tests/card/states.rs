//! The table of states and instructions in `docs/architecture.md`, compared in both directions.

use std::collections::BTreeMap;

use understudy_core::card::{InstructionKind, StateKind};
use understudy_tests::{
    AcData, GpoData, MASTERCARD, PPSE, ProfileSpec, TestCard, UNIONPAY_DEBIT, get_data, gpo,
    read_record, select, select_next,
};

/// Status word, next state, clause.
type Row = (u16, String, String);

fn table() -> BTreeMap<(String, String), Row> {
    let text = include_str!("../../../docs/architecture.md");
    let (_, rest) = text
        .split_once("<!-- state table -->")
        .expect("the table's beginning");
    let (table, _) = rest
        .split_once("<!-- end of state table -->")
        .expect("the table's end");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    let mut cells_by_key = BTreeMap::new();
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [state, instruction, status, next, clause] = cells[..] else {
            panic!("five columns: {row}");
        };
        let status = u16::from_str_radix(status, 16).expect("a status word");
        let value = (status, next.to_owned(), clause.to_owned());
        let twice = cells_by_key.insert((state.to_owned(), instruction.to_owned()), value);
        assert!(twice.is_none(), "one row each: {row}");
    }
    cells_by_key
}

/// The two kinds of card, in the order of the table's next states.
#[derive(Clone, Copy, Debug)]
enum Kind {
    UnionPay,
    Mastercard,
}

impl Kind {
    /// A card with two applications, so that there is a next one to select, and a record.
    fn spec(self) -> ProfileSpec {
        match self {
            Self::UnionPay => {
                let mut spec = ProfileSpec::default();
                let credit = [&UNIONPAY_DEBIT[..7], &[0x02]].concat();
                spec.applications.push((credit, "QuickPass Credit", 2));
                let expiry = [0x5F, 0x24, 0x03, 0x30, 0x12, 0x31];
                spec.records.push(([0x01, 0x01], expiry.to_vec()));
                spec
            }
            Self::Mastercard => {
                let mut spec = ProfileSpec::mastercard();
                let maestro = [&MASTERCARD[..5], &[0x30, 0x60]].concat();
                spec.applications.push((maestro, "Maestro", 2));
                spec
            }
        }
    }

    fn card_in(self, state: StateKind) -> TestCard {
        let mut card = match self {
            Self::UnionPay => TestCard::in_state(state),
            Self::Mastercard => TestCard::mastercard_in(state),
        };
        card.slots = TestCard::new(&self.spec()).slots;
        card
    }

    fn states(self) -> impl Iterator<Item = StateKind> {
        StateKind::ALL
            .iter()
            .copied()
            .filter(move |state| matches!(self, Self::Mastercard) || *state != StateKind::Initiated)
    }

    /// A well-formed command, which is executed in a state that allows it.
    fn command(self, instruction: InstructionKind) -> Vec<u8> {
        let (aid, initiate) = match self {
            Self::UnionPay => (UNIONPAY_DEBIT, GpoData::default().command()),
            Self::Mastercard => (MASTERCARD, gpo(&[])),
        };
        match instruction {
            InstructionKind::SelectDirectory => select(PPSE),
            InstructionKind::SelectApplication => select(aid),
            InstructionKind::SelectNext => select_next(&aid[..5]),
            InstructionKind::GetProcessingOptions => initiate,
            InstructionKind::ReadRecord => read_record(1, 1),
            InstructionKind::GenerateAc => AcData::default().command(0x80),
            InstructionKind::GetData => get_data([0x9F, 0x36]),
        }
    }
}

#[test]
fn every_state_answers_every_instruction_as_the_table_says() {
    let table = table();
    for kind in [Kind::UnionPay, Kind::Mastercard] {
        for state in kind.states() {
            for instruction in InstructionKind::ALL {
                let key = (state.name().to_owned(), instruction.name().to_owned());
                let (status, next, _) = table
                    .get(&key)
                    .unwrap_or_else(|| panic!("the table lacks {key:?}"));
                let next = next.split_once(", ").map_or(&**next, |(first, second)| {
                    if matches!(kind, Kind::UnionPay) {
                        first
                    } else {
                        second
                    }
                });
                let mut card = kind.card_in(state);
                let answered = card.status(&kind.command(*instruction));
                assert_eq!(answered, *status, "{kind:?} {key:?}");
                assert_eq!(card.tap.state().name(), next, "{kind:?} {key:?}");
            }
        }
    }
}

#[test]
fn every_row_of_the_table_is_a_state_and_an_instruction_with_a_clause() {
    for ((state, instruction), (_, _, clause)) in table() {
        assert!(
            StateKind::ALL.iter().any(|known| known.name() == state),
            "{state}"
        );
        let known = |kind: &InstructionKind| kind.name() == instruction;
        assert!(InstructionKind::ALL.iter().any(known), "{instruction}");
        assert!(clause.contains('§'), "{state}, {instruction}: {clause}");
    }
}

#[test]
fn a_refused_command_leaves_every_state_as_it_was() {
    let refused: &[&[u8]] = &[
        &[],
        &[0x00, 0xA4, 0x04],
        &[0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00],
        &[0x00, 0xA4, 0x04, 0x01, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x33],
        &[
            0x00, 0xA4, 0x04, 0x00, 0x07, 0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10,
        ],
        &[0x80, 0xAE, 0x80, 0x00, 0x00],
        &[0x80, 0xAE, 0x90, 0x00, 0x01, 0x00, 0x00],
        &[0x80, 0xAE, 0xC0, 0x00, 0x01, 0x00, 0x00],
        &[0x00, 0xB2, 0x02, 0x0C, 0x00],
        &[0x00, 0xC0, 0x00, 0x00, 0x00],
        &[0x84, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00],
        &[0x80, 0xA8, 0x00, 0x00, 0x02, 0x83, 0x00, 0x00],
    ];
    for state in StateKind::ALL {
        for command in refused {
            let mut card = TestCard::in_state(*state);
            let answer = card.answer(command);
            assert_eq!(answer.len(), 2, "no body behind an error");
            assert_ne!(answer, [0x90, 0x00]);
            assert_eq!(card.tap.state(), *state, "{command:02X?}");
        }
    }
}

#[test]
fn the_loss_of_the_field_ends_every_state() {
    for state in StateKind::ALL {
        let mut card = TestCard::in_state(*state);
        card.tap.field_lost(&mut card.env);
        assert_eq!(card.tap.state(), StateKind::Idle);
    }
}
