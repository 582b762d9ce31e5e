//! Fields of fixed length, big-endian, for the wallet's state and its journal.

use zeroize::Zeroizing;

/// A destination for octets.
pub(crate) trait Out {
    fn put(&mut self, octets: &[u8]);

    fn u8(&mut self, value: u8) {
        self.put(&[value]);
    }

    fn u16(&mut self, value: u16) {
        self.put(&value.to_be_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.put(&value.to_be_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.put(&value.to_be_bytes());
    }

    fn flag(&mut self, value: bool) {
        self.u8(u8::from(value));
    }
}

/// Counts octets instead of writing them.
#[derive(Default)]
pub(crate) struct Length(pub(crate) usize);

impl Out for Length {
    fn put(&mut self, octets: &[u8]) {
        self.0 = self.0.saturating_add(octets.len());
    }
}

/// The owner has reserved the room, so that no reallocation leaves a copy in freed memory.
impl Out for Zeroizing<Vec<u8>> {
    fn put(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

/// Room of a fixed size; octets beyond it are dropped.
pub(crate) struct Room<'r> {
    free: std::slice::IterMut<'r, u8>,
}

impl<'r> Room<'r> {
    pub(crate) fn new(room: &'r mut [u8]) -> Self {
        Self {
            free: room.iter_mut(),
        }
    }
}

impl Out for Room<'_> {
    fn put(&mut self, octets: &[u8]) {
        // The octets come first in the pair: they end before the room does, and no place in the
        // room is skipped.
        for (from, to) in octets.iter().zip(self.free.by_ref()) {
            *to = *from;
        }
    }
}

/// A reader of fields; `None` for a field that is cut short or invalid.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(crate) fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (slice, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(slice)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(array)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().copied().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().copied().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().copied().map(u32::from_be_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().copied().map(u64::from_be_bytes)
    }

    /// A flag, 1 octet: 00 or 01.
    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// `length` octets of zeros.
    pub(crate) fn zeros(&mut self, length: usize) -> Option<()> {
        let zeros = self.slice(length)?.iter().all(|octet| *octet == 0);
        zeros.then_some(())
    }

    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    /// Zeros up to the end.
    pub(crate) fn padding(mut self) -> Option<()> {
        self.zeros(self.0.len())
    }
}
