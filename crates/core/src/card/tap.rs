//! The conversation with one reader.

use core::mem;

use super::instruction::Instruction;
use super::refusal::Refused;
use super::state::State;
use super::{Directory, Env, Event, StateKind};
use crate::wire::answer::{ANSWER_MAX, answer};

/// The conversation with one reader: owned, a few octets, no lifetime. `Default` is idle.
#[derive(Debug, Default)]
pub struct Tap {
    state: State,
}

impl Tap {
    /// Answers one command: 2 to 258 octets that end in a status word, for any octets at all.
    ///
    /// Never fails and never panics. A key is spent only by a command that is answered with a
    /// cryptogram: GET PROCESSING OPTIONS or GENERATE AC, as the card's scheme has it. If the environment unwinds, the tap is idle afterwards.
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
        let after = mem::take(&mut self.state).cryptogram();
        env.observe(Event::FieldLost { after });
    }

    /// The state of the conversation.
    #[must_use]
    pub fn state(&self) -> StateKind {
        self.state.kind()
    }
}
