//! Months, from the time that the caller gives. Nothing here reads a clock.

use understudy_core::card::UnixTime;
use understudy_core::wire::track2::Expiry;

/// Whether a card with this expiry is still good: until the last second (UTC) of its month.
pub(crate) fn is_good(expiry: Expiry, now: UnixTime) -> bool {
    let (year, month) = month_of(now);
    match year.checked_sub(2000).map(u8::try_from) {
        Some(Ok(year)) => expiry.covers(year, month),
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

/// Year and month (1–12) of a time, in UTC.
///
/// Counts in years that begin in March, so that the leap day is the last of its year, and in eras
/// of 400 years, which all have the same number of days.
fn month_of(time: UnixTime) -> (u64, u8) {
    const DAYS_TO_EPOCH: u64 = 719_468; // from 0000-03-01 to 1970-01-01
    const ERA: u64 = 146_097;
    let days = time.0 / 86_400 + DAYS_TO_EPOCH;
    let day_of_era = days % ERA;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let next_year = month_from_march >= 10;
    let month = if next_year {
        month_from_march - 9
    } else {
        month_from_march + 3
    };
    let year = days / ERA * 400 + year_of_era + u64::from(next_year);
    (year, u8::try_from(month).unwrap_or(12))
}

#[cfg(test)]
mod tests {
    use super::{is_good, last_day, month_of};
    use understudy_core::card::UnixTime;
    use understudy_core::wire::track2::Expiry;

    #[test]
    fn months_follow_one_another_as_a_calendar_has_them() {
        let leap = |year: u64| {
            year.is_multiple_of(400) || year.is_multiple_of(4) && !year.is_multiple_of(100)
        };
        let mut day = 0;
        for year in 1970..2500 {
            for month in 1..=12 {
                let length = match month {
                    2 => 28 + u64::from(leap(year)),
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                let (first, next) = (day * 86_400, (day + length) * 86_400);
                assert_eq!(month_of(UnixTime(first)), (year, month));
                assert_eq!(month_of(UnixTime(next - 1)), (year, month));
                day += length;
            }
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
}
