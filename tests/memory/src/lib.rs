//! The search for keys in freed memory, at the place of a drop, and in a whole process; see
//! `tests`.
//!
//! The allocator searches every block when it is freed, or keeps it until the keys are known;
//! [`Dropped`] searches the place of one value, and [`found_in_this_process`] everything that the
//! process can read.

mod dropped;
mod process;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

pub use dropped::{Dropped, hold_part_of};
pub use process::{Masked, found_in_this_process};

/// The keys to search for, as octets and as hex.
static KEYS: OnceLock<Vec<(Vec<u8>, String)>> = OnceLock::new();
static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// The most blocks that are kept at a time.
const HELD_MAX: usize = 1 << 14;
/// Address and length of the freed blocks that are kept.
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
                // The block is kept and never freed, so that its octets stay unchanged.
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

/// Sets the keys to search for, none of them empty or all zeros. Later calls in the same process
/// have no effect.
pub fn look_for(keys: Vec<Vec<u8>>) {
    KEYS.get_or_init(|| {
        let with_text = |key: Vec<u8>| (hex::encode(&key), key);
        let found = keys.into_iter().map(with_text);
        found.map(|(text, key)| (key, text)).collect()
    });
}

/// The result of `work`, and the number of copies of keys in the blocks that it frees.
pub fn copies_left_by<R>(work: impl FnOnce() -> R) -> (R, usize) {
    FOUND.store(0, SeqCst);
    LOOKING.store(true, SeqCst);
    let result = work();
    LOOKING.store(false, SeqCst);
    (result, FOUND.load(SeqCst))
}

/// Blocks that were freed, kept unchanged.
#[derive(Debug)]
pub struct Left(std::ops::Range<usize>);

/// Keeps the blocks that `work` frees, to be searched when the keys are known. They are never
/// reused.
///
/// # Panics
/// If there is no room for more blocks.
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
    /// The number of copies of keys in them, as octets and as hex.
    #[must_use]
    pub fn copies_of(&self, keys: &[Vec<u8>]) -> usize {
        let blocks = HELD.iter().skip(self.0.start).take(self.0.len());
        blocks.map(|block| copies_in(held(block), keys)).sum()
    }

    /// The number of blocks.
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
