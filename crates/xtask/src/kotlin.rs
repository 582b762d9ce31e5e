//! The Kotlin side: the library is built, its Kotlin generated, and wallets on the JVM and behind
//! Android's own service class bind cards at an issuer and pay.

use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::android::AAPT2;
use crate::shell::{Workspace, run as run_command};
use crate::{debian, maven};

pub(crate) const BINDINGS: &str = "bindings/kotlin";
/// The program whose bank and terminal the tests meet.
const PROGRAM: &str = "understudy";
/// The rules that the archive brings to an app's R8.
pub(crate) const RULES: &str =
    "bindings/kotlin/understudy/src/main/resources/META-INF/proguard/understudy.pro";
/// What Kotlin's library names in its signatures.
const ANNOTATIONS: &str = "org.jetbrains:annotations:13.0";
const GENERATOR: &str = "uniffi-bindgen";
const GENERATED: &str = "bindings/kotlin/understudy/target/generated-sources/uniffi";

/// What is made of the two modules for others.
pub(crate) struct Jars {
    pub(crate) plain: PathBuf,
    pub(crate) android: PathBuf,
    /// Folders of sources: those of the plain module with the generated ones, and the Android
    /// module's own.
    pub(crate) plain_sources: Vec<PathBuf>,
    pub(crate) android_sources: Vec<PathBuf>,
    /// A folder of pages on both.
    pub(crate) documentation: PathBuf,
}

/// What the sample app is made of.
pub(crate) struct Sample {
    /// Its own classes and the library's.
    pub(crate) jars: Vec<PathBuf>,
    /// R8's rules: those that the archive brings, and those of the manifest.
    pub(crate) rules: Vec<PathBuf>,
    /// An APK of manifest and resources alone.
    pub(crate) resources: PathBuf,
    /// JNA's archive for Android, as Maven names it.
    pub(crate) jna: String,
    /// Other libraries, likewise.
    pub(crate) libraries: Vec<String>,
}

/// Generates `org.understudy.ffi` from the library and stops there: what Maven and an IDE need
/// before they compile the modules by themselves.
pub(crate) fn generate_sources(workspace: &Workspace) -> Result<()> {
    build_library(workspace)?;
    println!("bindings: {GENERATED}");
    Ok(())
}

/// Builds libunderstudy, generates `org.understudy.ffi` from it and runs Maven's tests, which meet
/// the bank and the terminal of the command.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    prepare(workspace)?;
    // The sample links its resources.
    debian::require(&[AAPT2])?;
    // With the features of the `unit` gate, so that nothing is compiled a second time. Of the
    // libraries the tests load libunderstudy, which then has a command that panics.
    workspace.run_cargo(&[
        "build",
        "--workspace",
        "--all-features",
        "--lib",
        "--bin",
        PROGRAM,
    ])?;
    let built = workspace.target.join("debug");
    let program = built.join(PROGRAM);
    build(
        workspace,
        "verify",
        &[
            format!("-Dunderstudy.program={}", program.display()),
            format!("-Dnative.panicking.dir={}", built.display()),
        ],
    )
}

/// Packs the jars and writes their documentation, without a test.
pub(crate) fn package(workspace: &Workspace) -> Result<Jars> {
    prepare(workspace)?;
    let options = [
        "-DskipTests",
        "-Pdocumentation",
        "--projects=understudy,understudy-android",
    ];
    build(workspace, "package", &options.map(str::to_owned))?;
    let modules = workspace.root.join(BINDINGS);
    let sources = |module: &str| modules.join(module).join("src/main/kotlin");
    Ok(Jars {
        plain: jar(&modules, "understudy"),
        android: jar(&modules, "understudy-android"),
        plain_sources: vec![sources("understudy"), workspace.root.join(GENERATED)],
        android_sources: vec![sources("understudy-android")],
        documentation: modules.join("understudy-android/target/documentation"),
    })
}

/// Packs the sample's classes and resources, without a test.
pub(crate) fn package_sample(workspace: &Workspace) -> Result<Sample> {
    prepare(workspace)?;
    let options = [
        "-DskipTests",
        "--projects=understudy,understudy-android,sample",
    ];
    build(workspace, "package", &options.map(str::to_owned))?;
    let modules = workspace.root.join(BINDINGS);
    let parent = std::fs::read_to_string(modules.join("pom.xml"))?;
    let linked = modules.join("sample/target/android");
    Ok(Sample {
        jars: ["understudy", "understudy-android", "sample"]
            .map(|module| jar(&modules, module))
            .to_vec(),
        rules: vec![
            workspace.root.join(RULES),
            linked.join("manifest-rules.pro"),
        ],
        resources: linked.join("resources.apk"),
        jna: format!(
            "net.java.dev.jna:jna:{}:aar",
            maven::property(&parent, "jna.version")?
        ),
        libraries: vec![
            format!(
                "org.jetbrains.kotlin:kotlin-stdlib:{}",
                maven::property(&parent, "kotlin.version")?
            ),
            ANNOTATIONS.to_owned(),
        ],
    })
}

/// What Maven made of a module, under this version.
fn jar(modules: &Path, module: &str) -> PathBuf {
    let target = modules.join(module).join("target");
    target.join(format!("{module}-{}.jar", env!("CARGO_PKG_VERSION")))
}

fn prepare(workspace: &Workspace) -> Result<()> {
    maven::require()?;
    remove_stale(&workspace.root)?;
    build_library(workspace)
}

fn build_library(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&["build", "--release", "--package", "understudy-ffi"])?;
    generate(workspace, &workspace.target.join("release"))
}

fn build(workspace: &Workspace, phase: &str, options: &[String]) -> Result<()> {
    let libraries = workspace.target.join("release");
    run_command(
        maven::mvn(phase)
            .arg(format!("-Dnative.dir={}", libraries.display()))
            .args(options)
            .current_dir(workspace.root.join(BINDINGS)),
    )
}

/// Maven would keep the classes of sources that are no longer generated.
fn remove_stale(root: &Path) -> Result<()> {
    for module in [
        "understudy",
        "understudy-android",
        "understudy-tests",
        "sample",
    ] {
        let target = root.join(BINDINGS).join(module).join("target");
        match std::fs::remove_dir_all(&target) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} stays", target.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// `UniFFI`'s generator reads its metadata from the library's symbols, so from one that is not
/// stripped; it is built in another profile, because its feature would change that library.
fn generate(workspace: &Workspace, libraries: &Path) -> Result<()> {
    let library = libraries.join(format!(
        "{}understudy{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    ));
    // With the features of the `unit` gate, so that nothing is compiled a second time.
    workspace.run_cargo(&["build", "--workspace", "--all-features", "--bin", GENERATOR])?;
    let generator = workspace.target.join("debug").join(GENERATOR);
    run_command(
        Command::new(generator)
            .args(["generate", "--language", "kotlin", "--no-format"])
            .args(["--config", "uniffi.toml", "--out-dir", GENERATED])
            .arg(library)
            .current_dir(&workspace.root),
    )?;
    let source = Path::new(GENERATED).join("org/understudy/ffi/understudy.kt");
    if !workspace.root.join(&source).is_file() {
        bail!(
            "{} was not generated: the settings in uniffi.toml were not applied, \
             or the library is stripped",
            source.display()
        );
    }
    Ok(())
}
