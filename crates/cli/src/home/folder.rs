//! The home's folder.

use std::fs::{self, DirBuilder, File};
use std::io::{Error, ErrorKind};
use std::path::Path;

use super::Side;
use super::till::TILLS;
use crate::failure::Failure;

/// The issuer's database. `SQLite` keeps further files with longer names beside it.
pub(super) const DATABASE: &str = "issuer.db";
/// The issuer's keys.
pub(super) const KEYS: &str = "issuer.keys";
/// The wallet's store, a folder.
pub(super) const WALLET: &str = "wallet";
/// The salt of the wallet's storage key.
pub(super) const SALT: &str = "wallet.salt";
/// The card that is presented for a limited time.
pub(super) const PRESENTED: &str = "wallet.presented";
/// The public keys of the bank in another home, whose phone this home is.
pub(super) const BANK: &str = "wallet.bank";
/// The beginning of the names of generations' files in the wallet's store, before their numbers.
const GENERATION: &str = "state.";

/// The end of a journal's name, after a side and an ordinal.
pub(super) const JOURNAL: &str = ".journal";

/// Accepts a folder that is missing, empty, or has a file of ours in it.
pub(super) fn check(folder: &Path) -> Result<(), Failure> {
    let shown = folder.display();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(Failure::Home(format!(
                "{shown} is not a folder: name another one with --home DIR"
            )));
        }
        Err(error) => return Err(failure("read", folder, &error)),
    };
    let mut empty = true;
    for entry in entries {
        let entry = entry.map_err(|error| failure("read", folder, &error))?;
        if is_ours(&entry.file_name().to_string_lossy()) {
            return Ok(());
        }
        empty = false;
    }
    if empty {
        return Ok(());
    }
    Err(Failure::Home(format!(
        "{shown} holds other files and none of understudy's: name an empty or new folder with \
         --home DIR"
    )))
}

/// True if a store's folder holds a generation that was written completely.
pub(super) fn has_generation(store: &Path) -> Result<bool, Failure> {
    let entries = match fs::read_dir(store) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failure("read", store, &error)),
    };
    for entry in entries {
        let name = entry.map_err(|error| failure("read", store, &error))?;
        let name = name.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(GENERATION));
        if number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit())) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the folder, for its owner only.
pub(super) fn create(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| failure("make", folder, &error))?;
    restrict(folder).map_err(|error| failure("protect", folder, &error))
}

/// Syncs the folder, which makes a rename inside it durable.
pub(super) fn sync(folder: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

/// The permissions of everyone but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Removes the permissions of everyone but the owner.
#[cfg(unix)]
fn restrict(folder: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(folder)?.permissions();
    if permissions.mode() & OTHERS == 0 {
        return Ok(());
    }
    permissions.set_mode(0o700);
    fs::set_permissions(folder, permissions)
}

#[cfg(not(unix))]
fn restrict(_folder: &Path) -> Result<(), Error> {
    Ok(())
}

fn is_ours(name: &str) -> bool {
    let ours = [DATABASE, KEYS, SALT, PRESENTED, BANK];
    if [WALLET, TILLS].contains(&name) || ours.iter().any(|ours| name.starts_with(ours)) {
        return true;
    }
    Side::ALL.iter().any(|side| {
        name.strip_prefix(side.name())
            .is_some_and(|end| matches!(end, ".state" | ".lock" | ".state.new") || is_journal(end))
    })
}

fn is_journal(end: &str) -> bool {
    let end = end.strip_suffix(".new").unwrap_or(end);
    let ordinal = end
        .strip_prefix('.')
        .and_then(|end| end.strip_suffix(JOURNAL));
    ordinal.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

fn failure(verb: &str, folder: &Path, error: &Error) -> Failure {
    Failure::Home(format!(
        "cannot {verb} the folder {}: {error}; name another one with --home DIR",
        folder.display()
    ))
}
