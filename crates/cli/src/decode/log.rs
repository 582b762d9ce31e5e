//! A pasted log: its lines, joined to messages.

use understudy_core::wire::apdu::Command;
use understudy_core::wire::tlv::{Reader, Tag};
use zeroize::Zeroizing;

use super::kind;
use super::line::{self, Direction, Line};
use crate::hex::HexError;

/// Octets that were sent together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The number of its first line, from 1.
    pub(super) line: usize,
    /// Its direction.
    pub(super) direction: Direction,
    /// The tag whose value the octets are, if the line states it.
    pub(super) tag: Option<Tag>,
    /// For octets that are not part of a message: the position of their first character.
    pub(super) unread: Option<usize>,
    /// True if it is a dump with offsets.
    is_dump: bool,
    /// A status word that precedes the octets in the log.
    status: Option<[u8; 2]>,
    /// The octets before the first defect.
    pub(super) octets: Zeroizing<Vec<u8>>,
    /// The defect with the number of its line, if there is one.
    pub(super) defect: Option<(usize, HexError)>,
}

/// A parsed text.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// The messages, in order.
    pub(super) messages: Vec<Message>,
    /// True if the text has anything besides bare hex: marks, remarks, offsets.
    pub(super) is_log: bool,
}

/// Parses a text.
pub(super) fn read(text: &str) -> Log {
    let mut log = Log::default();
    let mut open = false;
    for (index, text) in text.lines().enumerate() {
        let last = log.messages.last().filter(|last| open && last.is_dump);
        let lines = line::read(text, last.map(|last| last.octets.len()));
        open = open && !lines.is_empty();
        log.is_log |= lines.is_empty() && !text.trim().is_empty();
        let indented = text.starts_with([' ', '\t']);
        for line in lines {
            log.is_log |= line.marked || line.is_dump || line.offset.is_some();
            log.is_log |= line.unread.is_some();
            match log.messages.last_mut() {
                Some(last) if open && continues(last, &line, indented) => {
                    append(last, &line, index);
                }
                Some(last) if ends(last, &line) => append_status(last, &line, index),
                _ => log.messages.push(begin(&line, index)),
            }
            open = true;
        }
    }
    for message in &mut log.messages {
        let status = message.status.take();
        message.octets.extend(status.into_iter().flatten());
    }
    log.is_log |= log.messages.len() > 1;
    log
}

fn begin(line: &Line, index: usize) -> Message {
    let mut message = Message {
        line: index + 1,
        direction: line.direction,
        tag: line.tag,
        unread: line.unread,
        is_dump: line.offset.is_some(),
        status: line.status,
        octets: Zeroizing::default(),
        defect: None,
    };
    append(&mut message, line, index);
    message
}

fn append(message: &mut Message, line: &Line, index: usize) {
    message.is_dump |= line.offset.is_some();
    message.octets.extend_from_slice(&line.octets);
    message.defect = message
        .defect
        .or(line.defect.map(|error| (index + 1, error)));
}

/// Appends a status word, once even if the log repeats it.
fn append_status(message: &mut Message, line: &Line, index: usize) {
    let told = kind::is_answer(&message.octets) && message.octets.ends_with(&line.octets);
    if !told || line.octets.len() < 2 {
        append(message, line, index);
    }
}

/// True for the next line of a dump, and for a line of bare hex that is indented or that completes
/// a message.
fn continues(last: &Message, line: &Line, indented: bool) -> bool {
    let is_apart = |unread: Option<usize>| unread.is_some();
    if line.marked || last.defect.is_some() || is_apart(line.unread) || is_apart(last.unread) {
        return false;
    }
    let empty = last.octets.is_empty();
    match line.offset {
        Some(offset) => last.is_dump && offset > 0 || empty,
        None if line.is_dump => !last.is_dump && is_open(last),
        None if is_whole_answer(last) => false,
        None => line.defect.is_none() && !last.is_dump && (indented || is_cut(last, line)),
    }
}

/// True for an answer after whose status word nothing can follow.
fn is_whole_answer(last: &Message) -> bool {
    last.status.is_none() && last.octets.len() > 2 && kind::is_answer(&last.octets)
}

/// True if more of a dump without offsets can belong to the message.
fn is_open(last: &Message) -> bool {
    last.status.is_some() || !kind::is_answer(&last.octets) || last.octets.is_empty()
}

/// True if a marked message is incomplete, and `line` does not begin another one.
fn is_cut(last: &Message, line: &Line) -> bool {
    if last.octets.is_empty() {
        return true;
    }
    let is_cut = match last.direction {
        Direction::Command => Command::parse(&last.octets).is_err(),
        Direction::Answer => {
            let whole = Reader::new(&last.octets).all(|object| object.is_ok());
            let status_comes = last.status.is_none() && line.octets.len() == 2;
            !kind::is_answer(&last.octets) && (!whole || status_comes)
        }
        Direction::Unknown => false,
    };
    is_cut && !(kind::is_command(&line.octets) && Command::parse(&line.octets).is_ok())
}

/// True for a status word on its own line, which belongs to the answer before it, and for one without
/// a mark that repeats the end of that answer.
fn ends(last: &Message, line: &Line) -> bool {
    let repeats = || {
        let is_bare = !line.marked && line.unread.is_none() && line.octets.len() == 2;
        is_bare && is_whole_answer(last) && last.octets.ends_with(&line.octets)
    };
    last.direction == Direction::Answer && last.defect.is_none() && (line.status_only || repeats())
}
