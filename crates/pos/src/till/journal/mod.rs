//! Journals: a till's memory as it stands in its files.
//!
//! Each batch has a journal, to which one line is appended for each [`Change`]; the last line of a
//! closed one says so. The index names the journals that count. What a line costs does not depend
//! on what is there already.
//!
//! ```text
//! first change of a batch:  journal N+1 written whole ─▶ index names it ─▶ what is too old removed
//! every change:             one line appended, and durable before anything comes of it
//! a failed append:          journal written whole again, before anything else is sent
//! ```
//!
//! Whatever dies in between, the files say what was kept before or what was kept behind it.

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

/// No journal is larger, for whoever writes it and whoever reads it: 128 MiB.
pub(super) const JOURNAL_MAX: u64 = 128 << 20;
/// A full batch of the default rules fits, each entry with its void, however long their lines.
const _: () = assert!(
    2 * TillRules::BATCH_ENTRIES as u64 * (LINE_MAX as u64) < JOURNAL_MAX - RESERVE - SETTLEMENTS
);

/// What is left free for the end of whatever begins.
const RESERVE: u64 = 16 * LINE_MAX as u64;
/// What requests leave free beside that, for settlements.
const SETTLEMENTS: u64 = 64 * RESERVE;

/// A journal with more than so many lines for each that it needs is written anew, without those
/// that say nothing any more.
const LINES_FOR_ONE: usize = 4;
/// A journal of fewer lines never is.
const LINES_ALWAYS: usize = 4096;

/// The journals of a till.
#[derive(Debug)]
pub(super) struct Journal<F> {
    files: F,
    /// How many closed journals are kept.
    kept: usize,
    /// The ordinal of the oldest journal.
    first: u32,
    /// The ordinal of the latest closed journal; 0: none.
    closed: u32,
    /// The seal of its last line.
    closed_seal: Seal,
    /// Where the journal of the current batch ends; `None`: it must be written whole first.
    end: Option<End>,
    /// A write failed: nobody knows what the files have.
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
    /// Keeps a change of `state`, durably. If it fails, it may have happened all the same:
    /// [`restore`](Self::restore) makes sure that it has not.
    pub(super) fn keep(&mut self, state: &TillState, change: &Change) -> io::Result<()> {
        let kept = self.append(state, change);
        if kept.is_err() {
            self.unsure = true;
            self.end = None;
        }
        kept
    }

    /// Makes sure that the files have this state and no change that was not kept.
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
    /// there are no journals yet; then the index names them.
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

    /// Names the journals that count in the index, and lets go of the others.
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
        // What stays is in nobody's way, and goes with the next batch.
        while old > 0 && self.files.remove(TillFile::Journal(old)).unwrap_or(false) {
            old -= 1;
        }
        Ok(())
    }
}

impl End {
    /// Whether the journal is to be written anew, without the lines that say nothing any more: they
    /// are most of it, or there is no room for another line.
    fn is_due(&self, state: &TillState, most: u64) -> bool {
        let needed = state.batch().held() + 1;
        let idle = self.lines > LINES_ALWAYS && self.lines / LINES_FOR_ONE > needed;
        idle || self.length + LINE_MAX as u64 > most
    }
}

/// The most octets of a journal behind this change: what has begun can always end, and a batch can
/// always be settled.
const fn most(change: &Change) -> u64 {
    match change {
        Change::Settling(_) => JOURNAL_MAX - RESERVE,
        begins if begins.begins() => JOURNAL_MAX - RESERVE - SETTLEMENTS,
        _ => JOURNAL_MAX,
    }
}
