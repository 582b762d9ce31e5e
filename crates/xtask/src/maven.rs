//! Maven: started, and asked for single artifacts.

use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Workspace, output_of, run};

const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/// The file of an artifact, without those that it depends on: `group:name:version`, with
/// `:type` and `:classifier` where it is no plain jar. It is kept in `target/maven`.
pub(crate) fn artifact(workspace: &Workspace, coordinates: &str) -> Result<PathBuf> {
    let folder = workspace
        .target
        .join("maven")
        .join(coordinates.replace(':', "/"));
    if let Some(file) = only_file(&folder)? {
        return Ok(file);
    }
    // A folder of another name until it is complete: a run that is cut off leaves no half a file.
    let unfinished = workspace.target.join("maven/unfinished");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished)?;
    }
    run(mvn(COPY)
        .arg("--quiet")
        .arg(format!("-Dartifact={coordinates}"))
        .arg(format!("-DoutputDirectory={}", unfinished.display()))
        // No project: the goal stands alone.
        .current_dir(std::env::temp_dir()))
    .with_context(|| format!("Maven does not find {coordinates}"))?;
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::rename(&unfinished, &folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    only_file(&folder)?.with_context(|| format!("Maven brought no file for {coordinates}"))
}

/// Maven with a goal, or a phase, quiet about its transfers.
pub(crate) fn mvn(goal: &str) -> Command {
    let mut command = Command::new("mvn");
    command.args(["--batch-mode", "--no-transfer-progress", goal]);
    command
}

/// A local repository in an empty folder, which holds what the user's holds and nothing of a group:
/// Maven has no version of it at hand and takes it from where the project says. Other downloads go
/// to the user's.
pub(crate) fn repository_without(group: &str, folder: &Path) -> Result<()> {
    let home = std::env::home_dir().context("there is no home folder")?;
    link_all_but(&home.join(".m2/repository"), Path::new(group), folder)
}

/// Links to the entries of a folder, all but one at a relative path.
fn link_all_but(from: &Path, left_out: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    let mut steps = left_out.components();
    let Some(step) = steps.next() else {
        return Ok(());
    };
    if from.is_dir() {
        for entry in std::fs::read_dir(from)? {
            let name = entry?.file_name();
            if name != step.as_os_str() {
                std::os::unix::fs::symlink(from.join(&name), to.join(&name))?;
            }
        }
    }
    link_all_but(&from.join(step), steps.as_path(), &to.join(step))
}

/// The folder of the JDK that Maven and `java` run on.
pub(crate) fn java_home() -> Result<PathBuf> {
    let version = output_of(Command::new("mvn").arg("--version"))?;
    let (_, rest) = version
        .split_once("runtime: ")
        .context("`mvn --version` does not name its Java")?;
    Ok(PathBuf::from(
        rest.lines().next().unwrap_or_default().trim(),
    ))
}

/// The text of an element that stands once in an XML document.
pub(crate) fn property<'a>(xml: &'a str, name: &str) -> Result<&'a str> {
    let open = format!("<{name}>");
    let (_, rest) = xml
        .split_once(&open)
        .with_context(|| format!("pom.xml has no {open}"))?;
    let (value, _) = rest
        .split_once('<')
        .with_context(|| format!("pom.xml does not close {open}"))?;
    Ok(value)
}

/// The file in a folder that holds one; none if there is no such folder.
fn only_file(folder: &Path) -> Result<Option<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        entries => entries.with_context(|| folder.display().to_string())?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::link_all_but;
    use std::path::Path;

    #[test]
    fn a_repository_lacks_the_group_and_has_its_neighbours() {
        let folder = std::env::temp_dir().join(format!("repository-{}", std::process::id()));
        for name in ["from/org/a/1", "from/org/b/1", "from/net/c"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        let to = folder.join("to");
        link_all_but(&folder.join("from"), Path::new("org/a"), &to).unwrap();
        assert!(to.join("org/b/1").is_dir() && to.join("net/c").is_dir());
        assert_eq!(to.join("org/a").read_dir().unwrap().count(), 0);
        std::fs::create_dir(to.join("org/a/2")).unwrap();
        assert!(!folder.join("from/org/a/2").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
