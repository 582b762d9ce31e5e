//! The file of one generation: header, slots, sealed snapshot.

use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead as _, Nonce, Payload};
use zeroize::Zeroizing;

use super::STATE_MAX;
use super::header::{HEADER_LEN, Header, NoHeader};
use super::key::{Purpose, StorageKey};
use super::slot::{self, Content, Nonces, SLOT_LEN, SLOTS};

const TAG_LEN: usize = 16;
const SNAPSHOT_AT: usize = HEADER_LEN + SLOTS * SLOT_LEN;

/// The most octets that a file can have.
pub(super) const FILE_MAX: u64 = (SNAPSHOT_AT + STATE_MAX + TAG_LEN) as u64;

/// Where a slot begins in its file.
pub(super) const fn slot_offset(index: usize) -> u64 {
    (HEADER_LEN + index * SLOT_LEN) as u64
}

/// A file whose header names the store and the key.
pub(super) struct Generation {
    pub(super) header: Header,
    pub(super) records: ChaCha20Poly1305,
    snapshot: ChaCha20Poly1305,
    octets: Vec<u8>,
}

/// The reason for which a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It is not a generation's file, or not that of the number in its name.
    Damaged,
    /// It appears to be sealed under another key.
    OtherKey,
    /// Its format is a later one.
    Newer(u8),
}

/// Makes a file with a snapshot of the state and empty slots: its octets, and the key of its
/// records. `None` if sealing fails, which no length up to [`STATE_MAX`] causes.
pub(super) fn emit(
    key: &StorageKey,
    header: &Header,
    state: &[u8],
    nonces: &mut Nonces,
) -> Option<(Vec<u8>, ChaCha20Poly1305)> {
    let aad = header.octets();
    let records = key.cipher(&header.salt, Purpose::Records, &aad);
    let snapshot = key.cipher(&header.salt, Purpose::Snapshot, &aad);
    let mut octets = Vec::with_capacity(SNAPSHOT_AT + state.len() + TAG_LEN);
    octets.extend(aad);
    for index in 0..SLOTS {
        octets.extend(slot::seal(&records, nonces, index, None)?);
    }
    let payload = Payload {
        msg: state,
        aad: &aad,
    };
    octets.extend(snapshot.encrypt(&nonce(), payload).ok()?);
    Some((octets, records))
}

/// The nonce of a snapshot: zero, because its key seals nothing else.
fn nonce() -> Nonce<ChaCha20Poly1305> {
    Nonce::<ChaCha20Poly1305>::default()
}

impl Generation {
    /// Parses the header of a file. Neither slots nor snapshot are opened.
    pub(super) fn parse(octets: Vec<u8>, number: u64, key: &StorageKey) -> Result<Self, Unusable> {
        let header = Header::parse(&octets).map_err(|problem| match problem {
            NoHeader::Damaged => Unusable::Damaged,
            NoHeader::Newer(version) => Unusable::Newer(version),
        })?;
        if header.check != key.check_value(&header.store) {
            return Err(Unusable::OtherKey);
        }
        if header.generation != number {
            return Err(Unusable::Damaged);
        }
        let aad = header.octets();
        Ok(Self {
            records: key.cipher(&header.salt, Purpose::Records, &aad),
            snapshot: key.cipher(&header.salt, Purpose::Snapshot, &aad),
            header,
            octets,
        })
    }

    /// The state, if the file has the length in its header and the snapshot is authentic.
    pub(super) fn state(&self) -> Option<Zeroizing<Vec<u8>>> {
        let (aad, _) = self.octets.split_first_chunk::<HEADER_LEN>()?;
        let msg = self.octets.get(SNAPSHOT_AT..)?;
        let expected = usize::try_from(self.header.state_len).ok()?;
        if msg.len() != expected.checked_add(TAG_LEN)? {
            return None;
        }
        let clear = self.snapshot.decrypt(&nonce(), Payload { msg, aad }).ok()?;
        Some(Zeroizing::new(clear))
    }

    /// The content of every slot. A slot beyond the end of the file is unreadable.
    pub(super) fn slots(&self) -> Vec<Content> {
        let area = self.octets.get(HEADER_LEN..).unwrap_or_default();
        let mut slots = area.chunks(SLOT_LEN);
        let open = |index| match slots.next() {
            Some(octets) => slot::open(&self.records, index, octets),
            None => Content::Unreadable,
        };
        (0..SLOTS).map(open).collect()
    }
}
