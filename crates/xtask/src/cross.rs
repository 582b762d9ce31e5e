//! Builds for a chip without an operating system: the proof that the card needs none.

use anyhow::{Context, Result};
use std::process::Command;

use crate::shell::{Workspace, output_of, run};

/// A Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";

/// Builds what a chip would carry, with and without the issuer's key derivation.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    ensure_target()?;
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

/// Has the chip's `core` library installed, by rustup if it is missing.
pub(crate) fn ensure_target() -> Result<()> {
    let folder =
        output_of(Command::new("rustc").args(["--print", "target-libdir", "--target", CHIP]))?;
    if std::path::Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["target", "add", CHIP])).with_context(|| {
        format!(
            "Rust's library for {CHIP} is missing and rustup could not add it; \
             install it the way this Rust was installed (Debian: libstd-rust-dev-… has no {CHIP}, \
             use rustup from https://rustup.rs)"
        )
    })
}
