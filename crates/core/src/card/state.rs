//! The conversation as a machine of states. Every state is a type, every step consumes it, and a
//! refused command leaves it as it was.

use super::gpo::Answered;
use super::instruction::{Instruction, Requested};
use super::named::named;
use super::refusal::Refused;
use super::{CardId, Directory, Env, Event, Refusal, cryptogram, gpo, select};
use crate::crypto::Atc;
use crate::wire::tags;
use crate::wire::tlv::{Tag, Writer};

named! {
    /// The states by name, for the table of states and instructions.
    pub enum StateKind {
        /// Nothing is selected.
        Idle = "Idle",
        /// The PPSE was selected.
        Directory = "Directory",
        /// An application was selected.
        Selected = "Selected",
        /// The records were named, and the cryptogram is still to be asked for.
        Initiated = "Initiated",
        /// A cryptogram was answered.
        Complete = "Complete",
    }
}

/// The state of the conversation.
#[derive(Debug, Default)]
pub(super) enum State {
    #[default]
    Idle,
    Directory,
    Selected(Selected),
    Initiated(Initiated),
    Complete(Complete),
}

/// An application was selected; no cryptogram has been made.
#[derive(Debug)]
pub(super) struct Selected {
    card: CardId,
    application: usize,
}

/// The records were named; the cryptogram has not been asked for.
#[derive(Debug)]
pub(super) struct Initiated {
    card: CardId,
}

/// A cryptogram was answered; there is no second one without a SELECT.
#[derive(Debug)]
pub(super) struct Complete {
    card: CardId,
    atc: Atc,
}

type Step = (State, Result<(), Refused>);

impl State {
    pub(super) fn step<B: AsRef<[u8]>>(
        self,
        instruction: Instruction<'_>,
        cards: Directory<'_, B>,
        env: &mut impl Env,
        body: &mut Writer<'_>,
    ) -> Step {
        match (instruction, self) {
            (Instruction::SelectDirectory, state) => state.moved(select_directory(cards, body)),
            (Instruction::SelectApplication { name }, state) => {
                state.moved(select_application(name, 0, cards, env, body))
            }
            (Instruction::SelectNext { name }, Self::Selected(selected)) => {
                selected.next(name, cards, env, body)
            }
            (Instruction::GetProcessingOptions { pdol_data }, Self::Selected(selected)) => {
                selected.get_processing_options(pdol_data, cards, env, body)
            }
            (
                Instruction::GenerateAc {
                    requested,
                    cdol_data,
                },
                Self::Initiated(initiated),
            ) => initiated.generate_ac(requested, cdol_data, cards, env, body),
            (
                Instruction::ReadRecord { file, number },
                state @ (Self::Initiated(_) | Self::Complete(_)),
            ) => {
                let result = read_record(file, number, state.card(), cards, body);
                state.stayed(result)
            }
            (
                Instruction::GetData { tag },
                state @ (Self::Selected(_) | Self::Initiated(_) | Self::Complete(_)),
            ) => {
                let result = get_data(tag, state.card(), cards, env, body);
                state.stayed(result)
            }
            (Instruction::ReadRecord { .. }, state @ Self::Selected(_)) => {
                state.refused(Refusal::RecordNotFound)
            }
            (Instruction::SelectNext { .. }, state) => state.refused(Refusal::NotFound),
            (
                Instruction::GetProcessingOptions { .. }
                | Instruction::ReadRecord { .. }
                | Instruction::GenerateAc { .. }
                | Instruction::GetData { .. },
                state,
            ) => state.refused(Refusal::OutOfOrder),
        }
    }

    /// The next state: the new one on success, otherwise this one.
    fn moved(self, result: Result<Self, Refusal>) -> Step {
        match result {
            Ok(state) => (state, Ok(())),
            Err(refusal) => self.refused(refusal),
        }
    }

    /// This state, whatever came of a command that changes none.
    fn stayed(self, result: Result<(), Refusal>) -> Step {
        (self, result.map_err(Refused::from))
    }

    pub(super) fn refused(self, refusal: Refusal) -> Step {
        (self, Err(refusal.into()))
    }

    /// The card that is selected.
    pub(super) fn card(&self) -> Option<CardId> {
        match self {
            Self::Idle | Self::Directory => None,
            Self::Selected(Selected { card, .. })
            | Self::Initiated(Initiated { card })
            | Self::Complete(Complete { card, .. }) => Some(*card),
        }
    }

    /// The card and the counter of the cryptogram that was answered.
    pub(super) fn cryptogram(&self) -> Option<(CardId, Atc)> {
        match self {
            Self::Complete(Complete { card, atc }) => Some((*card, *atc)),
            Self::Idle | Self::Directory | Self::Selected(_) | Self::Initiated(_) => None,
        }
    }

