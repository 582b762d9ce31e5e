//! The fields by which messages are told apart: DE 11, 37, 38, 41 and 42.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_core::wire::digits::u64_to_bcd;

use super::moment::Moment;

/// A text that is not the field it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("it is not {0}")]
pub struct FieldError(pub(crate) &'static str);

/// A system trace audit number (DE 11), 1–999999. It goes up by one with each request and wraps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct TraceNumber(u32);

impl TraceNumber {
    /// The first one.
    pub const FIRST: Self = Self(1);
    /// The last one; behind it comes the first.
    pub const LAST: Self = Self(999_999);

    /// A trace number; `None` unless it is 1–999999.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number >= Self::FIRST.0 && number <= Self::LAST.0 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The one behind it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.0 == Self::LAST.0 {
            Self::FIRST
        } else {
            Self(self.0 + 1)
        }
    }
}

impl TryFrom<u32> for TraceNumber {
    type Error = FieldError;

    fn try_from(number: u32) -> Result<Self, FieldError> {
        Self::new(number).ok_or(FieldError("a trace number from 1 to 999999"))
    }
}

impl From<TraceNumber> for u32 {
    fn from(number: TraceNumber) -> Self {
        number.0
    }
}

/// Six digits.
impl fmt::Display for TraceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

macro_rules! characters {
    ($(#[$documentation:meta])* $name:ident, $length:literal, $expected:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $length]);

        impl $name {
            /// The field with these characters; `None` unless all are ASCII letters and digits.
            #[must_use]
            pub fn new(characters: [u8; $length]) -> Option<Self> {
                let good = characters.iter().all(u8::is_ascii_alphanumeric);
                good.then_some(Self(characters))
            }

            /// The characters.
            #[must_use]
            pub const fn characters(self) -> [u8; $length] {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldError;

            fn try_from(text: String) -> Result<Self, FieldError> {
                let characters = text.as_bytes().try_into().ok();
                characters.and_then(Self::new).ok_or(FieldError($expected))
            }
        }

        impl From<$name> for String {
            fn from(field: $name) -> Self {
                field.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

characters!(
    /// The terminal (DE 41), 8 characters.
    TerminalId, 8, "a terminal of eight letters and digits"
);
characters!(
    /// The merchant (DE 42), 15 characters.
    MerchantId, 15, "a merchant of fifteen letters and digits"
);
characters!(
    /// The issuer's code of an approval (DE 38), 6 characters.
    ApprovalCode, 6, "an approval code of six letters and digits"
);
characters!(
    /// The retrieval reference number (DE 37), 12 characters: the last digit of the year, the day
    /// of the year, the hour, and the trace number.
    RetrievalReference, 12, "a retrieval reference of twelve letters and digits"
);

impl RetrievalReference {
    /// The reference of the request with this time and trace number: `YDDDHHNNNNNN`.
    #[must_use]
    pub fn of(moment: Moment, trace: TraceNumber) -> Self {
        let year = u64::from(moment.year() & 0x0F);
        let prefix = year * 100_000 + moment.day_of_year() * 100 + moment.hour();
        let digits = u64_to_bcd::<6>(prefix * 1_000_000 + u64::from(trace.0)).unwrap_or_default();
        let mut characters = [b'0'; 12];
        for (pair, octet) in characters.chunks_exact_mut(2).zip(digits) {
            pair.copy_from_slice(&[b'0' + (octet >> 4), b'0' + (octet & 0x0F)]);
        }
        Self(characters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).unwrap()
    }

    /// Days of the year from GNU date: `date -d … +%j`.
    #[test]
    fn a_reference_names_year_day_hour_and_trace_number() {
        for (time, trace, reference) in [
            ("261122163000", 1, "632616000001"),
            ("260101000000", 999_999, "600100999999"),
            ("261231235959", 42, "636523000042"),
            ("280229070000", 7, "806007000007"),
            ("280301070000", 7, "806107000007"),
            ("281231070000", 7, "836607000007"),
        ] {
            let trace = TraceNumber::new(trace).unwrap();
            let made = RetrievalReference::of(moment(time), trace);
            assert_eq!(made.to_string(), reference);
        }
    }

    #[test]
    fn a_trace_number_wraps_behind_999999() {
        assert_eq!(TraceNumber::LAST.next(), TraceNumber::FIRST);
        assert_eq!(TraceNumber::FIRST.next().get(), 2);
        assert_eq!(TraceNumber::new(0), None);
        assert_eq!(TraceNumber::new(1_000_000), None);
    }

    #[test]
    fn a_text_that_is_no_field_is_refused() {
        for text in ["", "12345", "1234567", "12345 ", "12345é"] {
            assert!(ApprovalCode::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
