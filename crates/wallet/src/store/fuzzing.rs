//! The fuzz body: arbitrary octets as the files of a store.

use core::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use super::folder::Folder as _;
use super::generation::{self, FILE_MAX};
use super::header::{Header, SALT_LEN, StoreId};
use super::key::StorageKey;
use super::slot::Nonces;
use super::{Simulated, Slot, Store};

/// Octets that describe one sealed file: its number, generation, predecessor, folded slots (257
/// times the octet), octets of the state, octets by which its length is cut, and the octet that is
/// altered.
const FILE_LEN: usize = 7;

/// The first octet selects the meaning of the others: one file as it is, or a list of files that
/// are sealed under the key, then altered or cut.
///
/// # Panics
/// On a finding.
pub fn open_store(octets: &[u8]) {
    let folder = Simulated::new();
    match octets.split_first() {
        Some((0, file)) => folder.put("state.6", file),
        Some((_, files)) => {
            for file in files.as_chunks::<FILE_LEN>().0.iter().take(4) {
                put_sealed(&folder, *file);
            }
        }
        None => {}
    }
    let before = folder.names();
    let rng = &mut Repeated(1);
    let Ok(mut opened) = Store::open(folder.clone(), &key(), rng) else {
        assert_eq!(
            folder.names().ok(),
            before.ok(),
            "a refusal changes nothing"
        );
        return;
    };
    assert!(opened.records.len() <= 4 * super::SLOTS);
    assert!(
        opened
            .records
            .iter()
            .all(|slot| *slot == Slot::Unreadable || is_whole(octets))
    );
    if opened.store.commit(b"next", 0, rng).is_err() {
        return;
    }
    drop(opened);
    let next = Store::open(folder, &key(), rng).ok();
    assert!(next.is_some_and(|next| {
        let state = next.state.is_some_and(|state| *state == b"next");
        state && next.loss.is_none()
    }));
}

/// True if the input may hold a file that was made elsewhere, with records in it.
fn is_whole(octets: &[u8]) -> bool {
    octets.starts_with(&[0])
}

fn put_sealed(folder: &Simulated, file: [u8; FILE_LEN]) {
    let [
        number,
        generation,
        predecessor,
        slots,
        state_len,
        cut,
        altered,
    ] = file;
    let store = StoreId([number >> 6; 16]);
    let header = Header {
        store,
        check: key().check_value(&store),
        generation: generation.into(),
        predecessor: predecessor.into(),
        folded: u16::from(slots) * 257,
        state_len: state_len.into(),
        salt: [number; SALT_LEN],
    };
    let state = vec![0x5A; usize::from(state_len & 0x7F)];
    let Ok(mut nonces) = Nonces::draw(&mut Repeated(number));
    let Some((mut octets, _)) = generation::emit(&key(), &header, &state, &mut nonces) else {
        return;
    };
    octets.truncate(octets.len() - usize::from(cut));
    if let Some(octet) = octets.get_mut(usize::from(altered)) {
        *octet ^= cut;
    }
    assert!(octets.len() as u64 <= FILE_MAX);
    folder.put(&format!("state.{}", number & 0x3F), &octets);
}

fn key() -> StorageKey {
    let octets = core::array::from_fn(|index| u8::try_from(index).unwrap_or_default());
    StorageKey::new(Zeroizing::new(octets))
}

/// A generator that repeats one octet.
struct Repeated(u8);

impl TryRng for Repeated {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.into())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.into())
    }

    fn try_fill_bytes(&mut self, octets: &mut [u8]) -> Result<(), Infallible> {
        octets.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Repeated {}
