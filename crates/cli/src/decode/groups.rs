//! Parentheses in a line: remarks, octets and status words.

use zeroize::Zeroizing;

use super::span::Span;
use super::{line, marks};

/// A text without its remarks in parentheses.
pub(super) struct Groups {
    /// The text, of the same length, with blanks in place of the remarks.
    pub(super) text: Zeroizing<String>,
    /// The status word in one of the parentheses, and its place in the original text.
    pub(super) status: Option<([u8; 2], Span)>,
}

/// Replaces remarks in parentheses by blanks; octets in parentheses remain.
pub(super) fn without_groups(text: &str) -> Groups {
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut found = None;
    let mut rest = text;
    while let Some((before, (group, after))) = rest
        .split_once('(')
        .and_then(|(before, inner)| Some((before, inner.split_once(')')?)))
    {
        kept.push_str(before);
        let octets =
            marks::status(group).and_then(|octets| <[u8; 2]>::try_from(octets.as_slice()).ok());
        let is_status = octets.is_some();
        found = octets.map(|octets| (octets, Span::of(group))).or(found);
        if !is_status && line::payload(group).defect.is_none() {
            kept.push('(');
            kept.push_str(group);
            kept.push(')');
        } else {
            kept.extend(std::iter::repeat_n(' ', group.len() + 2));
        }
        rest = after;
    }
    kept.push_str(rest);
    Groups {
        text: kept,
        status: found,
    }
}
