//! Why an authorisation was approved or declined.

use std::fmt;

/// Why a request was approved or declined. One reason, the first that applies in the order of the
/// checks; each has a response code (DE 39) and says what the people at the counter should do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Approved.
    Approved,
    /// DE 55 is not well-formed TLV, repeats a tag, or holds a value of the wrong length or form.
    ChipDataMalformed,
    /// DE 55 lacks a tag that the decision needs.
    ChipDataIncomplete,
    /// DE 35 is not track 2 data.
    Track2Malformed,
    /// No token has this number.
    UnknownToken,
    /// Track 2, the card sequence number (DE 23) or the AIP (`82`) are not as they were issued.
    CardDataAltered,
    /// The token is suspended.
    TokenSuspended,
    /// The token was deleted.
    TokenDeleted,
    /// The token's expiry month is over.
    Expired,
    /// The issuer application data (`9F10`) are not of the form that was issued to the token.
    IssuerApplicationData,
    /// No key was issued for this transaction counter.
    CounterNotIssued,
    /// The application cryptogram is not that of this card for this transaction.
    CryptogramWrong,
    /// The transaction counter was used before, for something else.
    Replay,
    /// The card itself declined (AAC).
    CardDeclined,
    /// The transaction date (`9A`) is more than two days from the host's, or no date.
    DateImplausible,
    /// The amount of the message (DE 4) is not the amount under the cryptogram (`9F02`).
    AmountMismatch,
    /// The currency of the message (DE 49) is not the currency of the chip data (`5F2A`).
    CurrencyMismatch,
    /// The token pays in its own currency only.
    ForeignCurrency,
    /// The amount is above the token's limit.
    OverLimit,
    /// The PIN block (DE 52) holds no PIN for this token; not counted as a wrong one.
    PinBlockMalformed,
    /// The PIN is wrong.
    WrongPin,
    /// The PIN was entered wrong too often.
    PinTriesExceeded,
    /// Above the token's limit for taps without verification, or in a foreign currency, and nothing
    /// authenticated says that the cardholder was verified.
    NoCvm,
    /// Too many taps, or too much money, since the cardholder was last verified.
    VerificationDue,
}

struct Row {
    name: &'static str,
    response_code: [u8; 2],
    explanation: &'static str,
    cardholder: &'static str,
    merchant: &'static str,
}

const CONTACT_ISSUER: &str = "Ask your bank.";
const ANOTHER_PAYMENT: &str = "Ask for another means of payment.";
const TERMINAL_FAULT: &str = "Tap again; if it happens again, have the terminal checked.";
const TAP_AGAIN: &str = "Tap again.";
const OTHER_MEANS: &str = "Pay by other means.";

impl Reason {
    /// Every reason, in the order of the checks.
    pub const ALL: [Self; 24] = [
        Self::ChipDataMalformed,
        Self::ChipDataIncomplete,
        Self::Track2Malformed,
        Self::UnknownToken,
        Self::CardDataAltered,
        Self::TokenSuspended,
        Self::TokenDeleted,
        Self::Expired,
        Self::IssuerApplicationData,
        Self::CounterNotIssued,
        Self::CryptogramWrong,
        Self::Replay,
        Self::CardDeclined,
        Self::DateImplausible,
        Self::AmountMismatch,
        Self::CurrencyMismatch,
        Self::ForeignCurrency,
        Self::OverLimit,
        Self::PinBlockMalformed,
        Self::WrongPin,
        Self::PinTriesExceeded,
        Self::NoCvm,
        Self::VerificationDue,
        Self::Approved,
    ];

    /// The reason of this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// A short stable name, such as `no-cvm`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The response code (DE 39, ISO 8583:1987), two digits.
    #[must_use]
    pub const fn response_code(self) -> [u8; 2] {
        self.row().response_code
    }

