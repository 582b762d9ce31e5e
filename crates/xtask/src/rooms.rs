//! The rooms of the issuer's database: its library is named in the store alone, and the SQL of a table
//! stands in one record room.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::source::{literals, tokens};

const LIBRARY: &str = "rusqlite";

/// The folder of the code that names the library.
const STORE: &str = "crates/issuer/src/store";

/// The folder of the record rooms, each a file or a folder.
const RECORDS: &str = "crates/issuer/src/store/record";

/// The words before the name of a table in a statement.
const BEFORE_TABLE: [&str; 4] = ["FROM", "INTO", "UPDATE", "JOIN"];

/// The number of tables, and what is out of its room.
pub(crate) fn findings(files: &[(PathBuf, String)]) -> Result<(usize, Vec<String>)> {
    let tables = tables(files);
    let mut found = Vec::new();
    let mut rooms: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| is_code(path)) {
        let outside = !path.starts_with(STORE);
        let named = tokens(text)?
            .into_iter()
            .find(|token| token.text == LIBRARY);
        if let Some(named) = named.filter(|_| outside) {
            let at = path.display();
            found.push(format!(
                "{at}:{}: names {LIBRARY} outside {STORE}",
                named.line
            ));
        }
        if !path.starts_with("crates/issuer/src") {
            continue;
        }
        for literal in literals(text)? {
            for table in tables.iter().filter(|table| names_table(&literal, table)) {
                let room = room(path).unwrap_or_else(|| path.display().to_string());
                rooms.entry(table).or_default().insert(room);
            }
        }
    }
    for table in &tables {
        let rooms = rooms.remove(table.as_str()).unwrap_or_default();
        if rooms.len() != 1 || rooms.iter().any(|room| room.contains('/')) {
            let rooms: Vec<_> = rooms.into_iter().collect();
            let rooms = rooms.join(", ");
            found.push(format!(
                "the table {table} has other than one room of its own: {rooms}"
            ));
        }
    }
    Ok((tables.len(), found))
}

/// The tables that the schema's versions create and do not drop.
fn tables(files: &[(PathBuf, String)]) -> BTreeSet<String> {
    let schemas: Vec<&str> = files
        .iter()
        .filter(|(path, _)| path.starts_with(STORE) && path.extension().is_some_and(|e| e == "sql"))
        .map(|(_, text)| text.as_str())
        .collect();
    let after = |words: &'static str| {
        let lines = schemas.iter().flat_map(|text| text.lines());
        lines.filter_map(move |line| {
            let name = line.strip_prefix(words)?;
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            Some(name.get(..end.unwrap_or(name.len()))?.to_owned())
        })
    };
    let dropped: BTreeSet<String> = after("DROP TABLE ").collect();
    after("CREATE TABLE ")
        .filter(|table| !dropped.contains(table))
        .collect()
}

/// True for a source of a crate that is no test and not of this checker.
fn is_code(path: &Path) -> bool {
    let mut names = path.iter().filter_map(|name| name.to_str());
    let is_test =
        |name: &str| ["tests", "tests.rs", "testkit", "testkit.rs", "xtask"].contains(&name);
    path.starts_with("crates")
        && path.extension().is_some_and(|kind| kind == "rs")
        && !names.any(is_test)
}

fn names_table(literal: &str, table: &str) -> bool {
    let words = literal.split(|c: char| !c.is_alphanumeric() && c != '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.windows(2).any(
        |pair| matches!(pair, [before, name] if BEFORE_TABLE.contains(before) && *name == table),
    )
}

/// The name of the record room that a file belongs to.
fn room(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(RECORDS).ok()?;
    let first = inside.iter().next()?.to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

#[cfg(test)]
mod tests {
    use super::findings;
    use std::path::PathBuf;

    const SCHEMA: (&str, &str) = (
        "crates/issuer/src/store/schema/0001.sql",
        "CREATE TABLE token (\n    id INTEGER\n);\nCREATE TABLE old (id INTEGER);\nDROP TABLE old;",
    );
    const TOKEN: (&str, &str) = (
        "crates/issuer/src/store/record/token.rs",
        "use rusqlite::Row; const S: &str = \"SELECT * FROM token\";",
    );

    fn count(files: &[(&str, &str)]) -> usize {
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect();
        findings(&files).unwrap().1.len()
    }

    #[test]
    fn a_table_with_one_room_is_as_it_should_be() {
        let prose = (
            "crates/issuer/src/host/a.rs",
            "const S: &str = \"every token\";",
        );
        let test = (
            "crates/issuer/src/host/tests/a.rs",
            "use rusqlite::Row; const S: &str = \"DELETE FROM token\";",
        );
        assert_eq!(count(&[SCHEMA, TOKEN, prose, test]), 0);
    }

    #[test]
    fn a_table_in_two_rooms_or_none_is_found() {
        assert_eq!(count(&[SCHEMA]), 1);
        for path in ["store/record/device.rs", "store/mod.rs", "host/list.rs"] {
            let path = format!("crates/issuer/src/{path}");
            let more = (
                path.as_str(),
                "const S: &str = \"UPDATE token SET id = 1\";",
            );
            assert_eq!(count(&[SCHEMA, TOKEN, more]), 1, "{path}");
        }
    }

    #[test]
    fn the_library_outside_the_store_is_found() {
        for path in ["crates/issuer/src/fault.rs", "crates/cli/src/main.rs"] {
            assert_eq!(count(&[SCHEMA, TOKEN, (path, "use rusqlite::Error;")]), 1);
        }
    }
}
