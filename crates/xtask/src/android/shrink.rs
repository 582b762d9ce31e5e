//! The archive after an app's R8: the sample, the archive, JNA and Kotlin's library, with the tests
//! of the plain module, are shrunk and renamed into one program by the rules that the archive brings
//! and those of the sample's manifest. The tests pass on it.
//!
//! Of the tests only the entry points are kept for their own sake. Without the rule for JNA the same
//! tests fail, which shows that R8 did its work.

use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

use super::consumer::{APP, Resolved};
use super::files::{copy, emptied, entries, files_below, pack, unpack_into, write};
use super::junit::{JUnit, TestRun};
use super::plain_names;
use super::r8::R8;
use super::repository::property_of_build;
use crate::kotlin;
use crate::maven;
use crate::shell::{Workspace, run};

/// JNA for desktops: its native part, which the one for Android has for Android alone.
const JNA: &str = "net.java.dev.jna:jna";

/// The tests read the command's answers by it.
const GSON: &str = "com.google.code.gson:gson";

/// Classes that native code finds by name.
const NEEDED: &str = "com.sun.jna.**";

/// The members that a test runner reaches by reflection, and the program of another JVM.
const ENTRY_POINTS: &str = "\
-keepclasseswithmembers class org.understudy.** {
    @org.junit.jupiter.api.Test <methods>;
}
-keepclassmembers class org.understudy.** {
    <init>();
    @org.junit.jupiter.api.BeforeEach <methods>;
    @org.junit.jupiter.api.AfterEach <methods>;
}
-keepclasseswithmembers class org.understudy.** {
    public static void main(java.lang.String[]);
}
";

/// Files that each of the runs needs.
struct Bench {
    folder: PathBuf,
    r8: R8,
    programs: [PathBuf; 2],
    junit: JUnit,
    /// JNA's resources without its classes.
    natives: PathBuf,
    gson: PathBuf,
    tests: Vec<String>,
    /// The command, whose bank the tests meet.
    program: PathBuf,
    libunderstudy: PathBuf,
}

/// Shrinks and tests the program with all rules, then without the one for JNA.
pub(super) fn check(workspace: &Workspace, resolved: &Resolved) -> Result<()> {
    let bench = Bench::set_up(workspace, resolved)?;
    let expected = bench.junit.count(&bench.programs, &bench.tests)?;
    let manifest = std::fs::read_to_string(&resolved.manifest_rules)?;
    let mut rules = manifest.clone();
    for file in &resolved.rules {
        rules.push_str(&std::fs::read_to_string(file)?);
    }
    let outcome = bench.try_out("all-rules", &rules)?;
    ensure!(
        outcome.passed == expected && outcome.failed == 0,
        "not all of {expected} tests pass on what R8 made of the archive:\n{}",
        outcome.words
    );
    has_kept(&bench.shrunk("all-rules"), &manifest)?;
    println!("R8 with the archive's rules: {expected} tests pass");
    let outcome = bench.try_out("rule-missing", &without(&rules, NEEDED)?)?;
    ensure!(
        outcome.failed > 0,
        "the check is blind: the tests pass without the rule for {NEEDED}:\n{}",
        outcome.words
    );
    println!(
        "R8 without the one for {NEEDED}: {} tests fail",
        outcome.failed
    );
    Ok(())
}

impl Bench {
    fn set_up(workspace: &Workspace, resolved: &Resolved) -> Result<Self> {
        let folder = emptied(&workspace.target.join("android/shrunk"))?;
        let named = folder.join("tests");
        plain_names::copy(workspace, &kotlin::test_classes(workspace), &named)?;
        let junit = JUnit::fetch(workspace)?;
        let tests = folder.join("tests.jar");
        pack(&tests, std::slice::from_ref(&named))?;
        let version = property_of_build(workspace, "gson.version")?;
        let gson = maven::artifact(workspace, &format!("{GSON}:{version}"))?;
        let jna = property_of_build(workspace, "jna.version")?;
        let jna = maven::artifact(workspace, &format!("{JNA}:{jna}"))?;
        let natives = emptied(&folder.join("jna-natives"))?;
        unpack_into(&jna, &natives)?;
        remove_classes(&natives)?;
        Ok(Self {
            r8: R8::fetch(workspace)?,
            programs: [program_of(resolved, &folder)?, tests],
            junit,
            natives,
            gson,
            tests: plain_names::tests(&named)?,
            program: kotlin::program(workspace)?,
            libunderstudy: workspace.target.join("release"),
            folder,
        })
    }

