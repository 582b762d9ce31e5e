//! Reading a till's files.

use super::header::{Header, INDEX, Index, JOURNAL};
use super::line::{Lines, Seal};
use super::{End, JOURNAL_MAX, Journal};
use crate::till::change::Change;
use crate::till::files::{TillFile, TillFiles};
use crate::till::{StateError, TillState, format1};

/// The largest index: 1 GiB. A state of the format `understudy.terminal/1`, which has the same file
/// name, holds all batches.
const INDEX_MAX: u64 = 1 << 30;

impl<F: TillFiles> Journal<F> {
    /// Reads the files, and changes nothing in them. `None` if there is no state yet.
    ///
    /// The part of a line after an interrupted append is ignored: it was never acknowledged.
    pub(in crate::till) fn open(
        files: F,
        kept: usize,
    ) -> Result<(Self, Option<TillState>), StateError> {
        let mut journal = Self {
            files,
            kept,
            first: 1,
            closed: 0,
            closed_seal: Seal::default(),
            end: None,
            unsure: false,
        };
        let Some(index) = journal.files.read(TillFile::Index, INDEX_MAX)? else {
            journal.check_no_index()?;
            return Ok((journal, None));
        };
        let Some(index) = Index::parse(&index)? else {
            return Ok((journal, Some(format1::parse(&index)?)));
        };
        journal.first = index.first;
        let state = journal.read_all(&index)?;
        Ok((journal, Some(state)))
    }

    /// Checks the files of a terminal without an index: at most an empty first journal, which a
    /// process that died at the beginning leaves behind.
    fn check_no_index(&self) -> Result<(), StateError> {
        let Some(octets) = self.files.read(TillFile::Journal(1), JOURNAL_MAX)? else {
            return Ok(());
        };
        let mut lines = Lines::new(&octets);
        match (lines.next(), lines.next()) {
            (Ok(_), Ok(None)) if lines.whole() => Ok(()),
            _ => Err(StateError::NoIndex),
        }
    }

    fn read_all(&mut self, index: &Index) -> Result<TillState, StateError> {
        let mut state = None;
        for journal in index.first..=index.current {
            state = Some(self.read_journal(journal, state)?);
            if journal < index.current && self.closed != journal {
                return Err(StateError::OutOfOrder);
            }
        }
        state.ok_or(StateError::Index)
    }

    /// Reads one journal, from the state after the one before it.
    fn read_journal(
        &mut self,
        journal: u32,
        before: Option<TillState>,
    ) -> Result<TillState, StateError> {
        let octets = self.files.read(TillFile::Journal(journal), JOURNAL_MAX)?;
        let octets = octets.ok_or(StateError::Missing(journal))?;
        let mut lines = Lines::new(&octets);
        let damaged = |line| StateError::Damaged { journal, line };
        let header = lines.next().map_err(|_| damaged(1))?.ok_or(damaged(1))?;
        let header: Header = serde_json::from_slice(header)?;
        let mut state = header.begin(journal, before, self.closed_seal)?;
        let mut closed = false;
        loop {
            let next = lines.next().map_err(|_| damaged(lines.count + 1))?;
            let Some(json) = next else { break };
            let change: Change = serde_json::from_slice(json)?;
            if closed {
                return Err(StateError::OutOfOrder);
            }
            closed = change == Change::Closed;
            state.admits(&change)?;
            state.apply(change);
        }
        if closed && lines.torn {
            return Err(damaged(lines.count + 1));
        }
        state.let_go(self.kept);
        self.place(journal, closed, &lines, octets.len());
        Ok(state)
    }

    fn place(&mut self, journal: u32, closed: bool, lines: &Lines<'_>, length: usize) {
        if closed {
            self.closed = journal;
            self.closed_seal = lines.seal;
            self.end = None;
        } else {
            self.closed = journal.saturating_sub(1);
            let end = End {
                length: length as u64,
                seal: lines.seal,
                lines: lines.count,
            };
            self.end = lines.whole().then_some(end);
        }
    }
}

impl Index {
    /// Reads an index; `None` for a state of the format `understudy.terminal/1`.
    fn parse(octets: &[u8]) -> Result<Option<Self>, StateError> {
        let mut lines = Lines::new(octets);
        let line = match lines.next() {
            Ok(Some(line)) if lines.whole() => line,
            _ => return no_index(octets),
        };
        let index: Self = serde_json::from_slice(line)?;
        if index.format != INDEX {
            return Err(StateError::Format(index.format));
        }
        let ends = lines.next() == Ok(None) && lines.whole();
        let counts = (1..=index.current).contains(&index.first);
        (ends && counts)
            .then_some(Some(index))
            .ok_or(StateError::Index)
    }
}

/// Distinguishes a damaged index from a state of the earlier format.
fn no_index(octets: &[u8]) -> Result<Option<Index>, StateError> {
    let is_index = octets
        .windows(INDEX.len())
        .any(|window| window == INDEX.as_bytes());
    if is_index {
        Err(StateError::Index)
    } else {
        Ok(None)
    }
}

impl Header {
    /// The state at the beginning of the journal.
    fn begin(
        self,
        journal: u32,
        before: Option<TillState>,
        closed_seal: Seal,
    ) -> Result<TillState, StateError> {
        if self.format != JOURNAL {
            return Err(StateError::Format(self.format));
        }
        let continues = self.journal == journal
            && TillState::SEQUENCES.contains(&self.next_sequence)
            && before.as_ref().is_none_or(|before| {
                let (terminal, merchant) = (before.terminal, before.merchant);
                (self.terminal, self.merchant, self.after) == (terminal, merchant, closed_seal)
            });
        if !continues {
            return Err(StateError::OutOfOrder);
        }
        let mut state = before.unwrap_or_else(|| TillState::new(self.terminal, self.merchant));
        state.begin_batch(self.batch)?;
        state.next_trace = self.next_trace;
        state.next_sequence = self.next_sequence;
        Ok(state)
    }
}
