//! Holds: the money that a pre-authorisation reserves, until it is completed, taken back or expires.

use understudy_core::card::UnixTime;

use super::money::{self, Moved};
use super::notify;
use super::record::Record;
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::Transaction;

/// The conditions under which an approved pre-authorisation reserves its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// Its cardholder was verified; `false` where that is not known.
    pub(crate) verified: bool,
    /// The limit for one tap that it was approved under, if that is known.
    pub(crate) limit: Option<u64>,
    /// When the hold expires.
    pub(crate) until: UnixTime,
}

impl Issuer {
    /// Lets go what is held by pre-authorisations that have expired, and says how many they were.
    /// Every request does so first; call it where a [`Statement`](super::Statement) is to show it
    /// without one.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn release_expired_holds(&self, now: UnixTime) -> Result<usize, Fault> {
        self.store.write(|db| release(db, self.keys(), now))
    }

    /// One act of the host, before which expired holds are let go.
    pub(super) fn act<T>(
        &self,
        now: UnixTime,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.store.write(|db| {
            release(db, self.keys(), now)?;
            work(db)
        })
    }
}

/// The movements of a request that a void or a reversal turns back. Once its hold has expired,
/// nothing of it is held, and nothing is held again.
pub(super) fn moved(db: &Transaction<'_>, record: &Record) -> Result<Moved, Fault> {
    let (mut released, mut original) = (record.released_at, record.content.original);
    while let (None, Some(id)) = (released, original) {
        let Some(before) = Record::load(db, id)? else {
            break;
        };
        (released, original) = (before.released_at, before.content.original);
    }
    Ok(match released {
        Some(_) => Moved::Posted,
        None => Moved::All,
    })
}

fn release(db: &Transaction<'_>, keys: &dyn KeyCustody, now: UnixTime) -> Result<usize, Fault> {
    let expired = Record::of_expired_holds(db, now)?;
    for held in &expired {
        held.set_released(db, now)?;
        if held.is_open(db)? {
            money::undo(db, held.id, Moved::All, now)?;
            notify::of_end(db, keys, held, now)?;
        }
    }
    Ok(expired.len())
}
