//! The reasons for which requests are approved or declined.

mod table;

use std::fmt;

use table::Row;

/// The reason for which a request was approved or declined: the first that applies in the order of the
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
    /// The merchant, terminal, trace number and local time are those of another request.
    TraceNumberReused,
    /// Track 2, the expiry (DE 14), the card sequence number (DE 23) or the AIP (`82`) are not as
    /// they were issued.
    CardDataAltered,
    /// The issuer application data (`9F10`) name another version of the issuer master key than the one
    /// that the token's keys are made from.
    MasterKeyIndex,
    /// The issuer application data (`9F10`) are not of the form that was issued to the token.
    IssuerApplicationData,
    /// No key was issued for this transaction counter, or to a device that the token has left.
    CounterNotIssued,
    /// The application cryptogram is not that of this card for this transaction.
    CryptogramWrong,
    /// The transaction counter was used before, for something else.
    Replay,
    /// A reversal of this request arrived before the request itself.
    ReversedBefore,
    /// The token waits for the verification of its cardholder's identity.
    TokenInactive,
    /// The token is suspended.
    TokenSuspended,
    /// The token was deleted.
    TokenDeleted,
    /// The device that holds the token is suspended, or was flagged as a clone or rolled back.
    DeviceSuspended,
    /// The token's expiry month is over.
    Expired,
    /// The single-use key of this transaction counter has expired.
    KeyExpired,
    /// The card itself declined (AAC).
    CardDeclined,
    /// The processing code (DE 3) is not the transaction type of the chip data (`9C`).
    TransactionTypeMismatch,
    /// The transaction date (`9A`) is more than two days from the host's, or no date.
    DateImplausible,
    /// The local date of the message (DE 13) is not the date of the chip data (`9A`).
    DateMismatch,
    /// The amount of the message (DE 4) is not the amount under the cryptogram (`9F02`).
    AmountMismatch,
    /// The currency of the message (DE 49) is not the currency of the chip data (`5F2A`).
    CurrencyMismatch,
    /// The entry mode (DE 22) is not that of a contactless chip.
    NotContactless,
    /// The token is restricted to other currencies.
    CurrencyNotAllowed,
    /// The token is restricted to other countries (`9F1A`).
    CountryNotAllowed,
    /// The token is restricted to other merchants (DE 42).
    MerchantNotAllowed,
    /// No card of this issuer gets cash or cashback.
    TransactionNotAllowed,
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
    /// Above the token's limit for taps without verification, in a foreign currency, or an inquiry
    /// of the balance, and nothing authenticated says that the cardholder was verified.
    NoCvm,
    /// Too many taps, or too much money, since the cardholder was last verified.
    VerificationDue,
    /// Less than the amount is available on the account.
    InsufficientFunds,
    /// A refund names no original, and its merchant may not give money back without one.
    RefundWithoutOriginal,
    /// A refund without an original is above what its merchant may give: in one, in a day, in all, or
    /// in this currency.
    RefundLimit,
    /// No request of this merchant has this reference (DE 37) and approval code (DE 38).
    OriginalNotFound,
    /// The original was declined: there is nothing to follow it.
    OriginalNotApproved,
    /// The original is of a kind that cannot be voided, refunded or completed.
    OriginalUnsuitable,
    /// The card of a refund is not of the account that paid the original.
    OriginalOtherCard,
    /// The original was reversed.
    AlreadyReversed,
    /// The original was voided.
    AlreadyVoided,
    /// The pre-authorisation was completed.
    AlreadyCompleted,
    /// The original was refunded, in whole or in part.
    AlreadyRefunded,
    /// The hold of the pre-authorisation has expired: nothing is reserved any more.
    HoldExpired,
    /// The original was settled: only a refund follows it.
    Settled,
    /// A void is not over the whole amount, or a follow-up is in another currency.
    OriginalAmount,
    /// A refund of 0.
    RefundOfNothing,
    /// The refunds of the original together would be more than it.
    RefundExceeds,
    /// The completion is more than 115 percent of the pre-authorisation.
    CompletionExceeds,
    /// Taking a void back would move money that has gone elsewhere since.
    Superseded,
}

impl Reason {
    /// Every reason, in the order of the checks.
    pub const ALL: [Self; 55] = [
        Self::ChipDataMalformed,
        Self::ChipDataIncomplete,
        Self::Track2Malformed,
        Self::UnknownToken,
        Self::TraceNumberReused,
        Self::CardDataAltered,
        Self::MasterKeyIndex,
        Self::IssuerApplicationData,
        Self::CounterNotIssued,
        Self::CryptogramWrong,
        Self::Replay,
        Self::ReversedBefore,
        Self::TokenInactive,
        Self::TokenSuspended,
        Self::TokenDeleted,
        Self::DeviceSuspended,
        Self::Expired,
        Self::KeyExpired,
        Self::CardDeclined,
        Self::TransactionTypeMismatch,
        Self::DateImplausible,
        Self::DateMismatch,
        Self::AmountMismatch,
        Self::CurrencyMismatch,
        Self::NotContactless,
        Self::CurrencyNotAllowed,
        Self::CountryNotAllowed,
        Self::MerchantNotAllowed,
        Self::TransactionNotAllowed,
        Self::ForeignCurrency,
        Self::OverLimit,
        Self::RefundWithoutOriginal,
        Self::RefundLimit,
        Self::OriginalNotFound,
        Self::OriginalNotApproved,
        Self::OriginalOtherCard,
        Self::OriginalUnsuitable,
        Self::AlreadyReversed,
        Self::AlreadyVoided,
        Self::AlreadyCompleted,
        Self::AlreadyRefunded,
        Self::Settled,
        Self::HoldExpired,
        Self::OriginalAmount,
        Self::RefundOfNothing,
        Self::RefundExceeds,
        Self::CompletionExceeds,
        Self::Superseded,
        Self::PinBlockMalformed,
        Self::WrongPin,
        Self::PinTriesExceeded,
        Self::NoCvm,
        Self::VerificationDue,
        Self::InsufficientFunds,
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

    /// Advice for the cardholder.
    #[must_use]
    pub const fn cardholder_action(self) -> &'static str {
        self.row().cardholder
    }

    /// Advice for the merchant.
    #[must_use]
    pub const fn merchant_action(self) -> &'static str {
        self.row().merchant
    }

    const fn row(self) -> Row {
        table::row(self)
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
