//! The Kotlin side: the library is built, its Kotlin generated, and wallets on the JVM and behind
//! Android's own service class bind cards at an issuer and pay.

use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::maven;
use crate::shell::{Workspace, run as run_command};

pub(crate) const BINDINGS: &str = "bindings/kotlin";
/// The program whose bank and terminal the tests meet.
const PROGRAM: &str = "understudy";
/// The rules that the archive brings to an app's R8.
pub(crate) const RULES: &str =
    "bindings/kotlin/understudy/src/main/resources/META-INF/proguard/understudy.pro";
const GENERATOR: &str = "uniffi-bindgen";
/// The module that ships nothing.
const TESTS: &str = "understudy-tests";
const GENERATED: &str = "bindings/kotlin/understudy/target/generated-sources/uniffi";

/// The files of the two modules that are published.
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
    let program = program(workspace)?;
    let built = workspace.target.join("debug");
    build(
        workspace,
        "verify",
        &[
            format!("-Dunderstudy.program={}", program.display()),
            format!("-Dnative.panicking.dir={}", built.display()),
        ],
    )
}

/// Builds the command, whose bank and terminal the tests meet.
pub(crate) fn program(workspace: &Workspace) -> Result<PathBuf> {
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
    Ok(workspace.target.join("debug").join(PROGRAM))
}

/// The folder of the plain module's compiled tests.
pub(crate) fn test_classes(workspace: &Workspace) -> PathBuf {
    let module = workspace.root.join(BINDINGS).join("understudy");
    module.join("target/test-classes")
}

/// Prints how long taps through Kotlin take, beside their goals.
pub(crate) fn bench(workspace: &Workspace) -> Result<()> {
    package_by(workspace, &[])?;
    workspace.run_cargo(&["build", "--release", "--package", "understudy-cli"])?;
    let module = workspace.root.join(BINDINGS).join(TESTS).join("target");
    let path = module.join("classpath");
    let others = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let classes = module.join("test-classes");
    let libraries = workspace.target.join("release");
    run_command(
        Command::new("java")
            .env("CLASSPATH", format!("{}:{others}", classes.display()))
            .arg(format!("-Djava.library.path={}", libraries.display()))
            .arg(format!("-Djna.library.path={}", libraries.display()))
            .arg(format!(
                "-Dunderstudy.program={}",
                libraries.join(PROGRAM).display()
            ))
            .arg("org.understudy.bench.Benches"),
    )
}

/// Packs the jars and writes their documentation, without a test.
pub(crate) fn package(workspace: &Workspace) -> Result<Jars> {
    let options = [
        "-Pdocumentation",
        "--projects=understudy,understudy-android",
    ];
    package_by(workspace, &options)?;
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

/// Packs modules without their tests, by options of Maven's.
pub(crate) fn package_by(workspace: &Workspace, options: &[&str]) -> Result<()> {
    prepare(workspace)?;
    let options = ["-DskipTests"].iter().chain(options);
    let options: Vec<String> = options.map(|option| (*option).to_owned()).collect();
    build(workspace, "package", &options)
}

/// The jar that Maven packed of a module, under this version.
pub(crate) fn jar(modules: &Path, module: &str) -> PathBuf {
    let target = modules.join(module).join("target");
    target.join(format!("{module}-{}.jar", env!("CARGO_PKG_VERSION")))
}

fn prepare(workspace: &Workspace) -> Result<()> {
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
    for module in ["understudy", "understudy-android", "sample", TESTS] {
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
