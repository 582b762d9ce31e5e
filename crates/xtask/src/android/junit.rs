//! The `JUnit` Platform outside Maven: counts the tests of classes and runs them.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::maven;
use crate::shell::Workspace;

/// The platform with its engines and all that they need.
const CONSOLE: &str = "org.junit.platform:junit-platform-console-standalone:1.13.4";

pub(super) struct JUnit {
    jar: PathBuf,
}

/// The end of a run.
pub(super) struct TestRun {
    pub(super) passed: usize,
    pub(super) failed: usize,
    /// Failures and counts, as the platform prints them.
    pub(super) words: String,
}

impl JUnit {
    pub(super) fn fetch(workspace: &Workspace) -> Result<Self> {
        let jar = maven::artifact(workspace, CONSOLE)?;
        Ok(Self { jar })
    }

    /// The annotations and assertions that tests are compiled against, and the platform itself.
    pub(super) fn jar(&self) -> &Path {
        &self.jar
    }

    /// The number of tests in classes, without running one.
    pub(super) fn count(&self, path: &[PathBuf], classes: &[String]) -> Result<usize> {
        let output = self.start("discover", path, &[], classes)?;
        let words = words_of(&output);
        ensure!(output.status.success(), "no test is found:\n{words}");
        counted(&words, "found")
    }

    /// Runs the tests of classes; one that fails is no error.
    pub(super) fn run(
        &self,
        path: &[PathBuf],
        properties: &[String],
        classes: &[String],
    ) -> Result<TestRun> {
        let output = self.start("execute", path, properties, classes)?;
        let words = words_of(&output);
        Ok(TestRun {
            passed: counted(&words, "successful")?,
            failed: counted(&words, "failed")?,
            words,
        })
    }

    fn start(
        &self,
        verb: &str,
        path: &[PathBuf],
        properties: &[String],
        classes: &[String],
    ) -> Result<Output> {
        Command::new("java")
            .arg("-cp")
            .arg(std::env::join_paths(path.iter().chain([&self.jar]))?)
            .args(properties)
            .args(["org.junit.platform.console.ConsoleLauncher", verb])
            .args(["--disable-banner", "--disable-ansi-colors"])
            .arg("--details=summary")
            .args(
                classes
                    .iter()
                    .map(|class| format!("--select-class={class}")),
            )
            .output()
            .context("the tests could not be started")
    }
}

fn words_of(output: &Output) -> String {
    let words = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&words).into_owned()
}

/// The number in the line `[ 44 tests found ]`, for one of the platform's words.
fn counted(words: &str, what: &str) -> Result<usize> {
    let end = format!(" tests {what}");
    words
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'))
        .find_map(|line| line.trim().strip_suffix(&end)?.parse().ok())
        .with_context(|| format!("JUnit does not say how many tests {what}:\n{words}"))
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn counts_are_those_of_tests_and_not_of_containers() {
        let words = "[         8 containers found      ]\n[        44 tests found           ]\n";
        assert_eq!(counted(words, "found").unwrap(), 44);
        assert!(counted(words, "failed").is_err());
    }
}
