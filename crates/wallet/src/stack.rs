//! Overwriting secrets that calls leave on the stack.

use std::hint::black_box;

/// Words of 8 octets, 64 KiB: deeper than any call here reaches.
const DEPTH: usize = 8192;

/// Overwrites the stack below the caller: ciphers keep copies of single blocks there, and a key is
/// moved from call to call.
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what it is about, and the deepest call needs as much"
)]
pub(crate) fn wipe() {
    let mut room = [0_u64; DEPTH];
    black_box(&mut room);
}
