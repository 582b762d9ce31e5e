//! Cargo's build of the library, with the same settings for both linkages.
//!
//! The library is built for size, and Rust's standard library with it: the one that rustup installs
//! is compiled for speed and brings a symboliser of backtraces, for an output that no phone shows.
//! Cargo's `build-std` is unstable, so this one build is allowed unstable features of the stable
//! compiler (`RUSTC_BOOTSTRAP`), in a target folder of its own.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

use super::abi::Abi;
use super::{LIBRARY, Linkage, link};
use crate::shell::{Workspace, run};

/// The standard library with unwinding, because a panic is answered and does not end the process.
const STANDARD_LIBRARY: [&str; 2] = [
    "-Zbuild-std=std,panic_unwind",
    "-Zbuild-std-features=panic-unwind,optimize_for_size",
];

/// The crates that only pass values between languages, where size goes before speed still more.
const SMALLEST: [&str; 2] = [
    "profile.release.package.understudy-ffi.opt-level='z'",
    "profile.release.package.uniffi_core.opt-level='z'",
];

/// The library with its symbols.
pub(super) fn build(workspace: &Workspace, abi: &Abi, linkage: Linkage) -> Result<PathBuf> {
    let folder = workspace.target.join("android").join("build");
    let mut command = match linkage {
        Linkage::Ndk => workspace.cargo(&["ndk", "--platform", "26", "build"]),
        Linkage::Verification => link::cargo_build(workspace, abi)?,
    };
    let built = run(settings(&mut command, abi).env("CARGO_TARGET_DIR", &folder));
    match linkage {
        Linkage::Ndk => {
            built.context("cargo-ndk links with the NDK: `cargo install cargo-ndk` brings it")?;
        }
        Linkage::Verification => built?,
    }
    let library = folder.join(abi.target).join("release").join(LIBRARY);
    if !library.is_file() {
        bail!("{} was not built", library.display());
    }
    Ok(library)
}

fn settings<'command>(command: &'command mut Command, abi: &Abi) -> &'command mut Command {
    command
        .args(["--release", "--target", abi.target])
        .args(["--package", "understudy-ffi"])
        .args(STANDARD_LIBRARY)
        .args(SMALLEST.iter().flat_map(|setting| ["--config", setting]))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")
}
