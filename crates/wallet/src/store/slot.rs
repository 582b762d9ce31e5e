//! A slot: 128 octets that hold one sealed record, or the sealed statement that there is none.

use core::fmt;

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, Payload};
use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

/// Octets of a record.
pub const RECORD_LEN: usize = 96;
/// Slots of a generation.
pub const SLOTS: usize = 128;

/// Octets of a slot. It divides a sector and a page, so that a slot never crosses the border of
/// one.
pub(super) const SLOT_LEN: usize = NONCE_LEN + USE_LEN + RECORD_LEN + TAG_LEN;

const NONCE_LEN: usize = 12;
const USE_LEN: usize = 4;
const TAG_LEN: usize = 16;
const EMPTY: [u8; USE_LEN] = [0, 0, 0, 0];
const USED: [u8; USE_LEN] = [0, 0, 0, 1];

/// A record of the journal, defined by the caller.
pub type Record = [u8; RECORD_LEN];

/// A slot that was written to. `Debug` does not show the record.
#[derive(Clone, PartialEq, Eq)]
pub enum Slot {
    /// A record, as it was appended.
    Record(Zeroizing<Record>),
    /// A record that cannot be read: the slot is damaged, or empty before a used one.
    Unreadable,
}

/// Content of a slot, used or not.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Content {
    Empty,
    Record(Zeroizing<Record>),
    Unreadable,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Record(_) => "Record(..)",
            Self::Unreadable => "Unreadable",
        })
    }
}

/// The nonces of one writer of one file's slots: 8 random octets and a count. No two writers share
/// the random octets, so that a slot that is written again gets another nonce.
pub(super) struct Nonces {
    writer: [u8; 8],
    count: u32,
}

impl Nonces {
    pub(super) fn draw<R: TryCryptoRng>(rng: &mut R) -> Result<Self, R::Error> {
        let mut writer = [0; 8];
        rng.try_fill_bytes(&mut writer)?;
        Ok(Self { writer, count: 0 })
    }

    /// `None` when the count is used up.
    fn next(&mut self) -> Option<[u8; NONCE_LEN]> {
        let count = self.count;
        self.count = count.checked_add(1)?;
        let mut nonce = [0; NONCE_LEN];
        let count = count.to_be_bytes();
        let octets = self.writer.iter().chain(&count);
        for (to, from) in nonce.iter_mut().zip(octets) {
            *to = *from;
        }
        Some(nonce)
    }
}

/// Seals a record, or the statement that there is none, into the slot with this index: 128 octets.
/// `None` when the nonces are used up.
pub(super) fn seal(
    cipher: &ChaCha20Poly1305,
    nonces: &mut Nonces,
    index: usize,
    record: Option<&Record>,
) -> Option<Vec<u8>> {
    let nonce = nonces.next()?;
    let (used, record) = match record {
        Some(record) => (USED, record),
        None => (EMPTY, &[0; RECORD_LEN]),
    };
    let mut clear = Zeroizing::new([0; USE_LEN + RECORD_LEN]);
    for (to, from) in clear.iter_mut().zip(used.iter().chain(record)) {
        *to = *from;
    }
    let payload = Payload {
        msg: &*clear,
        aad: &place(index),
    };
    let sealed = cipher.encrypt(&nonce.into(), payload).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Opens the slot with this index.
pub(super) fn open(cipher: &ChaCha20Poly1305, index: usize, slot: &[u8]) -> Content {
    unsealed(cipher, index, slot).unwrap_or(Content::Unreadable)
}

fn unsealed(cipher: &ChaCha20Poly1305, index: usize, slot: &[u8]) -> Option<Content> {
    let (nonce, msg) = slot.split_first_chunk::<NONCE_LEN>()?;
    let aad = &place(index);
    let clear = cipher
        .decrypt(&(*nonce).into(), Payload { msg, aad })
        .ok()?;
    let clear = Zeroizing::new(clear);
    let (used, record) = clear.split_first_chunk::<USE_LEN>()?;
    match *used {
        EMPTY => Some(Content::Empty),
        USED => Some(Content::Record(Zeroizing::new(*record.first_chunk()?))),
        _ => None,
    }
}

/// The index as additional data, so that a slot can be opened only in its place.
fn place(index: usize) -> [u8; 8] {
    (index as u64).to_be_bytes()
}
