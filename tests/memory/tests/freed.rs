//! The wallet gives no memory back with a key in it, neither its octets nor its hex.
//!
//! The test's allocator looks through every block at the moment it is freed. It sees the heap only:
//! what a compiler leaves on the stack is beyond it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::hint::black_box;
use std::io;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueOptions, demonstration};
use understudy_provisioning::Package;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::{Image, Journal, SystemClock, Volatile, Wallet};

/// 2026-11-22T00:00:00Z.
const NOW: UnixTime = UnixTime(1_795_305_600);

/// The keys that are looked for, as octets and as hex.
static KEYS: OnceLock<Vec<([u8; 16], [u8; 32])>> = OnceLock::new();
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
    for (octets, text) in keys {
        let raw = block.windows(16).filter(|window| window == octets).count();
        let hex = block
            .windows(32)
            .filter(|window| window.eq_ignore_ascii_case(text))
            .count();
        FOUND.fetch_add(raw + hex, SeqCst);
    }
}

/// The copies of keys in the blocks that `work` gives back.
fn copies_left_by<R>(work: impl FnOnce() -> R) -> (R, usize) {
    FOUND.store(0, SeqCst);
    LOOKING.store(true, SeqCst);
    let result = work();
    LOOKING.store(false, SeqCst);
    (result, FOUND.load(SeqCst))
}

/// Keeps the image in a block that never grows.
#[derive(Clone, Debug)]
struct Kept(Rc<RefCell<Vec<u8>>>);

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        let image = image.encode()?;
        let mut kept = self.0.borrow_mut();
        kept.clear();
        assert!(image.len() <= kept.capacity());
        kept.extend_from_slice(&image);
        Ok(())
    }
}

fn pay(wallet: &mut Wallet<Kept>) {
    let mut answer = [0; 258];
    wallet.process(&select(UNIONPAY_DEBIT), &mut answer);
    let answer = wallet.process(&GpoData::default().command(), &mut answer);
    assert!(answer.ends_with(&[0x90, 0x00]));
}

#[test]
fn no_block_is_given_back_with_a_key_in_it() {
    let mut bank = demonstration::issuer();
    let pan = CardNumber::parse(demonstration::TEST_PAN).unwrap();
    let options = IssueOptions {
        keys: 40,
        ..IssueOptions::default()
    };
    let issued = bank
        .issue(&pan, Expiry::new(30, 12).unwrap(), &options, NOW)
        .unwrap();
    let more = bank.replenish(issued.token, 30, NOW).unwrap();
    let keys = [&issued.package, &more].map(|package| Package::parse(package).unwrap());
    let found = keys.iter().flat_map(Package::stored_keys).map(|(_, key)| {
        let mut text = [0; 32];
        hex::encode_to_slice(key, &mut text).unwrap();
        (*key, text)
    });
    KEYS.set(found.collect()).expect("set once");

    let kept = Kept(Rc::new(RefCell::new(Vec::with_capacity(1 << 16))));
    let mut wallet = Wallet::new(kept.clone(), SystemClock);
    let (card, copies) = copies_left_by(|| wallet.install(&issued.package).unwrap());
    assert_eq!(copies, 0, "after installing");
    let ((), copies) = copies_left_by(|| wallet.replenish(card, &more).unwrap());
    assert_eq!(copies, 0, "after replenishing");
    let ((), copies) = copies_left_by(|| pay(&mut wallet));
    assert_eq!(copies, 0, "after a tap");
    let (result, copies) = copies_left_by(|| wallet.field_lost());
    assert_eq!(
        (result.is_ok(), copies),
        (true, 0),
        "after the loss of the field"
    );
    let (restored, copies) =
        copies_left_by(|| Wallet::restore(&kept.0.borrow(), Volatile, SystemClock).unwrap());
    assert_eq!(copies, 0, "after restoring");
    let ((), copies) = copies_left_by(|| drop(restored));
    assert_eq!(copies, 0, "after the wallet's end");
    let ((), copies) = copies_left_by(|| wallet.remove(card).unwrap());
    assert_eq!(copies, 0, "after removing the card");

    let (octets, text) = KEYS.get().unwrap()[7];
    let ((), copies) = copies_left_by(|| drop(black_box(octets.to_vec())));
    assert_eq!(copies, 1, "the scanner sees octets");
    let ((), copies) = copies_left_by(|| drop(black_box(text.to_vec())));
    assert_eq!(copies, 1, "the scanner sees hex");
}
