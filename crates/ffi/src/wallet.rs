//! The one object that crosses; each room below has a part of its calls, with their values.

pub(crate) mod cards;
pub(crate) mod history;
pub(crate) mod letters;
pub(crate) mod needs;
pub(crate) mod password;
pub(crate) mod taps;
pub(crate) mod verification;

use std::path::Path;
use std::sync::Arc;

use understudy_wallet::StorageSummary;

use crate::error::WalletError;
use crate::guard::guarded;
use crate::phone::{self, Open, Phone};

/// A wallet of stand-in cards, sealed in a folder. Any thread may call. Only `settle`, and calls
/// that change the wallet, wait for the storage; a tap does not.
#[derive(uniffi::Object)]
pub struct Wallet {
    pub(crate) open: Arc<Open>,
}

/// The wallet's files on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Storage {
    /// The number of times the whole state was written.
    pub generation: u64,
    /// Octets of all files.
    pub octets: u64,
    /// Taps that had to wait for the storage since the wallet was opened.
    pub waited: u64,
    /// Keys that were given up because a file was damaged.
    pub keys_lost: u64,
}

/// Closes the wallet in a folder for everybody in this process, as `end` does, for who has not
/// opened it: a reader may have. Nothing if nobody has.
#[uniffi::export]
pub fn end_in(folder: &str) {
    phone::close(Path::new(folder));
}

#[uniffi::export]
impl Wallet {
    /// Opens the wallet in a folder, or makes one. If this process has it open already, this is the
    /// same one. `key` is 32 octets in a direct buffer, which its owner overwrites afterwards;
    /// `boot`, 16 octets, names the run of the operating system, and without it the system is asked.
    ///
    /// # Errors
    /// [`WalletError::Busy`], [`WalletError::StorageKey`], [`WalletError::Unreadable`],
    /// [`WalletError::Storage`], [`WalletError::Argument`].
    #[uniffi::constructor]
    #[expect(clippy::needless_pass_by_value, reason = "byte arrays cross by value")]
    pub fn open(folder: &str, key: &[u8], boot: Option<Vec<u8>>) -> Result<Self, WalletError> {
        let open = phone::open(Path::new(folder), key, boot.as_deref())?;
        Ok(Self { open })
    }

    /// Closes the wallet for everybody in this process, and wipes its keys from memory.
    pub fn end(&self) {
        self.open.close();
    }

    /// Does once the work that the first tap would otherwise wait for.
    ///
    /// # Errors
    /// [`WalletError::Storage`].
    pub fn warm_up(&self) -> Result<(), WalletError> {
        self.settle()
    }

    /// Makes the next tap ready: the only call that may wait for the storage on a tap's behalf. Due
    /// when `needs` says so: after a tap, after a letter, when another card is presented, when the
    /// service starts.
    ///
    /// # Errors
    /// [`WalletError::Storage`]; an armed key stays armed.
    pub fn settle(&self) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.settle()?))
    }

    /// The wallet's files on the disk.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub fn storage(&self) -> Result<Storage, WalletError> {
        self.act(|phone| Ok(phone.storage()?.into()))
    }

    /// Erases everything, and closes the wallet.
    ///
    /// # Errors
    /// [`WalletError::Storage`].
    pub fn wipe(&self) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.wipe()?))?;
        self.open.close();
        Ok(())
    }
}

impl Wallet {
    /// Does work that can fail only because the wallet is closed, or by a defect.
    fn look<R>(&self, work: impl FnOnce(&Phone) -> R) -> Result<R, WalletError> {
        self.open
            .with(|phone| guarded(phone, work))
            .ok_or(WalletError::Closed)?
            .ok_or(WalletError::Internal)
    }

    fn act<R>(
        &self,
        work: impl FnOnce(&Phone) -> Result<R, WalletError>,
    ) -> Result<R, WalletError> {
        self.look(work)?
    }
}

impl From<StorageSummary> for Storage {
    fn from(summary: StorageSummary) -> Self {
        let keys_lost = summary.lost.map_or(0, |lost| lost.keys);
        Self {
            generation: summary.generation,
            octets: summary.octets,
            waited: summary.waited,
            keys_lost: keys_lost.try_into().unwrap_or(u64::MAX),
        }
    }
}

/// Merchant name and location (`9F4E`), 20 octets, without the padding.
fn merchant(octets: &[u8; 20]) -> String {
    String::from_utf8_lossy(octets).trim_end().to_owned()
}
