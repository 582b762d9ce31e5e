//! The entry mode of a card: DE 22.

use core::fmt;
use core::str::FromStr;

use super::text::as_text;
use super::{FieldError, Text};

/// The entry mode (DE 22, `n 3`): two digits for the reading of the card, and one for the PIN pad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryMode(Text<3>);

impl EntryMode {
    /// The mode of three ASCII digits.
    ///
    /// # Errors
    /// [`FieldError::EntryMode`].
    pub fn new(digits: [u8; 3]) -> Result<Self, FieldError> {
        let text = Text::new(digits, |c| c.is_ascii_digit());
        text.map(Self).ok_or(FieldError::EntryMode)
    }

    /// The mode of three digits as text.
    ///
    /// # Errors
    /// [`FieldError::EntryMode`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let digits = text.as_bytes().try_into();
        Self::new(digits.map_err(|_| FieldError::EntryMode)?)
    }

    /// A contactless chip was read: `071` with a PIN, `072` without.
    #[must_use]
    pub fn contactless_chip(with_pin: bool) -> Self {
        let digits = if with_pin { *b"071" } else { *b"072" };
        Self(Text::known(digits))
    }

    /// A code that the cardholder presented was scanned: `032`, without a PIN.
    #[must_use]
    pub fn consumer_code() -> Self {
        Self(Text::known(*b"032"))
    }

    /// True for a code that the cardholder presented: 03.
    #[must_use]
    pub fn is_consumer_code(self) -> bool {
        self.text().starts_with("03")
    }

    /// True for a contactless chip: 07 in JR/T 0025, 98 in `UnionPay`'s networks.
    #[must_use]
    pub fn is_contactless_chip(self) -> bool {
        self.text().starts_with("07") || self.text().starts_with("98")
    }

    /// The three digits.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// The three ASCII digits.
    #[must_use]
    pub const fn characters(self) -> [u8; 3] {
        self.0.characters()
    }
}

as_text!(EntryMode);
