//! Journals that are written whole: the state of a batch, line by line.

use std::io;

use serde::Serialize;

use super::header::{Header, JOURNAL};
use super::line::Seal;
use super::{End, JOURNAL_MAX};
use crate::batch::Batch;
use crate::till::TillState;
use crate::till::change::Change;

/// The journal of the current batch, and its end.
pub(super) fn current(state: &TillState, journal: u32, after: Seal) -> io::Result<(String, End)> {
    let mut pages = Pages::new(state, &state.batch, journal, after)?;
    for entry in state.followed() {
        let (entry, standing) = (entry.record.id, entry.standing);
        pages.put(&Change::Standing { entry, standing })?;
    }
    if let Some(outstanding) = &state.outstanding {
        pages.put(&Change::Outstanding(Box::new(outstanding.clone())))?;
    }
    if let Some(settling) = state.settling {
        pages.put(&Change::Settling(settling))?;
        // The settlement has used a trace number, and more may have been used since.
        pages.put(&Change::NextTrace(state.next_trace))?;
    }
    pages.end()
}

/// The journal of a batch that was closed by a version without journals.
pub(super) fn closed(
    state: &TillState,
    batch: &Batch,
    journal: u32,
    after: Seal,
) -> io::Result<(String, End)> {
    let mut pages = Pages::new(state, batch, journal, after)?;
    pages.put(&Change::Closed)?;
    pages.end()
}

struct Pages {
    content: String,
    seal: Seal,
    lines: usize,
}

impl Pages {
    fn new(state: &TillState, batch: &Batch, journal: u32, after: Seal) -> io::Result<Self> {
        let mut pages = Self {
            content: String::new(),
            seal: Seal::default(),
            lines: 0,
        };
        pages.put(&Header {
            format: JOURNAL.to_owned(),
            journal,
            after,
            terminal: state.terminal,
            merchant: state.merchant,
            batch: batch.number,
            next_trace: state.next_trace,
            next_sequence: state.next_sequence,
        })?;
        for entry in &batch.entries {
            pages.put(&Change::Entry(Box::new(entry.clone())))?;
        }
        for refused in &batch.refused_reversals {
            pages.put(&Change::Refused(Box::new(refused.clone())))?;
        }
        Ok(pages)
    }

    fn put(&mut self, value: &impl Serialize) -> io::Result<()> {
        let (line, seal) = self.seal.line(value)?;
        self.content.push_str(&line);
        self.seal = seal;
        self.lines += 1;
        Ok(())
    }

    fn end(self) -> io::Result<(String, End)> {
        let length = self.content.len() as u64;
        if length > JOURNAL_MAX {
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "the batch does not fit into its journal",
            ));
        }
        let Self {
            content,
            seal,
            lines,
        } = self;
        let end = End {
            length,
            seal,
            lines,
        };
        Ok((content, end))
    }
}
