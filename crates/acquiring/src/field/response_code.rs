//! Response codes (DE 39, ISO 8583:1987) and their meaning at the counter.

use core::fmt;
use core::str::FromStr;

use super::text::as_text;
use super::{FieldError, Text};

/// A response code (DE 39, `an 2`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseCode(Text<2>);

impl ResponseCode {
    /// `00`: approved, or done.
    pub const APPROVED: Self = Self(Text::known(*b"00"));
    /// `25`: the host does not know the original, so a reversal has nothing to reverse.
    pub const NO_ORIGINAL: Self = Self(Text::known(*b"25"));
    /// `95`: the totals of a batch differ.
    pub const TOTALS_DIFFER: Self = Self(Text::known(*b"95"));

    /// `96`: a malfunction of the system. The request may or may not have been carried out.
    pub const SYSTEM_MALFUNCTION: Self = Self(Text::known(*b"96"));
    /// `30`: the message does not have the form that this host reads.
    pub const FORMAT_ERROR: Self = Self(Text::known(*b"30"));

    /// The code of two ASCII letters or digits.
    ///
    /// # Errors
    /// [`FieldError::ResponseCode`].
    pub fn new(characters: [u8; 2]) -> Result<Self, FieldError> {
        let text = Text::new(characters, |c| c.is_ascii_alphanumeric());
        text.map(Self).ok_or(FieldError::ResponseCode)
    }

    /// The code of two letters or digits as text.
    ///
    /// # Errors
    /// [`FieldError::ResponseCode`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let characters = text.as_bytes().try_into();
        Self::new(characters.map_err(|_| FieldError::ResponseCode)?)
    }

    /// The code as text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// The two ASCII characters.
    #[must_use]
    pub const fn characters(self) -> [u8; 2] {
        self.0.characters()
    }

    /// True for an approval of something other than the request: in part (10), with identification
    /// (08), as a favour (11), or with an update of a track (16). A terminal that cannot act on it
    /// must reverse it.
    #[must_use]
    pub const fn approves_otherwise(self) -> bool {
        matches!(&self.characters(), b"08" | b"10" | b"11" | b"16")
    }

    /// True for a code that decides nothing: an error on the way (06, 96, A0), still in progress
    /// (09), to be entered again (19), a file in use (28), an answer too late (68), the day's
    /// cut-off (90), no issuer or no route to it (91, 92, 98). The request may or may not have been
    /// carried out; the same message may get another answer later.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(
            &self.characters(),
            b"06" | b"09" | b"19" | b"28" | b"68" | b"90" | b"91" | b"92" | b"96" | b"98" | b"A0"
        )
    }

    /// The meaning in words, for a slip: at most 40 characters.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match &self.characters() {
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

as_text!(ResponseCode);
