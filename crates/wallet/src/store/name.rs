//! The names of the store's files.

use core::fmt;

/// `state.N`, or `state.N.new` while generation N is written. N is decimal, from 1, without leading
/// zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) generation: u64,
    pub(super) new: bool,
}

impl Name {
    pub(super) const fn of(generation: u64) -> Self {
        Self {
            generation,
            new: false,
        }
    }

    pub(super) const fn unfinished(generation: u64) -> Self {
        Self {
            generation,
            new: true,
        }
    }

    /// The name in a file's name; `None` for a file that is not the store's.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = text.strip_prefix("state.")?;
        let (number, new) = match number.strip_suffix(".new") {
            Some(number) => (number, true),
            None => (number, false),
        };
        let generation = number.parse().ok().filter(|generation| *generation > 0)?;
        let name = Self { generation, new };
        (name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { generation, new } = self;
        write!(f, "state.{generation}{}", if *new { ".new" } else { "" })
    }
}
