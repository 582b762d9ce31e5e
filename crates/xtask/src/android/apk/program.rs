//! The app's program: every class that it reaches, shrunk and renamed by R8.

use anyhow::Result;
use std::path::{Path, PathBuf};

use super::MINIMUM_API;
use crate::android::files::{copy, emptied, files_below, unpack};
use crate::android::r8::R8;
use crate::android::sample::Sample;
use crate::maven;
use crate::shell::{Workspace, run};

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
    let mut r8 = R8::fetch(workspace)?.command();
    r8.args(["--min-api", MINIMUM_API]);
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
