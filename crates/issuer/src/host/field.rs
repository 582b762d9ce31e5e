//! The fields of a message, each in its form (ISO 8583:1987 §4).

use std::fmt;

/// A field does not have its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// DE 3.
    #[error("DE 3, the processing code, is six digits that begin with 00, 01, 03, 09, 20 or 31")]
    ProcessingCode,
    /// DE 11.
    #[error("DE 11, the trace number, is 1 to 999999")]
    TraceNumber,
    /// DE 12.
    #[error("DE 12, the local time, is six digits hhmmss")]
    LocalTime,
    /// DE 13.
    #[error("DE 13, the local date, is four digits MMDD")]
    LocalDate,
    /// DE 22.
    #[error("DE 22, the entry mode, is three digits")]
    EntryMode,
    /// DE 37.
    #[error("DE 37, the retrieval reference number, is twelve letters and digits")]
    Reference,
    /// DE 38.
    #[error("DE 38, the approval code, is six digits")]
    ApprovalCode,
    /// DE 41.
    #[error("DE 41, the terminal, is eight printable characters")]
    Terminal,
    /// DE 42.
    #[error("DE 42, the merchant, is fifteen printable characters")]
    Merchant,
}

/// DE 11: the system trace audit number, 1–999999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceNumber(u32);

impl TraceNumber {
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
}

impl fmt::Display for TraceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// DE 12 and DE 13: time and date at the terminal, which has no year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(Text<10>);

/// Days of each month; a date without a year may be 29 February.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl LocalTime {
    /// A time from DE 12, `hhmmss`, and DE 13, `MMDD`.
    ///
    /// # Errors
    /// [`FieldError::LocalTime`] and [`FieldError::LocalDate`].
    pub fn parse(time: &str, date: &str) -> Result<Self, FieldError> {
        let [hour, minute, second] = pairs(time).ok_or(FieldError::LocalTime)?;
        let [month, day] = pairs(date).ok_or(FieldError::LocalDate)?;
        if hour > 23 || minute > 59 || second > 59 {
            return Err(FieldError::LocalTime);
        }
        let days = usize::from(month)
            .checked_sub(1)
            .and_then(|at| DAYS.get(at));
        if !days.is_some_and(|days| (1..=*days).contains(&day)) {
            return Err(FieldError::LocalDate);
        }
        let text = Text::parse(&format!("{date}{time}"), u8::is_ascii_digit);
        text.map(Self).ok_or(FieldError::LocalTime)
    }

    /// DE 13 in BCD, the month before the day, as it ends `9A`.
    pub(crate) fn date_bcd(self) -> [u8; 2] {
        let [a, b, c, d, ..] = self.0.0.map(|octet| octet.wrapping_sub(b'0'));
        [a << 4 | b, c << 4 | d]
    }

    /// `MMDDhhmmss`.
    pub(crate) fn text(&self) -> &str {
        self.0.text()
    }

    /// From `MMDDhhmmss`.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(4)?;
        Self::parse(time, date).ok()
    }
}

impl fmt::Display for LocalTime {
    /// `MM-DD hh:mm:ss`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |from: usize| self.text().get(from..from + 2).unwrap_or_default();
        let (month, day, hour) = (part(0), part(2), part(4));
        write!(f, "{month}-{day} {hour}:{}:{}", part(6), part(8))
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalTime({self})")
    }
}

/// The values of `N` pairs of digits and nothing else.
fn pairs<const N: usize>(text: &str) -> Option<[u8; N]> {
    let octets = text.as_bytes();
    if octets.len() != 2 * N || !octets.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut values = octets.chunks_exact(2).filter_map(|pair| match pair {
        [tens, units] => Some(10 * tens.wrapping_sub(b'0') + units.wrapping_sub(b'0')),
        _ => None,
    });
    let mut found = [0; N];
    for slot in &mut found {
        *slot = values.next()?;
    }
    Some(found)
}

/// `N` ASCII characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    fn parse(text: &str, admits: impl Fn(&u8) -> bool) -> Option<Self> {
        let octets: [u8; N] = text.as_bytes().try_into().ok()?;
        octets.iter().all(admits).then_some(Self(octets))
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A field of a fixed number of characters.
macro_rules! text_field {
    ($(#[$doc:meta])* $name:ident, $length:literal, $admits:expr, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text<$length>);

        impl $name {
            /// The field of this text, of exactly its length.
            ///
            /// # Errors
            #[doc = concat!("[`FieldError::", stringify!($error), "`].")]
            pub fn parse(text: &str) -> Result<Self, FieldError> {
                Text::parse(text, $admits).map(Self).ok_or(FieldError::$error)
            }

            /// Its characters.
            #[must_use]
            pub fn text(&self) -> &str {
                self.0.text()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.text())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.text())
            }
        }
    };
}

