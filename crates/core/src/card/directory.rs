//! The cards on the device, and the one among them that readers see.

use super::Profile;

/// Stable name of a card; survives reordering and the deletion of its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardId(pub u16);

/// The permission of a card to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The card pays.
    Active,
    /// The card is kept but answers as if it did not exist.
    Suspended,
}

/// A card as its owner keeps it.
#[derive(Clone, Debug)]
pub struct Slot<B> {
    /// Its name.
    pub id: CardId,
    /// The profile that it was personalised with.
    pub profile: Profile<B>,
    /// Its permission to pay.
    pub standing: Standing,
}

/// The cards as readers may see them. Borrowed for one command, so that the owner may change it
/// between commands.
#[derive(Debug)]
pub struct Directory<'d, B> {
    /// Every card on the device, in any order.
    pub slots: &'d [Slot<B>],
    /// The one card that is shown to readers; `None` shows nothing.
    pub presented: Option<CardId>,
}

impl<B> Clone for Directory<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Directory<'_, B> {}

impl<'d, B> Directory<'d, B> {
    /// The card that readers see: the presented one, if it is here and active.
    #[must_use]
    pub fn visible(&self) -> Option<&'d Slot<B>> {
        let presented = self.presented?;
        self.slots
            .iter()
            .find(|slot| slot.id == presented && slot.standing == Standing::Active)
    }

    /// The visible card, if it is `id`: a card that was selected may be gone a command later.
    pub(super) fn still(&self, id: CardId) -> Option<&'d Slot<B>> {
        self.visible().filter(|slot| slot.id == id)
    }
}
