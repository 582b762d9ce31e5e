use rusqlite::{CachedStatement, Connection, Params, Row};

/// An open transaction. Every statement of the crate that reads or writes a table is prepared here.
pub(crate) struct Transaction<'c>(&'c Connection);

impl<'c> Transaction<'c> {
    /// The transaction that is open on a connection.
    pub(super) const fn on(connection: &'c Connection) -> Self {
        Self(connection)
    }

    /// A statement, compiled once for each connection.
    pub(crate) fn prepare_cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'c>> {
        #[cfg(test)]
        super::plan::admit(self.0, sql);
        self.0.prepare_cached(sql)
    }

    /// A statement of a check that reads a whole table, which nothing else may do.
    pub(super) fn prepare_whole(&self, sql: &str) -> rusqlite::Result<CachedStatement<'c>> {
        self.0.prepare_cached(sql)
    }

    /// Runs a statement that returns no rows, and returns the number of rows that it changed.
    pub(crate) fn execute(&self, sql: &str, values: impl Params) -> rusqlite::Result<usize> {
        self.prepare_cached(sql)?.execute(values)
    }

    /// Runs a statement that returns one row.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.prepare_cached(sql)?.query_row(values, read)
    }

    /// The row identifier of the last row that this connection inserted.
    pub(crate) fn last_insert_rowid(&self) -> i64 {
        self.0.last_insert_rowid()
    }
}

#[cfg(test)]
impl Transaction<'_> {
    /// The connection, for what is no statement.
    pub(crate) const fn connection(&self) -> &Connection {
        self.0
    }

    /// A statement of a test, whose plan is not looked at.
    pub(crate) fn prepare(&self, sql: &str) -> rusqlite::Result<rusqlite::Statement<'_>> {
        self.0.prepare(sql)
    }

    /// Statements of a test, whose plans are not looked at.
    pub(crate) fn execute_batch(&self, sql: &str) -> rusqlite::Result<()> {
        self.0.execute_batch(sql)
    }
}
