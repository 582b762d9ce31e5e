//! A link for Android without an NDK: `rust-lld` against empty system libraries.
//!
//! The system libraries are stand-ins that hold nothing: the library's undefined symbols are bound
//! by Android's loader. Cargo is told that this program is the linker; it passes rustc's arguments,
//! which are meant for a C compiler, on to `rust-lld`.

use anyhow::{Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::abi::Abi;
use crate::prerequisites::sysroot;
use crate::shell::{Workspace, output_of, run};

/// Names the emulation where this program is called as a linker.
const EMULATION: &str = "UNDERSTUDY_LINK_EMULATION";

/// Android's libraries that ours may need.
pub(super) const SYSTEM: [&str; 4] = ["c", "m", "dl", "log"];

/// Arguments that a C compiler understands and `rust-lld` does not.
const FOR_COMPILERS: [&str; 7] = [
    "-nodefaultlibs",
    "-nostartfiles",
    "-pie",
    "-no-pie",
    "-fuse-ld=lld",
    "-march=armv7-a",
    "-m64",
];

/// Nothing: what every stand-in of a system library holds.
const EMPTY: &str = "#![no_std]\n";

/// The functions that the C runtime of ARM (EHABI) asks of an unwinder. A panic ends the process here,
/// as it does not in a library that an NDK linked.
const ABORTING_UNWINDER: &str = include_str!("aborting_unwinder.rs.txt");

/// True if Cargo called this program as its linker.
pub(crate) fn is_linker() -> bool {
    std::env::var_os(EMULATION).is_some()
}

/// Links what rustc asks for.
pub(crate) fn link(arguments: &[String]) -> Result<()> {
    let emulation = std::env::var(EMULATION)?;
    let mut passed: Vec<&str> = Vec::new();
    for argument in arguments {
        match argument.strip_prefix("-Wl,") {
            Some(list) => passed.extend(list.split(',')),
            None if FOR_COMPILERS.contains(&argument.as_str()) => {}
            None => passed.push(argument),
        }
    }
    for argument in &passed {
        if let Some(script) = argument.strip_prefix("--version-script=") {
            hide_unwinder(Path::new(script))?;
        }
    }
    let status = Command::new(tool("rust-lld")?)
        .args(["-flavor", "gnu", "-m", &emulation])
        .args(passed)
        .args(["--no-as-needed", "-ldl", "-lm", "-lc"])
        .status()?;
    if !status.success() {
        bail!("rust-lld failed: {status}");
    }
    Ok(())
}

/// Takes the unwinder out of the list of exported symbols that rustc wrote: another library of the
/// process must not bind to it.
fn hide_unwinder(script: &Path) -> Result<()> {
    let list = std::fs::read_to_string(script)?;
    let kept = list
        .lines()
        .filter(|line| !line.trim_start().starts_with("_Unwind_"));
    let kept: Vec<&str> = kept.collect();
    Ok(std::fs::write(script, kept.join("\n"))?)
}

/// A build with this program as the linker.
pub(super) fn cargo_build(workspace: &Workspace, abi: &Abi) -> Result<Command> {
    let stand_ins = stand_ins(workspace, abi)?;
    let variable = abi.target.to_uppercase().replace('-', "_");
    let mut command = workspace.cargo(&["build"]);
    command
        .env(EMULATION, abi.emulation)
        .env(
            format!("CARGO_TARGET_{variable}_LINKER"),
            std::env::current_exe()?,
        )
        .env(
            format!("CARGO_TARGET_{variable}_RUSTFLAGS"),
            format!("-L {}", stand_ins.display()),
        );
    if abi.unwinder {
        command.args(["--features", "understudy-ffi/verification-unwinder"]);
    }
    Ok(command)
}

/// A folder with the stand-ins of the system libraries and of the NDK's `libunwind`.
fn stand_ins(workspace: &Workspace, abi: &Abi) -> Result<PathBuf> {
    let folder = workspace
        .target
        .join("android")
        .join("stand-ins")
        .join(abi.target);
    std::fs::create_dir_all(&folder)?;
    let empty = object(&folder, abi, "empty", EMPTY)?;
    for name in SYSTEM {
        let library = format!("lib{name}.so");
        run(Command::new(tool("rust-lld")?)
            .args(["-flavor", "gnu", "-m", abi.emulation, "-shared"])
            .args(["-soname", &library, "-o"])
            .arg(folder.join(&library))
            .arg(&empty))?;
    }
    let unwinder = if abi.unwinder {
        // The crate `unwinding` is in the library.
        object(&folder, abi, "no_unwinder", EMPTY)?
    } else {
        object(&folder, abi, "unwinder", ABORTING_UNWINDER)?
    };
    // The linker goes by the content, which may be an object.
    std::fs::rename(unwinder, folder.join("libunwind.a"))?;
    Ok(folder)
}

fn object(folder: &Path, abi: &Abi, name: &str, source: &str) -> Result<PathBuf> {
    let path = folder.join(name).with_extension("rs");
    std::fs::write(&path, source)?;
    let object = folder.join(name).with_extension("o");
    run(rustc(abi)
        .args([
            "--crate-type",
            "lib",
            "--emit",
            "obj",
            "-C",
            "panic=abort",
            "-o",
        ])
        .arg(&object)
        .arg(&path))?;
    Ok(object)
}

fn rustc(abi: &Abi) -> Command {
    let mut command = Command::new("rustc");
    command.args(["--edition", "2024", "--target", abi.target, "-O"]);
    command
}

/// Rust's own copy of a tool, which comes with every toolchain of rustup's.
pub(super) fn tool(name: &str) -> Result<PathBuf> {
    let path = sysroot()?
        .join("lib/rustlib")
        .join(output_of(Command::new("rustc").args(["--print", "host-tuple"]))?.trim())
        .join("bin")
        .join(name);
    if !path.is_file() {
        bail!(
            "{} is missing: this Rust was not installed by rustup (https://rustup.rs)",
            path.display()
        );
    }
    Ok(path)
}

/// The search path under which those tools find their libraries.
pub(super) fn tool_libraries() -> Result<(&'static str, OsString)> {
    Ok(("LD_LIBRARY_PATH", sysroot()?.join("lib").into_os_string()))
}
