//! `libunderstudy.so` for Android: one library for each ABI, and a check of what was linked.
//!
//! With an NDK (`ANDROID_NDK_HOME`) cargo-ndk links what ships. Without one the libraries are
//! linked against empty stand-ins of Android's system libraries: good for checking layout, size and
//! symbols, and named `verification` so that nobody ships them.

mod aar;
mod abi;
mod apk;
mod elf;
mod files;
mod link;
mod repository;
mod resources;
mod sizes;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kotlin;
use crate::shell::{Workspace, run};
use abi::{ABIS, Abi};
pub(crate) use link::{is_linker, link as link_library};
pub(crate) use resources::AAPT2;

const LIBRARY: &str = "libunderstudy.so";

/// How a library was linked.
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
        let library = build(workspace, abi, linkage)?;
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
    let jars = kotlin::package(workspace)?;
    let archive = aar::build(workspace, linkage, &jars)?;
    let repository = repository::publish(workspace, linkage, &archive, &jars)?;
    println!(
        "repository: {} with org.understudy:understudy-android:{}",
        repository.folder.display(),
        repository.version
    );
    Ok(())
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

fn build(workspace: &Workspace, abi: &Abi, linkage: Linkage) -> Result<PathBuf> {
    crate::cross::ensure_target(abi.target)?;
    let arguments = [
        "--release",
        "--target",
        abi.target,
        "--package",
        "understudy-ffi",
    ];
    match linkage {
        Linkage::Ndk => run(workspace
            .cargo(&["ndk", "--platform", "26", "build"])
            .args(arguments)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"))
        .context("cargo-ndk links with the NDK: `cargo install cargo-ndk` brings it")?,
        Linkage::Verification => link::build(workspace, abi, &arguments)?,
    }
    let library = workspace
        .target
        .join(abi.target)
        .join("release")
        .join(LIBRARY);
    if !library.is_file() {
        bail!("{} was not built", library.display());
    }
    Ok(library)
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
