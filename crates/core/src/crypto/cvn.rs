//! Cryptogram version numbers: the data under the MAC, its order, and its padding. The row of each
//! version stands in its scheme's room.

use core::fmt;
use core::ops::Range;

use super::Padding;

/// A cryptogram version, named as its scheme names it.
///
/// Names and octets are easily confused: `UnionPay` 17, Visa 22 and 43 are named by the hex value of
/// their octet (`17`, `22`, `43`), the others by its decimal value (Visa 10 is `0A`, M/Chip 17 is
/// `11`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cvn {
    /// `UnionPay` 01, octet `01`.
    #[cfg(feature = "unionpay")]
    UnionPay01,
    /// `UnionPay` 17, octet `17`.
    #[cfg(feature = "unionpay")]
    UnionPay17,
    /// Visa 10, octet `0A`.
    #[cfg(feature = "visa")]
    Visa10,
    /// Visa 18, octet `12`.
    #[cfg(feature = "visa")]
    Visa18,
    /// Visa 22, octet `22`.
    #[cfg(feature = "visa")]
    Visa22,
    /// Visa 43, octet `43`.
    #[cfg(feature = "visa")]
    Visa43,
    /// M/Chip 16, octet `10`.
    #[cfg(feature = "mastercard")]
    MChip16,
    /// M/Chip 17, octet `11`.
    #[cfg(feature = "mastercard")]
    MChip17,
    /// M/Chip 20, octet `14`.
    #[cfg(feature = "mastercard")]
    MChip20,
    /// M/Chip 21, octet `15`.
    #[cfg(feature = "mastercard")]
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
    /// octet `03` with the results, in Visa 43 the first four of the results), M/Chip octets 3–8.
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
pub(crate) enum IadLayout {
    /// Three octets, then the results behind their length octet.
    Lengthed,
    /// `DKI CVN CVR(6) DAC/IDN(2) counters(8)`.
    MChip,
}

impl Cvn {
    /// Every version of the schemes that this crate is built with.
    pub const ALL: [Self; Self::COUNT] = [
        #[cfg(feature = "unionpay")]
        Self::UnionPay01,
        #[cfg(feature = "unionpay")]
        Self::UnionPay17,
        #[cfg(feature = "visa")]
        Self::Visa10,
        #[cfg(feature = "visa")]
        Self::Visa18,
        #[cfg(feature = "visa")]
        Self::Visa22,
        #[cfg(feature = "visa")]
        Self::Visa43,
        #[cfg(feature = "mastercard")]
        Self::MChip16,
        #[cfg(feature = "mastercard")]
        Self::MChip17,
        #[cfg(feature = "mastercard")]
        Self::MChip20,
        #[cfg(feature = "mastercard")]
        Self::MChip21,
    ];

    const COUNT: usize = 2 * cfg!(feature = "unionpay") as usize
        + 4 * cfg!(feature = "visa") as usize
        + 4 * cfg!(feature = "mastercard") as usize;

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

    /// The octets of `9F10`, counted from 0, that the field is in this version; `None` for the whole of
    /// it, and for a field of another object.
    #[must_use]
    pub const fn part_of_iad(self, field: Field) -> Option<Range<usize>> {
        match (self.iad_layout(), field) {
            (IadLayout::Lengthed, Field::Cvr) => Some(3..7),
            (IadLayout::Lengthed, Field::CvrFirstOctet) => Some(4..5),
            (IadLayout::MChip, Field::Cvr) => Some(2..8),
            (IadLayout::MChip, Field::CvrFirstOctet) => Some(2..3),
            (IadLayout::MChip, Field::Counters) => Some(10..18),
            _ => None,
        }
    }

    const fn iad_layout(self) -> IadLayout {
        self.row().layout
    }
}

impl fmt::Display for Cvn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Everything about a version that a MAC needs.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) byte: u8,
    pub(crate) padding: Padding,
    pub(crate) layout: IadLayout,
    pub(crate) shortest_iad: usize,
    pub(crate) fields: &'static [Field],
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
pub(crate) use full_with;
