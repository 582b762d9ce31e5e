//! The size of each library against the figures that are checked in.

use anyhow::{Context, Result, ensure};
use std::path::Path;

use super::Linkage;
use super::abi::Abi;
use crate::shell::Workspace;

/// Octets of each stripped library, one line an ABI: its name, the most it may have, and what it
/// had when the line was written.
const FIGURES: &str = "bindings/sizes.txt";

/// Prints the size, and fails if it is above the figure.
pub(super) fn check(
    workspace: &Workspace,
    abi: &Abi,
    linkage: Linkage,
    library: &Path,
) -> Result<()> {
    let size = std::fs::metadata(library)?.len();
    let figures = std::fs::read_to_string(workspace.root.join(FIGURES))
        .with_context(|| format!("{FIGURES} cannot be read"))?;
    let (most, noted) = figure(&figures, abi.name)
        .with_context(|| format!("{FIGURES} has no line for {}", abi.name))?;
    println!(
        "{:<12} {size:>9} octets ({}), at most {most}, noted {noted}",
        abi.name,
        linkage.folder()
    );
    ensure!(
        size <= most,
        "{}: the library has {size} octets, and {FIGURES} allows {most}",
        abi.name
    );
    Ok(())
}

fn figure(figures: &str, abi: &str) -> Option<(u64, u64)> {
    let line = figures
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|words| words.first() == Some(&abi))?;
    match *line {
        [_, most, noted] => Some((most.parse().ok()?, noted.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_figure_is_found_by_its_abi_and_a_short_line_is_none() {
        let figures = "# octets\narm64-v8a 900000 567832\nx86_64 900000\n";
        assert_eq!(figure(figures, "arm64-v8a"), Some((900_000, 567_832)));
        assert_eq!(figure(figures, "x86_64"), None);
        assert_eq!(figure(figures, "armeabi-v7a"), None);
    }
}
