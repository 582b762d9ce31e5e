//! DE 3: what kind of transaction is asked for.

use super::field::FieldError;

/// What a request asks for.
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
    /// DE 3 20: by a tap of its own, or of an original transaction.
    Refund,
    /// DE 3 31.
    Balance,
    /// Books a pre-authorisation. It names its original and has no DE 3 here.
    Completion,
    /// Takes a whole transaction back on the day. It names its original and has no DE 3 here.
    Void,
}

impl TransactionKind {
    const ALL: [Self; 8] = [
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

    /// Whether a tap may ask for it and get it.
    pub(crate) const fn is_served(self) -> bool {
        matches!(
            self,
            Self::Sale | Self::PreAuthorisation | Self::Refund | Self::Balance
        )
    }

    /// Whether it spends money, now or later, so that funds and verification limits count.
    pub(crate) const fn spends(self) -> bool {
        matches!(self, Self::Sale | Self::PreAuthorisation)
    }
}

/// DE 3: six digits, of which the first two say what is asked for and equal `9C`.
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

    /// A code from its six digits.
    ///
    /// # Errors
    /// [`FieldError::ProcessingCode`] for anything else, and for other kinds of transaction.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let octets: Option<[u8; 6]> = text.as_bytes().try_into().ok();
        let octets = octets.filter(|octets| octets.iter().all(u8::is_ascii_digit));
        let octets = octets.ok_or(FieldError::ProcessingCode)?;
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

    /// What is asked for.
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
        std::str::from_utf8(&self.octets).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{ProcessingCode, TransactionKind};
    use crate::FieldError;

    #[test]
    fn the_first_two_digits_say_what_is_asked_for_and_are_9c() {
        let cases = [
            ("000000", TransactionKind::Sale, 0x00),
            ("010000", TransactionKind::Cash, 0x01),
            ("033000", TransactionKind::PreAuthorisation, 0x03),
            ("090000", TransactionKind::Cashback, 0x09),
            ("200030", TransactionKind::Refund, 0x20),
            ("310000", TransactionKind::Balance, 0x31),
        ];
        for (text, kind, transaction_type) in cases {
            let code = ProcessingCode::parse(text).unwrap();
            assert_eq!(
                (code.kind(), code.transaction_type()),
                (kind, transaction_type)
            );
            assert_eq!(code.text(), text);
        }
        for text in ["", "00000", "0000000", "00000A", "020000", "990000"] {
            assert_eq!(
                ProcessingCode::parse(text),
                Err(FieldError::ProcessingCode),
                "{text}"
            );
        }
    }

    #[test]
    fn the_codes_with_default_accounts_are_what_their_digits_say() {
        for code in [
            ProcessingCode::SALE,
            ProcessingCode::PRE_AUTHORISATION,
            ProcessingCode::REFUND,
            ProcessingCode::BALANCE,
        ] {
            assert_eq!(ProcessingCode::parse(code.text()), Ok(code));
        }
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in TransactionKind::ALL {
            assert_eq!(TransactionKind::from_name(kind.name()), Some(kind));
        }
    }
}