text_field! {
    /// DE 22: how the card was read (two digits) and what PIN pad there is (one).
    EntryMode, 3, u8::is_ascii_digit, EntryMode
}
text_field! {
    /// DE 37: the retrieval reference number, 12 letters and digits.
    Reference, 12, u8::is_ascii_alphanumeric, Reference
}
text_field! {
    /// DE 38: the approval code of this issuer, six digits.
    ApprovalCode, 6, u8::is_ascii_digit, ApprovalCode
}
text_field! {
    /// DE 41: the terminal, eight printable characters, spaces behind a shorter name.
    TerminalId, 8, is_printable, Terminal
}
text_field! {
    /// DE 42: the merchant, fifteen printable characters, spaces behind a shorter name.
    MerchantId, 15, is_printable, Merchant
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "of the form of `u8::is_ascii_digit`"
)]
fn is_printable(octet: &u8) -> bool {
    matches!(octet, 0x20..=0x7E)
}

impl EntryMode {
    /// Whether a contactless chip was read: 07 as JR/T 0025 has it, 98 as `UnionPay`'s networks do.
    pub(crate) fn is_contactless_chip(self) -> bool {
        self.text().starts_with("07") || self.text().starts_with("98")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, Reference, TerminalId,
        TraceNumber,
    };

    #[test]
    fn a_trace_number_has_one_to_six_digits_and_is_not_zero() {
        for (number, good) in [(0, false), (1, true), (999_999, true), (1_000_000, false)] {
            let trace = TraceNumber::new(number);
            assert_eq!(trace.map(TraceNumber::get).ok(), good.then_some(number));
        }
        assert_eq!(TraceNumber::new(7).unwrap().to_string(), "000007");
    }

    #[test]
    fn a_local_time_is_a_time_of_day_and_a_day_of_some_year() {
        let cases = [
            ("000000", "0101", None),
            ("235959", "0229", None),
            ("235959", "1231", None),
            ("240000", "0101", Some(FieldError::LocalTime)),
            ("006000", "0101", Some(FieldError::LocalTime)),
            ("000060", "0101", Some(FieldError::LocalTime)),
            ("00000", "0101", Some(FieldError::LocalTime)),
            ("00000 ", "0101", Some(FieldError::LocalTime)),
            ("000000", "0001", Some(FieldError::LocalDate)),
            ("000000", "1301", Some(FieldError::LocalDate)),
            ("000000", "0230", Some(FieldError::LocalDate)),
            ("000000", "0431", Some(FieldError::LocalDate)),
            ("000000", "0100", Some(FieldError::LocalDate)),
            ("000000", "01011", Some(FieldError::LocalDate)),
        ];
        for (time, date, error) in cases {
            assert_eq!(LocalTime::parse(time, date).err(), error, "{date} {time}");
        }
        let time = LocalTime::parse("093000", "1122").unwrap();
        assert_eq!(time.to_string(), "11-22 09:30:00");
        assert_eq!(time.date_bcd(), [0x11, 0x22]);
        assert_eq!(LocalTime::from_text(time.text()), Some(time));
    }

    #[test]
    fn a_text_field_has_its_length_and_its_characters() {
        assert!(Reference::parse("00000000000A").is_ok());
        for text in [
            "00000000000",
            "0000000000000",
            "00000000000 ",
            "0000000000é",
        ] {
            assert_eq!(Reference::parse(text), Err(FieldError::Reference), "{text}");
        }
        assert!(TerminalId::parse("TERM 1  ").is_ok());
        for text in ["TERM001", "TERM00001", "TERM\u{7F}001", "TERM\n001"] {
            assert_eq!(TerminalId::parse(text), Err(FieldError::Terminal), "{text}");
        }
        assert!(MerchantId::parse("MERCHANT 000001").is_ok());
        assert_eq!(MerchantId::parse("M"), Err(FieldError::Merchant));
        assert!(ApprovalCode::parse("000000").is_ok());
        assert_eq!(ApprovalCode::parse("00000A"), Err(FieldError::ApprovalCode));
    }

    #[test]
    fn only_07_and_98_are_a_contactless_chip() {
        for mode in 0..1000 {
            let mode = EntryMode::parse(&format!("{mode:03}")).unwrap();
            let first = &mode.text()[..2];
            assert_eq!(
                mode.is_contactless_chip(),
                first == "07" || first == "98",
                "{mode}"
            );
        }
        assert_eq!(EntryMode::parse("7"), Err(FieldError::EntryMode));
    }
}
