//! The Kotlin side: the library is built, its Kotlin generated, and wallets on the JVM and behind
//! Android's own service class bind cards at an issuer and pay.

use anyhow::{Context, Result, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Workspace, output_of, run as run_command};

/// Robolectric's Android 15 runs on this or newer.
const JAVA_MINIMUM: u32 = 17;
const DEBIAN_PACKAGES: [&str; 2] = ["default-jdk-headless", "maven"];
const BINDINGS: &str = "bindings/kotlin";
/// An example of `understudy-service`.
const ISSUER: &str = "issuer";
const GENERATOR: &str = "uniffi-bindgen";
const GENERATED: &str = "bindings/kotlin/understudy/target/generated-sources/uniffi";

/// The jars of the two modules.
pub(crate) struct Jars {
    pub(crate) plain: PathBuf,
    pub(crate) android: PathBuf,
}

/// Builds libunderstudy, generates `org.understudy.ffi` from it and runs Maven's tests, which start
/// an issuer.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    prepare(workspace)?;
    workspace.run_cargo(&[
        "build",
        "--workspace",
        "--all-features",
        "--example",
        ISSUER,
    ])?;
    let issuer = workspace.target.join("debug/examples").join(ISSUER);
    maven(
        workspace,
        "verify",
        &[format!("-Dunderstudy.issuer={}", issuer.display())],
    )
}

/// Packs the jars, without a test.
pub(crate) fn package(workspace: &Workspace) -> Result<Jars> {
    prepare(workspace)?;
    maven(workspace, "package", &["-DskipTests".to_owned()])?;
    let jar = |module: &str| {
        let target = workspace.root.join(BINDINGS).join(module).join("target");
        target.join(format!("{module}-{}.jar", env!("CARGO_PKG_VERSION")))
    };
    Ok(Jars {
        plain: jar("understudy"),
        android: jar("understudy-android"),
    })
}

fn prepare(workspace: &Workspace) -> Result<()> {
    require_maven()?;
    remove_stale(&workspace.root)?;
    workspace.run_cargo(&["build", "--release", "--package", "understudy-ffi"])?;
    generate(workspace, &workspace.target.join("release"))
}

fn maven(workspace: &Workspace, goal: &str, options: &[String]) -> Result<()> {
    let libraries = workspace.target.join("release");
    run_command(
        Command::new("mvn")
            .args(["--batch-mode", "--no-transfer-progress", goal])
            .arg(format!("-Dnative.dir={}", libraries.display()))
            .args(options)
            .current_dir(workspace.root.join(BINDINGS)),
    )
}

/// Maven would keep the classes of sources that are no longer generated.
fn remove_stale(root: &Path) -> Result<()> {
    for module in ["understudy", "understudy-android"] {
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

/// Installs Maven and a JDK where they are missing, or says how.
pub(crate) fn require_maven() -> Result<()> {
    if java_of_maven()?.is_some_and(|version| version >= JAVA_MINIMUM) {
        return Ok(());
    }
    install_maven()?;
    match java_of_maven()? {
        Some(version) if version >= JAVA_MINIMUM => Ok(()),
        Some(version) => bail!(
            "Maven runs on Java {version}, and {JAVA_MINIMUM} or newer is needed; \
             set JAVA_HOME to such a JDK"
        ),
        None => bail!("`mvn` is still not found after its installation"),
    }
}

/// The version of Java that Maven runs on; `None` without Maven or without Java.
fn java_of_maven() -> Result<Option<u32>> {
    match Command::new("mvn").arg("--version").output() {
        Ok(output) => Ok(java_version(&String::from_utf8_lossy(&output.stdout))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("`mvn --version` could not be started"),
    }
}

fn java_version(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Java version: ")?;
    let end = rest.find(|letter: char| !letter.is_ascii_digit())?;
    rest.get(..end)?.parse().ok()
}

fn install_maven() -> Result<()> {
    let packages = DEBIAN_PACKAGES.join(" ");
    if !Path::new("/usr/bin/apt-get").is_file() || !is_root()? {
        bail!(
            "Maven on a JDK of {JAVA_MINIMUM} or newer is needed; \
             install both (on Debian, as root: apt-get install {packages})"
        );
    }
    run_command(Command::new("apt-get").args(["--quiet", "update"]))?;
    run_command(
        Command::new("apt-get")
            .args(["--quiet", "--yes", "--no-install-recommends", "install"])
            .args(DEBIAN_PACKAGES)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

fn is_root() -> Result<bool> {
    Ok(output_of(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::java_version;

    #[test]
    fn the_java_version_is_read_from_mavens_own_words() {
        for (text, expected) in [
            (
                "Apache Maven 3.8.7\nJava version: 17.0.15, vendor: Debian\n",
                Some(17),
            ),
            ("Java version: 1.8.0_402, vendor: X", Some(1)),
            ("Java version: 21, vendor: X", Some(21)),
            ("Java version: ", None),
            (
                "The JAVA_HOME environment variable is not defined correctly",
                None,
            ),
        ] {
            assert_eq!(java_version(text), expected, "{text}");
        }
    }
}
