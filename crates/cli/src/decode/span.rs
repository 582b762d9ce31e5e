//! Places in a line.

use std::ops::Range;

/// A part of a text, known by where it lies: parts of one text can be told apart without a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span(Range<usize>);

impl Span {
    /// All of `text`.
    pub(super) fn of(text: &str) -> Self {
        let start = text.as_ptr().addr();
        Self(start..start + text.len())
    }

    /// From the first of some parts of one text to the last; `None` if there are none.
    pub(super) fn over(parts: &[&str]) -> Option<Self> {
        let (first, last) = (parts.first()?, parts.last()?);
        Some(Self(Self::of(first).0.start..Self::of(last).0.end))
    }

    /// The part of `whole`, which it must lie in.
    pub(super) fn text<'t>(&self, whole: &'t str) -> Option<&'t str> {
        let base = whole.as_ptr().addr();
        whole.get(self.0.start.checked_sub(base)?..self.0.end.checked_sub(base)?)
    }

    /// The same place in a text of the same length.
    pub(super) fn moved(&self, from: &str, to: &str) -> Self {
        let (from, to) = (from.as_ptr().addr(), to.as_ptr().addr());
        let place = |at: usize| at.saturating_sub(from) + to;
        Self(place(self.0.start)..place(self.0.end))
    }

    /// Where it begins, to tell which of two parts of one text comes first.
    pub(super) fn start(&self) -> usize {
        self.0.start
    }

    /// Whether `part` lies in it.
    pub(super) fn holds(&self, part: &str) -> bool {
        let part = Self::of(part).0;
        self.0.start <= part.start && part.end <= self.0.end
    }
}
