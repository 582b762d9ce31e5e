//! The place of a home: named on the command line, by the environment, or by the platform.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::failure::Failure;

/// The environment variable that names the home.
const VARIABLE: &str = "UNDERSTUDY_HOME";

/// The way in which a home's folder was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// By an option.
    Option,
    /// By `UNDERSTUDY_HOME`.
    Environment,
    /// By nobody: it is the platform's place for a program's data.
    Platform,
}

impl Origin {
    /// Its name in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Environment => "environment",
            Self::Platform => "platform",
        }
    }

    /// The way in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Option => "named on the command line",
            Self::Environment => "named by UNDERSTUDY_HOME",
            Self::Platform => {
                "the platform's place for data; --home DIR or UNDERSTUDY_HOME name another"
            }
        }
    }
}

/// The folder of a home. An empty variable counts as none.
pub(super) fn find(named: Option<&Path>) -> Result<(PathBuf, Origin), Failure> {
    if let Some(folder) = named {
        return Ok((folder.to_owned(), Origin::Option));
    }
    let variable = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty());
    if let Some(folder) = variable {
        return Ok((folder.into(), Origin::Environment));
    }
    let platform = etcetera::choose_base_strategy().map_err(|error| {
        Failure::Home(format!(
            "{error}: name a folder for the files with --home DIR"
        ))
    })?;
    Ok((platform.data_dir().join("understudy"), Origin::Platform))
}
