//! Builds for a chip without an operating system, which prove that the card needs none.

use anyhow::{Context, Result};
use std::process::Command;

use crate::shell::{Workspace, output_of, run};

/// The target of a Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";

/// Builds the crates that a chip carries, with and without the issuer's key derivation.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    ensure_target(CHIP)?;
    let build = [
        "build",
        "--target",
        CHIP,
        "-p",
        "understudy-core",
        "-p",
        "understudy-provisioning",
    ];
    workspace.run_cargo(&build)?;
    workspace.run_cargo(&[&build[..], &["--features", "understudy-core/issuer"]].concat())
}

/// Installs Rust's library for a target with rustup, if it is missing.
pub(crate) fn ensure_target(target: &str) -> Result<()> {
    let folder =
        output_of(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
    if std::path::Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", target])).with_context(|| {
        format!(
            "Rust's library for {target} is missing and rustup could not add it; \
             install it the way this Rust was installed (Debian: libstd-rust-dev-… has no {target}, \
             use rustup from https://rustup.rs)"
        )
    })
}
