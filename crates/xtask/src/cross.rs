//! Builds for a chip without an operating system, which prove that the card needs none.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Workspace, output_of, run};

/// The target of a Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";
/// The core's features that are schemes.
const SCHEMES: [&str; 3] = ["unionpay", "visa", "mastercard"];

/// Builds what a chip would carry, with and without the issuer's key derivation, and what a terminal
/// without an operating system would; and checks every choice of schemes.
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
        "-p",
        "understudy-acquiring",
    ];
    workspace.run_cargo(&build)?;
    let features = "understudy-core/issuer,understudy-acquiring/line";
    workspace.run_cargo(&[&build[..], &["--features", features]].concat())?;
    check_every_choice_of_schemes(workspace)
}

/// Checks the core with every choice of schemes, with and without key derivation. A build with none
/// is refused by the core itself.
fn check_every_choice_of_schemes(workspace: &Workspace) -> Result<()> {
    for choice in 1..1 << SCHEMES.len() {
        let chosen = SCHEMES.iter().enumerate();
        let chosen = chosen.filter(|(number, _)| choice >> number & 1 == 1);
        let schemes: Vec<&str> = chosen.map(|(_, scheme)| *scheme).collect();
        for more in [&[][..], &["issuer"]] {
            let features = [&schemes[..], more].concat().join(",");
            workspace.run_cargo(&[
                "check",
                "--target",
                CHIP,
                "-p",
                "understudy-core",
                "--no-default-features",
                "--features",
                &features,
            ])?;
        }
    }
    Ok(())
}

/// Installs Rust's library for a target with rustup, if it is missing.
pub(crate) fn ensure_target(target: &str) -> Result<()> {
    let folder =
        output_of(Command::new("rustc").args(["--print", "target-libdir", "--target", target]))?;
    if Path::new(folder.trim()).is_dir() {
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

/// Has the source of Rust's standard library installed, by rustup if it is missing.
pub(crate) fn ensure_source() -> Result<()> {
    if sysroot()?.join("lib/rustlib/src/rust/library/std").is_dir() {
        return Ok(());
    }
    run(Command::new("rustup").args(["component", "add", "rust-src"])).context(
        "the source of Rust's standard library is missing and rustup could not add it; \
         install it the way this Rust was installed (Debian: rust-src)",
    )
}

/// The folder of the toolchain that compiles here.
pub(crate) fn sysroot() -> Result<PathBuf> {
    let sysroot = output_of(Command::new("rustc").args(["--print", "sysroot"]));
    Ok(PathBuf::from(
        sysroot.context("rustc does not say where it is")?.trim(),
    ))
}
