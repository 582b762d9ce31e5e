//! The reasons for which a value is not a valid data element.

use thiserror::Error;

/// A data element does not have its form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum FieldError {
    /// DE 3.
    #[error("DE 3, the processing code, is six digits that begin with 00, 01, 03, 09, 20 or 31")]
    ProcessingCode,
    /// DE 4.
    #[error("DE 4, the amount, is twelve digits")]
    Amount,
    /// DE 11.
    #[error("DE 11, the trace number, is 1 to 999999")]
    TraceNumber,
    /// DE 12.
    #[error("DE 12, the local time, is six digits hhmmss")]
    LocalTime,
    /// DE 13.
    #[error("DE 13, the local date, is four digits MMDD")]
    LocalDate,
    /// DE 14.
    #[error("DE 14, the expiry, is four digits YYMM")]
    Expiry,
    /// DE 22.
    #[error("DE 22, the entry mode, is three digits")]
    EntryMode,
    /// DE 23.
    #[error("DE 23, the card sequence number, is three digits of which the first is 0")]
    SequenceNumber,
    /// DE 25.
    #[error("DE 25, the condition code, is 00, or 06 for a pre-authorisation and its completion")]
    ConditionCode,
    /// DE 35.
    #[error("DE 35, track 2, is a card number, a separator, an expiry, a service code and digits")]
    Track2,
    /// DE 37.
    #[error("DE 37, the retrieval reference number, is twelve letters and digits")]
    Reference,
    /// DE 38.
    #[error("DE 38, the approval code, is six letters and digits")]
    ApprovalCode,
    /// DE 39.
    #[error("DE 39, the response code, is two letters or digits")]
    ResponseCode,
    /// DE 41.
    #[error("DE 41, the terminal, is eight printable characters")]
    Terminal,
    /// DE 42.
    #[error("DE 42, the merchant, is fifteen printable characters")]
    Merchant,
    /// DE 48.
    #[error("DE 48, the totals, is one group of 81 digits for each of at most twelve currencies")]
    Totals,
    /// DE 49.
    #[error("DE 49, the currency, is three digits")]
    Currency,
    /// DE 52.
    #[error("DE 52, the PIN block, is eight octets")]
    PinBlock,
    /// DE 54.
    #[error("DE 54, the balance, is 0002, the currency, C or D, and twelve digits")]
    Balance,
    /// DE 55.
    #[error("DE 55, the chip data, is 1 to 255 octets")]
    ChipData,
    /// DE 55 of an answer.
    #[error("DE 55 of an answer is 91 with eight octets of ARPC and the response code")]
    IssuerAuthentication,
    /// DE 60.
    #[error("DE 60, the batch, is 00, a number from 1 to 999999, and 201 or 202")]
    Batch,
    /// DE 61.
    #[error("DE 61, the reference of the original, is twelve letters and digits")]
    OriginalReference,
    /// DE 62.
    #[error("DE 62, the PIN block of format 4, is sixteen octets")]
    PinBlock4,
    /// DE 90.
    #[error("DE 90 is not the original that the other fields of the reversal name")]
    OriginalData,
}

impl FieldError {
    /// The number of the data element, 3–90.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::ProcessingCode => 3,
            Self::Amount => 4,
            Self::TraceNumber => 11,
            Self::LocalTime => 12,
            Self::LocalDate => 13,
            Self::Expiry => 14,
            Self::EntryMode => 22,
            Self::SequenceNumber => 23,
            Self::ConditionCode => 25,
            Self::Track2 => 35,
            Self::Reference => 37,
            Self::ApprovalCode => 38,
            Self::ResponseCode => 39,
            Self::Terminal => 41,
            Self::Merchant => 42,
            Self::Totals => 48,
            Self::Currency => 49,
            Self::PinBlock => 52,
            Self::Balance => 54,
            Self::ChipData | Self::IssuerAuthentication => 55,
            Self::Batch => 60,
            Self::OriginalReference => 61,
            Self::PinBlock4 => 62,
            Self::OriginalData => 90,
        }
    }
}
