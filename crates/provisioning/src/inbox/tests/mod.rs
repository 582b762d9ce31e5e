//! How a device takes letters.

mod altered;
mod opened;
mod order;
mod refused;

use crate::inbox::Sequence;

/// Where the letters stand once this one is accepted.
fn accepted(message: &[u8]) -> Sequence {
    Sequence::after(message).unwrap()
}