    /// Shrinks the program by the rules and runs its tests.
    fn try_out(&self, name: &str, rules: &str) -> Result<TestRun> {
        let file = self.folder.join(name).with_extension("pro");
        write(&file, format!("{rules}\n{ENTRY_POINTS}"))?;
        let shrunk = self.shrunk(name);
        let mut r8 = self.r8.command();
        r8.arg("--classfile");
        for library in [self.junit.jar(), &self.gson] {
            r8.arg("--lib").arg(library);
        }
        r8.arg("--pg-conf").arg(file).arg("--output").arg(&shrunk);
        run(r8.args(&self.programs))?;
        self.test(&shrunk)
    }

    /// The file of what R8 made by rules of a name.
    fn shrunk(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension("jar")
    }

    fn test(&self, shrunk: &Path) -> Result<TestRun> {
        let native = self.libunderstudy.display();
        let properties = [
            format!("-Djava.library.path={native}"),
            format!("-Djna.library.path={native}"),
            format!("-Dunderstudy.program={}", self.program.display()),
        ];
        let path = [shrunk, &self.natives, &self.gson].map(Path::to_path_buf);
        self.junit.run(&path, &properties, &self.tests)
    }
}

/// The app's classes and its jars in one, without the rules in them: R8 would take those too, and
/// leave nothing to show with the archive's own.
fn program_of(app: &Resolved, folder: &Path) -> Result<PathBuf> {
    let merged = emptied(&folder.join("program"))?;
    for jar in &app.jars {
        unpack_into(jar, &merged)?;
    }
    std::fs::remove_dir_all(merged.join("META-INF"))?;
    for file in files_below(&app.classes.join(APP))? {
        copy(&file, &merged.join(file.strip_prefix(&app.classes)?))?;
    }
    let program = folder.join("program.jar");
    pack(&program, &[merged])?;
    Ok(program)
}

/// Every class that the app's manifest names is in a program, under its name.
fn has_kept(program: &Path, manifest_rules: &str) -> Result<()> {
    let entries = entries(program)?;
    let classes = classes_named(manifest_rules);
    for wanted in ["org.understudy.sample.", "org.understudy.android."] {
        ensure!(
            classes.iter().any(|class| class.starts_with(wanted)),
            "the sample's manifest names no class of {wanted}"
        );
    }
    for class in classes {
        let entry = format!("{}.class", class.replace('.', "/"));
        ensure!(entries.contains(&entry), "R8 left no {class} to Android");
    }
    Ok(())
}

/// The classes in rules of the shape `-keep class NAME { … }`.
fn classes_named(rules: &str) -> Vec<&str> {
    rules
        .lines()
        .filter_map(|line| line.strip_prefix("-keep class ")?.split(' ').next())
        .collect()
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
    use super::{classes_named, without};

    #[test]
    fn a_rule_is_left_out_by_the_class_that_it_names() {
        let rules = "-keep class a.B { *; }\n-dontwarn b";
        assert_eq!(without(rules, "a.B").unwrap(), "-dontwarn b");
        assert!(without(rules, "a.C").is_err());
    }

    #[test]
    fn classes_are_those_that_rules_keep() {
        let rules = "# x\n-keep class a.B { <init>(); }\n-dontwarn c.D\n-keep class e.F { *; }\n";
        assert_eq!(classes_named(rules), ["a.B", "e.F"]);
    }
}
