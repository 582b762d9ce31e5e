//! The dictionary: number, EMV name, format and bits of the tags a contactless engineer meets
//! (EMV Book 3 Annex A and C, JR/T 0025, kernels 2, 3 and 7).
//!
//! Each tag is a constant here, named after its EMV name (`9F02` is [`AMOUNT_AUTHORISED`]), and an
//! [`Entry`]. A few numbers mean different things by kernel: [`lookup`] takes the [`Kernel`].

pub mod bits;
pub mod code;
mod emv;
mod schemes;

pub use emv::*;
pub use schemes::*;

use super::tlv::Tag;
pub use bits::Bit;

/// The meaning of a tag to one kernel or to all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The number.
    pub tag: Tag,
    /// The name that EMV or the scheme gives it.
    pub name: &'static str,
    /// The format of its value.
    pub format: Format,
    /// The kernel that gives it this meaning.
    pub kernel: Kernel,
    /// The meanings of its bits; empty if it has none.
    pub bits: &'static [Bit],
}

/// The format of a value (EMV Book 3 §4.3). It determines padding and truncation in a DOL.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// Numeric: BCD, right-aligned, padded with zeros.
    N,
    /// Compressed numeric: BCD, left-aligned, padded with `F`.
    Cn,
    /// Binary.
    B,
    /// Alphanumeric.
    An,
    /// Alphanumeric special.
    Ans,
    /// A template of further data objects.
    Template,
}

/// The kernel that gives a tag its meaning.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kernel {
    /// EMV: the meaning shared by all kernels that define none of their own.
    Any,
    /// `UnionPay` (kernel 7, JR/T 0025).
    UnionPay,
    /// Visa (kernel 3).
    Visa,
    /// Mastercard (kernel 2).
    Mastercard,
}

/// The meaning of a tag to this kernel: its own if it defines one, else the shared one.
#[must_use]
pub fn lookup(tag: Tag, kernel: Kernel) -> Option<&'static Entry> {
    let of = |kernel| meanings(tag).find(move |entry| entry.kernel == kernel);
    of(kernel).or_else(|| of(Kernel::Any))
}

/// Every meaning of a tag, the shared one first.
pub fn meanings(tag: Tag) -> impl Iterator<Item = &'static Entry> {
    entries().filter(move |entry| entry.tag == tag)
}

/// The whole dictionary.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    emv::ENTRIES.iter().chain(schemes::ENTRIES)
}

/// Defines, for each line, a constant and an entry.
macro_rules! dictionary {
    (@bits) => { &[] };
    (@bits $bits:ident) => { bits::$bits };
    ($($kernel:ident $number:literal $constant:ident $format:ident $name:literal $($bits:ident)?;)+) => {
        $(
            #[doc = concat!("`", stringify!($number), "`: ", $name, ".")]
            pub const $constant: Tag = Tag::new($number);
        )+

        pub(super) static ENTRIES: &[Entry] = &[$(
            Entry {
                tag: $constant,
                name: $name,
                format: Format::$format,
                kernel: Kernel::$kernel,
                bits: dictionary!(@bits $($bits)?),
            },
        )+];
    };
}
use dictionary;

#[cfg(test)]
mod tests;
