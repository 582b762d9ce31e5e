//! Trace numbers: DE 11.

use core::fmt;

use super::FieldError;

/// A system trace audit number (DE 11, `n 6`), 1–999999. A terminal counts it up by one with each
/// request and begins again at 1. `Display` prints six digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u32", into = "u32")
)]
pub struct TraceNumber(u32);

impl TraceNumber {
    /// The first one.
    pub const FIRST: Self = Self(1);
    /// The last one; behind it comes the first.
    pub const LAST: Self = Self(999_999);

    /// The trace number of this value.
    ///
    /// # Errors
    /// [`FieldError::TraceNumber`].
    pub const fn new(number: u32) -> Result<Self, FieldError> {
        match number {
            1..=999_999 => Ok(Self(number)),
            _ => Err(FieldError::TraceNumber),
        }
    }

    /// Its value.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The next one; 1 after the last.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::LAST => Self::FIRST,
            Self(number) => Self(number + 1),
        }
    }
}

impl TryFrom<u32> for TraceNumber {
    type Error = FieldError;

    fn try_from(number: u32) -> Result<Self, FieldError> {
        Self::new(number)
    }
}

impl From<TraceNumber> for u32 {
    fn from(number: TraceNumber) -> Self {
        number.0
    }
}

impl fmt::Display for TraceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}
