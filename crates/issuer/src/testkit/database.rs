//! The database behind the back of the issuer.

use std::fmt::Write as _;

use rusqlite::types::Value;
use understudy_core::card::UnixTime;

use super::NOW;
use crate::{Fault, Issuer, TokenId};

/// The whole content of the database, as text for comparison.
pub(crate) fn dump(issuer: &Issuer) -> String {
    dump_with(issuer, "")
}

/// As [`dump`], with a `WHERE` clause for the table `authorisation`.
pub(crate) fn dump_with(issuer: &Issuer, authorisations: &str) -> String {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let dumped = issuer.view(|view| {
        let mut text = String::new();
        let mut names = view.prepare(tables)?;
        let names = names.query_map([], |row| row.get::<_, String>(0))?;
        for name in names {
            let name = name?;
            let records = name == "authorisation";
            let condition = if records { authorisations } else { "" };
            let mut statement = view.prepare(&format!("SELECT * FROM {name} {condition}"))?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let values: Result<Vec<Value>, _> = (0..columns).map(|at| row.get(at)).collect();
                writeln!(text, "{name} {:?}", values?).unwrap();
            }
        }
        Ok::<_, Fault>(text)
    });
    dumped.unwrap()
}

/// Executes a statement for which the issuer has no act.
pub(crate) fn execute(issuer: &Issuer, statement: &str) {
    let done: Result<(), Fault> = issuer.act(NOW, |act| act.execute_batch(statement));
    done.unwrap();
}

/// Inserts the host's record of a right cryptogram with this counter.
pub(crate) fn authorise(issuer: &Issuer, token: TokenId, atc: u16, at: UnixTime) {
    execute(
        issuer,
        &format!(
            "UPDATE token SET counters_used = counters_used + 1 WHERE id = {token}; \
             INSERT INTO authorisation (token, atc, kind, fingerprint, reason, approval, amount, \
                currency, merchant, terminal, trace, local_time, reference, decided_at, unreported) \
             VALUES ({token}, {atc}, 'sale', x'{token:08X}{atc:04X}', 'approved', '000000', 100, \
                156, 'MERCHANT0000001', 'TERM0001', {atc}, '1122000000', 'R00000000001', {}, \
                (SELECT device FROM key_batch WHERE token = {token} AND {atc} BETWEEN first AND last \
                    AND NOT EXISTS \
                        (SELECT 1 FROM reported WHERE token = {token} AND atc = {atc})))",
            at.0,
            token = token.get(),
        ),
    );
}