    /// One sentence for whoever looks into it.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        self.row().explanation
    }

    /// What the cardholder should do.
    #[must_use]
    pub const fn cardholder_action(self) -> &'static str {
        self.row().cardholder
    }

    /// What the merchant should do.
    #[must_use]
    pub const fn merchant_action(self) -> &'static str {
        self.row().merchant
    }

    #[rustfmt::skip]
    const fn row(self) -> Row {
        match self {
            Self::Approved => Row::new("approved", *b"00",
                "The card and the cardholder are authentic and the amount is within the limits.",
                "Nothing.", "Hand over the goods."),
            Self::ChipDataMalformed => Row::new("chip-data-malformed", *b"30",
                "The chip data (DE 55) is not well-formed, repeats a tag or contradicts itself.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::ChipDataIncomplete => Row::new("chip-data-incomplete", *b"30",
                "The chip data (DE 55) lacks a tag that an online contactless request must carry.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::Track2Malformed => Row::new("track2-malformed", *b"30",
                "The track 2 data (DE 35) cannot be read.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::UnknownToken => Row::new("unknown-token", *b"14",
                "No card with this number was issued here.",
                "Add the card to the wallet again, or ask your bank.", ANOTHER_PAYMENT),
            Self::CardDataAltered => Row::new("card-data-altered", *b"05",
                "Track 2, the card sequence number or the AIP (82) are not as they were issued.",
                CONTACT_ISSUER, ANOTHER_PAYMENT),
            Self::TokenSuspended => Row::new("token-suspended", *b"62",
                "The stand-in card is suspended.",
                "Resume the card, or ask your bank.", ANOTHER_PAYMENT),
            Self::TokenDeleted => Row::new("token-deleted", *b"14",
                "The stand-in card was deleted.",
                "Add the card to the wallet again.", ANOTHER_PAYMENT),
            Self::Expired => Row::new("expired", *b"54",
                "The stand-in card has expired.",
                "Renew the card in the wallet.", ANOTHER_PAYMENT),
            Self::IssuerApplicationData => Row::new("issuer-application-data", *b"05",
                "The issuer application data (9F10) is not of the form issued to this card.",
                CONTACT_ISSUER, ANOTHER_PAYMENT),
            Self::CounterNotIssued => Row::new("counter-not-issued", *b"05",
                "No key was issued for this transaction counter.",
                CONTACT_ISSUER, ANOTHER_PAYMENT),
            Self::CryptogramWrong => Row::new("cryptogram-wrong", *b"05",
                "The cryptogram is not that of this card for this transaction.",
                "Tap again; if it happens again, ask your bank.", ANOTHER_PAYMENT),
            Self::Replay => Row::new("replay", *b"94",
                "The transaction counter was used before, for something else.",
                TAP_AGAIN, "Start a new transaction and have the card tapped again."),
            Self::CardDeclined => Row::new("card-declined", *b"05",
                "The card declined the payment itself.",
                "Look into the wallet for the cause.", ANOTHER_PAYMENT),
            Self::DateImplausible => Row::new("date-implausible", *b"12",
                "The date of the transaction (9A) is more than two days from the host's.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::AmountMismatch => Row::new("amount-mismatch", *b"13",
                "The amount of the message differs from the amount under the cryptogram.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::CurrencyMismatch => Row::new("currency-mismatch", *b"12",
                "The currency of the message differs from the currency of the chip data.",
                TAP_AGAIN, TERMINAL_FAULT),
            Self::ForeignCurrency => Row::new("foreign-currency", *b"57",
                "The card pays in its own currency only.",
                OTHER_MEANS, ANOTHER_PAYMENT),
            Self::OverLimit => Row::new("over-limit", *b"61",
                "The amount is above the card's limit.",
                OTHER_MEANS, ANOTHER_PAYMENT),
            Self::PinBlockMalformed => Row::new("pin-block-malformed", *b"99",
                "The PIN block (DE 52) holds no PIN for this card under the terminal's key.",
                "Tap again and enter the PIN again.", TERMINAL_FAULT),
            Self::WrongPin => Row::new("wrong-pin", *b"55",
                "The PIN is wrong.",
                "Tap again and enter the right PIN.", "Have the card tapped and the PIN entered again."),
            Self::PinTriesExceeded => Row::new("pin-tries-exceeded", *b"75",
                "The PIN was entered wrong too often and is blocked.",
                "Verify on the phone instead, or have your bank unblock the PIN.", ANOTHER_PAYMENT),
            Self::NoCvm => Row::new("no-cvm", *b"65",
                "The amount needs a verified cardholder and nothing authenticated says so.",
                "Verify on the phone and tap again, or enter the PIN.",
                "Have the card tapped again and ask for the PIN."),
            Self::VerificationDue => Row::new("verification-due", *b"65",
                "Too many taps, or too much money, since the cardholder was last verified.",
                "Verify on the phone and tap again, or enter the PIN.",
                "Have the card tapped again and ask for the PIN."),
        }
    }
}

impl Row {
    const fn new(
        name: &'static str,
        response_code: [u8; 2],
        explanation: &'static str,
        cardholder: &'static str,
        merchant: &'static str,
    ) -> Self {
        Self {
            name,
            response_code,
            explanation,
            cardholder,
            merchant,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;
    use std::collections::HashSet;

    #[test]
    fn every_reason_has_its_own_name_and_is_found_by_it() {
        let names: HashSet<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
        }
        assert_eq!(Reason::from_name("paid"), None);
    }

    #[test]
    fn only_the_approval_has_response_code_00() {
        for reason in Reason::ALL {
            let approves = reason.response_code() == *b"00";
            assert_eq!(approves, reason == Reason::Approved, "{reason}");
            assert!(
                reason.response_code().iter().all(u8::is_ascii_digit),
                "{reason}"
            );
        }
    }

    #[test]
    fn every_reason_speaks_in_sentences() {
        for reason in Reason::ALL {
            for text in [
                reason.explanation(),
                reason.cardholder_action(),
                reason.merchant_action(),
            ] {
                assert!(
                    text.ends_with('.') && text.starts_with(char::is_uppercase),
                    "{text}"
                );
            }
        }
    }
}
