//! The archive after an app's R8: the tests of the plain module, with the archive, JNA and Kotlin's
//! library, are shrunk and renamed into one program by the rules that the archive brings, and pass.
//!
//! The tests take the place of the app: only their entry points are kept for their own sake. Without
//! the rule for JNA the same tests fail, which shows that R8 did its work.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::consumer::Resolved;
use super::files::{emptied, files_below, pack, unpack_into, write};
use super::plain_names;
use crate::kotlin;
use crate::maven;
use crate::shell::{Workspace, run};

const R8: &str = "com.android.tools:r8:8.11.18";
const ANDROID: &str = "org.robolectric:android-all:15-robolectric-12650502";
const JUNIT: [&str; 2] = ["junit:junit:4.13.2", "org.hamcrest:hamcrest-core:1.3"];
/// JNA for desktops: its native part, which the one for Android has for Android alone.
const JNA: &str = "net.java.dev.jna:jna:5.18.1";

/// Classes that native code finds by name.
const NEEDED: &str = "com.sun.jna.**";

/// What a test runner reaches by reflection, and the program of another JVM.
const ENTRY_POINTS: &str = "\
-keepclasseswithmembers class org.understudy.** {
    @org.junit.Test <methods>;
}
-keepclassmembers class org.understudy.** {
    <init>();
    @org.junit.Before <methods>;
    @org.junit.After <methods>;
}
-keepclasseswithmembers class org.understudy.** {
    public static void main(java.lang.String[]);
}
";

/// Files that each of the runs needs.
struct Bench {
    folder: PathBuf,
    r8: PathBuf,
    libraries: Vec<PathBuf>,
    programs: [PathBuf; 2],
    junit: Vec<PathBuf>,
    /// JNA's resources without its classes.
    natives: PathBuf,
    tests: Vec<String>,
    /// The command, whose bank the tests meet.
    program: PathBuf,
    libunderstudy: PathBuf,
}

/// Shrinks and tests the program with all rules, then without the one for JNA.
pub(super) fn check(workspace: &Workspace, resolved: &Resolved) -> Result<()> {
    let bench = Bench::set_up(workspace, resolved)?;
    let mut rules = String::new();
    for file in &resolved.rules {
        rules.push_str(&std::fs::read_to_string(file)?);
    }
    let words = bench.try_out("all-rules", &rules)?;
    ensure!(
        words.contains("\nOK ("),
        "the tests fail on what R8 made of the archive:\n{words}"
    );
    println!("R8 with the archive's rules: {}", verdict(&words));
    let words = bench.try_out("rule-missing", &without(&rules, NEEDED)?)?;
    ensure!(
        words.contains("\nFAILURES!!!"),
        "the check is blind: the tests pass without the rule for {NEEDED}:\n{words}"
    );
    println!("R8 without the one for {NEEDED}: {}", verdict(&words));
    Ok(())
}

impl Bench {
    fn set_up(workspace: &Workspace, resolved: &Resolved) -> Result<Self> {
        let folder = emptied(&workspace.target.join("android/shrunk"))?;
        let artifacts = |list: &[&str]| -> Result<Vec<PathBuf>> {
            let files = list.iter().map(|name| maven::artifact(workspace, name));
            files.collect()
        };
        let named = folder.join("tests");
        plain_names::copy(workspace, &kotlin::test_classes(workspace), &named)?;
        let junit = artifacts(&JUNIT)?;
        let tests = folder.join("tests.jar");
        pack(&tests, std::slice::from_ref(&named))?;
        let mut libraries = vec![maven::java_home()?, maven::artifact(workspace, ANDROID)?];
        libraries.extend(junit.iter().cloned());
        let natives = emptied(&folder.join("jna-natives"))?;
        unpack_into(&maven::artifact(workspace, JNA)?, &natives)?;
        remove_classes(&natives)?;
        Ok(Self {
            r8: maven::artifact(workspace, R8)?,
            libraries,
            programs: [program_of(&resolved.jars, &folder)?, tests],
            junit,
            natives,
            tests: plain_names::tests(&named)?,
            program: kotlin::program(workspace)?,
            libunderstudy: workspace.target.join("release"),
            folder,
        })
    }

    /// Shrinks the program by the rules and runs its tests; returns the test runner's words.
    fn try_out(&self, name: &str, rules: &str) -> Result<String> {
        let file = self.folder.join(name).with_extension("pro");
        write(&file, format!("{rules}\n{ENTRY_POINTS}"))?;
        let shrunk = self.folder.join(name).with_extension("jar");
        let mut r8 = Command::new("java");
        r8.arg("-cp").arg(&self.r8).arg("com.android.tools.r8.R8");
        r8.args(["--release", "--classfile"]);
        for library in &self.libraries {
            r8.arg("--lib").arg(library);
        }
        r8.arg("--pg-conf").arg(file).arg("--output").arg(&shrunk);
        run(r8.args(&self.programs))?;
        self.test(&shrunk)
    }

    fn test(&self, shrunk: &Path) -> Result<String> {
        let mut path = vec![shrunk.to_path_buf(), self.natives.clone()];
        path.extend(self.junit.iter().cloned());
        let native = self.libunderstudy.display();
        let output = Command::new("java")
            .arg("-cp")
            .arg(std::env::join_paths(path)?)
            .arg(format!("-Djava.library.path={native}"))
            .arg(format!("-Djna.library.path={native}"))
            .arg(format!("-Dunderstudy.program={}", self.program.display()))
            .arg("org.junit.runner.JUnitCore")
            .args(&self.tests)
            .output()
            .context("the shrunk program could not be started")?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The jars in one, without the rules in them: R8 would take those too, and leave nothing to show
/// with the archive's own.
fn program_of(jars: &[PathBuf], folder: &Path) -> Result<PathBuf> {
    let merged = emptied(&folder.join("program"))?;
    for jar in jars {
        unpack_into(jar, &merged)?;
    }
    std::fs::remove_dir_all(merged.join("META-INF"))?;
    let program = folder.join("program.jar");
    pack(&program, &[merged])?;
    Ok(program)
}

/// The rules without those lines that name a class.
fn without(rules: &str, class: &str) -> Result<String> {
    let others: Vec<&str> = rules.lines().filter(|line| !line.contains(class)).collect();
    ensure!(
        others.len() < rules.lines().count(),
        "the archive brings no rule for {class}"
    );
    Ok(others.join("\n"))
}

/// The last line of the test runner that counts.
fn verdict(words: &str) -> &str {
    words
        .lines()
        .rev()
        .find(|line| line.starts_with("OK (") || line.starts_with("Tests run: "))
        .unwrap_or("no verdict")
}

fn remove_classes(folder: &Path) -> Result<()> {
    for file in files_below(folder)? {
        if file.extension().is_some_and(|end| end == "class") {
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{verdict, without};

    #[test]
    fn a_rule_is_left_out_by_the_class_that_it_names() {
        let rules = "-keep class a.B { *; }\n-dontwarn b";
        assert_eq!(without(rules, "a.B").unwrap(), "-dontwarn b");
        assert!(without(rules, "a.C").is_err());
    }

    #[test]
    fn the_runners_verdict_is_its_last_count() {
        assert_eq!(verdict("Time: 2\n\nOK (44 tests)\n\n"), "OK (44 tests)");
        assert_eq!(verdict("x"), "no verdict");
    }
}
