//! Payment account references (`9F24`).

use std::fmt;

use crate::random::{self, NoRandomness};

/// A payment account reference: 29 characters, digits and capital letters. It names the account
/// behind all its tokens, reveals nothing about the PAN, and stays when the PAN is replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct Par(String);

/// The prefix of every reference of this issuer. Such prefixes are assigned to token services by
/// `EMVCo`; this one is unassigned.
const CONTROLLER: &str = "Z0US";
const LENGTH: usize = 29;
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl Par {
    /// A new random reference.
    pub(crate) fn draw() -> Result<Self, NoRandomness> {
        let mut text = CONTROLLER.to_owned();
        while text.len() < LENGTH {
            let place = usize::try_from(random::below(ALPHABET.len() as u64)?).unwrap_or(0);
            text.extend(ALPHABET.get(place).copied().map(char::from));
        }
        Ok(Self(text))
    }

    /// A reference from its 29 characters; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == LENGTH && text.bytes().all(|octet| ALPHABET.contains(&octet));
        good.then(|| Self(text.to_owned()))
    }

    /// The 29 characters.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Par {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Par {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Par({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Par;

    #[test]
    fn a_drawn_reference_has_29_capital_letters_and_digits_and_is_read_again() {
        let (one, other) = (Par::draw().unwrap(), Par::draw().unwrap());
        assert_ne!(one, other);
        assert_eq!(Par::parse(one.text()), Some(one.clone()));
        assert_eq!(one.text().len(), 29);
    }

    #[test]
    fn other_text_is_no_reference() {
        for text in [
            "",
            "Z0US",
            "z0us1234567890123456789012345",
            "Z0US 234567890123456789012345",
        ] {
            assert_eq!(Par::parse(text), None, "{text}");
        }
    }
}
