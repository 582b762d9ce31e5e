use understudy_core::card::{CardId, Event};

/// What happened in the field, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletEvent {
    /// What the card tells of a command, and of the end of a tap. A refusal as
    /// [`UserMustAct`](understudy_core::card::Refusal::UserMustAct) has a
    /// [`Prompt`](crate::Prompt).
    Tap(Event),
    /// A reader had to wait for storage, because no key of the card was armed.
    Waited(CardId),
}

impl WalletEvent {
    pub(crate) const fn is_answer(&self) -> bool {
        matches!(self, Self::Tap(Event::Answered { .. }))
    }
}
