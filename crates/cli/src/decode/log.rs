//! A pasted log: lines joined to messages.

use zeroize::Zeroizing;

use super::line::{self, Direction, Line};
use crate::hex::HexError;

/// Octets that went one way together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The line it begins on, counted from 1.
    pub(super) line: usize,
    /// Which way it went.
    pub(super) direction: Direction,
    /// Whether it is written with offsets.
    is_dump: bool,
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect, if there is one, and the line it is on.
    pub(super) defect: Option<(usize, HexError)>,
}

/// A text taken apart.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What went either way.
    pub(super) messages: Vec<Message>,
    /// Whether anything but bare hex was there: markers, remarks, offsets.
    pub(super) is_log: bool,
}

/// Takes a text apart.
pub(super) fn read(text: &str) -> Log {
    let mut log = Log::default();
    let mut open = false;
    for (index, text) in text.lines().enumerate() {
        let last = log.messages.last_mut();
        let offset = last.as_ref().filter(|last| open && last.is_dump);
        let Some(line) = line::read(text, offset.map(|last| last.octets.len())) else {
            log.is_log |= !text.trim().is_empty();
            open = false;
            continue;
        };
        log.is_log |= line.marked || line.offset.is_some();
        let indented = text.starts_with([' ', '\t']);
        match last {
            Some(last) if open && continues(last, &line, indented) => append(last, &line, index),
            Some(last) if ends(last, &line) => append(last, &line, index),
            _ => log.messages.push(begin(&line, index)),
        }
        open = true;
    }
    log.is_log |= log.messages.len() > 1;
    log
}

fn begin(line: &Line, index: usize) -> Message {
    let mut message = Message {
        line: index + 1,
        direction: line.direction,
        is_dump: line.offset.is_some(),
        octets: Zeroizing::default(),
        defect: None,
    };
    append(&mut message, line, index);
    message
}

fn append(message: &mut Message, line: &Line, index: usize) {
    message.octets.extend_from_slice(&line.octets);
    message.defect = message
        .defect
        .or(line.defect.map(|error| (index + 1, error)));
}

/// A line of a dump that goes on, or an indented line of nothing but hex.
fn continues(last: &Message, line: &Line, indented: bool) -> bool {
    let wanted = match line.offset {
        Some(offset) => offset > 0,
        None => indented && line.defect.is_none() && !last.is_dump,
    };
    wanted && !line.marked && last.defect.is_none()
}

/// A status word on a line of its own belongs to the answer before it.
fn ends(last: &Message, line: &Line) -> bool {
    line.status_only && last.direction == Direction::Answer && last.defect.is_none()
}
