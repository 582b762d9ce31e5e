//! Fields of a fixed number of characters: DE 37, 38, 41 and 42.

use core::fmt;
use core::str::FromStr;

use super::FieldError;

/// `N` ASCII characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text<const N: usize>([u8; N]);

impl<const N: usize> Text<N> {
    /// The characters, if each is ASCII and `admits` it.
    pub(crate) fn new(characters: [u8; N], admits: impl Fn(u8) -> bool) -> Option<Self> {
        let good = characters.iter().all(|&c| c.is_ascii() && admits(c));
        good.then_some(Self(characters))
    }

    /// Characters that are known to be ASCII and valid in the field.
    pub(super) const fn known(characters: [u8; N]) -> Self {
        Self(characters)
    }

    pub(crate) fn text(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) const fn characters(self) -> [u8; N] {
        self.0
    }
}

/// Gives a field of `N` characters its constructors, its text, and its texts in files.
macro_rules! text_field {
    ($(#[$doc:meta])* $name:ident, $length:literal, $admits:expr, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text<$length>);

        impl $name {
            /// The field with these ASCII characters.
            ///
            /// # Errors
            #[doc = concat!("[`FieldError::", stringify!($error), "`].")]
            pub fn new(characters: [u8; $length]) -> Result<Self, FieldError> {
                Text::new(characters, $admits).map(Self).ok_or(FieldError::$error)
            }

            /// The field of this text, of exactly its length.
            ///
            /// # Errors
            #[doc = concat!("[`FieldError::", stringify!($error), "`].")]
            pub fn parse(text: &str) -> Result<Self, FieldError> {
                let characters = text.as_bytes().try_into();
                Self::new(characters.map_err(|_| FieldError::$error)?)
            }

            /// Its characters as text.
            #[must_use]
            pub fn text(&self) -> &str {
                self.0.text()
            }

            /// Its ASCII characters.
            #[must_use]
            pub const fn characters(self) -> [u8; $length] {
                self.0.characters()
            }
        }

        crate::field::text::as_text!($name);
    };
}

/// `FromStr`, `Display`, `Debug`, and with the feature `serde` a string in files, for a type with
/// `parse` and `text`.
macro_rules! as_text {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = FieldError;

            fn from_str(text: &str) -> Result<Self, FieldError> {
                Self::parse(text)
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

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.text())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a text")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        <$name>::parse(text).map_err(E::custom)
                    }
                }

                from.deserialize_str(Visitor)
            }
        }
    };
}

pub(super) use as_text;

text_field! {
    /// The retrieval reference number (DE 37, `an 12`).
    Reference, 12, |c| c.is_ascii_alphanumeric(), Reference
}
text_field! {
    /// The issuer's code of an approval (DE 38, `an 6`).
    ApprovalCode, 6, |c| c.is_ascii_alphanumeric(), ApprovalCode
}
text_field! {
    /// The terminal (DE 41, `ans 8`), padded with spaces on the right.
    TerminalId, 8, is_printable, Terminal
}
text_field! {
    /// The merchant (DE 42, `ans 15`), padded with spaces on the right.
    MerchantId, 15, is_printable, Merchant
}

impl Reference {
    /// The reference of the last twelve digits of a number, zeros in front.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        let mut digits = [b'0'; 12];
        let mut rest = number;
        for slot in digits.iter_mut().rev() {
            let [.., digit] = (rest % 10).to_be_bytes();
            *slot = b'0' + digit;
            rest /= 10;
        }
        Self(Text::known(digits))
    }
}

fn is_printable(c: u8) -> bool {
    matches!(c, b' '..=b'~')
}
