//! The issuer: a database, a key custody and a configuration.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use understudy_core::card::UnixTime;

use crate::audit::{self, Actor, Entry};
use crate::config::{IssuerConfig, TestKeys};
use crate::custody::{CustodyError, KeyCustody, KeyVersion, PublicKeys};
use crate::device::Device;
use crate::fault::Fault;
use crate::host::{BookSum, book};
use crate::store::{Act, PATIENCE, Store, StoreError, View, claim, is_claimed};

/// A token service and issuer host.
///
/// Every act is one transaction: when it returns `Ok` it is durable, when it fails nothing has
/// changed. Threads may share one issuer, and processes one database. It never reads a clock: each
/// act takes the time from its caller.
pub struct Issuer {
    pub(crate) store: Arc<Store>,
    pub(crate) keys: Arc<dyn KeyCustody>,
    pub(crate) config: IssuerConfig,
    /// The party that acts of this handle are done for.
    actor: Actor,
}

impl Issuer {
    /// Opens the issuer whose database is in a file, and creates the file if there is none.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::OtherKeys`] if the database was made under other keys;
    /// [`CustodyError::TestKeys`] if the configuration refuses published test keys.
    pub fn open(
        path: &Path,
        keys: impl KeyCustody + 'static,
        config: IssuerConfig,
    ) -> Result<Self, Fault> {
        Self::open_within(path, keys, config, PATIENCE)
    }

    /// As [`open`](Self::open), but no act waits longer than `patience` for another process that
    /// holds the database: it fails with [`StoreError::Locked`], and may be repeated. The default
    /// is ten seconds.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_within(
        path: &Path,
        keys: impl KeyCustody + 'static,
        config: IssuerConfig,
        patience: Duration,
    ) -> Result<Self, Fault> {
        Self::on(Store::open(path, patience, &keys)?, keys, config)
    }

    /// An issuer in memory, without a file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn in_memory(keys: impl KeyCustody + 'static, config: IssuerConfig) -> Result<Self, Fault> {
        Self::on(Store::in_memory(&keys)?, keys, config)
    }

    pub(crate) fn on(
        store: Store,
        keys: impl KeyCustody + 'static,
        config: IssuerConfig,
    ) -> Result<Self, Fault> {
        if config.test_keys == TestKeys::Refused && keys.holds_test_keys() {
            return Err(CustodyError::TestKeys.into());
        }
        bind(&store, &keys)?;
        let issuer = Self {
            store: Arc::new(store),
            keys: Arc::new(keys),
            config,
            actor: Actor::Issuer,
        };
        issuer.view(audit::check_master_keys)?;
        Ok(issuer)
    }

    /// The same issuer, whose acts are done for another party and enter the audit under its name. What
    /// [`open`](Self::open) returns acts for the issuer itself.
    #[must_use]
    pub fn acting_for(&self, actor: Actor) -> Self {
        Self {
            store: Arc::clone(&self.store),
            keys: Arc::clone(&self.keys),
            config: self.config.clone(),
            actor,
        }
    }

    /// Reads the whole database and compares it with itself: pages, indexes, references between
    /// rows, and the book, of which it returns the sums. It takes seconds for a gigabyte, and other
    /// acts wait meanwhile. [`open`](Self::open) does so once, but for the book, after a process that
    /// had the database was killed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`]; [`StoreError::Value`] if the book is not balanced.
    pub fn check_integrity(&self) -> Result<Vec<BookSum>, Fault> {
        self.store.check()?;
        self.view(book::check)
    }

    /// The issuer's public keys, as devices know them.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys {
        self.keys.public_keys()
    }

    /// Lengthens every commit by `pause`, as if the disk's sync took longer; the disk's own sync is
    /// still made.
    ///
    /// It has no effect on an issuer that was shared by [`acting_for`](Self::acting_for).
    #[cfg(feature = "simulated-sync")]
    pub fn simulate_sync(&mut self, pause: Duration) {
        if let Some(store) = Arc::get_mut(&mut self.store) {
            store.simulate_sync(pause);
        }
    }

    pub(crate) fn keys(&self) -> &dyn KeyCustody {
        &*self.keys
    }

    /// One transaction that only reads.
    pub(crate) fn view<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.read(|db| work(&View::new(db, self.keys())))
    }

    /// One transaction that may write, at a time.
    pub(crate) fn act<T, E: From<StoreError>>(
        &self,
        now: UnixTime,
        work: impl FnOnce(&Act<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(|db| {
            let view = View::new(db, self.keys());
            work(&Act::new(view, &self.config, &self.actor, now))
        })
    }
}

/// True if something was done in a database: an entry, a device or a version of the master key is in it.
fn holds_something(view: &View<'_>) -> Result<bool, Fault> {
    Ok(!Entry::page_after(view, 0)?.is_empty()
        || !Device::page(view, None)?.is_empty()
        || !KeyVersion::known(view)?.is_empty())
}

/// Binds a new database to its keys and begins its audit, and refuses one that belongs to other keys. A
/// database that holds something and has lost its binding is refused too: with it went the head of the
/// audit.
fn bind(store: &Store, keys: &dyn KeyCustody) -> Result<(), Fault> {
    // Whoever opens it waits for nobody who writes.
    if store.read(|db| is_claimed(&View::new(db, keys)))? {
        return Ok(());
    }
    store.write(|db| {
        let view = View::new(db, keys);
        // Another process may have claimed it meanwhile.
        if is_claimed(&view)? {
            return Ok(());
        }
        if holds_something(&view)? {
            return Err(StoreError::AuditHead.into());
        }
        claim(&view)
    })
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").finish_non_exhaustive()
    }
}
