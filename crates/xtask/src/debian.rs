//! Programs that verbs start and that Debian has packages of.

use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

use crate::shell::{output_of, run};

/// A program, and the Debian package that contains it.
pub(crate) struct Tool {
    pub(crate) command: &'static str,
    pub(crate) package: &'static str,
}

/// Installs the packages of the programs that are missing. Needs root on Debian; elsewhere the
/// error names what to install.
pub(crate) fn require(tools: &[Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools
        .iter()
        .filter(|tool| !is_there(tool.command))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    install(&packages)?;
    match missing.iter().find(|tool| !is_there(tool.command)) {
        None => Ok(()),
        Some(tool) => bail!(
            "`{}` is still not found after its installation",
            tool.command
        ),
    }
}

/// Installs Debian packages, or reports that they are needed.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !Path::new("/usr/bin/apt-get").is_file() || !is_root()? {
        bail!(
            "programs are missing; install them (on Debian, as root: apt-get install {})",
            packages.join(" ")
        );
    }
    run(Command::new("apt-get").args(["--quiet", "update"]))?;
    run(Command::new("apt-get")
        .args(["--quiet", "--yes", "--no-install-recommends", "install"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// True if the search path has a file of this name.
fn is_there(command: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(command).is_file())
}

fn is_root() -> Result<bool> {
    Ok(output_of(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::is_there;

    #[test]
    fn a_program_is_found_on_the_search_path() {
        assert!(is_there("cargo"));
        assert!(!is_there("no-such-program-of-anyone"));
    }
}
