//! libFuzzer's log of a run, and the verdict on it.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The number of last lines that hold the panic's message and place, and libFuzzer's summary.
const END: usize = 60;

/// The log of one run.
pub(crate) struct Log {
    lines: Vec<String>,
    succeeded: bool,
}

impl Log {
    /// Runs the program; its milestones are passed through, the rest is kept.
    pub(crate) fn of(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .context("the fuzz target cannot be started")?;
        let stderr = child
            .stderr
            .take()
            .context("the fuzz target has no standard error")?;
        let mut lines = Vec::new();
        for line in BufReader::new(stderr).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            if ["INITED", "pulse", "DONE"]
                .iter()
                .any(|milestone| line.contains(milestone))
            {
                println!("  {}", line.replace('\t', " "));
            }
            lines.push(line);
        }
        let succeeded = child.wait()?.success();
        Ok(Self { lines, succeeded })
    }

    /// The last lines.
    pub(crate) fn end(&self) -> String {
        let from = self.lines.len().saturating_sub(END);
        self.lines.get(from..).unwrap_or_default().join("\n")
    }

    /// Fails on a finding, and on a run whose seeds all look alike: then either coverage is not fed
    /// back, or the body returns before it does anything.
    pub(crate) fn verdict(&self, target: &str, root: &Path) -> Result<()> {
        if let Some(input) = self.artifact() {
            let input = Path::new(input);
            let input = input.strip_prefix(root).unwrap_or(input).display();
            bail!(
                "{target} fails on an input; repeat it with: cargo xtask fuzz {target} --input {input}"
            );
        }
        if !self.succeeded {
            bail!("{target} ended before its time");
        }
        let start = self.lines.iter().find(|line| line.contains("INITED"));
        if start
            .and_then(|line| number_after(line, "corp: "))
            .is_none_or(|apart| apart < 2)
        {
            bail!("{target} takes the same path for every seed");
        }
        Ok(())
    }

    fn artifact(&self) -> Option<&str> {
        let mut written = self
            .lines
            .iter()
            .filter_map(|line| line.split_once("Test unit written to "));
        written.next().map(|(_, path)| path)
    }
}

/// A number from a line such as `#36 INITED cov: 48 ft: 54 corp: 13/93b …`.
fn number_after(line: &str, label: &str) -> Option<u64> {
    let (_, after) = line.split_once(label)?;
    after
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::Log;
    use std::path::Path;

    fn verdict(line: &str, succeeded: bool) -> Result<(), String> {
        let log = Log {
            lines: vec!["INFO: 3 files".to_owned(), line.to_owned()],
            succeeded,
        };
        log.verdict("apdu", Path::new("/here"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_run_that_told_its_seeds_apart_passes() {
        assert_eq!(
            verdict("#36\tINITED cov: 48 ft: 54 corp: 13/93b exec/s: 0", true),
            Ok(())
        );
    }

    #[test]
    fn a_run_that_could_not_have_found_anything_fails() {
        for line in [
            "#36\tINITED cov: 20 ft: 20 corp: 1/3b exec/s: 0",
            "#36\tREDUCE",
            "",
        ] {
            assert_eq!(
                verdict(line, true),
                Err("apdu takes the same path for every seed".to_owned())
            );
        }
        assert_eq!(
            verdict("Killed", false),
            Err("apdu ended before its time".to_owned())
        );
    }

    #[test]
    fn a_finding_says_how_to_repeat_it() {
        let line = "artifact_prefix='x'; Test unit written to /here/fuzz/artifacts/apdu/crash-1";
        let error = verdict(line, false).unwrap_err();
        assert!(
            error.ends_with("cargo xtask fuzz apdu --input fuzz/artifacts/apdu/crash-1"),
            "{error}"
        );
    }
}
