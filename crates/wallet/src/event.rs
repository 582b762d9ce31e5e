use understudy_core::card::{CardId, Event};

/// An event in the field, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletEvent {
    /// An event of the card: a command, or the end of a tap. A refusal as
    /// [`UserMustAct`](understudy_core::card::Refusal::UserMustAct) has a
    /// [`Prompt`](crate::Prompt).
    Tap(Event),
    /// A reader waited for storage, because no key of the card was armed.
    Waited(CardId),
}

impl WalletEvent {
    pub(crate) const fn is_answer(&self) -> bool {
        matches!(self, Self::Tap(Event::Answered { .. }))
    }
}
