//! Unix time as date and time of day, proleptic Gregorian.

use understudy_core::card::UnixTime;

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: u64,
    /// The month, 1–12.
    pub(super) month: u8,
    day: u64,
    second: u64,
}

const DAY: u64 = 86_400;
/// Days of a common year before each month.
const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

impl Civil {
    /// The date and time of day, `offset` seconds east of Greenwich.
    pub(super) fn at(time: UnixTime, offset: i32) -> Self {
        let seconds = time.0.saturating_add_signed(i64::from(offset));
        let (mut days, second) = (seconds / DAY, seconds % DAY);
        // 400 years of the calendar have 146,097 days.
        let mut year = 1970 + 400 * (days / 146_097);
        days %= 146_097;
        while days >= length(year) {
            days -= length(year);
            year += 1;
        }
        let starts = (1..).zip(BEFORE).map(|(month, before): (u8, u64)| {
            let leap_day = u64::from(month > 2 && is_leap(year));
            (month, before + leap_day)
        });
        let (month, start) = starts
            .filter(|(_, start)| *start <= days)
            .last()
            .unwrap_or((1, 0));
        Self {
            year,
            month,
            day: days - start + 1,
            second,
        }
    }

    /// ISO 8601, in UTC.
    pub(super) fn iso(time: UnixTime) -> String {
        let Self {
            year,
            month,
            day,
            second,
        } = Self::at(time, 0);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u64) -> u64 {
    365 + u64::from(is_leap(year))
}
