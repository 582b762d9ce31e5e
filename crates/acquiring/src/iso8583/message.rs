//! A message as a type and fields, before it is written and after it is read.

use core::fmt;

use zeroize::ZeroizeOnDrop;

use super::error::{Error, Problem};
use super::mask::Masked;
use super::message_type::MessageType;
use super::table::{Class, FIELDS, Field, Length, field};

/// Characters and octets of all fields together, each at its longest.
const ROOM: usize = {
    let mut room = 0;
    let mut at = 0;
    while at < FIELDS.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        let row = &FIELDS[at];
        room += row.length.most();
        at += 1;
    }
    room
};

/// A type and fields, the same whatever variant they are written in. A field of class b is octets,
/// every other one ASCII characters. Wiped when dropped; `Debug` masks what is secret.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Message {
    #[zeroize(skip)]
    kind: MessageType,
    room: [u8; ROOM],
    used: usize,
    /// Of each row of the table: where its field begins in the room, and how long it is; 0 if it is
    /// not there.
    places: [(usize, usize); FIELDS.len()],
}

impl Message {
    /// A message without fields.
    #[must_use]
    pub const fn new(message_type: MessageType) -> Self {
        Self {
            kind: message_type,
            room: [0; ROOM],
            used: 0,
            places: [(0, 0); FIELDS.len()],
        }
    }

    /// The type.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.kind
    }

    /// The characters or octets of a field, if it is there.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&[u8]> {
        let at = FIELDS.iter().position(|row| row.number == number)?;
        let &(start, length) = self.places.get(at)?;
        let value = self.room.get(start..start.checked_add(length)?)?;
        Some(value).filter(|value| !value.is_empty())
    }

    /// Adds a field with these characters or octets.
    ///
    /// # Errors
    /// [`Error::UnknownField`] and [`Error::Field`] for a length or a character that the field cannot
    /// have, or a field that is there.
    pub fn set(&mut self, number: u8, value: &[u8]) -> Result<(), Error> {
        let row = field(number).ok_or(Error::UnknownField(number))?;
        self.set_with(row, value.len(), |room| {
            room.copy_from_slice(value);
            Ok(())
        })
    }

    /// Takes a field out, if it is there.
    #[cfg(feature = "line")]
    pub(crate) fn remove(&mut self, number: u8) {
        let rows = FIELDS.iter().zip(&mut self.places);
        for (_, place) in rows.filter(|(row, _)| row.number == number) {
            *place = (0, 0);
        }
    }

    /// The fields that are there, ascending, with their characters or octets.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, &[u8])> {
        FIELDS
            .iter()
            .filter_map(|row| self.get(row.number).map(|value| (row, value)))
    }

    /// Adds a field of this length, which `write` puts there.
    pub(super) fn set_with(
        &mut self,
        row: &Field,
        length: usize,
        write: impl FnOnce(&mut [u8]) -> Result<(), Problem>,
    ) -> Result<(), Error> {
        let bad = |problem| Error::Field(row.number, problem);
        let at = FIELDS.iter().position(|one| one.number == row.number);
        let place = at.and_then(|at| self.places.get_mut(at));
        let place = place.ok_or(Error::UnknownField(row.number))?;
        if place.1 > 0 {
            return Err(bad(Problem::Twice));
        }
        if !row.length.admits(length) {
            return Err(bad(Problem::Length));
        }
        let room = self.room.get_mut(self.used..self.used + length);
        let room = room.ok_or(Error::Room)?;
        write(room).map_err(bad)?;
        if !room.iter().all(|&octet| row.class.admits(octet)) {
            return Err(bad(Problem::Character));
        }
        *place = (self.used, length);
        self.used += length;
        Ok(())
    }
}

impl Length {
    const fn admits(self, length: usize) -> bool {
        match self {
            Self::Fixed(fixed) => length == fixed,
            Self::Ll(most) | Self::Lll(most) => length >= 1 && length <= most,
        }
    }
}

impl Class {
    const fn admits(self, octet: u8) -> bool {
        match self {
            Self::N => octet.is_ascii_digit(),
            Self::An => octet.is_ascii_alphanumeric(),
            Self::Ans => matches!(octet, b' '..=b'~'),
            Self::Z => octet.is_ascii_digit() || octet == b'=',
            Self::B => true,
        }
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.fields().eq(other.fields())
    }
}

impl Eq for Message {}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        map.entry(&"type", &self.kind);
        for (row, value) in self.fields() {
            map.entry(&row.number, &format_args!("{}", Masked::new(row, value)));
        }
        map.finish()
    }
}
