//! One transaction, as the cash register passes it to the terminal.

use thiserror::Error;
use understudy_core::wire::amount::Amount;

use crate::clock::LocalTime;

/// The range of the transaction sequence counter (`9F41`): eight digits, without zero.
pub(crate) const SEQUENCES: std::ops::RangeInclusive<u32> = 1..=99_999_999;

/// One transaction. A second tap for the same transaction uses the same value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transaction {
    kind: TransactionType,
    amount: Amount,
    time: LocalTime,
    sequence: u32,
}

impl Transaction {
    /// A transaction; `sequence` is its transaction sequence counter (`9F41`), 1–99999999.
    ///
    /// # Errors
    /// [`TransactionError`]
    pub fn new(
        kind: TransactionType,
        amount: Amount,
        time: LocalTime,
        sequence: u32,
    ) -> Result<Self, TransactionError> {
        if kind == TransactionType::Balance && amount.minor() != 0 {
            return Err(TransactionError::BalanceWithAmount);
        }
        if !SEQUENCES.contains(&sequence) {
            return Err(TransactionError::Sequence(sequence));
        }
        Ok(Self {
            kind,
            amount,
            time,
            sequence,
        })
    }

    /// The kind of the transaction.
    #[must_use]
    pub const fn kind(&self) -> TransactionType {
        self.kind
    }

    /// The amount, authorised (`9F02`).
    #[must_use]
    pub const fn amount(&self) -> Amount {
        self.amount
    }

    /// Its local date and time.
    #[must_use]
    pub const fn time(&self) -> LocalTime {
        self.time
    }

    /// The transaction sequence counter (`9F41`).
    #[must_use]
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }
}

/// The reason for which a transaction is invalid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TransactionError {
    /// A balance inquiry moves no money.
    #[error("a balance inquiry has the amount zero")]
    BalanceWithAmount,
    /// The sequence counter is not 1–99999999.
    #[error("transaction sequence counter {0} is not between 1 and 99999999")]
    Sequence(u32),
}

/// The kind of a transaction (`9C`): the first two digits of the processing code (DE 3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransactionType {
    /// `00`: goods and services.
    Purchase,
    /// `03`: pre-authorisation.
    PreAuthorisation,
    /// `20`: refund, money to the cardholder.
    Refund,
    /// `31`: balance inquiry.
    Balance,
}

impl TransactionType {
    /// The value of `9C`.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Purchase => 0x00,
            Self::PreAuthorisation => 0x03,
            Self::Refund => 0x20,
            Self::Balance => 0x31,
        }
    }

    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::PreAuthorisation => "pre-authorisation",
            Self::Refund => "refund",
            Self::Balance => "balance inquiry",
        }
    }

    /// True if the mainland no-PIN rule covers it.
    pub(crate) const fn can_skip_pin(self) -> bool {
        matches!(self, Self::Purchase | Self::PreAuthorisation)
    }
}
