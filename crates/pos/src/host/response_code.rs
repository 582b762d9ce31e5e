//! Response codes (DE 39, ISO 8583:1987) and their meaning at the counter.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::FieldError;

/// A response code (DE 39), two characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResponseCode([u8; 2]);

impl ResponseCode {
    /// `00`: approved, or done.
    pub const APPROVED: Self = Self(*b"00");
    /// `25`: the host does not know the original, so a reversal has nothing to reverse.
    pub const NO_ORIGINAL: Self = Self(*b"25");
    /// `95`: the totals of a batch differ.
    pub const TOTALS_DIFFER: Self = Self(*b"95");

    /// A response code; `None` unless both characters are ASCII letters or digits.
    #[must_use]
    pub fn new(characters: [u8; 2]) -> Option<Self> {
        let good = characters.iter().all(u8::is_ascii_alphanumeric);
        good.then_some(Self(characters))
    }

    /// The two characters.
    #[must_use]
    pub const fn characters(self) -> [u8; 2] {
        self.0
    }

    /// True for an approval of something other than the request: in part (10), with identification
    /// (08), as a favour (11), or with an update of a track (16). A terminal that cannot act on it
    /// must reverse it.
    #[must_use]
    pub const fn approves_otherwise(self) -> bool {
        matches!(&self.0, b"08" | b"10" | b"11" | b"16")
    }

    /// True for a code that decides nothing: an error on the way (06, 96, A0), still in progress
    /// (09), to be entered again (19), a file in use (28), an answer too late (68), the day's
    /// cut-off (90), no issuer or no route to it (91, 92, 98). The request may or may not have been
    /// carried out; the same message may get another answer later.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(
            &self.0,
            b"06" | b"09" | b"19" | b"28" | b"68" | b"90" | b"91" | b"92" | b"96" | b"98" | b"A0"
        )
    }

    /// The meaning in words, for a slip: at most 40 characters.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match &self.0 {
            b"00" => "Approved",
            b"01" | b"02" => "Call the issuer",
            b"03" => "Merchant not known",
            b"04" | b"07" => "Retain the card",
            b"05" => "Not honoured",
            b"06" => "Error",
            b"08" | b"11" | b"16" => "Approved with conditions not met here",
            b"09" => "Request in progress",
            b"10" => "Approved in part only",
            b"12" => "Transaction not valid",
            b"13" => "Amount not valid",
            b"14" => "Card number not known",
            b"15" => "Issuer not known",
            b"19" => "Start the transaction again",
            b"25" => "Original not found",
            b"28" => "File in use, try later",
            b"30" => "Message not understood",
            b"38" | b"75" => "PIN entered wrong too often",
            b"41" => "Card reported lost",
            b"43" => "Card reported stolen",
            b"51" => "Funds not sufficient",
            b"54" => "Card expired",
            b"55" => "PIN wrong",
            b"57" => "Not permitted to the cardholder",
            b"58" => "Not permitted to the terminal",
            b"59" => "Suspected fraud",
            b"61" => "Above the amount limit",
            b"62" => "Card restricted",
            b"63" => "Security violation",
            b"65" => "Verify the cardholder and tap again",
            b"68" | b"91" | b"98" => "Issuer does not answer",
            b"90" => "End of day at the host, try later",
            b"92" => "No way to the issuer",
            b"94" => "Transaction seen before",
            b"95" => "Totals differ",
            b"96" => "Host out of order",
            b"99" => "PIN block not understood",
            b"A0" => "Message check failed, try again",
            _ => "Declined",
        }
    }
}

impl TryFrom<String> for ResponseCode {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        let characters = text.as_bytes().try_into().ok();
        characters
            .and_then(Self::new)
            .ok_or(FieldError("a response code of two letters or digits"))
    }
}

impl From<ResponseCode> for String {
    fn from(code: ResponseCode) -> Self {
        code.to_string()
    }
}

impl fmt::Display for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl fmt::Debug for ResponseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_fits_on_a_slip() {
        for number in 0..=99 {
            let code = ResponseCode::try_from(format!("{number:02}")).unwrap();
            assert!((1..=40).contains(&code.meaning().len()), "{code}");
        }
    }

    #[test]
    fn characters_that_are_no_response_code_are_refused() {
        for text in ["", "0", "000", "0 ", "\u{e9}"] {
            assert!(ResponseCode::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert_eq!(
            ResponseCode::new(*b"N7").map(|code| code.to_string()),
            Some("N7".into())
        );
    }
}
