//! Hexadecimal text. Errors give positions, never the text itself: it may be a key.

use std::fmt::Write as _;

use zeroize::Zeroizing;

/// The reason for which a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HexError {
    /// A character that is neither a hex digit nor a space, at this position from 1.
    #[error("character {0} is not a hex digit")]
    Digit(usize),
    /// An odd number of digits.
    #[error("{0} hex digits are not whole octets, a digit is missing or one too many")]
    Odd(usize),
}

/// Reads octets from hex digits; white space between them is ignored.
pub(crate) fn parse(text: &str) -> Result<Zeroizing<Vec<u8>>, HexError> {
    match prefix(text) {
        (octets, None) => Ok(octets),
        (_, Some(error)) => Err(error),
    }
}

/// The octets before the first error, and the error if there is one.
pub(crate) fn prefix(text: &str) -> (Zeroizing<Vec<u8>>, Option<HexError>) {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let mut high = None;
    for (index, character) in text.chars().enumerate() {
        if character.is_whitespace() {
            continue;
        }
        let digit = character
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok());
        let Some(digit) = digit else {
            return (octets, Some(HexError::Digit(index + 1)));
        };
        high = match high {
            None => Some(digit),
            Some(high) => {
                octets.push(high << 4 | digit);
                None
            }
        };
    }
    let error = high.map(|_| HexError::Odd(octets.len() * 2 + 1));
    (octets, error)
}

/// Upper-case hex without separators.
pub(crate) fn upper(octets: &[u8]) -> String {
    octets.iter().fold(
        String::with_capacity(octets.len() * 2),
        |mut text, octet| {
            let _ = write!(text, "{octet:02X}");
            text
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_either_case_with_spaces_are_read() {
        let cases: [(&str, &[u8]); 4] = [
            ("", &[]),
            ("00ff", &[0x00, 0xFF]),
            (" 0 0 F f\n", &[0x00, 0xFF]),
            ("A0 B1\tc2", &[0xA0, 0xB1, 0xC2]),
        ];
        for (text, octets) in cases {
            assert_eq!(parse(text).unwrap().as_slice(), octets, "{text:?}");
        }
    }

    #[test]
    fn an_error_names_the_place_and_not_the_text() {
        assert_eq!(parse("00 0g").unwrap_err(), HexError::Digit(5));
        assert_eq!(parse("0ä").unwrap_err(), HexError::Digit(2));
        assert_eq!(parse("001").unwrap_err(), HexError::Odd(3));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let octets: Vec<u8> = (0..=255).collect();
        assert_eq!(parse(&upper(&octets)).unwrap().as_slice(), octets);
    }
}
