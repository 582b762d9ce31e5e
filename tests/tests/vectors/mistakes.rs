//! The mistakes that are tried on every vector.

use understudy_core::crypto::Padding;

/// The sequence with two different neighbours swapped, once for every such pair.
pub(crate) fn swaps<T: Clone + PartialEq>(sequence: &[T]) -> Vec<Vec<T>> {
    let pairs = 1..sequence.len();
    let different = pairs.filter(|&second| sequence[second - 1] != sequence[second]);
    different
        .map(|second| {
            let mut swapped = sequence.to_vec();
            swapped.swap(second - 1, second);
            swapped
        })
        .collect()
}

/// The sequence without one of its members, once for every member.
pub(crate) fn one_short<T: Clone>(sequence: &[T]) -> Vec<Vec<T>> {
    (0..sequence.len())
        .map(|place| {
            let mut short = sequence.to_vec();
            short.remove(place);
            short
        })
        .collect()
}

/// The other padding method.
pub(crate) fn other(padding: Padding) -> Padding {
    match padding {
        Padding::Method1 => Padding::Method2,
        Padding::Method2 => Padding::Method1,
    }
}

/// The message, padded independently. For method 1, a message of whole blocks is unchanged.
pub(crate) fn pad(padding: Padding, message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    if padding == Padding::Method2 {
        padded.push(0x80);
    }
    padded.resize(padded.len().next_multiple_of(8), 0x00);
    padded
}
