//! An app's view of what was published: a project of its own names the archive, Maven finds the
//! rest by its POM, and the sample and the examples of the documents are compiled against what came.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

use super::abi::ABIS;
use super::files::{emptied, files_below};
use super::repository::{self, Repository};
use super::{elf, examples};
use crate::kotlin;
use crate::maven;
use crate::shell::{Workspace, run};

/// The library that the POM brings for each ABI beside ours.
const JNA: &str = "libjnidispatch.so";

/// An app that took the archive in.
pub(super) struct Resolved {
    /// The jars of both archives, and those that they depend on.
    pub(super) jars: Vec<PathBuf>,
    /// The rules for R8 that the archives bring.
    pub(super) rules: Vec<PathBuf>,
    /// The folder of the app's own classes, those of the sample, beside those of the archives.
    pub(super) classes: PathBuf,
    /// The rules for R8 that `aapt2` wrote for what the app's manifest names.
    pub(super) manifest_rules: PathBuf,
}

/// The packages of the app, below its classes.
pub(super) const APP: &str = "org/understudy/sample";

/// Resolves the published archive and compiles the sample and the documents' examples.
pub(super) fn check(workspace: &Workspace, published: &Repository) -> Result<Resolved> {
    let examples = examples::extract(workspace)?;
    let project = workspace.root.join(kotlin::BINDINGS).join("consumer");
    let target = emptied(&project.join("target"))?;
    let kotlin = repository::property_of_build(workspace, "kotlin.minimum.version")?;
    let local = emptied(&workspace.target.join("android/consumer-repository"))?;
    maven::repository_without("org/understudy", &local)?;
    run(maven::mvn("compile")
        .arg(format!("-Dmaven.repo.local={}", local.display()))
        .arg(format!("-Dunderstudy.version={}", published.version))
        .arg(format!(
            "-Drepository=file://{}",
            published.folder.display()
        ))
        .arg(format!("-Dkotlin.version={kotlin}"))
        .arg(format!("-Dexamples={}", examples.display()))
        .current_dir(&project))
    .context("the published archive does not serve the sample and the examples of the documents")?;
    for abi in ABIS {
        let library = target.join("aars/jna/jni").join(abi.name).join(JNA);
        elf::check_foreign(&library, abi)?;
    }
    let mut files = files_below(&target.join("aars"))?;
    files.extend(files_below(&target.join("jars"))?);
    let resolved = Resolved {
        classes: target.join("classes"),
        manifest_rules: target.join("android/manifest-rules.pro"),
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
