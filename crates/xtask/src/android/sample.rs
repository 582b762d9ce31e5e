//! The sample app before it is an APK.

use anyhow::Result;
use std::path::PathBuf;

use super::repository::property_of_build;
use crate::kotlin;
use crate::shell::Workspace;

/// The annotations that Kotlin's library names in its signatures.
const ANNOTATIONS: &str = "org.jetbrains:annotations:13.0";

/// The parts of the sample app.
pub(super) struct Sample {
    /// Its own classes and the library's.
    pub(super) jars: Vec<PathBuf>,
    /// R8's rules: those that the archive brings, and those of the manifest.
    pub(super) rules: Vec<PathBuf>,
    /// An APK of manifest and resources alone.
    pub(super) resources: PathBuf,
    /// JNA's archive for Android, as Maven names it.
    pub(super) jna: String,
    /// Other libraries, likewise.
    pub(super) libraries: Vec<String>,
}

/// Packs the sample's classes and resources, without a test.
pub(super) fn package(workspace: &Workspace) -> Result<Sample> {
    kotlin::package_by(
        workspace,
        &["--projects=understudy,understudy-android,sample"],
    )?;
    let modules = workspace.root.join(kotlin::BINDINGS);
    let version = |name: &str| property_of_build(workspace, name);
    let linked = modules.join("sample/target/android");
    Ok(Sample {
        jars: ["understudy", "understudy-android", "sample"]
            .map(|module| kotlin::jar(&modules, module))
            .to_vec(),
        rules: vec![
            workspace.root.join(kotlin::RULES),
            linked.join("manifest-rules.pro"),
        ],
        resources: linked.join("resources.apk"),
        jna: format!("net.java.dev.jna:jna:{}:aar", version("jna.version")?),
        libraries: vec![
            format!(
                "org.jetbrains.kotlin:kotlin-stdlib:{}",
                version("kotlin.version")?
            ),
            ANNOTATIONS.to_owned(),
        ],
    })
}
