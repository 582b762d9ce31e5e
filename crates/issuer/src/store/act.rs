//! The context of one transaction: a view of the database, and an act that may change it.

use std::ops::Deref;

use understudy_core::card::UnixTime;

use super::transaction::Transaction;
use crate::audit::Actor;
use crate::config::IssuerConfig;
use crate::custody::KeyCustody;

/// A view of the database in one transaction, with the keys that unwrap its values.
///
/// The connection is open to the record rooms of the store alone.
pub(crate) struct View<'a> {
    pub(super) db: &'a Transaction<'a>,
    pub(crate) keys: &'a dyn KeyCustody,
}

impl<'a> View<'a> {
    /// A view in an open transaction.
    pub(crate) const fn new(db: &'a Transaction<'a>, keys: &'a dyn KeyCustody) -> Self {
        Self { db, keys }
    }
}

/// An act in one transaction: a [`View`] that may change the database, the issuer's configuration,
/// and the time at which it happens.
pub(crate) struct Act<'a> {
    view: View<'a>,
    pub(crate) config: &'a IssuerConfig,
    /// The party that it is done for.
    pub(crate) actor: &'a Actor,
    pub(crate) now: UnixTime,
}

impl<'a> Act<'a> {
    /// An act in an open transaction.
    pub(crate) const fn new(
        view: View<'a>,
        config: &'a IssuerConfig,
        actor: &'a Actor,
        now: UnixTime,
    ) -> Self {
        Self {
            view,
            config,
            actor,
            now,
        }
    }
}

impl<'a> Deref for Act<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

#[cfg(test)]
impl View<'_> {
    /// The connection, for what is no statement.
    pub(crate) const fn connection(&self) -> &rusqlite::Connection {
        self.db.connection()
    }

    /// A statement of a test, whose plan is not looked at.
    pub(crate) fn prepare(&self, sql: &str) -> rusqlite::Result<rusqlite::Statement<'_>> {
        self.db.prepare(sql)
    }

    /// Statements of a test, whose plans are not looked at.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<(), crate::Fault> {
        Ok(self.db.execute_batch(sql)?)
    }
}
