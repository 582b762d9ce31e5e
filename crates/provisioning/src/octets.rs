//! Fields of fixed length, one after another.

/// A reader of fields from the front; `None` for a field that is cut short.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(array)
    }

    pub(crate) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (slice, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(slice)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[octet]| *octet)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(|octets| u16::from_be_bytes(*octets))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(|octets| u32::from_be_bytes(*octets))
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(|octets| u64::from_be_bytes(*octets))
    }

    /// `Some` if no octet is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Octets that are wiped when this value is dropped.
pub(crate) struct Wiped<'r>(pub(crate) &'r mut [u8]);

impl core::fmt::Debug for Wiped<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Wiped({} octets)", self.0.len())
    }
}

impl Drop for Wiped<'_> {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(self.0);
    }
}
