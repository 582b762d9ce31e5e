//! Looks for keys in memory that was given back, and where they were dropped: see `tests`.
//!
//! The allocator looks through every block at the moment it is freed, and [`Dropped`] through the place
//! of one value. What a compiler leaves on the stack is beyond both.

mod dropped;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

pub use dropped::{Dropped, hold_part_of};

/// The keys that are looked for, as octets and as hex.
static KEYS: OnceLock<Vec<(Vec<u8>, String)>> = OnceLock::new();
static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);

struct Scanner;

#[global_allocator]
static SCANNER: Scanner = Scanner;

// SAFETY: every block comes from and goes back to the system's allocator with the layout it was
// asked for; blocks start zeroed, so that reading them when they are freed is sound.
unsafe impl GlobalAlloc for Scanner {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise about `layout`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if LOOKING.load(SeqCst) {
            // SAFETY: the block is live until the next line and was zeroed when it was made.
            count(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        }
        // SAFETY: the caller's promise about `block` and `layout`.
        unsafe { System.dealloc(block, layout) }
    }
}

fn count(block: &[u8]) {
    let Some(keys) = KEYS.get() else { return };
    if block.iter().all(|octet| *octet == 0) {
        return;
    }
    for (octets, text) in keys {
        let raw = block.windows(octets.len());
        let raw = raw.filter(|window| window == octets).count();
        let hex = block.windows(text.len());
        let hex = hex.filter(|window| window.eq_ignore_ascii_case(text.as_bytes()));
        FOUND.fetch_add(raw + hex.count(), SeqCst);
    }
}

/// Says which keys to look for, none of them empty or all zeros. Later calls in the same process say nothing.
pub fn look_for(keys: Vec<Vec<u8>>) {
    KEYS.get_or_init(|| {
        let with_text = |key: Vec<u8>| (hex::encode(&key), key);
        let found = keys.into_iter().map(with_text);
        found.map(|(text, key)| (key, text)).collect()
    });
}

/// The copies of keys in the blocks that `work` gives back.
pub fn copies_left_by<R>(work: impl FnOnce() -> R) -> (R, usize) {
    FOUND.store(0, SeqCst);
    LOOKING.store(true, SeqCst);
    let result = work();
    LOOKING.store(false, SeqCst);
    (result, FOUND.load(SeqCst))
}
