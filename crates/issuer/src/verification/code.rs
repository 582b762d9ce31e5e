use std::fmt::{self, Write as _};

use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// A code of six decimal digits.
pub struct Code(Zeroizing<String>);

/// The text is not a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is six decimal digits")]
pub struct CodeError;

const DIGITS: usize = 6;
const CODES: u64 = 1_000_000;

impl Code {
    /// A code from its digits in text.
    ///
    /// # Errors
    /// [`CodeError`] for anything but six decimal digits.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let good = text.len() == DIGITS && text.bytes().all(|octet| octet.is_ascii_digit());
        let code = good.then(|| Self(Zeroizing::new(text.to_owned())));
        code.ok_or(CodeError)
    }

    /// The six digits, for the cardholder only.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    pub(crate) fn draw() -> Result<Self, NoRandomness> {
        let number = random::below(CODES)?;
        // Room for all digits: a text that grows leaves copies in freed memory.
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        write!(digits, "{number:0DIGITS$}").map_err(|_| NoRandomness)?;
        Ok(Self(digits))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn only_six_digits_are_a_code() {
        let cases = [
            ("000000", true),
            ("123456", true),
            ("12345", false),
            ("1234567", false),
            ("12345a", false),
            (" 12345", false),
            ("", false),
            ("١٢٣", false),
        ];
        for (text, good) in cases {
            assert_eq!(Code::parse(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn a_drawn_code_has_six_digits_and_is_not_shown() {
        for _ in 0..100 {
            let code = Code::draw().unwrap();
            assert!(Code::parse(code.digits()).is_ok());
            assert_eq!(format!("{code:?}"), "Code(..)");
        }
    }
}
