//! Resources of the archive: compiled and linked by `aapt2` against Android's own, which finds what
//! is misspelt or missing, and listed for the apps that take the archive in.

use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Command;

use super::files::emptied;
use crate::maven;
use crate::shell::{Workspace, run};

pub(super) const AAPT2: &str = "aapt2";
/// The newest that Debian's `aapt2` reads: API 34.
const FRAMEWORK: &str = "org.robolectric:android-all:14-robolectric-10818077";

/// Writes `R.txt` for the resources of a module; fails where they, or the manifest, name one that
/// is not there.
pub(super) fn list(workspace: &Workspace, main: &Path, table: &Path) -> Result<()> {
    let framework = maven::artifact(workspace, FRAMEWORK)?;
    let folder = emptied(&workspace.target.join("android/resources"))?;
    let compiled = folder.join("compiled.zip");
    run(Command::new(AAPT2)
        .args(["compile", "--dir"])
        .arg(main.join("res"))
        .arg("-o")
        .arg(&compiled))?;
    run(Command::new(AAPT2)
        .args(["link", "--static-lib", "--min-sdk-version", "26"])
        .args(["--target-sdk-version", "34", "-I"])
        .arg(framework)
        .arg("--manifest")
        .arg(main.join("AndroidManifest.xml"))
        .arg("--output-text-symbols")
        .arg(table)
        .arg("-o")
        .arg(folder.join("linked.apk"))
        .arg(&compiled))?;
    let text = std::fs::read_to_string(table).context("aapt2 wrote no list")?;
    ensure!(!text.is_empty(), "aapt2 found no resource");
    Ok(())
}

/// Fails if the manifest names a resource that the list lacks.
pub(super) fn check(manifest: &str, table: &str) -> Result<()> {
    let names = manifest
        .split("\"@")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'));
    for (reference, _) in names.filter(|(reference, _)| !reference.starts_with("android:")) {
        let line = format!("int {} 0x", reference.replace('/', " "));
        ensure!(
            table.lines().any(|known| known.starts_with(&line)),
            "R.txt lacks {reference}"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_manifest_names_what_the_list_has() {
        let manifest = r#"<a android:theme="@android:style/X" android:resource="@xml/aids" />"#;
        check(manifest, "int xml aids 0x0\n").unwrap();
        let error = check(manifest, "int xml aids_of_others 0x0\n").unwrap_err();
        assert_eq!(error.to_string(), "R.txt lacks xml/aids");
    }
}
