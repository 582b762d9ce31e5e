//! Months and days of a given time. Nothing here reads a clock.

use understudy_core::card::UnixTime;
use understudy_core::wire::digits::u64_to_bcd;
use understudy_core::wire::track2::Expiry;

/// True if a card with this expiry is still valid: until the last second (UTC) of its month.
pub(crate) fn is_good(expiry: Expiry, now: UnixTime) -> bool {
    let (year, month, _) = date_of(days(now));
    match year.checked_sub(2000).map(u8::try_from) {
        Some(Ok(year)) => expiry.covers(year, u8::try_from(month).unwrap_or(12)),
        Some(Err(_)) => false,
        None => true,
    }
}

/// The last day of a card's expiry month, YYMMDD in BCD (`5F24`).
pub(crate) fn last_day(expiry: Expiry) -> [u8; 3] {
    let [year, month] = expiry.to_bcd();
    let day = match expiry.month() {
        2 if expiry.year().is_multiple_of(4) => 0x29,
        2 => 0x28,
        4 | 6 | 9 | 11 => 0x30,
        _ => 0x31,
    };
    [year, month, day]
}

/// The most days between the date of a transaction and the host's: the terminal's is in local time,
/// and its clock may be wrong.
const DAYS_APART: u64 = 2;

/// True if a transaction date, YYMMDD in BCD (`9A`), is a day of the calendar and at most two days
/// from that of a time.
pub(crate) fn is_near(date: [u8; 3], now: UnixTime) -> bool {
    let today = days(now);
    (today.saturating_sub(DAYS_APART)..=today + DAYS_APART).any(|day| short_date(day) == Some(date))
}

/// A day of this century, YYMMDD in BCD; `None` for other days.
fn short_date(day: u64) -> Option<[u8; 3]> {
    let (year, month, day) = date_of(day);
    let year = year.checked_sub(2000).filter(|year| *year < 100)?;
    u64_to_bcd(year * 10_000 + month * 100 + day)
}

/// The number of a time's day, from 1970-01-01, in UTC.
const fn days(time: UnixTime) -> u64 {
    time.0 / 86_400
}

/// The last digit of the year, and the hour of the year from 1 to 8784, of a time in UTC.
#[cfg(feature = "limited-use")]
pub(crate) fn hour_of_year(time: UnixTime) -> (u8, u16) {
    let day = days(time);
    let (year, ..) = date_of(day);
    let first = (0..=day).rev().find(|day| date_of(*day) == (year, 1, 1));
    let hour = (time.0 - first.unwrap_or(0) * 86_400) / 3_600 + 1;
    let digit = u8::try_from(year % 10).unwrap_or(0);
    (digit, u16::try_from(hour).unwrap_or(u16::MAX))
}

