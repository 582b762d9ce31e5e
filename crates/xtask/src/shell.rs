//! The place of the workspace, and the running of commands in it.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout that this xtask belongs to, and the one folder that all its builds share.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// The workspace, from the environment that `cargo run` sets.
    pub(crate) fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .context("CARGO_MANIFEST_DIR is not set; run this as `cargo xtask`")?;
        let root = Path::new(&manifest)
            .ancestors()
            .nth(2)
            .context("the xtask crate is not in crates/xtask")?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder)?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// `cargo` in the root of the workspace; every build goes to the shared target folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Runs `cargo`; a failure of it is an error.
    pub(crate) fn run_cargo(&self, arguments: &[&str]) -> Result<()> {
        run(&mut self.cargo(arguments))
    }
}

/// Runs a command with its output passed through, after a line that shows the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let text = text_of(command);
    println!("$ {text}");
    let status = command
        .status()
        .with_context(|| format!("`{text}` could not be started"))?;
    if !status.success() {
        bail!("`{text}` failed: {status}");
    }
    Ok(())
}

/// Runs a command and returns its standard output.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let text = text_of(command);
    let output = command
        .output()
        .with_context(|| format!("`{text}` could not be started"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{text}` failed: {}\n{}", output.status, errors.trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{text}` wrote no UTF-8"))
}

fn text_of(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
