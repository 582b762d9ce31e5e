//! Places in a line.

use std::ops::Range;

/// A range of a text. Ranges of the same text can be compared without copying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span(Range<usize>);

impl Span {
    /// The range of all of `text`.
    pub(super) fn of(text: &str) -> Self {
        let start = text.as_ptr().addr();
        Self(start..start + text.len())
    }

    /// The range from the first to the last of some parts of one text; `None` if there are none.
    pub(super) fn over(parts: &[&str]) -> Option<Self> {
        let (first, last) = (parts.first()?, parts.last()?);
        Some(Self(Self::of(first).0.start..Self::of(last).0.end))
    }

    /// The text of the range in `whole`, which it must lie in.
    pub(super) fn text<'t>(&self, whole: &'t str) -> Option<&'t str> {
        let base = whole.as_ptr().addr();
        whole.get(self.0.start.checked_sub(base)?..self.0.end.checked_sub(base)?)
    }

    /// The same range in a text of the same length.
    pub(super) fn moved(&self, from: &str, to: &str) -> Self {
        let (from, to) = (from.as_ptr().addr(), to.as_ptr().addr());
        let place = |at: usize| at.saturating_sub(from) + to;
        Self(place(self.0.start)..place(self.0.end))
    }

    /// The offset of its beginning.
    pub(super) fn start(&self) -> usize {
        self.0.start
    }

    /// True if `part` lies in the range.
    pub(super) fn holds(&self, part: &str) -> bool {
        let part = Self::of(part).0;
        self.0.start <= part.start && part.end <= self.0.end
    }
}
