//! The octets of `docs/formats.md`, "Wallet state", read by the rules of that section.

use std::ops::Range;

use getrandom::SysRng;
use understudy_wallet::Simulated;
use understudy_wallet::store::{Slot, Store};
use zeroize::Zeroizing;

use crate::phone::storage_key;

/// The opened state of a wallet.
pub struct State {
    octets: Zeroizing<Vec<u8>>,
    /// The journal's records after it; `None`: unreadable.
    entries: Vec<Option<Vec<u8>>>,
    /// The range of the device's signing key.
    sign: Range<usize>,
    /// The range of its receive keys, each behind its epoch.
    receive: Range<usize>,
    /// The range of count and last code of its refusals.
    refusals: Range<usize>,
}

impl State {
    /// Opens a copy of the files of an enrolled wallet.
    pub(crate) fn of(folder: Simulated) -> Self {
        let opened = Store::open(folder, &storage_key(), &mut SysRng).expect("a whole store");
        let octets = opened.state.expect("a state");
        let [sign, receive, refusals] = Walk::new(&octets).device();
        let entry = |slot: Slot| match slot {
            Slot::Record(record) => Some(record.to_vec()),
            Slot::Unreadable => None,
        };
        Self {
            entries: opened.records.into_iter().map(entry).collect(),
            octets,
            sign,
            receive,
            refusals,
        }
    }

    /// State and journal without the parts that a refusal changes.
    #[must_use]
    pub fn but_for_refusals(&self) -> (Vec<u8>, Vec<Option<Vec<u8>>>) {
        let mut octets = self.octets.to_vec();
        octets[self.refusals.clone()].fill(0);
        (octets, self.entries.clone())
    }

    /// The number of refused letters.
    #[must_use]
    pub fn refusals(&self) -> u32 {
        let count = self.octets[self.refusals.clone()].first_chunk();
        u32::from_be_bytes(*count.expect("five octets"))
    }

    /// The epochs of the receive keys.
    #[must_use]
    pub fn epochs(&self) -> Vec<u32> {
        let keys = self.octets[self.receive.clone()].chunks(36);
        let epoch = |key: &[u8]| u32::from_be_bytes(*key.first_chunk().expect("36 octets"));
        keys.map(epoch).collect()
    }

    /// The secret keys of the device: the signing key, and the receive keys.
    #[must_use]
    pub fn secret_keys(&self) -> Vec<Vec<u8>> {
        let receive = self.octets[self.receive.clone()].chunks(36);
        let receive = receive.map(|key| key[4..].to_vec());
        let sign = self.octets[self.sign.clone()].to_vec();
        receive.chain([sign]).collect()
    }

    /// True if these octets occur in the state.
    #[must_use]
    pub fn holds(&self, octets: &[u8]) -> bool {
        self.octets
            .windows(octets.len())
            .any(|window| window == octets)
    }
}

/// A walk through a state's fields.
struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn new(octets: &'a [u8]) -> Self {
        Self { octets, at: 0 }
    }

    /// The ranges of the signing key, of the receive keys and of the refusals.
    fn device(mut self) -> [Range<usize>; 3] {
        // Version, records entered, erasure pending, default card, guard, trusted time.
        self.skip(1 + 8 + 1 + 2 + 25 + 32);
        self.counted(2);
        self.counted(36);
        self.flagged(12 + 16 + 32 + 1);
        for _ in 0..self.number(2) {
            self.sized();
        }
        assert_eq!(self.number(1), 1, "an enrolled wallet");
        self.skip(16);
        let sign = self.skip(32);
        let receive = self.counted(36);
        self.skip(4);
        self.counted(32);
        self.skip(32 + 40 + 40);
        if self.number(1) == 1 {
            self.sized();
        }
        self.skip(8);
        [sign, receive, self.skip(5)]
    }

    fn skip(&mut self, length: usize) -> Range<usize> {
        let start = self.at;
        self.at += length;
        start..self.at
    }

    fn number(&mut self, length: usize) -> usize {
        let place = self.skip(length);
        let octets = self.octets[place].iter();
        octets.fold(0, |number, octet| number << 8 | usize::from(*octet))
    }

    /// A count of two octets, followed by so many parts of `length` octets.
    fn counted(&mut self, length: usize) -> Range<usize> {
        let count = self.number(2);
        self.skip(count * length)
    }

    /// A flag, followed by a part of `length` octets if it is set.
    fn flagged(&mut self, length: usize) {
        if self.number(1) == 1 {
            self.skip(length);
        }
    }

    /// A length of four octets, followed by so many octets.
    fn sized(&mut self) {
        let length = self.number(4);
        self.skip(length);
    }
}
