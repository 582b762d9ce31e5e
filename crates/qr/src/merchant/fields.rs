//! Fields of two digits, two digits and text, which templates nest.

use core::iter::FusedIterator;

use thiserror::Error;

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its identifier, 0 to 99.
    pub id: u8,
    /// Its value, 1 to 99 characters.
    pub value: &'a str,
}

/// The reason for which a text is not made of fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "at character {0}: there is no field of two digits, a length of two digits and such a text"
)]
pub struct FieldError(pub usize);

/// The fields of a text or of a template's value, in their order; ends after the first error. Lengths
/// count characters, not octets.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a str,
    /// Characters before the rest.
    position: usize,
}

impl<'a> Fields<'a> {
    /// The fields of a text.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            position: 0,
        }
    }

    fn field(&self) -> Option<(Field<'a>, &'a str, usize)> {
        let (id, rest) = two_digits(self.rest)?;
        let (length, rest) = two_digits(rest)?;
        let length = usize::from(length);
        let mut ends = rest.char_indices().map(|(start, _)| start);
        let end = ends.nth(length).unwrap_or(rest.len());
        let (value, behind) = rest.split_at_checked(end)?;
        let is_whole = length > 0 && value.chars().count() == length;
        is_whole.then_some((Field { id, value }, behind, 4 + length))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, FieldError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let Some((field, rest, length)) = self.field() else {
            self.rest = "";
            return Some(Err(FieldError(self.position + 1)));
        };
        self.rest = rest;
        self.position += length;
        Some(Ok(field))
    }
}

impl FusedIterator for Fields<'_> {}

fn two_digits(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let are_digits = digits.bytes().all(|octet| octet.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| are_digits)?;
    Some((number, rest))
}
