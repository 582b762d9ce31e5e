//! DE 3: the kind of the requested transaction.

use super::FieldError;

/// The kind of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransactionKind {
    /// DE 3 00.
    Sale,
    /// DE 3 01; not served.
    Cash,
    /// DE 3 03: reserves an amount for a completion.
    PreAuthorisation,
    /// DE 3 09; not served.
    Cashback,
    /// DE 3 20 of an advice: by a tap of its own, or of an original transaction.
    Refund,
    /// DE 3 31.
    Balance,
    /// DE 3 00 with DE 25 06: books a pre-authorisation, without the card.
    Completion,
    /// DE 3 20: takes a whole transaction back on the day, without the card.
    Void,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Sale,
        Self::Cash,
        Self::PreAuthorisation,
        Self::Cashback,
        Self::Refund,
        Self::Balance,
        Self::Completion,
        Self::Void,
    ];

    /// A short stable name, such as `pre-authorisation`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Cash => "cash",
            Self::PreAuthorisation => "pre-authorisation",
            Self::Cashback => "cashback",
            Self::Refund => "refund",
            Self::Balance => "balance",
            Self::Completion => "completion",
            Self::Void => "void",
        }
    }

    /// The kind of this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// True if a tap may request it here.
    #[must_use]
    pub const fn is_served(self) -> bool {
        matches!(
            self,
            Self::Sale | Self::PreAuthorisation | Self::Refund | Self::Balance
        )
    }

    /// True if it spends money, now or later, so that funds and verification limits apply.
    #[must_use]
    pub const fn spends(self) -> bool {
        matches!(self, Self::Sale | Self::PreAuthorisation)
    }
}

/// DE 3: six digits, the first two of which give the kind of transaction and equal `9C`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessingCode {
    kind: TransactionKind,
    octets: [u8; 6],
}

impl ProcessingCode {
    /// The code of a sale, default accounts.
    pub const SALE: Self = Self::default_accounts(TransactionKind::Sale, *b"000000");
    /// The code of a pre-authorisation, default accounts.
    pub const PRE_AUTHORISATION: Self =
        Self::default_accounts(TransactionKind::PreAuthorisation, *b"030000");
    /// The code of a refund by a tap, default accounts.
    pub const REFUND: Self = Self::default_accounts(TransactionKind::Refund, *b"200000");
    /// The code of a balance inquiry, default accounts.
    pub const BALANCE: Self = Self::default_accounts(TransactionKind::Balance, *b"310000");

    const fn default_accounts(kind: TransactionKind, octets: [u8; 6]) -> Self {
        Self { kind, octets }
    }

    /// A code from its six digits as text.
    ///
    /// # Errors
    /// [`FieldError::ProcessingCode`] for anything else, and for other kinds of transaction.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let digits = text.as_bytes().try_into();
        Self::new(digits.map_err(|_| FieldError::ProcessingCode)?)
    }

    /// A code from its six ASCII digits.
    ///
    /// # Errors
    /// [`FieldError::ProcessingCode`] for anything else, and for other kinds of transaction.
    pub fn new(octets: [u8; 6]) -> Result<Self, FieldError> {
        if !octets.iter().all(u8::is_ascii_digit) {
            return Err(FieldError::ProcessingCode);
        }
        let [first, second, ..] = octets;
        let kind = match [first, second] {
            [b'0', b'0'] => TransactionKind::Sale,
            [b'0', b'1'] => TransactionKind::Cash,
            [b'0', b'3'] => TransactionKind::PreAuthorisation,
            [b'0', b'9'] => TransactionKind::Cashback,
            [b'2', b'0'] => TransactionKind::Refund,
            [b'3', b'1'] => TransactionKind::Balance,
            _ => return Err(FieldError::ProcessingCode),
        };
        Ok(Self { kind, octets })
    }

    /// The kind of transaction.
    #[must_use]
    pub const fn kind(self) -> TransactionKind {
        self.kind
    }

    /// The transaction type (`9C`) that must go with it, two BCD digits.
    #[must_use]
    pub const fn transaction_type(self) -> u8 {
        let [first, second, ..] = self.octets;
        first.wrapping_sub(b'0') << 4 | second.wrapping_sub(b'0')
    }

    /// The six digits.
    #[must_use]
    pub fn text(&self) -> &str {
        core::str::from_utf8(&self.octets).unwrap_or_default()
    }
}
