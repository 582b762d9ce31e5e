//! Looking for one prerequisite.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::shell::output_of;

/// Robolectric's Android 15 runs on this or newer.
pub(crate) const JAVA_MINIMUM: u32 = 17;

/// The sign by which a prerequisite is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// A program on the search path.
    Program(&'static str),
    /// A command that succeeds.
    Runs(&'static [&'static str]),
    /// A file at its place.
    File(&'static str),
    /// Rust's standard library for a target.
    Target(&'static str),
    /// The source of Rust's standard library.
    Source,
    /// A Java compiler of [`JAVA_MINIMUM`] or newer.
    Jdk,
    /// Maven that runs on Java [`JAVA_MINIMUM`] or newer.
    Maven,
}

impl Probe {
    /// True if it is there.
    pub(crate) fn is_met(self) -> bool {
        match self {
            Self::Program(name) => is_on_path(name),
            Self::Runs(words) => runs(words),
            Self::File(path) => Path::new(path).is_file(),
            Self::Target(target) => in_sysroot(&format!("lib/rustlib/{target}/lib")),
            Self::Source => in_sysroot("lib/rustlib/src/rust/library/std"),
            Self::Jdk => is_new_enough(javac_version()),
            Self::Maven => is_new_enough(java_version()),
        }
    }
}

/// The folder of the toolchain that compiles here.
pub(crate) fn sysroot() -> anyhow::Result<PathBuf> {
    let sysroot = output_of(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

fn in_sysroot(folder: &str) -> bool {
    sysroot().is_ok_and(|sysroot| sysroot.join(folder).is_dir())
}

/// True if the search path has a file of this name.
pub(super) fn is_on_path(command: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(command).is_file())
}

fn runs(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    command.output().is_ok_and(|output| output.status.success())
}

fn javac_version() -> Option<u32> {
    let output = Command::new("javac").arg("-version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.strip_prefix("javac ").and_then(major)
}

fn is_new_enough(version: Option<u32>) -> bool {
    version.is_some_and(|version| version >= JAVA_MINIMUM)
}

/// The version of Java that Maven runs on; `None` without Maven or without Java.
fn java_version() -> Option<u32> {
    let output = Command::new("mvn").arg("--version").output().ok()?;
    java_version_in(&String::from_utf8_lossy(&output.stdout))
}

fn java_version_in(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Java version: ")?;
    major(rest)
}

/// The number at the start of a version.
fn major(version: &str) -> Option<u32> {
    let end = version.find(|letter: char| !letter.is_ascii_digit());
    version.get(..end.unwrap_or(version.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Probe, java_version_in, major};

    #[test]
    fn each_probe_finds_what_is_there_and_nothing_else() {
        for (probe, is_met) in [
            (Probe::Program("cargo"), true),
            (Probe::Program("no-such-program-of-anyone"), false),
            (Probe::Runs(&["cargo", "--version"]), true),
            (Probe::Runs(&["cargo", "no-such-verb-of-anyone"]), false),
            (Probe::Runs(&["no-such-program-of-anyone"]), false),
            (Probe::Runs(&[]), false),
            (Probe::File("/no/such/file"), false),
            (Probe::Target("no-such-target"), false),
        ] {
            assert_eq!(probe.is_met(), is_met, "{probe:?}");
        }
    }

    #[test]
    fn the_major_version_is_the_first_number() {
        for (text, expected) in [
            ("17.0.15", Some(17)),
            ("1.8.0_402", Some(1)),
            ("21", Some(21)),
            ("25-ea", Some(25)),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(major(text), expected, "{text}");
        }
    }

    #[test]
    fn the_java_version_is_read_from_mavens_own_words() {
        for (text, expected) in [
            (
                "Apache Maven 3.8.7\nJava version: 17.0.15, vendor: Debian\n",
                Some(17),
            ),
            ("Java version: 1.8.0_402, vendor: X", Some(1)),
            ("Java version: 21, vendor: X", Some(21)),
            ("Java version: ", None),
            (
                "The JAVA_HOME environment variable is not defined correctly",
                None,
            ),
        ] {
            assert_eq!(java_version_in(text), expected, "{text}");
        }
    }
}
