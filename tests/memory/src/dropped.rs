use std::mem::{MaybeUninit, size_of};

/// The octets of a value at the place where it is dropped, before and after.
///
/// They are those of the value itself. Its data on the heap is checked by the allocator.
#[derive(Debug)]
pub struct Dropped {
    /// The octets before the drop.
    pub before: Vec<u8>,
    /// The octets at the same place after the drop.
    pub after: Vec<u8>,
}

impl Dropped {
    /// Drops a value in a place that outlives it, and records both.
    pub fn in_place<T>(value: T) -> Self {
        let mut place = Box::new(MaybeUninit::<T>::zeroed());
        place.write(value);
        let before = octets(&place);
        // SAFETY: the value was written above and is not used afterwards.
        unsafe { place.assume_init_drop() };
        let after = octets(&place);
        Self { before, after }
    }
}

fn octets<T>(place: &MaybeUninit<T>) -> Vec<u8> {
    let start = place.as_ptr().cast::<u8>();
    // SAFETY: every octet is within the place, which started zeroed; a volatile read takes what the
    // memory holds.
    let octet = |at| unsafe { start.add(at).read_volatile() };
    (0..size_of::<T>()).map(octet).collect()
}

/// The fewest octets that count as a part of a key: guessing the remainder of an eight-octet half
/// is then feasible.
const PART: usize = 4;

/// True if the octets contain any part of a key, whatever its parity bits.
#[must_use]
pub fn hold_part_of(octets: &[u8], key: &[u8]) -> bool {
    let bare = |octet: &u8| octet & 0xFE;
    let same = |part: &[u8], of: &[u8]| part.iter().map(bare).eq(of.iter().map(bare));
    octets
        .windows(PART)
        .any(|part| key.windows(PART).any(|of| same(part, of)))
}
