use understudy_core::card::{CardId, UnixTime};

use super::Record;
use crate::book::Book;

/// A selection of records; the default selects all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only records of this card.
    pub card: Option<CardId>,
    /// Only records from this second on.
    pub from: Option<UnixTime>,
    /// Only records before this second.
    pub before: Option<UnixTime>,
}

impl Filter {
    /// True for a selected record. One whose time is unknown is outside every span of time.
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
