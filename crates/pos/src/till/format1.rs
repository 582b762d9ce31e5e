//! States of the format `understudy.terminal/1`: one JSON text, which earlier versions wrote whole
//! at every step. It is read once, and continued as journals.

use std::collections::HashSet;

use serde::Deserialize;

use super::outstanding::{Outstanding, Settling};
use super::{StateError, TillState};
use crate::batch::Batch;
use crate::host::{MerchantId, TerminalId, TraceNumber};

pub(super) const FORMAT: &str = "understudy.terminal/1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    #[serde(rename = "format")]
    _format: String,
    terminal: TerminalId,
    merchant: MerchantId,
    next_trace: TraceNumber,
    #[serde(deserialize_with = "Option::deserialize")] // so that one that is cut out is noticed
    outstanding: Option<Outstanding>,
    #[serde(default)]
    settling: Option<Settling>,
    batch: Batch,
    closed: Vec<Batch>,
}

#[derive(Deserialize)]
struct Header {
    format: String,
}

/// Reads a state.
pub(super) fn parse(text: &[u8]) -> Result<TillState, StateError> {
    let header: Header = serde_json::from_slice(text)?;
    if header.format != FORMAT {
        return Err(StateError::Format(header.format));
    }
    let read: State = serde_json::from_slice(text)?;
    read.check()?;
    let mut state = TillState::new(read.terminal, read.merchant);
    state.begin_batch(read.batch.number)?;
    for entry in read.batch.entries {
        state.add(entry);
    }
    for refused in read.batch.refused_reversals {
        state.add_refused(refused);
    }
    state.next_trace = read.next_trace;
    state.outstanding = read.outstanding;
    state.settling = read.settling;
    state.closed = read.closed;
    Ok(state)
}

impl State {
    fn check(&self) -> Result<(), StateError> {
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        for batch in self.closed.iter().chain([&self.batch]) {
            if !Batch::NUMBERS.contains(&batch.number) || !numbers.insert(batch.number) {
                return Err(StateError::Batch(batch.number));
            }
            for entry in &batch.entries {
                let id = entry.record.id;
                if id.batch != batch.number || !names.insert(id) {
                    return Err(StateError::Entry(id));
                }
            }
            let refused = &batch.refused_reversals;
            let mut refused = refused.iter().map(|refused| refused.record.id);
            if let Some(id) = refused.find(|id| id.batch != batch.number) {
                return Err(StateError::Entry(id));
            }
        }
        Ok(())
    }
}
