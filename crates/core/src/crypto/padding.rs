//! The padding of a message before it is authenticated.

/// The padding of a message to whole blocks (ISO/IEC 9797-1 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Octets `00`, as few as possible; the empty message becomes one block of them.
    Method1,
    /// One octet `80`, then octets `00`, as few as possible.
    Method2,
}

impl Padding {
    /// Passes the parts of a message to `update`, and then the octets of the padding that a MAC which
    /// fills its last block with `00` does not add itself. Such a MAC leaves an empty message empty.
    #[cfg(any(feature = "tdes", feature = "sm4"))]
    pub(super) fn feed<'p>(
        self,
        parts: impl Iterator<Item = &'p [u8]>,
        mut update: impl FnMut(&[u8]),
    ) {
        let mut empty = true;
        for part in parts {
            update(part);
            empty &= part.is_empty();
        }
        match self {
            Self::Method1 if empty => update(&[0x00]),
            Self::Method1 => {}
            Self::Method2 => update(&[0x80]),
        }
    }
}
