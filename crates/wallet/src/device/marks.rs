use std::collections::BTreeMap;

use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::message::CONTENT_MAX;
use understudy_provisioning::report::{CardUse, FIXED_LEN, Mark, Payment};

use super::CARDS_MAX;

/// The marks of keys that were used and are in no report yet.
#[derive(Clone, Default)]
pub(crate) struct Marks(BTreeMap<(CardId, Atc), Option<Payment>>);

impl Marks {
    /// The most marks: as many as fit into one report with the most cards that it can name. A mark
    /// is never dropped, because the issuer takes a missing one for the sign of a copied store.
    pub(crate) const MAX: usize = (CONTENT_MAX - Self::content_len(CARDS_MAX, 0)) / Mark::LEN;

    /// The marks from storage; `None` if they do not ascend strictly or are too many.
    pub(crate) fn restored(marks: &[Mark]) -> Option<Self> {
        let ascend = marks.is_sorted_by_key(|mark| (mark.card, mark.atc));
        let entries = marks
            .iter()
            .map(|mark| ((mark.card, mark.atc), mark.payment));
        let all = Self(entries.collect());
        (ascend && all.len() == marks.len() && all.len() <= Self::MAX).then_some(all)
    }

    pub(crate) fn insert(&mut self, mark: Mark) {
        self.0.insert((mark.card, mark.atc), mark.payment);
    }

    /// True if no key may be used before a report is made. One place is kept for an armed key that
    /// may be lost.
    pub(crate) fn is_full(&self) -> bool {
        self.len() >= Self::MAX - 1
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Notes that the terminal may not have received the answer.
    pub(crate) fn tear(&mut self, card: CardId, atc: Atc) {
        if let Some(Some(payment)) = self.0.get_mut(&(card, atc)) {
            payment.possibly_torn = true;
        }
    }

    /// The marks, in ascending order of card and counter.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Mark> {
        self.0.iter().map(|((card, atc), payment)| Mark {
            card: *card,
            atc: *atc,
            payment: *payment,
        })
    }
}

impl Marks {
    /// Octets of a report's content with so many cards and marks.
    pub(crate) const fn content_len(cards: usize, marks: usize) -> usize {
        FIXED_LEN + cards * CardUse::LEN + marks * Mark::LEN
    }
}
