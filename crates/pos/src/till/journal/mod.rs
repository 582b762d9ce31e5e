//! Journals: the stored form of a till's state.
//!
//! Each batch has a journal, to which one line is appended for each [`Change`]; the last line of a
//! closed one is [`Change::Closed`]. The index names the valid journals. The cost of a line does
//! not depend on the length of its journal.
//!
//! ```text
//! first change of a batch:  journal N+1 written whole ─▶ index names it ─▶ too old ones removed
//! every change:             one line appended, and durable before the change has effects
//! a failed append:          journal written whole again, before anything else is sent
//! ```
//!
//! Whenever the process dies, the files hold the state before the change or the one after it.

mod header;
mod line;
mod read;
mod whole;

use std::io;

use super::change::Change;
use super::files::{TillFile, TillFiles};
use super::{TillRules, TillState};
use header::Index;
use line::{LINE_MAX, Seal};

/// The largest journal, for writer and reader: 128 MiB.
pub(super) const JOURNAL_MAX: u64 = 128 << 20;
/// A full batch of the default rules fits, each entry with its void, with lines of any allowed
/// length.
const _: () = assert!(
    2 * TillRules::BATCH_ENTRIES as u64 * (LINE_MAX as u64) < JOURNAL_MAX - RESERVE - SETTLEMENTS
);

/// Octets that are kept free for the conclusion of a request or settlement that has begun.
const RESERVE: u64 = 16 * LINE_MAX as u64;
/// Octets that requests keep free beside [`RESERVE`], for settlements.
const SETTLEMENTS: u64 = 64 * RESERVE;

/// A journal is written anew, without obsolete lines, when it has more than this many lines for
/// each one needed.
const LINES_FOR_ONE: usize = 4;
/// A journal of at most this many lines is not written anew for its obsolete lines.
const LINES_ALWAYS: usize = 4096;

/// The journals of a till.
#[derive(Debug)]
pub(super) struct Journal<F> {
    files: F,
    /// The number of closed journals kept.
    kept: usize,
    /// The ordinal of the oldest journal.
    first: u32,
    /// The ordinal of the latest closed journal; 0: none.
    closed: u32,
    /// The seal of its last line.
    closed_seal: Seal,
    /// The end of the current batch's journal; `None`: the journal must be written whole first.
    end: Option<End>,
    /// True after a failed write: the content of the files is unknown.
    unsure: bool,
}

/// The end of a journal.
#[derive(Clone, Copy, Debug)]
struct End {
    length: u64,
    seal: Seal,
    lines: usize,
}

impl<F: TillFiles> Journal<F> {
    /// Stores a change of `state`, durably. A change that failed may nevertheless be in the files;
    /// [`restore`](Self::restore) removes it.
    pub(super) fn keep(&mut self, state: &TillState, change: &Change) -> io::Result<()> {
        let kept = self.append(state, change);
        if kept.is_err() {
            self.unsure = true;
            self.end = None;
        }
        kept
    }

    /// Makes the files hold exactly this state.
    pub(super) fn restore(&mut self, state: &TillState) -> io::Result<()> {
        if self.unsure {
            self.write_whole(state)?;
            self.unsure = false;
        }
        Ok(())
    }

    fn append(&mut self, state: &TillState, change: &Change) -> io::Result<()> {
        self.restore(state)?;
        let end = match self.end {
            Some(end) if !(change.begins() && end.is_due(state, most(change))) => end,
            _ => self.write_whole(state)?,
        };
        let (line, seal) = end.seal.line(change)?;
        let length = end.length + line.len() as u64;
        if length > most(change) {
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "the journal of the batch is full: settle",
            ));
        }
        let journal = self.closed.saturating_add(1);
        self.files
            .append(TillFile::Journal(journal), end.length, line.as_bytes())?;
        let lines = end.lines + 1;
        self.end = Some(End {
            length,
            seal,
            lines,
        });
        if *change == Change::Closed {
            self.closed = journal;
            self.closed_seal = seal;
            self.end = None;
        }
        Ok(())
    }

    /// Writes the journal of the current batch whole, and before it those of closed batches if
    /// there are no journals yet; then the index that names them.
    fn write_whole(&mut self, state: &TillState) -> io::Result<End> {
        self.end = None;
        let (mut closed, mut seal) = (self.closed, self.closed_seal);
        if closed == 0 {
            for batch in &state.closed {
                let (content, end) = whole::closed(state, batch, closed + 1, seal)?;
                self.write(closed + 1, &content)?;
                (closed, seal) = (closed + 1, end.seal);
            }
        }
        let current = closed.saturating_add(1);
        let (content, end) = whole::current(state, current, seal)?;
        self.write(current, &content)?;
        self.name(current)?;
        (self.closed, self.closed_seal, self.end) = (closed, seal, Some(end));
        Ok(end)
    }

    fn write(&mut self, journal: u32, content: &str) -> io::Result<()> {
        self.files
            .replace(TillFile::Journal(journal), content.as_bytes())
    }

    /// Writes the index of valid journals, and removes the others.
    fn name(&mut self, current: u32) -> io::Result<()> {
        let kept = u32::try_from(self.kept).unwrap_or(u32::MAX);
        let first = self.first.max(current.saturating_sub(kept));
        let format = header::INDEX.to_owned();
        let index = Index {
            format,
            first,
            current,
        };
        let (line, _) = Seal::default().line(&index)?;
        self.files.replace(TillFile::Index, line.as_bytes())?;
        self.first = first;
        let mut old = first.saturating_sub(1);
        // A file that cannot be removed now does no harm, and is removed with the next batch.
        while old > 0 && self.files.remove(TillFile::Journal(old)).unwrap_or(false) {
            old -= 1;
        }
        Ok(())
    }
}

impl End {
    /// True if the journal is to be written anew without its obsolete lines: they are most of it,
    /// or there is no room for another line.
    fn is_due(&self, state: &TillState, most: u64) -> bool {
        let needed = state.batch().held() + 1;
        let idle = self.lines > LINES_ALWAYS && self.lines / LINES_FOR_ONE > needed;
        idle || self.length + LINE_MAX as u64 > most
    }
}

/// The most octets of a journal after this change: every request that has begun can be concluded,
/// and a batch can always be settled.
const fn most(change: &Change) -> u64 {
    match change {
        Change::Settling(_) => JOURNAL_MAX - RESERVE,
        begins if begins.begins() => JOURNAL_MAX - RESERVE - SETTLEMENTS,
        _ => JOURNAL_MAX,
    }
}
