//! Data object lists: the tags and lengths of the values in a command's data (EMV Book 3 §5.4).

use core::iter;

use thiserror::Error;

use super::tags::{self, Format};
use super::tlv::{Malformed, Overflow, Tag};

/// A data object list: entries of a tag and one length octet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dol<'a> {
    octets: &'a [u8],
    data_length: usize,
}

/// One entry of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DolEntry {
    /// The tag of the value.
    pub tag: Tag,
    /// The length of the value, 0–255 octets.
    pub length: usize,
}

/// The reason for which octets are not a list, or not the data of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DolError {
    /// A tag of `00` or longer than three octets.
    #[error("a tag in the list is 00 or longer than three octets")]
    Tag,
    /// The list ends inside an entry.
    #[error("the list ends inside an entry")]
    Truncated,
    /// The data is shorter or longer than the list says.
    #[error("the data is not as long as the list says")]
    DataLength,
}

impl<'a> Dol<'a> {
    /// Reads a list. An empty one is a list without entries.
    ///
    /// # Errors
    /// [`DolError::Tag`] or [`DolError::Truncated`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, DolError> {
        let mut rest = octets;
        let mut data_length = 0;
        while !rest.is_empty() {
            let (entry, tail) = split_entry(rest)?;
            data_length += entry.length;
            rest = tail;
        }
        Ok(Self {
            octets,
            data_length,
        })
    }

    /// The entries in their order.
    pub fn entries(&self) -> impl Iterator<Item = DolEntry> + use<'a> {
        let mut rest = self.octets;
        iter::from_fn(move || {
            let (entry, tail) = split_entry(rest).ok()?;
            rest = tail;
            Some(entry)
        })
    }

    /// True if the list asks for this tag.
    #[must_use]
    pub fn contains(&self, tag: Tag) -> bool {
        self.entries().any(|entry| entry.tag == tag)
    }

    /// The length of the list's data, in octets.
    #[must_use]
    pub const fn data_length(&self) -> usize {
        self.data_length
    }

    /// Splits data into the values of the list, as a card does.
    ///
    /// # Errors
    /// [`DolError::DataLength`] if the data is not exactly as long as the list says.
    pub fn split<'d>(self, data: &'d [u8]) -> Result<DolData<'a, 'd>, DolError> {
        if data.len() == self.data_length {
            Ok(DolData { dol: self, data })
        } else {
            Err(DolError::DataLength)
        }
    }

    /// Writes the data that the list asks for, as a terminal does.
    ///
    /// Values longer or shorter than asked for are cut or padded by the format that the dictionary
    /// gives the tag ([`tags::meanings`]), else as binary. A tag without a value, and a constructed
    /// one, gives zeros.
    ///
    /// # Errors
    /// [`Overflow`] if `out` is shorter than [`Dol::data_length`].
    pub fn emit_data<'b, 'v>(
        &self,
        out: &'b mut [u8],
        mut value_of: impl FnMut(Tag) -> Option<&'v [u8]>,
    ) -> Result<&'b [u8], Overflow> {
        let data = out.get_mut(..self.data_length).ok_or(Overflow)?;
        let mut rest = &mut *data;
        for DolEntry { tag, length } in self.entries() {
            let (field, tail) = rest.split_at_mut_checked(length).ok_or(Overflow)?;
            let value = value_of(tag).filter(|_| !tag.is_constructed());
            let format = tags::meanings(tag)
                .next()
                .map_or(Format::B, |entry| entry.format);
            fit(field, value, format);
            rest = tail;
        }
        Ok(data)
    }
}

/// The data of a list, by its entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DolData<'a, 'd> {
    dol: Dol<'a>,
    data: &'d [u8],
}

impl<'d> DolData<'_, 'd> {
    /// The value of this tag; the first one if the list asks for it twice.
    #[must_use]
    pub fn get(&self, tag: Tag) -> Option<&'d [u8]> {
        let (_, value) = self.values().find(|(entry, _)| entry.tag == tag)?;
        Some(value)
    }

    /// The value of this tag, if the list asks for it in exactly `N` octets.
    #[must_use]
    pub fn get_array<const N: usize>(&self, tag: Tag) -> Option<[u8; N]> {
        self.get(tag)?.try_into().ok()
    }

    /// The values of these tags, each as [`get`](Self::get) finds it, in one pass over the list.
    #[must_use]
    pub fn get_each<const N: usize>(&self, tags: [Tag; N]) -> [Option<&'d [u8]>; N] {
        let mut found = [None; N];
        for (entry, value) in self.values() {
            let mut places = tags.iter().zip(&mut found);
            if let Some((_, place)) = places.find(|(tag, _)| **tag == entry.tag) {
                place.get_or_insert(value);
            }
        }
        found
    }

    /// All entries with their values.
    pub fn values(&self) -> impl Iterator<Item = (DolEntry, &'d [u8])> {
        let mut rest = self.data;
        self.dol.entries().map_while(move |entry| {
            let (value, tail) = rest.split_at_checked(entry.length)?;
            rest = tail;
            Some((entry, value))
        })
    }
}

fn split_entry(octets: &[u8]) -> Result<(DolEntry, &[u8]), DolError> {
    let (tag, rest) = Tag::split_from(octets)?;
    let (&length, rest) = rest.split_first().ok_or(DolError::Truncated)?;
    let length = usize::from(length);
    Ok((DolEntry { tag, length }, rest))
}

/// Cuts or pads a value to its field: n keeps its right end and is padded with zeros on the left;
/// everything else keeps its left end and is padded on the right, cn with `FF`, the rest with
/// zeros. No value: zeros.
fn fit(field: &mut [u8], value: Option<&[u8]>, format: Format) {
    let Some(value) = value else {
        return field.fill(0);
    };
    let octets = value.iter().copied();
    match format {
        Format::N => place(field.iter_mut().rev(), octets.rev(), 0),
        Format::Cn => place(field.iter_mut(), octets, 0xFF),
        Format::B | Format::An | Format::Ans | Format::Template => {
            place(field.iter_mut(), octets, 0);
        }
    }
}

fn place<'f>(
    field: impl Iterator<Item = &'f mut u8>,
    octets: impl Iterator<Item = u8>,
    padding: u8,
) {
    for (slot, octet) in field.zip(octets.chain(iter::repeat(padding))) {
        *slot = octet;
    }
}

impl From<Malformed> for DolError {
    fn from(error: Malformed) -> Self {
        match error {
            Malformed::Tag => Self::Tag,
            Malformed::Truncated => Self::Truncated,
        }
    }
}

#[cfg(test)]
mod tests;
