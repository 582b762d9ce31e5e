//! Compiled tests under names that R8 takes. Names of Kotlin's tests are sentences, which R8 refuses
//! to read.

use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

use super::files::{files_below, write};
use crate::maven;
use crate::shell::{Workspace, run};

const ASM: [&str; 2] = ["org.ow2.asm:asm:9.8", "org.ow2.asm:asm-commons:9.8"];
const PROGRAM: &str = include_str!("PlainNames.java");

/// Copies the classes of a folder and renames what must be renamed.
pub(super) fn copy(workspace: &Workspace, classes: &Path, to: &Path) -> Result<()> {
    let program = workspace.target.join("android/PlainNames.java");
    write(&program, PROGRAM)?;
    let asm = ASM
        .iter()
        .map(|name| maven::artifact(workspace, name))
        .collect::<Result<Vec<_>>>()?;
    run(Command::new("java")
        .arg("-cp")
        .arg(std::env::join_paths(asm)?)
        .args([&program, classes, to]))
}

/// The names of the test classes in a folder.
pub(super) fn tests(classes: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in files_below(classes)? {
        let path = file.strip_prefix(classes)?.to_string_lossy().into_owned();
        if let Some(stem) = path.strip_suffix("Test.class") {
            names.push(format!("{}Test", stem.replace('/', ".")));
        }
    }
    ensure!(!names.is_empty(), "there is no test to run");
    Ok(names)
}
