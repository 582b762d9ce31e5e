//! The local date and time of a request: DE 12 and 13.

use std::fmt;

use serde::{Deserialize, Serialize};
use understudy_core::wire::digits::bcd_to_u64;

use super::fields::FieldError;
use crate::clock::LocalTime;

/// The local date and time of a request (DE 12 and 13, and the year), in BCD.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    date: [u8; 3],
    time: [u8; 3],
}

impl Moment {
    /// The time of day, hhmmss (DE 12).
    #[must_use]
    pub const fn time(self) -> [u8; 3] {
        self.time
    }

    /// The date, MMDD (DE 13).
    #[must_use]
    pub const fn date(self) -> [u8; 2] {
        let [_, month, day] = self.date;
        [month, day]
    }

    /// The last two digits of the year, which no field of a message contains.
    #[must_use]
    pub const fn year(self) -> u8 {
        let [year, ..] = self.date;
        year
    }

    /// The hour, 0–23.
    pub(super) fn hour(self) -> u64 {
        let [hour, ..] = self.time;
        bcd_to_u64(&[hour]).unwrap_or(0)
    }

    /// The day of the year, 1–366. Years are 2000–2099.
    pub(super) fn day_of_year(self) -> u64 {
        const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let [year, month, day] = self.date.map(|octet| bcd_to_u64(&[octet]).unwrap_or(0));
        let months = usize::try_from(month).unwrap_or(0).saturating_sub(1);
        let before = BEFORE.get(months).copied().unwrap_or(0);
        let leap_day = u64::from(year % 4 == 0 && month > 2);
        before + leap_day + day
    }
}

impl From<LocalTime> for Moment {
    fn from(time: LocalTime) -> Self {
        Self {
            date: time.date(),
            time: time.time(),
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        const PROBLEM: FieldError = FieldError("a date and time YYMMDDhhmmss");
        let mut octets = [0; 6];
        hex::decode_to_slice(&text, &mut octets).map_err(|_| PROBLEM)?;
        let number = |octet: u8| bcd_to_u64(&[octet]).ok_or(PROBLEM);
        let [year, month, day, hour, minute, second] = octets;
        let plausible = (1..=12).contains(&number(month)?)
            && (1..=31).contains(&number(day)?)
            && number(year)? <= 99
            && number(hour)? <= 23
            && number(minute)? <= 59
            && number(second)? <= 59;
        plausible
            .then_some(Self {
                date: [year, month, day],
                time: [hour, minute, second],
            })
            .ok_or(PROBLEM)
    }
}

/// Written as `YYMMDDhhmmss`.
impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        hex::encode(moment.date) + &hex::encode(moment.time)
    }
}

/// Shown as `2026-11-22 16:30:00`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [year, month, day] = self.date;
        let [hour, minute, second] = self.time;
        write!(
            f,
            "20{year:02x}-{month:02x}-{day:02x} {hour:02x}:{minute:02x}:{second:02x}"
        )
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
        assert_eq!(moment.time(), [0x16, 0x30, 0x05]);
        assert_eq!(moment.date(), [0x11, 0x22]);
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
            "261122240000",
            "2611221630000",
        ] {
            assert!(Moment::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
