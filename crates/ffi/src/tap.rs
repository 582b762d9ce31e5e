//! A tap, by numbers: what JNI and `UniFFI` have in common.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::status::StatusWord;

use crate::error::WalletError;
use crate::guard::guarded;
use crate::phone::{self, Open, Phone};

/// The wallets that were opened by number.
static NUMBERED: Mutex<Numbered> = Mutex::new(Numbered {
    last: 0,
    wallets: BTreeMap::new(),
});

struct Numbered {
    last: i64,
    wallets: BTreeMap<i64, Arc<Open>>,
}

fn numbered() -> MutexGuard<'static, Numbered> {
    NUMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens a wallet and returns its number, which is positive and given once.
pub(crate) fn open(folder: &Path, key: &[u8], boot: Option<&[u8]>) -> Result<i64, WalletError> {
    let wallet = phone::open(folder, key, boot)?;
    let mut numbered = numbered();
    numbered.last = numbered.last.saturating_add(1);
    let number = numbered.last;
    numbered.wallets.insert(number, wallet);
    Ok(number)
}

/// The answer to one command: 2 to 258 octets, whatever the command is. 6F00 after a panic, 6A82
/// for a wallet that was closed or a number that was not given.
pub(crate) fn process_numbered(number: i64, command: &[u8]) -> Vec<u8> {
    let wallet = numbered().wallets.get(&number).cloned();
    wallet.map_or_else(not_found, |wallet| process(&wallet, command))
}

/// The reader's field went away.
pub(crate) fn field_lost_numbered(number: i64) {
    let wallet = numbered().wallets.get(&number).cloned();
    if let Some(wallet) = wallet {
        field_lost(&wallet);
    }
}

/// As [`process_numbered`], for a wallet at hand.
pub(crate) fn process(wallet: &Open, command: &[u8]) -> Vec<u8> {
    answer(wallet, |phone| {
        #[cfg(feature = "forced-panic")]
        panic_if_forced(command);
        phone.process(command, &mut [0; ANSWER_MAX]).to_vec()
    })
}

/// Panics at the command of tests that no card knows: class 80, instruction FE, `BOOM`.
#[cfg(feature = "forced-panic")]
fn panic_if_forced(command: &[u8]) {
    assert!(command != b"\x80\xFE\x00\x00\x04BOOM", "forced by a test");
}

/// An answer that `work` makes, or the one for a panic or a closed wallet.
fn answer(wallet: &Open, work: impl FnOnce(&Phone) -> Vec<u8>) -> Vec<u8> {
    match wallet.with(|phone| guarded(phone, work)) {
        Some(Some(octets)) => octets,
        Some(None) => StatusWord::INTERNAL.octets().to_vec(),
        None => not_found(),
    }
}

/// As [`field_lost_numbered`], for a wallet at hand.
pub(crate) fn field_lost(wallet: &Open) {
    wallet.with(|phone| guarded(phone, understudy_wallet::Wallet::field_lost));
}

fn not_found() -> Vec<u8> {
    StatusWord::NOT_FOUND.octets().to_vec()
}

#[cfg(test)]
mod tests;
