use understudy_core::card::{CardId, UnixTime};

use super::Record;
use crate::book::Book;

/// Which records are wanted; by default all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this card.
    pub card: Option<CardId>,
    /// Those of this second and later.
    pub from: Option<UnixTime>,
    /// Those before this second.
    pub before: Option<UnixTime>,
}

impl Filter {
    /// A record whose time is unknown lies in no span of time.
    fn admits(&self, record: &Record) -> bool {
        let at = record.at.map(|at| at.0);
        self.card.is_none_or(|card| card == record.card)
            && self.from.is_none_or(|from| at >= Some(from.0))
            && self
                .before
                .is_none_or(|before| at.is_some_and(|at| at < before.0))
    }
}

/// The records that a filter admits, newest first.
pub(crate) fn select(book: &Book, filter: &Filter) -> Vec<Record> {
    let records = book
        .cards
        .iter()
        .flat_map(|card| card.account.history.iter());
    let mut found: Vec<Record> = records
        .filter(|record| filter.admits(record))
        .copied()
        .collect();
    found.sort_unstable_by_key(|record| std::cmp::Reverse(record.number));
    found
}
