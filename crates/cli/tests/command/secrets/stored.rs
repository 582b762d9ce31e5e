//! The content of a wallet's store, read by the layout in `docs/formats.md` ("Wallet state"),
//! without the wallet's own decoder.

use getrandom::SysRng;
use understudy_wallet::store::{Opened, Store};
use understudy_wallet::{Disk, StorageKey};

use crate::desk::{Desk, PASSPHRASE, hex};

/// The device's secret keys, and each card's profile and keys.
#[derive(Default)]
pub(crate) struct Stored {
    pub(crate) device: Vec<Vec<u8>>,
    pub(crate) cards: Vec<(Vec<u8>, Vec<Vec<u8>>)>,
}

/// The wallet of this desk, which must not be open elsewhere.
pub(crate) fn stored(desk: &Desk) -> Stored {
    let salt = std::fs::read(desk.file("wallet.salt")).unwrap();
    let key = StorageKey::from_passphrase(PASSPHRASE, &salt.try_into().unwrap()).unwrap();
    let folder = Disk::open(&desk.file("wallet")).unwrap();
    let Opened { state, .. } = Store::open(folder, &key, &mut SysRng).unwrap();
    let mut state = Octets(state.as_deref().unwrap());
    let stored = state.wallet();
    assert!(state.0.is_empty(), "all of the state was read");
    stored
}

struct Octets<'s>(&'s [u8]);

impl<'s> Octets<'s> {
    fn take(&mut self, length: usize) -> &'s [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn number(&mut self, length: usize) -> usize {
        let octets = self.take(length).iter();
        octets.fold(0, |number, octet| number << 8 | usize::from(*octet))
    }

    /// Skips a count and so many parts of the same length.
    fn skip(&mut self, length: usize) {
        let count = self.number(2);
        self.take(count * length);
    }

    fn octets(&mut self) -> Vec<u8> {
        let length = self.number(4);
        self.take(length).to_vec()
    }

    fn flag(&mut self, length: usize) {
        if self.number(1) == 1 {
            self.take(length);
        }
    }

    fn wallet(&mut self) -> Stored {
        let mut stored = Stored::default();
        assert_eq!(self.number(1), 2, "version");
        self.take(8 + 1 + 2 + 25 + 32);
        self.skip(2);
        self.skip(36);
        self.flag(61);
        for _ in 0..self.number(2) {
            self.octets();
        }
        if self.number(1) == 1 {
            stored.device = self.device();
        }
        for _ in 0..self.number(2) {
            stored.cards.push(self.card());
        }
        stored
    }

    fn device(&mut self) -> Vec<Vec<u8>> {
        self.take(16);
        let mut keys = vec![self.take(32).to_vec()];
        for _ in 0..self.number(2) {
            self.take(4);
            keys.push(self.take(32).to_vec());
        }
        self.take(4);
        self.skip(32);
        self.take(32 + 40 + 40);
        if self.number(1) == 1 {
            self.octets();
        }
        self.take(8 + 5 + 8 + 8 + 1);
        self.skip(2);
        for _ in 0..self.number(2) {
            self.take(4);
            if self.number(1) > 0 {
                self.take(8 + 8);
            }
        }
        keys
    }

    fn card(&mut self) -> (Vec<u8>, Vec<Vec<u8>>) {
        self.take(2 + 1 + 1);
        let profile = self.octets();
        self.flag(29);
        self.take(2 + 1 + 8);
        self.flag(18);
        let mut keys = Vec::new();
        for _ in 0..self.number(2) {
            self.take(8);
            assert_eq!(
                self.take(2),
                [0x01, 0x00],
                "triple DES and no other algorithm"
            );
            for _ in 0..self.number(2) {
                self.take(2);
                keys.push(self.take(16).to_vec());
            }
        }
        for _ in 0..self.number(2) {
            self.record();
        }
        for _ in 0..self.number(2) {
            self.record();
        }
        (profile, keys)
    }

    fn record(&mut self) {
        self.take(8 + 2 + 8);
        self.flag(8);
        self.take(3 + 1 + 21);
        self.flag(1);
        let length = match self.number(1) {
            1 | 3 => 1,
            2 | 4 | 5 => 0,
            6 | 8 | 9 => 16,
            7 => 10,
            other => panic!("outcome {other}"),
        };
        self.take(length);
    }
}

/// The keys in hex.
pub(super) fn all_hex(keys: &[Vec<u8>]) -> Vec<String> {
    keys.iter().map(|key| hex(key)).collect()
}
