//! The app's program: every class that it reaches, shrunk and renamed by R8.

use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::MINIMUM_API;
use crate::android::files::{copy, emptied, files_below, unpack};
use crate::android::sample::Sample;
use crate::maven;
use crate::shell::{Workspace, run};

const R8: &str = "com.android.tools:r8:8.11.18";
/// Android's classes, which R8 looks up and leaves out. It has none of Java's: those are the JDK's.
const ANDROID: &str = "org.robolectric:android-all:15-robolectric-12650502";

/// Writes `classes.dex`, and more of them if one does not hold it all, into `staged`. R8 gets the
/// rules that the archive brings, those that `aapt2` wrote for the manifest, and no others.
pub(super) fn shrink(
    workspace: &Workspace,
    sample: &Sample,
    jna: &Path,
    root: &Path,
    staged: &Path,
) -> Result<()> {
    let output = root.join("program.zip");
    let mut r8 = Command::new("java");
    r8.arg("-cp")
        .arg(maven::artifact(workspace, R8)?)
        .args(["com.android.tools.r8.R8", "--release"])
        .args(["--min-api", MINIMUM_API, "--lib"])
        .arg(maven::java_home()?)
        .arg("--lib")
        .arg(maven::artifact(workspace, ANDROID)?);
    for rules in &sample.rules {
        r8.arg("--pg-conf").arg(rules);
    }
    r8.arg("--output").arg(&output);
    run(r8.args(inputs(workspace, sample, jna)?))?;
    emptied(staged)?;
    let unpacked = unpack(&output, &root.join("program"))?;
    for file in files_below(&unpacked)? {
        let inside = file.strip_prefix(&unpacked)?;
        // Beside the program, what libraries bring for compilers: an app needs none of it.
        if inside.extension().is_some_and(|end| end == "dex") {
            copy(&file, &staged.join(inside))?;
        }
    }
    Ok(())
}

fn inputs(workspace: &Workspace, sample: &Sample, jna: &Path) -> Result<Vec<PathBuf>> {
    let mut inputs = sample.jars.clone();
    inputs.push(jna.join("classes.jar"));
    for library in &sample.libraries {
        inputs.push(maven::artifact(workspace, library)?);
    }
    Ok(inputs)
}
