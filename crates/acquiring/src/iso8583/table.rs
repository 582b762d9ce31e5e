//! The field table: number, name, class, length, and how each variant writes it.

/// The encoding of a message as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Variant {
    /// Digits packed two an octet, bitmaps and binary fields as they are.
    Bcd,
    /// Characters throughout: bitmaps and binary fields in hexadecimal, upper case.
    Ascii,
}

impl Variant {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Bcd, Self::Ascii];
}

/// The characters that a field may hold (ISO 8583:1987 §4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Decimal digits.
    N,
    /// Letters and digits.
    An,
    /// Printable ASCII characters.
    Ans,
    /// Track 2: decimal digits and the separator `=`.
    Z,
    /// Octets.
    B,
}

/// The length of a field: digits or characters, octets for class b.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// Exactly so many.
    Fixed(usize),
    /// 1 up to so many, behind two digits that say how many.
    Ll(usize),
    /// 1 up to so many, behind three digits that say how many.
    Lll(usize),
}

impl Length {
    /// The most that fit.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Fixed(most) | Self::Ll(most) | Self::Lll(most) => most,
        }
    }
}

/// The encoding of a field's characters or octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Two digits an octet, a 0 behind an odd number of them. `=` is the nibble D.
    PackedLeft,
    /// Two digits an octet, a 0 before an odd number of them.
    PackedRight,
    /// ASCII.
    Characters,
    /// Octets as they are.
    Octets,
    /// Two hexadecimal digits an octet, upper case.
    Hex,
}

/// The part of a field that may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Secrecy {
    /// All of it.
    Open,
    /// The first six and the last four digits.
    CardNumber,
    /// The first six and the last four digits of the card number in front of the separator.
    Track2,
    /// Its length.
    Hidden,
}

/// A row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// The data element, 2–128.
    pub number: u8,
    /// The name, in lower case.
    pub name: &'static str,
    /// The characters that it may hold.
    pub class: Class,
    /// The length.
    pub length: Length,
    /// The encoding in the BCD variant.
    pub bcd: Encoding,
    /// The encoding in the ASCII variant.
    pub ascii: Encoding,
    /// The part that may be shown.
    pub secrecy: Secrecy,
}

impl Field {
    /// The encoding in a variant.
    #[must_use]
    pub const fn encoding(&self, variant: Variant) -> Encoding {
        match variant {
            Variant::Bcd => self.bcd,
            Variant::Ascii => self.ascii,
        }
    }
}

/// The row of a field; `None` if there is none.
#[must_use]
pub fn field(number: u8) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.number == number)
}

use Class::{An, Ans, B, N, Z};
use Encoding::{Characters, Hex, Octets, PackedLeft, PackedRight};
use Length::{Fixed, Ll, Lll};
use Secrecy::{CardNumber, Hidden, Open, Track2};

/// Every field that is read and written, ascending. The alignment of digits in the BCD variant is
/// that of `UnionPay`'s terminals: 22 to the left, 23 to the right, variable lengths to the left.
/// 48, 60, 61 and 62 are for private use, and what is in them is this project's own.
#[rustfmt::skip]
pub const FIELDS: [Field; 30] = [
    row(2, "primary account number", N, Ll(19), PackedLeft, Characters, CardNumber),
    row(3, "processing code", N, Fixed(6), PackedRight, Characters, Open),
    row(4, "amount, transaction", N, Fixed(12), PackedRight, Characters, Open),
    row(11, "system trace audit number", N, Fixed(6), PackedRight, Characters, Open),
    row(12, "time, local transaction", N, Fixed(6), PackedRight, Characters, Open),
    row(13, "date, local transaction", N, Fixed(4), PackedRight, Characters, Open),
    row(14, "date, expiration", N, Fixed(4), PackedRight, Characters, Hidden),
    row(15, "date, settlement", N, Fixed(4), PackedRight, Characters, Open),
    row(22, "point of service entry mode", N, Fixed(3), PackedLeft, Characters, Open),
    row(23, "card sequence number", N, Fixed(3), PackedRight, Characters, Open),
    row(25, "point of service condition code", N, Fixed(2), PackedRight, Characters, Open),
    row(32, "acquiring institution identification code", N, Ll(11), PackedLeft, Characters, Open),
    row(35, "track 2 data", Z, Ll(37), PackedLeft, Characters, Track2),
    row(37, "retrieval reference number", An, Fixed(12), Characters, Characters, Open),
    row(38, "authorization identification response", An, Fixed(6), Characters, Characters, Open),
    row(39, "response code", An, Fixed(2), Characters, Characters, Open),
    row(41, "card acceptor terminal identification", Ans, Fixed(8), Characters, Characters, Open),
    row(42, "card acceptor identification code", Ans, Fixed(15), Characters, Characters, Open),
    row(44, "additional response data", Ans, Ll(25), Characters, Characters, Open),
    row(48, "totals of a batch", N, Lll(972), PackedLeft, Characters, Open),
    row(49, "currency code, transaction", An, Fixed(3), Characters, Characters, Open),
    row(52, "personal identification number data", B, Fixed(8), Octets, Hex, Hidden),
    row(54, "additional amounts", An, Lll(120), Characters, Characters, Open),
    row(55, "integrated circuit card data", B, Lll(255), Octets, Hex, Hidden),
    row(60, "batch", N, Lll(11), PackedLeft, Characters, Open),
    row(61, "reference of the original", An, Lll(12), Characters, Characters, Open),
    row(62, "PIN block of format 4", B, Lll(16), Octets, Hex, Hidden),
    row(64, "message authentication code", B, Fixed(8), Octets, Hex, Open),
    row(90, "original data elements", N, Fixed(42), PackedRight, Characters, Open),
    row(128, "message authentication code", B, Fixed(8), Octets, Hex, Open),
];

const fn row(
    number: u8,
    name: &'static str,
    class: Class,
    length: Length,
    bcd: Encoding,
    ascii: Encoding,
    secrecy: Secrecy,
) -> Field {
    Field {
        number,
        name,
        class,
        length,
        bcd,
        ascii,
        secrecy,
    }
}
