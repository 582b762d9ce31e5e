//! Looks for keys in memory that was given back, where they were dropped, and in a whole process: see
//! `tests`.
//!
//! The allocator looks through every block at the moment it is freed, or keeps it until the keys are
//! known; [`Dropped`] looks through the place of one value, and [`found_in_this_process`] through
//! everything that the process can read.

mod dropped;
mod process;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

pub use dropped::{Dropped, hold_part_of};
pub use process::{Masked, found_in_this_process};

/// The keys that are looked for, as octets and as hex.
static KEYS: OnceLock<Vec<(Vec<u8>, String)>> = OnceLock::new();
static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// Blocks that are kept at a time, at most.
const HELD_MAX: usize = 1 << 14;
/// Address and length of the blocks that were freed and are kept.
static HELD: [(AtomicUsize, AtomicUsize); HELD_MAX] =
    [const { (AtomicUsize::new(0), AtomicUsize::new(0)) }; HELD_MAX];
static HELD_COUNT: AtomicUsize = AtomicUsize::new(0);
static HOLDING: AtomicBool = AtomicBool::new(false);

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
        if HOLDING.load(SeqCst) {
            let place = HELD_COUNT.fetch_add(1, SeqCst);
            if let Some((address, length)) = HELD.get(place) {
                address.store(block.expose_provenance(), SeqCst);
                length.store(layout.size(), SeqCst);
                // Kept, and never given back: its octets stay as they are.
                return;
            }
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

/// Blocks that some work gave back, kept as they were.
#[derive(Debug)]
pub struct Left(std::ops::Range<usize>);

/// Keeps the blocks that `work` gives back, for keys that are known only afterwards. They are never
/// reused.
///
/// # Panics
/// If there are more of them than there is room for.
pub fn blocks_left_by<R>(work: impl FnOnce() -> R) -> (R, Left) {
    let start = HELD_COUNT.load(SeqCst);
    HOLDING.store(true, SeqCst);
    let result = work();
    HOLDING.store(false, SeqCst);
    let end = HELD_COUNT.load(SeqCst);
    assert!(end <= HELD_MAX, "{end} blocks");
    (result, Left(start..end))
}

impl Left {
    /// The copies of keys in them, as octets and as hex.
    #[must_use]
    pub fn copies_of(&self, keys: &[Vec<u8>]) -> usize {
        let blocks = HELD.iter().skip(self.0.start).take(self.0.len());
        blocks.map(|block| copies_in(held(block), keys)).sum()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

fn held((address, length): &(AtomicUsize, AtomicUsize)) -> &'static [u8] {
    let start = std::ptr::with_exposed_provenance::<u8>(address.load(SeqCst));
    // SAFETY: the block was live when it was freed, started zeroed, and was not given back.
    unsafe { std::slice::from_raw_parts(start, length.load(SeqCst)) }
}

fn copies_in(block: &[u8], keys: &[Vec<u8>]) -> usize {
    let copies = |key: &Vec<u8>| {
        let text = hex::encode(key);
        let raw = block.windows(key.len()).filter(|window| window == key);
        let hex = block.windows(text.len());
        let hex = hex.filter(|window| window.eq_ignore_ascii_case(text.as_bytes()));
        raw.count() + hex.count()
    };
    keys.iter().map(copies).sum()
}
