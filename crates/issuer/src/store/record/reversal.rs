//! The table `reversal`: the reversals that were accepted, by the identity of their requests.

use understudy_acquiring::Identity;

use super::identity_columns;
use crate::fault::Fault;
use crate::id::AuthorisationId;
use crate::store::act::{Act, View};

/// A reversal that was accepted.
#[derive(Clone, Copy)]
pub(crate) struct AcceptedReversal {
    /// The request that was reversed; none if it had not arrived.
    pub(crate) authorisation: Option<AuthorisationId>,
}

impl AcceptedReversal {
    /// The reversal of a request of this identity, if one was accepted.
    pub(crate) fn of_identity(view: &View<'_>, identity: &Identity) -> Result<Option<Self>, Fault> {
        let sql = "SELECT authorisation FROM reversal \
                   WHERE merchant = ?1 AND terminal = ?2 AND trace = ?3 AND local_time = ?4 \
                       AND reason = 'approved'";
        view.find(sql, identity_columns(identity), |row| {
            let authorisation: Option<u64> = row.get(0)?;
            Ok(Self {
                authorisation: authorisation.map(AuthorisationId),
            })
        })
    }

    /// Keeps a reversal, in the place of one that an earlier version refused for good.
    pub(crate) fn insert(&self, act: &Act<'_>, identity: &Identity) -> Result<(), Fault> {
        let (merchant, terminal, trace, local_time) = identity_columns(identity);
        act.execute(
            "INSERT OR REPLACE INTO reversal (merchant, terminal, trace, local_time, reason, \
                 authorisation, received_at, place) \
             VALUES (?1, ?2, ?3, ?4, 'approved', ?5, ?6, \
                 iif(?5 IS NULL, (SELECT ifnull(max(place), 0) + 1 FROM reversal), NULL))",
            (
                merchant,
                terminal,
                trace,
                local_time,
                self.authorisation.map(|id| id.0),
                act.now.0,
            ),
        )?;
        Ok(())
    }

    /// Lets a reversal stand without the record of its request; false if there is none.
    pub(crate) fn part(act: &Act<'_>, id: AuthorisationId) -> Result<bool, Fault> {
        let sql = "UPDATE reversal SET authorisation = NULL, \
                       place = (SELECT ifnull(max(place), 0) + 1 FROM reversal) \
                   WHERE authorisation = ?1";
        Ok(act.execute(sql, [id.0])? > 0)
    }

    /// Deletes all but the newest reversals whose requests have not arrived. Places have no gaps but
    /// at their lower end and where a request's reversal was made again.
    pub(crate) fn keep_newest_early(act: &Act<'_>, kept: u32) -> Result<(), Fault> {
        let sql = "DELETE FROM reversal WHERE place <= (SELECT max(place) FROM reversal) - ?1";
        act.execute(sql, [kept])?;
        Ok(())
    }
}
