//! A date on the command line: `2026-11-27`, in UTC.

use std::str::FromStr;

use understudy_core::card::UnixTime;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A day from 1970 to 9999, by its number since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date(u64);

impl Date {
    /// The first second of the day.
    pub(super) fn start(self) -> UnixTime {
        UnixTime(self.0 * DAY)
    }

    /// The first second after the day.
    pub(super) fn end(self) -> UnixTime {
        UnixTime((self.0 + 1) * DAY)
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or("a date is needed, such as 2026-11-27")
    }
}

fn parse(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-').map(|part| {
        let digits = part.bytes().all(|digit| digit.is_ascii_digit());
        digits.then(|| part.parse::<u64>().ok()).flatten()
    });
    let [year, month, day] = [parts.next()??, parts.next()??, parts.next()??];
    if text.len() != "YYYY-MM-DD".len() || year < 1970 {
        return None;
    }
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let february = if leap(year) { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    if !(1..=*lengths.get(index)?).contains(&day) {
        return None;
    }
    let years: u64 = (1970..year)
        .map(|year| if leap(year) { 366 } else { 365 })
        .sum();
    let months: u64 = lengths.iter().take(index).sum();
    Some(Date(years + months + day - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the days are computed with GNU date (`date -ud DATE +%s`), divided by 86,400.
    #[test]
    fn dates_are_days_since_1970() {
        for (text, day) in [
            ("1970-01-01", 0),
            ("1972-02-29", 789),
            ("1999-12-31", 10_956),
            ("2000-02-29", 11_016),
            ("2026-11-27", 20_784),
            ("2100-03-01", 47_541),
        ] {
            assert_eq!(parse(text), Some(Date(day)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "2026-11-00",
            "26-11-27",
            "2026-1-27",
            "2026-11-2",
            "2026-11-27 ",
            "+026-11-27",
            "1969-12-31",
            "2026/11/27",
            "2026-11-27-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_and_ends_at_midnight_in_utc() {
        let day = parse("2026-11-27").unwrap();
        assert_eq!(day.start(), UnixTime(1_795_737_600));
        assert_eq!(day.end(), UnixTime(1_795_824_000));
    }
}