/// Year, month (1–12) and day (1–31) of a day counted from 1970-01-01.
///
/// Counts in years that begin in March, so that the leap day is the last of its year, and in eras
/// of 400 years, which all have the same number of days.
fn date_of(days: u64) -> (u64, u64, u64) {
    const DAYS_TO_EPOCH: u64 = 719_468; // from 0000-03-01 to 1970-01-01
    const ERA: u64 = 146_097;
    let days = days + DAYS_TO_EPOCH;
    let day_of_era = days % ERA;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let next_year = month_from_march >= 10;
    let month = if next_year {
        month_from_march - 9
    } else {
        month_from_march + 3
    };
    let year = days / ERA * 400 + year_of_era + u64::from(next_year);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{date_of, days, is_good, is_near, last_day, short_date};
    use understudy_core::card::UnixTime;
    use understudy_core::wire::track2::Expiry;

    #[test]
    fn days_follow_one_another_as_a_calendar_has_them() {
        let leap = |year: u64| {
            year.is_multiple_of(400) || year.is_multiple_of(4) && !year.is_multiple_of(100)
        };
        let mut count = 0;
        for year in 1970..2500 {
            for month in 1..=12 {
                let length = match month {
                    2 => 28 + u64::from(leap(year)),
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                for day in 1..=length {
                    assert_eq!(date_of(count), (year, month, day));
                    count += 1;
                }
            }
        }
    }

    #[test]
    fn a_day_lasts_from_midnight_to_midnight_in_utc() {
        // 2026-11-30T23:59:59Z is 1 796 083 199.
        assert_eq!(date_of(days(UnixTime(1_796_083_199))), (2026, 11, 30));
        assert_eq!(date_of(days(UnixTime(1_796_083_200))), (2026, 12, 1));
    }

    #[test]
    fn a_date_is_near_within_two_days_across_months_and_years() {
        let near = |date: [u8; 3]| is_near(date, UnixTime(1_798_761_600)); // 2027-01-01T00:00:00Z
        let days = [
            ([0x26, 0x12, 0x29], false),
            ([0x26, 0x12, 0x30], true),
            ([0x26, 0x12, 0x31], true),
            ([0x27, 0x01, 0x01], true),
            ([0x27, 0x01, 0x03], true),
            ([0x27, 0x01, 0x04], false),
            ([0x26, 0x12, 0x32], false),
            ([0x27, 0x01, 0x00], false),
            ([0x27, 0x00, 0x01], false),
            ([0x31, 0x01, 0x01], false),
        ];
        for (date, expected) in days {
            assert_eq!(near(date), expected, "{date:02X?}");
        }
    }

    #[test]
    fn no_date_is_near_a_time_outside_this_century() {
        for time in [
            0,
            946_684_799 - 2 * 86_400,
            4_102_444_800 + 2 * 86_400,
            u64::MAX,
        ] {
            let today = days(UnixTime(time));
            assert_eq!(short_date(today), None, "{time}");
            assert!(!is_near([0x70, 0x01, 0x01], UnixTime(time)));
            assert!(!is_near([0x00, 0x01, 0x01], UnixTime(time)));
        }
    }

    #[test]
    fn a_card_is_good_until_the_last_second_of_its_month() {
        // 2026-11-30T23:59:59Z is 1 796 083 199.
        let expiry = Expiry::parse("2611").unwrap();
        assert!(is_good(expiry, UnixTime(1_796_083_199)));
        assert!(!is_good(expiry, UnixTime(1_796_083_200)));
    }

    #[test]
    fn a_time_outside_the_century_of_expiries_is_before_or_after_all_of_them() {
        let (first, last) = (Expiry::new(0, 1).unwrap(), Expiry::new(99, 12).unwrap());
        assert!(is_good(first, UnixTime(0)));
        assert!(is_good(last, UnixTime(4_102_444_799))); // 2099-12-31T23:59:59Z
        assert!(!is_good(last, UnixTime(4_102_444_800)));
        assert!(!is_good(last, UnixTime(u64::MAX)));
    }

    #[test]
    fn the_last_day_of_a_month_knows_leap_years() {
        let cases = [
            ("2601", [0x26, 0x01, 0x31]),
            ("2602", [0x26, 0x02, 0x28]),
            ("2802", [0x28, 0x02, 0x29]),
            ("0002", [0x00, 0x02, 0x29]),
            ("2604", [0x26, 0x04, 0x30]),
            ("9912", [0x99, 0x12, 0x31]),
        ];
        for (expiry, expected) in cases {
            assert_eq!(
                last_day(Expiry::parse(expiry).unwrap()),
                expected,
                "{expiry}"
            );
        }
    }

    /// Times from `date -u -d … +%s`.
    #[cfg(feature = "limited-use")]
    #[test]
    fn hours_are_counted_from_the_first_of_the_year() {
        for (time, expected) in [
            (0, (0, 1)),
            (3_599, (0, 1)),
            (3_600, (0, 2)),
            (1_795_305_600, (6, 7_801)), // 2026-11-22T00:00:00Z
            (1_735_689_599, (4, 8_784)), // 2024-12-31T23:59:59Z
            (1_735_689_600, (5, 1)),     // 2025-01-01T00:00:00Z
            (1_767_225_599, (5, 8_760)), // 2025-12-31T23:59:59Z
        ] {
            assert_eq!(super::hour_of_year(UnixTime(time)), expected, "{time}");
        }
    }
}
