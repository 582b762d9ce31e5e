use super::{CardUse, Mark};
use crate::keys::PublicReceiveKey;
use crate::message::Refusals;
use crate::octets::Fields;

/// Octets of a report's content before its tables; a card takes [`CardUse::LEN`], a mark
/// [`Mark::LEN`] octets.
pub const FIXED_LEN: usize = 92;

/// The content of a report, checked.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The digest of the report before this one, or of the enrolment request.
    pub previous: [u8; 32],
    /// The generation of the device's store: the number of times that it was written.
    pub generation: u64,
    /// The number of the last message that the device accepted; 0 for none.
    pub accepted: u64,
    /// The refusals since enrolment.
    pub refusals: Refusals,
    /// The epoch of the fresh receive key.
    pub epoch: u32,
    /// The fresh receive key, for the next batch.
    pub key: PublicReceiveKey,
    cards: &'a [[u8; CardUse::LEN]],
    marks: &'a [[u8; Mark::LEN]],
}

impl<'a> Report<'a> {
    /// The device's cards, in ascending order.
    pub fn cards(&self) -> impl Iterator<Item = CardUse> + 'a {
        self.cards.iter().copied().filter_map(CardUse::parse)
    }

    /// Every key used since the report before, in ascending order of card and counter.
    pub fn marks(&self) -> impl Iterator<Item = Mark> + 'a {
        self.marks.iter().filter_map(Mark::parse)
    }

    /// The report with nothing borrowed.
    pub(super) const fn without_tables(&self) -> Report<'static> {
        Report {
            cards: &[],
            marks: &[],
            ..*self
        }
    }

    /// The report with the tables of its content, the first of which has `cards` cards.
    pub(super) fn with_tables<'c>(&self, content: &'c [u8], cards: usize) -> Report<'c> {
        let tables = content.get(FIXED_LEN..).unwrap_or_default();
        let (cards, marks) = tables
            .split_at_checked(cards.saturating_mul(CardUse::LEN))
            .unwrap_or_default();
        Report {
            cards: cards.as_chunks().0,
            marks: marks.as_chunks().0,
            ..*self
        }
    }

    pub(crate) fn parse(content: &'a [u8]) -> Option<Self> {
        let mut fields = Fields::new(content);
        let previous = *fields.array()?;
        let generation = fields.u64()?;
        let accepted = fields.u64()?;
        let refusals = Refusals::from_octets(*fields.array()?)?;
        let epoch = fields.u32()?;
        let key = fields.array()?;
        let cards = usize::from(fields.u8()?);
        let marks = usize::from(fields.u16()?);
        let (cards, []) = fields.slice(cards * CardUse::LEN)?.as_chunks() else {
            return None;
        };
        let (marks, []) = fields.slice(marks * Mark::LEN)?.as_chunks() else {
            return None;
        };
        fields.end()?;
        ordered(cards, marks)?;
        Some(Self {
            previous,
            generation,
            accepted,
            refusals,
            epoch,
            key: PublicReceiveKey::parse(key)?,
            cards,
            marks,
        })
    }
}

impl core::fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Report")
            .field("generation", &self.generation)
            .field("accepted", &self.accepted)
            .field("refusals", &self.refusals)
            .field("epoch", &self.epoch)
            .field("cards", &self.cards.len())
            .field("marks", &self.marks.len())
            .finish_non_exhaustive()
    }
}

/// Checks that cards and marks ascend strictly, and that every mark is of a card in the table and
/// not above its highest counter. Both ascend, so one pass over the cards serves all marks.
fn ordered(cards: &[[u8; CardUse::LEN]], marks: &[[u8; Mark::LEN]]) -> Option<()> {
    let mut marks = marks.iter().map(Mark::parse).peekable();
    let mut last_card = None;
    for card in cards.iter().copied().map(CardUse::parse) {
        let card = card?;
        if last_card >= Some(card.card) {
            return None;
        }
        last_card = Some(card.card);
        let mut last_atc = None;
        while let Some(mark) = marks.next_if(|mark| mark.is_none_or(|m| m.card == card.card)) {
            let atc = Some(mark?.atc);
            if last_atc >= atc || atc > card.highest {
                return None;
            }
            last_atc = atc;
        }
    }
    marks.peek().is_none().then_some(())
}
