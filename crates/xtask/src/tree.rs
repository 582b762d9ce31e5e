//! The text files of the workspace.

use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

use crate::shell::{Workspace, output_of};

/// Every text file that git tracks or would track, with its path in the workspace.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<(PathBuf, String)>> {
    let mut files = Vec::new();
    for path in paths(workspace)? {
        // A file that is deleted but not committed, or is not text, is left out.
        if let Ok(text) = std::fs::read_to_string(workspace.root.join(&path)) {
            files.push((path, text));
        }
    }
    Ok(files)
}

/// The path in the workspace of every file that git tracks or would track.
pub(crate) fn paths(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let listing = output_of(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&workspace.root),
    )?;
    let paths = listing.split_terminator('\0').map(PathBuf::from);
    Ok(paths
        .filter(|path| workspace.root.join(path).is_file())
        .collect())
}