    pub(super) const fn kind(&self) -> StateKind {
        match self {
            Self::Idle => StateKind::Idle,
            Self::Directory => StateKind::Directory,
            Self::Selected(_) => StateKind::Selected,
            Self::Initiated(_) => StateKind::Initiated,
            Self::Complete(_) => StateKind::Complete,
        }
    }
}

impl Selected {
    /// The next application of the same card with the same (partial) name, EMV Book 1 §12.3.3.
    /// There is none once another card is presented.
    fn next<B: AsRef<[u8]>>(
        self,
        name: &[u8],
        cards: Directory<'_, B>,
        env: &mut impl Env,
        body: &mut Writer<'_>,
    ) -> Step {
        let result = cards
            .still(self.card)
            .ok_or(Refusal::NotFound)
            .and_then(|_| select_application(name, self.application + 1, cards, env, body));
        State::Selected(self).moved(result)
    }

    fn get_processing_options<B: AsRef<[u8]>>(
        self,
        pdol_data: &[u8],
        cards: Directory<'_, B>,
        env: &mut impl Env,
        body: &mut Writer<'_>,
    ) -> Step {
        let Some(slot) = cards.still(self.card) else {
            return State::Selected(self).refused(Refusal::CardGone);
        };
        let card = self.card;
        let state = match gpo::answer(slot, pdol_data, env, body) {
            Ok(Answered::Cryptogram(atc)) => State::Complete(Complete { card, atc }),
            Ok(Answered::Way) => State::Initiated(Initiated { card }),
            Err(refused) => return (State::Selected(self), Err(refused)),
        };
        (state, Ok(()))
    }
}

impl Initiated {
    /// GENERATE AC (EMV Book 3 §6.5.5): one cryptogram, after which there is no second.
    fn generate_ac<B: AsRef<[u8]>>(
        self,
        requested: Requested,
        cdol_data: &[u8],
        cards: Directory<'_, B>,
        env: &mut impl Env,
        body: &mut Writer<'_>,
    ) -> Step {
        let Some(slot) = cards.still(self.card) else {
            return State::Initiated(self).refused(Refusal::CardGone);
        };
        let card = self.card;
        match cryptogram::answer(slot, requested, cdol_data, env, body) {
            Ok(atc) => (State::Complete(Complete { card, atc }), Ok(())),
            Err(refused) => (State::Initiated(self), Err(refused)),
        }
    }
}

fn select_directory<B: AsRef<[u8]>>(
    cards: Directory<'_, B>,
    body: &mut Writer<'_>,
) -> Result<State, Refusal> {
    let slot = cards.visible().ok_or(Refusal::NotFound)?;
    select::emit_directory(&slot.profile, body)?;
    Ok(State::Directory)
}

fn select_application<B: AsRef<[u8]>>(
    name: &[u8],
    from: usize,
    cards: Directory<'_, B>,
    env: &mut impl Env,
    body: &mut Writer<'_>,
) -> Result<State, Refusal> {
    let slot = cards.visible().ok_or(Refusal::NotFound)?;
    let (number, application) = select::find(&slot.profile, name, from)?;
    select::emit_application(&slot.profile, &application, body)?;
    env.observe(Event::Selected { card: slot.id });
    Ok(State::Selected(Selected {
        card: slot.id,
        application: number,
    }))
}

/// READ RECORD (EMV Book 3 §6.5.11), of the records that the AFL names and no others.
fn read_record<B: AsRef<[u8]>>(
    file: u8,
    number: u8,
    card: Option<CardId>,
    cards: Directory<'_, B>,
    body: &mut Writer<'_>,
) -> Result<(), Refusal> {
    let slot = card.and_then(|card| cards.still(card));
    let profile = &slot.ok_or(Refusal::CardGone)?.profile;
    let record = profile.record(file, number);
    let record = record.ok_or(Refusal::RecordNotFound)?;
    Ok(body.object(tags::RECORD_TEMPLATE, record)?)
}

/// GET DATA (JR/T 0025.12 §7.4): the counter `9F36`, the counter of the last online tap `9F13`
/// (always zero on a card without offline taps), and the currency where the scheme has a tag for
/// it. Changes nothing.
fn get_data<B: AsRef<[u8]>>(
    tag: Tag,
    card: Option<CardId>,
    cards: Directory<'_, B>,
    env: &impl Env,
    body: &mut Writer<'_>,
) -> Result<(), Refusal> {
    let slot = card.and_then(|card| cards.still(card));
    let slot = slot.ok_or(Refusal::CardGone)?;
    let value = match tag {
        tags::ATC => env.ledger(slot.id).last_atc.map_or([0; 2], Atc::octets),
        tags::LAST_ONLINE_ATC_REGISTER => [0; 2],
        tag if slot.profile.scheme().is_currency(tag) => slot.profile.limits().currency.to_bcd(),
        _ => return Err(Refusal::DataNotFound),
    };
    Ok(body.object(tag, &value)?)
}
