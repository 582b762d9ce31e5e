use std::mem::{MaybeUninit, size_of};

/// The octets of a value in the place where it is dropped, before that and after.
///
/// They are those of the value itself. What it points to on the heap is for the allocator to see.
#[derive(Debug)]
pub struct Dropped {
    /// While the value lived.
    pub before: Vec<u8>,
    /// Once it was dropped, in the same place.
    pub after: Vec<u8>,
}

impl Dropped {
    /// Drops a value in a place that outlives it.
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

/// Octets of a key that are still a part of it: eight rounds of trying give the rest.
const PART: usize = 4;

/// Whether octets hold any part of a key, whatever its parity bits say.
#[must_use]
pub fn hold_part_of(octets: &[u8], key: &[u8]) -> bool {
    let bare = |octet: &u8| octet & 0xFE;
    let same = |part: &[u8], of: &[u8]| part.iter().map(bare).eq(of.iter().map(bare));
    octets
        .windows(PART)
        .any(|part| key.windows(PART).any(|of| same(part, of)))
}
