//! A template whose objects are listed in a table: each known, of its right length, at most once.

use super::ProfileError;
use crate::wire::tlv::{Object, Tag, Writer};

/// A row of the table: one kind of object that the template may have.
pub(super) struct Row {
    pub(super) tag: Tag,
    shortest: usize,
    longest: usize,
    mandatory: bool,
}

/// An object that must be there, of `shortest` to `longest` octets.
pub(super) const fn must(tag: Tag, shortest: usize, longest: usize) -> Row {
    Row {
        tag,
        shortest,
        longest,
        mandatory: true,
    }
}

/// An object that may be there, of `shortest` to `longest` octets.
pub(super) const fn may(tag: Tag, shortest: usize, longest: usize) -> Row {
    Row {
        tag,
        shortest,
        longest,
        mandatory: false,
    }
}

/// The values found so far, beside the table's rows.
pub(super) struct Sheet<'o, const N: usize> {
    rows: &'static [Row; N],
    values: [Option<&'o [u8]>; N],
}

impl<'o, const N: usize> Sheet<'o, N> {
    pub(super) fn new(rows: &'static [Row; N]) -> Self {
        Self {
            rows,
            values: [None; N],
        }
    }

    /// Enters one object.
    pub(super) fn take(&mut self, Object { tag, value }: Object<'o>) -> Result<(), ProfileError> {
        let mut entries = self.rows.iter().zip(&mut self.values);
        let (row, place) = entries
            .find(|(row, _)| row.tag == tag)
            .ok_or(ProfileError::Unknown(tag))?;
        if !(row.shortest..=row.longest).contains(&value.len()) {
            return Err(ProfileError::Length(tag));
        }
        match place.replace(value) {
            Some(_) => Err(ProfileError::Duplicate(tag)),
            None => Ok(()),
        }
    }

    /// Enters objects; one with an empty value is left out.
    pub(super) fn filled(mut self, objects: &[(Tag, &'o [u8])]) -> Result<Self, ProfileError> {
        for (tag, value) in objects {
            if !value.is_empty() {
                self.take(Object { tag: *tag, value })?;
            }
        }
        self.complete()
    }

    /// Appends the objects in the order of the table, except that of one tag.
    pub(super) fn emit_all_but(
        &self,
        tag: Tag,
        writer: &mut Writer<'_>,
    ) -> Result<(), ProfileError> {
        let entries = self.rows.iter().zip(&self.values);
        for (row, value) in entries.filter(|(row, _)| row.tag != tag) {
            if let Some(value) = value {
                writer.object(row.tag, value)?;
            }
        }
        Ok(())
    }

    /// Checks that no mandatory object is missing.
    pub(super) fn complete(self) -> Result<Self, ProfileError> {
        let mut entries = self.rows.iter().zip(&self.values);
        match entries.find(|(row, value)| row.mandatory && value.is_none()) {
            Some((row, _)) => Err(ProfileError::Missing(row.tag)),
            None => Ok(self),
        }
    }

    /// The value of `tag`; empty if it is not there.
    pub(super) fn value(&self, tag: Tag) -> &'o [u8] {
        self.find(tag).unwrap_or_default()
    }

    /// The value of `tag`, if it is there.
    pub(super) fn find(&self, tag: Tag) -> Option<&'o [u8]> {
        let mut entries = self.rows.iter().zip(&self.values);
        entries
            .find(|(row, _)| row.tag == tag)
            .and_then(|(_, value)| *value)
    }

    /// The value of `tag`, which has `M` octets.
    pub(super) fn array<const M: usize>(&self, tag: Tag) -> Result<[u8; M], ProfileError> {
        self.value(tag)
            .try_into()
            .map_err(|_| ProfileError::Length(tag))
    }
}
