//! Folders and archives that the verbs for Android write.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{output_of, run};

/// The folder, with nothing in it.
pub(super) fn emptied(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    Ok(folder.to_path_buf())
}

/// Every file below a folder, in the order of their names.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let octets = std::fs::read(from).with_context(|| format!("{} is missing", from.display()))?;
    write(to, octets)
}

pub(super) fn write(to: &Path, octets: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(to, octets).with_context(|| format!("{} can't be written", to.display()))
}

/// Packs all that the folders hold; the same files give the same archive.
pub(super) fn pack(archive: &Path, folders: &[PathBuf]) -> Result<()> {
    if let Some(folder) = archive.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut jar = Command::new("jar");
    jar.args(["--create", "--no-manifest", "--date=2026-01-01T00:00:00Z"])
        .arg("--file")
        .arg(archive);
    for folder in folders {
        jar.arg("-C").arg(folder).arg(".");
    }
    run(&mut jar)
}

/// Unpacks an archive into a folder, which holds nothing else afterwards.
pub(super) fn unpack(archive: &Path, folder: &Path) -> Result<PathBuf> {
    let folder = emptied(folder)?;
    unpack_into(archive, &folder)?;
    Ok(folder)
}

/// Unpacks an archive into a folder, beside what it holds.
pub(super) fn unpack_into(archive: &Path, folder: &Path) -> Result<()> {
    run(Command::new("jar")
        .current_dir(folder)
        .args(["--extract", "--file"])
        .arg(archive))
}

/// The names of an archive's entries.
pub(super) fn entries(archive: &Path) -> Result<Vec<String>> {
    let list = output_of(Command::new("jar").arg("--list").arg("--file").arg(archive))?;
    Ok(list.lines().map(str::to_owned).collect())
}
