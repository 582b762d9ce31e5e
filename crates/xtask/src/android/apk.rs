//! The sample app as a signed APK, without the Android SDK: its classes, the library's, JNA's and
//! Kotlin's shrunk by R8, the resources that `aapt2` linked, the libraries for each ABI. It is
//! aligned, signed by a key made on the spot, and checked.

mod check;
mod program;

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::abi::ABIS;
use super::files::{copy, emptied, files_below, unpack};
use super::sample::{self, Sample};
use super::{LIBRARY, Linkage, folder};
use crate::maven;
use crate::shell::{Workspace, run};

const ZIPALIGN: &str = "zipalign";
const APKSIGNER: &str = "apksigner";

/// The app runs on this API level or newer.
const MINIMUM_API: &str = "26";
/// Octets of a page, to which the libraries are aligned, since Android maps them out of the APK.
const PAGE: u32 = 16 * 1024;
/// JNA's own library.
const DISPATCH: &str = "libjnidispatch.so";
/// Of a key that is made for one APK and protects nothing.
const PASSWORD: &str = "pass:android";

/// Builds the APK and checks it; returns its path.
pub(super) fn build(workspace: &Workspace, linkage: Linkage) -> Result<PathBuf> {
    let sample = sample::package(workspace)?;
    let root = emptied(&workspace.target.join("android/apk"))?;
    let jna = unpack(&maven::artifact(workspace, &sample.jna)?, &root.join("jna"))?;
    let staged = root.join("staged");
    program::shrink(workspace, &sample, &jna, &root, &staged)?;
    stage_libraries(workspace, linkage, &jna, &staged)?;
    let apk = root.join(match linkage {
        Linkage::Ndk => "understudy-sample.apk",
        Linkage::Verification => "understudy-sample-verification.apk",
    });
    pack(&sample, &staged, &root, &apk)?;
    check::check(&apk, &root)?;
    Ok(apk)
}

fn stage_libraries(
    workspace: &Workspace,
    linkage: Linkage,
    jna: &Path,
    staged: &Path,
) -> Result<()> {
    for abi in ABIS {
        let to = staged.join("lib").join(abi.name);
        let ours = folder(workspace, linkage).join(abi.name).join(LIBRARY);
        copy(&ours, &to.join(LIBRARY))?;
        copy(
            &jna.join("jni").join(abi.name).join(DISPATCH),
            &to.join(DISPATCH),
        )?;
    }
    Ok(())
}

/// Adds what is staged to the linked resources, uncompressed, aligns everything that is, and signs.
fn pack(sample: &Sample, staged: &Path, root: &Path, apk: &Path) -> Result<()> {
    let unaligned = root.join("unaligned.apk");
    copy(&sample.resources, &unaligned)?;
    let mut jar = Command::new("jar");
    jar.args(["--update", "--no-manifest", "--no-compress", "--file"])
        .arg(&unaligned);
    for file in files_below(staged)? {
        jar.arg("-C")
            .arg(staged)
            .arg(file.strip_prefix(staged).context("a file is elsewhere")?);
    }
    run(&mut jar)?;
    let aligned = root.join("aligned.apk");
    run(Command::new(ZIPALIGN)
        .args(["-f", &PAGE.to_string()])
        .arg(&unaligned)
        .arg(&aligned))?;
    sign(&aligned, root, apk)
}

fn sign(aligned: &Path, root: &Path, apk: &Path) -> Result<()> {
    let keys = root.join("debug.keystore");
    run(Command::new("keytool")
        .args(["-genkeypair", "-alias", "debug", "-dname", "CN=Debug"])
        .args(["-keyalg", "RSA", "-keysize", "2048", "-validity", "365"])
        .args(["-storepass", "android", "-keystore"])
        .arg(&keys))?;
    run(Command::new(APKSIGNER)
        .args(["sign", "--min-sdk-version", MINIMUM_API])
        .args(["--ks-pass", PASSWORD, "--ks"])
        .arg(keys)
        .arg("--out")
        .arg(apk)
        .arg(aligned))
}
