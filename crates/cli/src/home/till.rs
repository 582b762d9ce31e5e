//! The tills of a home: the first one has its files in the home itself, each other in a folder.
//!
//! ```text
//! tills/NAME/terminal.toml   its configuration
//! tills/NAME/terminal.state  …and the other files of a terminal
//! ```

use std::fmt;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::str::FromStr;

use super::{Home, Opened, Side, folder};
use crate::failure::Failure;
use crate::home::Lock;

/// The folder of the tills with names.
pub(super) const TILLS: &str = "tills";
/// The configuration of a till with a name.
const CONFIGURATION: &str = "terminal.toml";
/// The most characters of a name, as many as a terminal's identification (DE 41) has.
const NAME_MAX: usize = 8;

/// The name of a till: one to eight lower-case letters and digits, no `0` in front.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TillName(String);

impl FromStr for TillName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=NAME_MAX).contains(&text.len())
            && text.bytes().all(|octet| octet.is_ascii_alphanumeric())
            && !text.starts_with('0');
        fits.then(|| Self(text.to_ascii_lowercase()))
            .ok_or("a till's name is one to eight letters and digits, and does not begin with 0")
    }
}

impl fmt::Display for TillName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TillName {
    /// The terminal identification (DE 41) of a till that was not given another one: the name in
    /// capitals behind zeros, eight characters. No two names have the same.
    pub(crate) fn terminal_id(&self) -> String {
        format!("{:0>NAME_MAX$}", self.0.to_ascii_uppercase())
    }
}

impl Home {
    /// The folder of a till; that of the home for the first one, which has no name.
    pub(crate) fn till_folder(&self, till: Option<&TillName>) -> PathBuf {
        let folder = self.folder();
        till.map_or_else(
            || folder.to_owned(),
            |name| folder.join(TILLS).join(&name.0),
        )
    }

    /// The configuration file of a till with a name.
    pub(crate) fn till_configuration(&self, till: &TillName) -> PathBuf {
        self.till_folder(Some(till)).join(CONFIGURATION)
    }

    /// Creates the folder of a till if necessary, for its owner only.
    pub(crate) fn create_till(&self, till: Option<&TillName>) -> Result<(), Failure> {
        self.create()?;
        match till {
            None => Ok(()),
            Some(_) => folder::create(&self.till_folder(till)),
        }
    }

    /// Takes the lock of a till, creates its folder if necessary, and reads its index.
    pub(crate) fn open_till(&self, till: Option<&TillName>) -> Result<Opened, Failure> {
        self.create_till(till)?;
        let folder = self.till_folder(till);
        let lock = Lock::acquire(&folder, Side::Terminal.name())?;
        Self::read_locked(&folder, Side::Terminal, lock)
    }

    /// A till's index, read without its lock.
    pub(crate) fn peek_till(&self, till: Option<&TillName>) -> Result<Option<Vec<u8>>, Failure> {
        let path = super::file::path(&self.till_folder(till), Side::Terminal);
        let read = super::file::read(&path, Side::Terminal)?;
        Ok(read.map(|read| read.content.to_vec()))
    }

    /// A till's journal of at most `most` octets, read without its lock; `None` if there is none.
    pub(crate) fn peek_journal(
        &self,
        till: Option<&TillName>,
        journal: u32,
        most: u64,
    ) -> std::io::Result<Option<Vec<u8>>> {
        let path = super::journal_in(&self.till_folder(till), Side::Terminal, journal);
        let mut octets = Vec::new();
        let found = super::plain::read(&path, most, &mut octets)?;
        Ok(found.then_some(octets))
    }

    /// The names of the tills, sorted. Other folders beside theirs are passed over.
    pub(crate) fn tills(&self) -> Result<Vec<TillName>, Failure> {
        let place = self.folder().join(TILLS);
        let entries = match std::fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(super::file::failure("read", &place, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| super::file::failure("read", &place, &error))?;
            let name = entry.file_name().to_string_lossy().parse::<TillName>();
            let name = name.ok().filter(|name| entry.file_name() == *name.0);
            names.extend(name.filter(|name| self.till_configuration(name).exists()));
        }
        names.sort();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::TillName;

    #[test]
    fn a_name_is_short_and_names_one_terminal() {
        for text in ["", "0", "01", "ninechars", "a b", "a/b", "..", "é", "-"] {
            assert!(text.parse::<TillName>().is_err(), "{text}");
        }
        let names = ["a", "A1", "a10", "front", "Front2", "12345678"];
        let names: Vec<TillName> = names.map(|text| text.parse().unwrap()).to_vec();
        assert_eq!(names[4].to_string(), "front2");
        assert_eq!(names[3].terminal_id(), "000FRONT");
        assert_eq!("FRONT".parse(), Ok(names[3].clone()));
        let ids: BTreeSet<String> = names.iter().map(TillName::terminal_id).collect();
        assert_eq!(ids.len(), names.len());
        assert!(ids.iter().all(|id| id.len() == 8));
    }
}
