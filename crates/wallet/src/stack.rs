//! What calls leave behind on the stack.

use std::hint::black_box;

/// Deeper than any call here goes: 64 KiB.
const DEPTH: usize = 8192;

/// Overwrites what the calls that its caller made before have left on the stack: ciphers work on
/// copies of single blocks there, and a key is moved from call to call.
#[inline(never)]
#[expect(
    clippy::large_stack_arrays,
    reason = "the stack is what it is about, and the deepest call needs as much"
)]
pub(crate) fn wipe() {
    let mut room = [0_u64; DEPTH];
    black_box(&mut room);
}
