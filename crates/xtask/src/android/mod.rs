//! `libunderstudy.so` for Android: one library for each ABI, and a check of what was linked.
//!
//! With an NDK (`ANDROID_NDK_HOME`) cargo-ndk links what ships. Without one the libraries are
//! linked against empty stand-ins of Android's system libraries: good for checking layout, size and
//! symbols, and named `verification` so that nobody ships them.

mod aar;
mod abi;
mod apk;
mod build;
mod consumer;
mod elf;
mod examples;
mod files;
mod junit;
mod link;
mod plain_names;
mod r8;
mod repository;
mod resources;
mod sample;
mod shrink;
mod sizes;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::kotlin;
use crate::shell::{Workspace, run};
pub(crate) use abi::ABIS;
use abi::Abi;
pub(crate) use link::{is_linker, link as link_library};

const LIBRARY: &str = "libunderstudy.so";

/// The way a library was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linkage {
    /// By an NDK: fit to ship.
    Ndk,
    /// Against stand-ins of the system libraries: fit to be checked.
    Verification,
}

impl Linkage {
    fn here() -> Self {
        match std::env::var_os("ANDROID_NDK_HOME") {
            Some(_) => Self::Ndk,
            None => Self::Verification,
        }
    }

    /// The folder of the libraries below `target/android`.
    const fn folder(self) -> &'static str {
        match self {
            Self::Ndk => "release",
            Self::Verification => "verification",
        }
    }
}

/// Builds the library for every ABI, checks it, and compares its size with the figures that are
/// checked in.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let linkage = Linkage::here();
    for abi in ABIS {
        let library = build::build(workspace, abi, linkage)?;
        elf::check(&library, abi)?;
        let stripped = strip(workspace, abi, linkage, &library)?;
        sizes::check(workspace, abi, linkage, &stripped)?;
    }
    println!(
        "android: {} libraries in {}{}",
        ABIS.len(),
        folder(workspace, linkage).display(),
        match linkage {
            Linkage::Ndk => "",
            Linkage::Verification => " (no NDK: for checking only, not for shipping)",
        }
    );
    Ok(())
}

/// Packs the archive for apps and publishes it in a Maven repository.
pub(crate) fn run_aar(workspace: &Workspace) -> Result<()> {
    run_gate(workspace)?;
    let linkage = Linkage::here();
    let jars = timed("classes and documentation", || kotlin::package(workspace))?;
    let archive = timed("archive", || aar::build(workspace, linkage, &jars))?;
    let repository = timed("repository", || {
        repository::publish(workspace, linkage, &archive, &jars)
    })?;
    let resolved = timed("consumer", || consumer::check(workspace, &repository))?;
    timed("R8", || shrink::check(workspace, &resolved))?;
    println!(
        "aar: org.understudy:understudy-android:{} is in {}",
        repository.version,
        repository.folder.display()
    );
    Ok(())
}

/// The stripped library for arm64, linked without an NDK.
pub(crate) fn library_for_arm64(workspace: &Workspace) -> Result<PathBuf> {
    let linkage = Linkage::Verification;
    let abi = ABIS.iter().find(|abi| abi.name == "arm64-v8a");
    let abi = abi.context("there is no ABI for arm64")?;
    let library = build::build(workspace, abi, linkage)?;
    strip(workspace, abi, linkage, &library)
}

fn timed<T>(step: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let done = work()?;
    println!("aar: {step} took {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}

/// Builds the sample app with the libraries, as a signed APK.
pub(crate) fn run_apk(workspace: &Workspace) -> Result<()> {
    run_gate(workspace)?;
    let apk = apk::build(workspace, Linkage::here())?;
    println!("apk: {}", apk.display());
    Ok(())
}

/// `target/android/<linkage>/`, below which each library lies in a folder named after its ABI.
pub(crate) fn folder(workspace: &Workspace, linkage: Linkage) -> PathBuf {
    workspace.target.join("android").join(linkage.folder())
}

/// The library without its symbols, where the AAR takes it from.
fn strip(workspace: &Workspace, abi: &Abi, linkage: Linkage, library: &Path) -> Result<PathBuf> {
    let folder = folder(workspace, linkage).join(abi.name);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    let stripped = folder.join(LIBRARY);
    let (variable, libraries) = link::tool_libraries()?;
    run(Command::new(link::tool("rust-objcopy")?)
        .env(variable, libraries)
        .arg("--strip-all")
        .arg(library)
        .arg(&stripped))?;
    Ok(stripped)
}
