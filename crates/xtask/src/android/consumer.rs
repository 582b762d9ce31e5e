//! An app's view of what was published: a project of its own names the archive, Maven finds the
//! rest by its POM, and the examples of the documents are compiled against what came.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use super::abi::ABIS;
use super::files::{emptied, files_below};
use super::repository::{self, Repository};
use super::{elf, examples};
use crate::kotlin;
use crate::maven;
use crate::shell::{Workspace, run};

/// The library that the POM brings for each ABI beside ours.
const JNA: &str = "libjnidispatch.so";

/// What an app has on its class path after it took the archive in.
pub(super) struct Resolved {
    /// The jars of both archives, and those that they depend on.
    pub(super) jars: Vec<PathBuf>,
    /// The rules for R8 that the archives bring.
    pub(super) rules: Vec<PathBuf>,
}

/// Resolves the published archive and compiles the documents' examples.
pub(super) fn check(workspace: &Workspace, published: &Repository) -> Result<Resolved> {
    let examples = examples::extract(workspace)?;
    let project = workspace.root.join(kotlin::BINDINGS).join("consumer");
    let target = emptied(&project.join("target"))?;
    let kotlin = repository::property_of_build(workspace, "kotlin.minimum.version")?;
    run(maven::mvn("compile")
        .arg(format!("-Dunderstudy.version={}", published.version))
        .arg(format!(
            "-Drepository=file://{}",
            published.folder.display()
        ))
        .arg(format!("-Drepository.id=understudy-{}", moment()?))
        .arg(format!("-Dkotlin.version={kotlin}"))
        .arg(format!("-Dexamples={}", examples.display()))
        .current_dir(&project))
    .context("the published archive does not serve the examples of the documents")?;
    for abi in ABIS {
        let library = target.join("aars/jna/jni").join(abi.name).join(JNA);
        elf::check_foreign(&library, abi)?;
    }
    let mut files = files_below(&target.join("aars"))?;
    files.extend(files_below(&target.join("jars"))?);
    let resolved = Resolved {
        rules: named(&files, |path| path.ends_with("proguard.txt")),
        jars: named(&files, |path| {
            path.extension().is_some_and(|end| end == "jar")
        }),
    };
    ensure!(
        resolved.jars.len() >= 4,
        "the POM did not bring the archive's two jars, JNA and Kotlin's library"
    );
    ensure!(!resolved.rules.is_empty(), "the archive brought no rules");
    Ok(resolved)
}

fn named(files: &[PathBuf], wanted: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
    files.iter().filter(|path| wanted(path)).cloned().collect()
}

/// Microseconds since 1970: a number that no earlier run had.
fn moment() -> Result<u128> {
    Ok(std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock stands before 1970")?
        .as_micros())
}
