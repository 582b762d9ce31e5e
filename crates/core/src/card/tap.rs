//! The conversation with one reader, as a machine of states. Every state is a type, every step
//! consumes it, and a refused command leaves it as it was.

use core::mem;

use super::instruction::Instruction;
use super::named::named;
use super::refusal::Refused;
use super::{CardId, Directory, Env, Event, Refusal, gpo, select};
use crate::crypto::Atc;
use crate::wire::answer::{ANSWER_MAX, answer};
use crate::wire::tags;
use crate::wire::tlv::{Tag, Writer};

/// The conversation with one reader: owned, a few octets, no lifetime. `Default` is idle.
#[derive(Debug, Default)]
pub struct Tap {
    state: State,
}

named! {
    /// The states by name, for the table of states and instructions.
    pub enum StateKind {
        /// Nothing is selected.
        Idle = "Idle",
        /// The PPSE was selected.
        Directory = "Directory",
        /// An application was selected.
        Selected = "Selected",
        /// A cryptogram was answered.
        Complete = "Complete",
    }
}

impl Tap {
    /// Answers one command: 2 to 258 octets that end in a status word, for any octets at all.
    ///
    /// Never fails and never panics. A key is spent only by a GET PROCESSING OPTIONS that is
    /// answered with a cryptogram. If the environment unwinds, the tap is idle afterwards.
    pub fn process<'b, B: AsRef<[u8]>>(
        &mut self,
        apdu: &[u8],
        cards: Directory<'_, B>,
        env: &mut impl Env,
        buffer: &'b mut [u8; ANSWER_MAX],
    ) -> &'b [u8] {
        let state = mem::take(&mut self.state);
        answer(buffer, |body| {
            let card = state.card();
            let parsed = Instruction::parse(apdu);
            let instruction = parsed.as_ref().ok().map(Instruction::kind);
            let (state, result) = match parsed {
                Ok(instruction) => state.step(instruction, cards, env, body),
                Err(refusal) => state.refused(refusal),
            };
            self.state = state;
            result.map_err(|refused| {
                let Refused {
                    refusal,
                    amount,
                    merchant,
                } = refused;
                env.observe(Event::Refused {
                    card,
                    instruction,
                    refusal,
                    amount,
                    merchant,
                });
                refusal.status()
            })
        })
    }

    /// The reader's field went away: the normal end of a tap, and also that of a torn one.
    pub fn field_lost(&mut self, env: &mut impl Env) {
        let after = match mem::take(&mut self.state) {
            State::Complete(Complete { card, atc }) => Some((card, atc)),
            State::Idle | State::Directory | State::Selected(_) => None,
        };
        env.observe(Event::FieldLost { after });
    }

    /// The state of the conversation.
    #[must_use]
    pub fn state(&self) -> StateKind {
        match self.state {
            State::Idle => StateKind::Idle,
            State::Directory => StateKind::Directory,
            State::Selected(_) => StateKind::Selected,
            State::Complete(_) => StateKind::Complete,
        }
    }
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Directory,
    Selected(Selected),
    Complete(Complete),
}

/// An application was selected; no cryptogram has been made.
#[derive(Debug)]
struct Selected {
    card: CardId,
    application: usize,
}

/// A cryptogram was answered; there is no second one without a SELECT.
#[derive(Debug)]
struct Complete {
    card: CardId,
    atc: Atc,
}

type Step = (State, Result<(), Refused>);

impl State {
    fn step<B: AsRef<[u8]>>(
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
            (Instruction::GetData { tag }, Self::Selected(selected)) => {
                let result = get_data(tag, selected.card, cards, env, body);
                (Self::Selected(selected), result)
            }
            (Instruction::GetData { tag }, Self::Complete(complete)) => {
                let result = get_data(tag, complete.card, cards, env, body);
                (Self::Complete(complete), result)
            }
            (Instruction::ReadRecord, state @ (Self::Selected(_) | Self::Complete(_))) => {
                state.refused(Refusal::RecordNotFound)
            }
            (Instruction::SelectNext { .. }, state) => state.refused(Refusal::NotFound),
            (
                Instruction::GetProcessingOptions { .. }
                | Instruction::ReadRecord
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

    fn refused(self, refusal: Refusal) -> Step {
        (self, Err(refusal.into()))
    }

    fn card(&self) -> Option<CardId> {
        match self {
            Self::Idle | Self::Directory => None,
            Self::Selected(Selected { card, .. }) | Self::Complete(Complete { card, .. }) => {
                Some(*card)
            }
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
        match gpo::answer(slot, pdol_data, env, body) {
            Ok(atc) => (
                State::Complete(Complete {
                    card: self.card,
                    atc,
                }),
                Ok(()),
            ),
            Err(refused) => (State::Selected(self), Err(refused)),
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

/// GET DATA (JR/T 0025.12 §7.4): the counter `9F36`, the counter of the last online tap `9F13`
/// (always zero on a card without offline taps) and the currency. Changes nothing.
fn get_data<B: AsRef<[u8]>>(
    tag: Tag,
    card: CardId,
    cards: Directory<'_, B>,
    env: &impl Env,
    body: &mut Writer<'_>,
) -> Result<(), Refused> {
    let slot = cards.still(card).ok_or(Refusal::CardGone)?;
    let value = match tag {
        tags::ATC => env.ledger(card).last_atc.map_or([0; 2], Atc::octets),
        tags::LAST_ONLINE_ATC_REGISTER => [0; 2],
        tags::APPLICATION_CURRENCY_CODE_SCHEME | tags::ELECTRONIC_CASH_SECOND_CURRENCY_CODE => {
            slot.profile.limits().currency.to_bcd()
        }
        _ => return Err(Refusal::DataNotFound.into()),
    };
    Ok(body.object(tag, &value).map_err(Refusal::from)?)
}
