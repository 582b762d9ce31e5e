//! The wallets that this process has open, each once, whoever came first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use understudy_core::card::UnixTime;
use understudy_wallet::{BootId, Clock, Disk, StorageKey, SystemClock};
use zeroize::Zeroizing;

use crate::error::WalletError;

/// The wallet of a phone.
pub(crate) type Phone = understudy_wallet::Wallet<Disk, PhoneClock>;

/// The system's clocks, and the name of the boot that the app gave, if it did.
#[derive(Debug)]
pub(crate) struct PhoneClock {
    boot: Option<BootId>,
}

impl Clock for PhoneClock {
    fn wall(&self) -> Option<UnixTime> {
        SystemClock.wall()
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed()
    }

    fn boot(&self) -> Option<BootId> {
        self.boot.or_else(|| SystemClock.boot())
    }
}

/// An open wallet; `None` once it was closed, for everybody in the process.
pub(crate) struct Open {
    phone: RwLock<Option<Phone>>,
    storage_key: StorageKeyDigest,
}

/// SHA-256 of the storage key: a second opener must bring the same one.
type StorageKeyDigest = [u8; 32];

impl Open {
    /// Does `work` with the wallet; `None` if it was closed.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&Phone) -> R) -> Option<R> {
        let phone = self.phone.read().unwrap_or_else(PoisonError::into_inner);
        phone.as_ref().map(work)
    }

    /// Closes the wallet for everybody, once the calls that are under way have ended. Its keys are
    /// wiped and its folder is free.
    pub(crate) fn close(&self) {
        let mut phone = self.phone.write().unwrap_or_else(PoisonError::into_inner);
        *phone = None;
    }

    fn is_open(&self) -> bool {
        self.with(|_| ()).is_some()
    }
}

static OPEN: Mutex<BTreeMap<PathBuf, Weak<Open>>> = Mutex::new(BTreeMap::new());

fn registry() -> MutexGuard<'static, BTreeMap<PathBuf, Weak<Open>>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closes the wallet in a folder, if this process has it open.
pub(crate) fn close(folder: &Path) {
    let wallet = std::path::absolute(folder)
        .ok()
        .and_then(|folder| registry().get(&folder).and_then(Weak::upgrade));
    if let Some(wallet) = wallet {
        wallet.close();
    }
}

/// The wallet in a folder: the one that this process has open, or else opened now. `key` is 32
/// octets; `boot`, 16 octets, names the run of the operating system, and without it the system is
/// asked.
pub(crate) fn open(
    folder: &Path,
    key: &[u8],
    boot: Option<&[u8]>,
) -> Result<Arc<Open>, WalletError> {
    let key = Zeroizing::new(
        <[u8; 32]>::try_from(key)
            .map_err(|_| WalletError::Argument("a storage key has 32 octets".to_owned()))?,
    );
    let boot = boot
        .map(|octets| {
            let octets = <[u8; 16]>::try_from(octets).ok();
            octets.and_then(BootId::new).ok_or_else(|| {
                WalletError::Argument("a boot id has 16 octets, not all zero".to_owned())
            })
        })
        .transpose()?;
    let folder = std::path::absolute(folder)
        .map_err(|_| WalletError::Argument("the folder has no path".to_owned()))?;
    let digest = StorageKeyDigest::from(Sha256::digest(*key));
    let mut open = registry();
    open.retain(|_, wallet| wallet.upgrade().is_some_and(|wallet| wallet.is_open()));
    if let Some(wallet) = open.get(&folder).and_then(Weak::upgrade) {
        return if wallet.storage_key == digest {
            Ok(wallet)
        } else {
            Err(WalletError::StorageKey(
                understudy_wallet::store::OpenError::WrongKey.to_string(),
            ))
        };
    }
    let disk = Disk::open(&folder).map_err(|error| WalletError::Storage(error.to_string()))?;
    let phone = Phone::open(disk, &StorageKey::new(key), PhoneClock { boot })?;
    let wallet = Arc::new(Open {
        phone: RwLock::new(Some(phone)),
        storage_key: digest,
    });
    open.insert(folder, Arc::downgrade(&wallet));
    Ok(wallet)
}
