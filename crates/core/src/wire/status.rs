//! Status words: the last two octets of every response (ISO/IEC 7816-4 §5.6).

use core::fmt;

use super::tlv::Overflow;

/// A status word, SW1 and SW2 as one big-endian number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// `9000`: done.
    pub const SUCCESS: Self = Self(0x9000);
    /// `6283`: the selected file (for EMV: the application) is blocked.
    pub const FILE_INVALIDATED: Self = Self(0x6283);
    /// `6300`: authentication of the issuer failed (EXTERNAL AUTHENTICATE).
    pub const AUTHENTICATION_FAILED: Self = Self(0x6300);
    /// `6400`: execution error, state unchanged.
    pub const EXECUTION_ERROR: Self = Self(0x6400);
    /// `6581`: memory failure.
    pub const MEMORY_FAILURE: Self = Self(0x6581);
    /// `6700`: wrong length.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// `6882`: secure messaging not supported.
    pub const SECURE_MESSAGING_NOT_SUPPORTED: Self = Self(0x6882);
    /// `6982`: security status not satisfied.
    pub const SECURITY_STATUS_NOT_SATISFIED: Self = Self(0x6982);
    /// `6983`: authentication method blocked.
    pub const AUTHENTICATION_METHOD_BLOCKED: Self = Self(0x6983);
    /// `6984`: referenced data invalidated. To GET PROCESSING OPTIONS over contactless: use
    /// another interface.
    pub const USE_ANOTHER_INTERFACE: Self = Self(0x6984);
    /// `6985`: conditions of use not satisfied.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// `6986`: command not allowed. To GET PROCESSING OPTIONS over contactless: the consumer must
    /// act on the device and tap again.
    pub const CONSUMER_MUST_ACT: Self = Self(0x6986);
    /// `6A80`: incorrect parameters in the data field.
    pub const INCORRECT_DATA: Self = Self(0x6A80);
    /// `6A81`: function not supported. To SELECT: the card is blocked.
    pub const FUNCTION_NOT_SUPPORTED: Self = Self(0x6A81);
    /// `6A82`: file or application not found.
    pub const NOT_FOUND: Self = Self(0x6A82);
    /// `6A83`: record not found.
    pub const RECORD_NOT_FOUND: Self = Self(0x6A83);
    /// `6A86`: incorrect P1 or P2.
    pub const INCORRECT_P1_P2: Self = Self(0x6A86);
    /// `6A88`: referenced data not found.
    pub const REFERENCED_DATA_NOT_FOUND: Self = Self(0x6A88);
    /// `6B00`: wrong P1 or P2.
    pub const WRONG_P1_P2: Self = Self(0x6B00);
    /// `6D00`: instruction not supported.
    pub const INSTRUCTION_NOT_SUPPORTED: Self = Self(0x6D00);
    /// `6E00`: class not supported.
    pub const CLASS_NOT_SUPPORTED: Self = Self(0x6E00);
    /// `6F00`: no precise diagnosis.
    pub const INTERNAL: Self = Self(0x6F00);

    /// SW1 and SW2, as they stand at the end of a response.
    #[must_use]
    pub const fn octets(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }

    /// True for `9000`.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 == Self::SUCCESS.0
    }

    /// The meaning in words, for display.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self.0 {
            0x9000 => "success",
            0x6100..=0x61FF => "more response data is waiting",
            0x6200 => "warning, state unchanged",
            0x6281 => "part of the returned data may be corrupted",
            0x6283 => "application blocked",
            0x6300 => "authentication failed",
            0x63C0..=0x63CF => "verification failed, tries left in the last digit",
            0x6400 => "execution error, state unchanged",
            0x6581 => "memory failure",
            0x6700 => "wrong length",
            0x6881 => "logical channel not supported",
            0x6882 => "secure messaging not supported",
            0x6883 => "last command of the chain expected",
            0x6884 => "command chaining not supported",
            0x6900 => "command not allowed",
            0x6981 => "command incompatible with the file structure",
            0x6982 => "security status not satisfied",
            0x6983 => "authentication method blocked",
            0x6984 => "use another interface",
            0x6985 => "conditions of use not satisfied",
            0x6986 => "consumer must act on the device",
            0x6987 => "secure messaging objects missing",
            0x6988 => "secure messaging objects incorrect",
            0x6A80 => "incorrect data",
            0x6A81 => "function not supported",
            0x6A82 => "file or application not found",
            0x6A83 => "record not found",
            0x6A84 => "not enough memory",
            0x6A86 => "incorrect P1 or P2",
            0x6A88 => "referenced data not found",
            0x6B00 => "wrong P1 or P2",
            0x6C00..=0x6CFF => "wrong Le, the right one is in the last octet",
            0x6D00 => "instruction not supported",
            0x6E00 => "class not supported",
            0x6F00 => "internal error",
            _ => "unknown status word",
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X} {}", self.0, self.name())
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({:04X})", self.0)
    }
}

