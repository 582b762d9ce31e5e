//! Holds: the money that a pre-authorisation reserves, until it is completed, taken back or expires.

use understudy_core::card::UnixTime;

use super::money::{self, Moved};
use super::notify;
use super::record::Record;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{Act, View};

impl Issuer {
    /// Lets go what is held by pre-authorisations that have expired, and says how many they were.
    /// Every request does so first; call it where a [`Statement`](super::Statement) is to show it
    /// without one.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn release_expired_holds(&self, now: UnixTime) -> Result<usize, Fault> {
        self.act(now, release)
    }

    /// An act of the host, before which expired holds are let go.
    pub(super) fn act_on_money<T>(
        &self,
        now: UnixTime,
        work: impl FnOnce(&Act<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.act(now, |act| {
            release(act)?;
            work(act)
        })
    }
}

/// The movements of a request that a void or a reversal turns back. Once its hold has expired,
/// nothing of it is held, and nothing is held again.
pub(super) fn moved(view: &View<'_>, record: &Record) -> Result<Moved, Fault> {
    let (mut released, mut original) = (record.released_at, record.content.original);
    while let (None, Some(id)) = (released, original) {
        let Some(before) = Record::load(view, id)? else {
            break;
        };
        (released, original) = (before.released_at, before.content.original);
    }
    Ok(match released {
        Some(_) => Moved::Posted,
        None => Moved::All,
    })
}

fn release(act: &Act<'_>) -> Result<usize, Fault> {
    let expired = Record::of_expired_holds(act, act.now)?;
    for held in &expired {
        held.set_released(act)?;
        if held.is_open(act)? {
            money::undo(act, held.id, Moved::All)?;
            notify::of_end(act, held)?;
        }
    }
    Ok(expired.len())
}
