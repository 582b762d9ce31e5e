//! The local date and time of a request: DE 12 and 13, and the year.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_acquiring::{LocalTime, Reference, TraceNumber};
use understudy_core::wire::digits::bcd_to_u64;

use crate::clock;

/// A text that is not what it should be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("it is not {0}")]
pub struct TextError(pub(crate) &'static str);

/// The local date and time of a request (DE 12 and 13), with the year that no field of a message has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    /// The last two digits, in BCD.
    year: u8,
    local: LocalTime,
}

impl Moment {
    /// The time of day and the date (DE 12 and 13).
    #[must_use]
    pub const fn local_time(self) -> LocalTime {
        self.local
    }

    /// The reference (DE 37) of the request with this trace number: the last digit of the year, the
    /// day of the year, the hour, and the trace number (`YDDDHHNNNNNN`).
    #[must_use]
    pub fn reference(self, trace: TraceNumber) -> Reference {
        let year = u64::from(self.year & 0x0F);
        let [h, hh, ..] = self.local.time();
        let hour = u64::from(h & 0x0F) * 10 + u64::from(hh & 0x0F);
        let prefix = year * 100_000 + self.day_of_year() * 100 + hour;
        Reference::from_number(prefix * 1_000_000 + u64::from(trace.get()))
    }

    /// The day of the year, 1–366. Years are 2000–2099.
    fn day_of_year(self) -> u64 {
        const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let number = |octet: u8| bcd_to_u64(&[octet]).unwrap_or(0);
        let [month, day] = self.local.date_bcd().map(number);
        let months = usize::try_from(month).unwrap_or(0).saturating_sub(1);
        let before = BEFORE.get(months).copied().unwrap_or(0);
        let leap_day = u64::from(number(self.year) % 4 == 0 && month > 2);
        before + leap_day + day
    }
}

impl From<clock::LocalTime> for Moment {
    fn from(time: clock::LocalTime) -> Self {
        let [year, ..] = time.date();
        Self {
            year,
            local: time.of_message(),
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        const PROBLEM: TextError = TextError("a date and time YYMMDDhhmmss");
        let (year, rest) = text.split_at_checked(2).ok_or(PROBLEM)?;
        let mut octet = [0];
        hex::decode_to_slice(year, &mut octet).map_err(|_| PROBLEM)?;
        bcd_to_u64(&octet).ok_or(PROBLEM)?;
        let [year] = octet;
        let local = LocalTime::from_text(rest).ok_or(PROBLEM)?;
        Ok(Self { year, local })
    }
}

/// Written as `YYMMDDhhmmss`.
impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        hex::encode([moment.year]) + moment.local.text()
    }
}

/// Shown as `2026-11-22 16:30:00`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "20{:02x}-{}", self.year, self.local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_moment_gives_the_fields_of_a_message() {
        let moment = moment("261122163005");
        assert_eq!(moment.local_time().text(), "1122163005");
        assert_eq!(moment.to_string(), "2026-11-22 16:30:05");
    }

    #[test]
    fn a_text_that_is_no_moment_is_refused() {
        for text in [
            "",
            "26112216300",
            "26112216300A",
            "261322163000",
            "261100163000",
            "260230163000",
            "2A1122163000",
            "261122240000",
            "2611221630000",
        ] {
            assert!(Moment::try_from(text.to_owned()).is_err(), "{text}");
        }
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
            assert_eq!(moment(time).reference(trace).text(), reference);
        }
    }
}
