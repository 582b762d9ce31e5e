//! Writing data objects.

use core::{fmt, mem};

use thiserror::Error;

use super::tag::Tag;

/// The buffer is too small, or the value too long for its length field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("does not fit in the buffer")]
pub struct Overflow;

/// Writes data objects one after another into a caller's buffer.
///
/// Each call writes all of what it was given, or nothing and fails.
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Writer<'b> {
    /// An empty writer over `buffer`.
    #[must_use]
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Appends a data object with the shortest length field.
    ///
    /// # Errors
    /// [`Overflow`] if it does not fit or the value is longer than 65535 octets.
    pub fn object(&mut self, tag: Tag, value: &[u8]) -> Result<(), Overflow> {
        self.whole(|writer| {
            writer.octets(tag.octets())?;
            writer.length_field(value.len())?;
            writer.octets(value)
        })
    }

    /// Appends octets as they are.
    ///
    /// # Errors
    /// [`Overflow`] if they do not fit.
    pub fn octets(&mut self, octets: &[u8]) -> Result<(), Overflow> {
        let room = self.room().get_mut(..octets.len()).ok_or(Overflow)?;
        for (slot, octet) in room.iter_mut().zip(octets) {
            *slot = *octet;
        }
        self.length += octets.len();
        Ok(())
    }

    /// Appends a data object whose value `body` writes. If `body` fails, nothing is appended.
    ///
    /// # Errors
    /// Those of `body`, and [`Overflow`] if the object does not fit or the value is longer than
    /// 65535 octets.
    pub fn template<E: From<Overflow>>(
        &mut self,
        tag: Tag,
        body: impl FnOnce(&mut Writer<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.whole(|writer| {
            writer.octets(tag.octets())?;
            let mut value = Writer::new(writer.room().get_mut(1..).unwrap_or_default());
            body(&mut value)?;
            let length = value.len();
            Ok(writer.set_length_field(length)?)
        })
    }

    /// The number of octets written.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// True if nothing was written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The octets written so far.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// The octets written, for as long as the buffer lives.
    #[must_use]
    pub fn finish(self) -> &'b [u8] {
        let Self { buffer, length } = self;
        let buffer: &'b [u8] = buffer;
        buffer.get(..length).unwrap_or_default()
    }

    fn room(&mut self) -> &mut [u8] {
        self.buffer.get_mut(self.length..).unwrap_or_default()
    }

    /// Runs `write`; if it fails, nothing counts as written.
    fn whole<E>(&mut self, write: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        let before = self.length;
        let written = write(self);
        if written.is_err() {
            self.length = before;
        }
        written
    }

    fn length_field(&mut self, length: usize) -> Result<(), Overflow> {
        let [high, low] = u16::try_from(length).map_err(|_| Overflow)?.to_be_bytes();
        match length {
            ..0x80 => self.octets(&[low]),
            0x80..0x100 => self.octets(&[0x81, low]),
            _ => self.octets(&[0x82, high, low]),
        }
    }

    /// Puts a length field before the `length` octets that stand one octet behind the start of the
    /// room, and appends both. Only a value longer than 127 octets has to make way.
    fn set_length_field(&mut self, length: usize) -> Result<(), Overflow> {
        let further = match length {
            ..0x80 => 0,
            0x80..0x100 => 1,
            _ => 2,
        };
        let room = self.room().get_mut(1..1 + further + length);
        let value = room.ok_or(Overflow)?;
        for _ in 0..further {
            shift_right(value);
        }
        self.length_field(length)?;
        self.length += length;
        Ok(())
    }
}

/// Shows no octets: they may be a card's.
impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writer({} of {} octets)", self.length, self.buffer.len())
    }
}

/// Moves every octet one place to the right; the last one falls out.
fn shift_right(octets: &mut [u8]) {
    let mut carried = 0;
    for octet in octets {
        mem::swap(octet, &mut carried);
    }
}
