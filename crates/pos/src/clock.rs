//! The terminal's local date and time, in the formats of data objects.

use understudy_core::wire::digits::u64_to_bcd;

const SECONDS_PER_DAY: i64 = 86_400;

/// A local date and time, in BCD.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocalTime {
    date: [u8; 3],
    time: [u8; 3],
    of_message: understudy_acquiring::LocalTime,
}

impl LocalTime {
    /// The local time `offset_minutes` east of UTC, `seconds` after the beginning of 1970 in UTC.
    /// `None` for a time before that beginning or beyond the year 9999.
    #[must_use]
    pub fn from_unix(seconds: u64, offset_minutes: i16) -> Option<Self> {
        let local = i64::try_from(seconds)
            .ok()?
            .checked_add(i64::from(offset_minutes) * 60)?;
        let second = local.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day) = civil(local.div_euclid(SECONDS_PER_DAY));
        if local < 0 || year > 9999 {
            return None;
        }
        let date = (year % 100) * 10_000 + month * 100 + day;
        let time = second / 3600 * 10_000 + second / 60 % 60 * 100 + second % 60;
        let date = u64_to_bcd(u64::try_from(date).ok()?)?;
        let time = u64_to_bcd(u64::try_from(time).ok()?)?;
        let [_, month, day] = date;
        let of_message = understudy_acquiring::LocalTime::from_bcd(time, [month, day]).ok()?;
        Some(Self {
            date,
            time,
            of_message,
        })
    }

    /// YYMMDD (`9A`).
    #[must_use]
    pub const fn date(self) -> [u8; 3] {
        self.date
    }

    /// DE 12 and 13.
    pub(crate) const fn of_message(self) -> understudy_acquiring::LocalTime {
        self.of_message
    }

    /// HHMMSS (`9F21`).
    #[must_use]
    pub const fn time(self) -> [u8; 3] {
        self.time
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
///
/// Counted in eras of 400 years that begin on 1 March, so that the leap day comes last.
const fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097;
    const FIRST_MARCH_0000: i64 = 719_468;
    let days = days + FIRST_MARCH_0000;
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = (months_since_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(seconds: u64, offset_minutes: i16) -> Option<(String, String)> {
        LocalTime::from_unix(seconds, offset_minutes)
            .map(|moment| (hex::encode(moment.date()), hex::encode(moment.time())))
    }

    /// Seconds computed with GNU date: `date -u -d '…' +%s`.
    #[test]
    fn a_moment_is_given_in_local_time() {
        for (seconds, offset, date, time) in [
            (0, 0, "700101", "000000"),
            (0, 480, "700101", "080000"),
            (951_782_399, 0, "000228", "235959"),
            (951_782_400, 0, "000229", "000000"),
            (951_868_800, 0, "000301", "000000"),
            (1_798_732_799, 480, "261231", "235959"),
            (1_798_732_800, 480, "270101", "000000"),
            (4_107_542_400, 0, "000301", "000000"),
            (4_107_542_399, 0, "000228", "235959"),
            (253_402_300_799, 0, "991231", "235959"),
        ] {
            assert_eq!(
                local(seconds, offset),
                Some((date.into(), time.into())),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_moment_out_of_reach_is_none() {
        assert_eq!(local(0, -1), None);
        assert_eq!(local(253_402_300_800, 0), None);
        assert_eq!(local(u64::MAX, 0), None);
    }
}
