//! The processor of most phones, emulated: tests of card and wallet on arm64 Linux, and the Android
//! library for arm64 answering taps.
//!
//! `qemu-user` runs the programs. The Android library is loaded by glibc beside a stand-in of a JVM
//! (`aarch64/tap.c`): its code, its relocations and its calls are the phone's, C library and thread
//! storage are not.

use anyhow::{Context, Result};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::android;
use crate::shell::{Workspace, output_of, run};

pub(crate) const TARGET: &str = "aarch64-unknown-linux-gnu";
const EMULATOR: &str = "qemu-aarch64";
const COMPILER: &str = "aarch64-linux-gnu-gcc";

/// The folder of Debian's C library for arm64.
const SYSROOT: &str = "/usr/aarch64-linux-gnu";

/// Android's libraries that ours needs, and the files of glibc that take their places.
const SYSTEM: [(&str, &str); 4] = [
    ("libc.so", "libc.so.6"),
    ("libm.so", "libm.so.6"),
    ("libdl.so", "libdl.so.2"),
    ("liblog.so", "libdl.so.2"),
];

/// Tests that start their own program again, which the emulator cannot.
const OF_TWO_PROCESSES: [&str; 3] = [
    "a_store_of_another_process_is_in_use_until_that_is_killed_and_then_it_is_whole",
    "a_small_file_system_of_its_own_that_fills_up_and_turns_read_only_loses_nothing",
    "a_tap_with_an_armed_key_writes_once_and_syncs_nothing",
];

/// Unit tests that try every octet or every cut of the power: in the full form alone.
const EXHAUSTIVE: [&str; 3] = ["tests::cuts", "tests::damage", "whatever_octet_is_altered"];

/// Lives of a phone in the random test, in the short form and in the full one. Natively there are 200
/// and 100,000.
const RUNS: [&str; 2] = ["10", "1000"];

/// The short form: the unit tests of core and wallet but for the exhaustive ones, ten random lives of
/// the wallet's model, and the library's taps.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let exhaustive = EXHAUSTIVE.iter().flat_map(|name| ["--skip", name]);
    run(tests(workspace, &["--lib"]).args(exhaustive))?;
    let model = ["--test", "model", "random::"];
    run(tests(workspace, &model).env("UNDERSTUDY_RUNS", RUNS[0]))?;
    tap(workspace)
}

/// The full form, in `cargo xtask slow`: every test of core and wallet.
pub(crate) fn run_full(workspace: &Workspace) -> Result<()> {
    run(tests(workspace, &["--lib", "--tests"])
        .env("UNDERSTUDY_FULL", "1")
        .env("UNDERSTUDY_RUNS", RUNS[1]))?;
    tap(workspace)
}

/// Tests of core and wallet under the emulator; `selection` is Cargo's, a filter of names last.
fn tests(workspace: &Workspace, selection: &[&str]) -> Command {
    let packages = ["test", "--target", TARGET, "--all-features"];
    let mut command = workspace.cargo(&packages);
    command
        .args([
            "--package",
            "understudy-core",
            "--package",
            "understudy-wallet",
        ])
        .args(selection)
        .arg("--")
        .args(OF_TWO_PROCESSES.iter().flat_map(|name| ["--skip", name]))
        // Nobody debugs these programs, and compiling them is most of the gate's time.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", COMPILER)
        .env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
            format!("{EMULATOR} -L {SYSROOT}"),
        );
    command
}

/// Has a terminal tap the Android library, and the issuer judge what came of it.
fn tap(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target.join("aarch64");
    std::fs::create_dir_all(&folder)?;
    for (name, file) in SYSTEM {
        let link = folder.join(name);
        if !link.exists() {
            symlink(Path::new(SYSROOT).join("lib").join(file), link)?;
        }
    }
    let program = compile(workspace, &folder)?;
    let library = android::library_for_arm64(workspace)?;
    let search_path = format!("LD_LIBRARY_PATH={}", folder.display());
    let words = [EMULATOR, "-L", SYSROOT, "-E", &search_path]
        .map(str::to_owned)
        .into_iter()
        .chain([program, library].map(|path| path.display().to_string()));
    let words: Vec<String> = words.collect();
    // With the features of the `unit` gate, so that nothing is compiled a second time.
    let all = [
        "test",
        "--workspace",
        "--all-features",
        "--test",
        "end_to_end",
    ];
    run(workspace
        .cargo(&all)
        .args(["--", "--ignored", "library::"])
        .env("UNDERSTUDY_TAP_PROGRAM", words.join("\n")))
}

/// The stand-in of a JVM, compiled against the JDK's own `jni.h`.
fn compile(workspace: &Workspace, folder: &Path) -> Result<PathBuf> {
    let javac = output_of(Command::new("sh").args(["-c", "command -v javac"]))?;
    let javac = std::fs::canonicalize(javac.trim())?;
    let java = javac.ancestors().nth(2);
    let headers = java.context("javac is in no JDK")?.join("include");
    let program = folder.join("tap");
    run(Command::new(COMPILER)
        .args(["-O1", "-Wall", "-Wextra", "-Werror", "-rdynamic"])
        .arg("-I")
        .arg(&headers)
        .arg("-I")
        .arg(headers.join("linux"))
        .arg("-o")
        .arg(&program)
        .arg(workspace.root.join("crates/xtask/src/aarch64/tap.c")))?;
    Ok(program)
}
