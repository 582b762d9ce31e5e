//! Cryptogram version numbers: the data under the MAC, its order, and its padding.

use core::fmt;

use super::Padding;

/// A cryptogram version, named as its scheme names it.
///
/// Names and octets are easily confused: `UnionPay` 17 and Visa 22 are named by the hex value of
/// their octet (`17`, `22`), the others by its decimal value (Visa 10 is `0A`, M/Chip 17 is
/// `11`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cvn {
    /// `UnionPay` 01, octet `01`.
    UnionPay01,
    /// `UnionPay` 17, octet `17`.
    UnionPay17,
    /// Visa 10, octet `0A`.
    Visa10,
    /// Visa 18, octet `12`.
    Visa18,
    /// Visa 22, octet `22`.
    Visa22,
    /// M/Chip 16, octet `10`.
    MChip16,
    /// M/Chip 17, octet `11`.
    MChip17,
    /// M/Chip 20, octet `14`.
    MChip20,
    /// M/Chip 21, octet `15`.
    MChip21,
}

/// A data element under the MAC of an application cryptogram.
///
/// The terminal qualifiers (`9F66`) and the card qualifiers (`9F6C`) are under none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `9F02`, 6 octets.
    AmountAuthorised,
    /// `9F03`, 6 octets.
    AmountOther,
    /// `9F1A`, 2 octets.
    TerminalCountry,
    /// `95`, terminal verification results, 5 octets.
    Tvr,
    /// `5F2A`, 2 octets.
    Currency,
    /// `9A`, 3 octets.
    Date,
    /// `9C`, 1 octet.
    TransactionType,
    /// `9F37`, 4 octets.
    UnpredictableNumber,
    /// `82`, application interchange profile, 2 octets.
    Aip,
    /// `9F36`, application transaction counter, 2 octets.
    Atc,
    /// Card verification results out of `9F10`: `UnionPay` and Visa octets 4–7 (the length
    /// octet `03` with the results), M/Chip octets 3–8.
    Cvr,
    /// The first octet of the results alone: octet 5 of a `UnionPay` `9F10`.
    CvrFirstOctet,
    /// Counters out of an M/Chip `9F10`: octets 11–18.
    Counters,
    /// The whole `9F10`, 7–32 octets.
    Iad,
}

/// The position of the card verification results in the issuer application data.
#[derive(Clone, Copy)]
pub(super) enum IadLayout {
    /// Three octets, then the results behind their length octet.
    Lengthed,
    /// `DKI CVN CVR(6) DAC/IDN(2) counters(8)`.
    MChip,
}

impl Cvn {
    /// Every version known to this crate.
    pub const ALL: [Self; 9] = [
        Self::UnionPay01,
        Self::UnionPay17,
        Self::Visa10,
        Self::Visa18,
        Self::Visa22,
        Self::MChip16,
        Self::MChip17,
        Self::MChip20,
        Self::MChip21,
    ];

    /// The version that a `UnionPay` card names with this octet: `01` or `17`.
    #[must_use]
    pub const fn unionpay(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::UnionPay01),
            0x17 => Some(Self::UnionPay17),
            _ => None,
        }
    }

    /// The octet that names the version in `9F10`.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.row().byte
    }

    /// The name, such as `UnionPay 17`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The padding of the data under the MAC.
    #[must_use]
    pub const fn padding(self) -> Padding {
        self.row().padding
    }

    /// The data under the MAC, in order.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        self.row().fields
    }

    /// The shortest issuer application data (`9F10`), in octets, that holds the MAC's part of it.
    #[must_use]
    pub const fn shortest_iad(self) -> usize {
        self.row().shortest_iad
    }

    pub(super) const fn iad_layout(self) -> IadLayout {
        match self {
            Self::UnionPay01 | Self::UnionPay17 | Self::Visa10 | Self::Visa18 | Self::Visa22 => {
                IadLayout::Lengthed
            }
            Self::MChip16 | Self::MChip17 | Self::MChip20 | Self::MChip21 => IadLayout::MChip,
        }
    }

    #[rustfmt::skip]
    const fn row(self) -> Row {
        use Padding::{Method1, Method2};
        match self {
            Self::UnionPay01 => Row::new("UnionPay 01", 0x01, Method2,  8, FULL_WITH_CVR),
            Self::UnionPay17 => Row::new("UnionPay 17", 0x17, Method2,  8, UNIONPAY_17),
            Self::Visa10     => Row::new("Visa 10",     0x0A, Method1,  7, FULL_WITH_CVR),
            Self::Visa18     => Row::new("Visa 18",     0x12, Method2,  7, FULL_WITH_IAD),
            Self::Visa22     => Row::new("Visa 22",     0x22, Method2,  7, FULL_WITH_IAD),
            Self::MChip16    => Row::new("M/Chip 16",   0x10, Method2, 18, FULL_WITH_CVR),
            Self::MChip17    => Row::new("M/Chip 17",   0x11, Method2, 18, FULL_WITH_COUNTERS),
            Self::MChip20    => Row::new("M/Chip 20",   0x14, Method2, 18, FULL_WITH_CVR),
            Self::MChip21    => Row::new("M/Chip 21",   0x15, Method2, 18, FULL_WITH_COUNTERS),
        }
    }
}

impl fmt::Display for Cvn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

struct Row {
    name: &'static str,
    byte: u8,
    padding: Padding,
    shortest_iad: usize,
    fields: &'static [Field],
}

impl Row {
    const fn new(
        name: &'static str,
        byte: u8,
        padding: Padding,
        shortest_iad: usize,
        fields: &'static [Field],
    ) -> Self {
        Self {
            name,
            byte,
            padding,
            shortest_iad,
            fields,
        }
    }
}

/// The data elements of EMV Book 2 §8.1.1, followed by the version's own out of `9F10`.
macro_rules! full_with {
    ($($field:ident),+) => {
        &[
            Field::AmountAuthorised,
            Field::AmountOther,
            Field::TerminalCountry,
            Field::Tvr,
            Field::Currency,
            Field::Date,
            Field::TransactionType,
            Field::UnpredictableNumber,
            Field::Aip,
            Field::Atc,
            $(Field::$field),+
        ]
    };
}

const FULL_WITH_CVR: &[Field] = full_with!(Cvr);
const FULL_WITH_COUNTERS: &[Field] = full_with!(Cvr, Counters);
const FULL_WITH_IAD: &[Field] = full_with!(Iad);
const UNIONPAY_17: &[Field] = &[
    Field::AmountAuthorised,
    Field::UnpredictableNumber,
    Field::Atc,
    Field::CvrFirstOctet,
];
