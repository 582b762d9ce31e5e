//! The chip data: DE 55.

use core::fmt;

use zeroize::ZeroizeOnDrop;

use crate::field::FieldError;

/// The most octets of chip data.
pub const CHIP_DATA_MAX: usize = 255;

/// Chip data (DE 55): 1–255 octets, meant to be BER-TLV and carried whole, whatever they are. Wiped
/// when dropped; `Debug` shows their number only.
#[derive(Clone, ZeroizeOnDrop)]
pub struct ChipData {
    octets: [u8; CHIP_DATA_MAX],
    length: usize,
}

impl ChipData {
    /// The chip data of these octets.
    ///
    /// # Errors
    /// [`FieldError::ChipData`] for none, or more than 255.
    pub fn new(octets: &[u8]) -> Result<Self, FieldError> {
        let mut data = Self {
            octets: [0; CHIP_DATA_MAX],
            length: octets.len(),
        };
        let room = data.octets.get_mut(..octets.len());
        let room = room.filter(|room| !room.is_empty());
        room.ok_or(FieldError::ChipData)?.copy_from_slice(octets);
        Ok(data)
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }
}

impl PartialEq for ChipData {
    fn eq(&self, other: &Self) -> bool {
        self.octets() == other.octets()
    }
}

impl Eq for ChipData {}

impl fmt::Debug for ChipData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChipData({} octets)", self.length)
    }
}
