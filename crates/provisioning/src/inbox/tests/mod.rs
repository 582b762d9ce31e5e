//! Tests of a device that takes letters.

mod altered;
mod opened;
mod order;
mod refused;

use crate::inbox::Sequence;

/// The state of the letters after this one is accepted.
fn accepted(message: &[u8]) -> Sequence {
    Sequence::after(message).unwrap()
}