impl From<[u8; 2]> for StatusWord {
    fn from(octets: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(octets))
    }
}

impl From<Overflow> for StatusWord {
    fn from(_: Overflow) -> Self {
        Self::INTERNAL
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    #[test]
    fn a_status_word_prints_its_number_and_its_meaning() {
        let cases = [
            (StatusWord::SUCCESS, "9000 success"),
            (
                StatusWord::CONDITIONS_NOT_SATISFIED,
                "6985 conditions of use not satisfied",
            ),
            (StatusWord::NOT_FOUND, "6A82 file or application not found"),
            (StatusWord(0x6110), "6110 more response data is waiting"),
            (
                StatusWord(0x63C2),
                "63C2 verification failed, tries left in the last digit",
            ),
            (StatusWord(0x0001), "0001 unknown status word"),
        ];
        for (status, text) in cases {
            assert_eq!(format!("{status}"), text);
        }
        assert_eq!(format!("{:?}", StatusWord(0x6A82)), "StatusWord(6A82)");
    }

    #[test]
    fn a_status_word_is_its_two_octets() {
        assert_eq!(StatusWord::RECORD_NOT_FOUND.octets(), [0x6A, 0x83]);
        assert_eq!(StatusWord::from([0x6A, 0x83]), StatusWord::RECORD_NOT_FOUND);
    }

    #[test]
    fn every_named_status_word_has_a_meaning() {
        let named = [
            StatusWord::SUCCESS,
            StatusWord::FILE_INVALIDATED,
            StatusWord::AUTHENTICATION_FAILED,
            StatusWord::EXECUTION_ERROR,
            StatusWord::MEMORY_FAILURE,
            StatusWord::WRONG_LENGTH,
            StatusWord::SECURE_MESSAGING_NOT_SUPPORTED,
            StatusWord::SECURITY_STATUS_NOT_SATISFIED,
            StatusWord::AUTHENTICATION_METHOD_BLOCKED,
            StatusWord::USE_ANOTHER_INTERFACE,
            StatusWord::CONDITIONS_NOT_SATISFIED,
            StatusWord::CONSUMER_MUST_ACT,
            StatusWord::INCORRECT_DATA,
            StatusWord::FUNCTION_NOT_SUPPORTED,
            StatusWord::NOT_FOUND,
            StatusWord::RECORD_NOT_FOUND,
            StatusWord::INCORRECT_P1_P2,
            StatusWord::REFERENCED_DATA_NOT_FOUND,
            StatusWord::WRONG_P1_P2,
            StatusWord::INSTRUCTION_NOT_SUPPORTED,
            StatusWord::CLASS_NOT_SUPPORTED,
            StatusWord::INTERNAL,
        ];
        for status in named {
            assert_ne!(status.name(), "unknown status word", "{status}");
            assert_eq!(status.is_success(), status == StatusWord(0x9000));
        }
    }

    #[test]
    fn an_answer_that_does_not_fit_is_an_internal_error() {
        assert_eq!(StatusWord::from(Overflow), StatusWord::INTERNAL);
    }
}
