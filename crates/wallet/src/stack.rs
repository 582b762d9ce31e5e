//! What calls leave behind on the stack.

use std::hint::black_box;

/// Deeper than any call here goes: 64 KiB.
const DEPTH: usize = 8192;

/// Overwrites what the calls that its caller made before have left on the stack: ciphers work on
/// copies of single blocks there, and a key is moved from call to call.
#[inline(never)]
pub(crate) fn wipe() {
    let mut room = [0_u64; DEPTH];
    black_box(&mut room);
}
