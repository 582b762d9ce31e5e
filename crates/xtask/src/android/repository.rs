//! A Maven repository in a folder, from which builds by Gradle and by Maven take the artifacts.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

use super::Linkage;
use super::files::{emptied, pack, write};
use crate::kotlin;
use crate::maven;
use crate::shell::{Workspace, run};

const DEPLOY: &str = "org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file";
const GROUP: &str = "org/understudy";

/// The files beside the POM of each artifact, each with its checksums.
const BESIDE: [&str; 2] = ["-sources.jar", "-javadoc.jar"];

/// The repository, and the version under which it has the archive.
pub(super) struct Repository {
    pub(super) folder: PathBuf,
    pub(super) version: String,
}

/// One artifact, with what it is published with.
struct Artifact<'a> {
    name: &'a str,
    extension: &'a str,
    version: &'a str,
    file: &'a Path,
    sources: &'a [PathBuf],
}

/// Publishes the archive and the plain jar in `target/android/maven`, each with its POM, sources
/// and documentation.
pub(super) fn publish(
    workspace: &Workspace,
    linkage: Linkage,
    archive: &Path,
    jars: &kotlin::Jars,
) -> Result<Repository> {
    let plain = env!("CARGO_PKG_VERSION");
    let version = match linkage {
        Linkage::Ndk => plain.to_owned(),
        Linkage::Verification => format!("{plain}-verification"),
    };
    let folder = emptied(&workspace.target.join("android/maven"))?;
    let parts = emptied(&workspace.target.join("android/published"))?;
    let documentation = parts.join("documentation.jar");
    pack(&documentation, std::slice::from_ref(&jars.documentation))?;
    let artifacts = [
        Artifact {
            name: "understudy",
            extension: "jar",
            version: plain,
            file: &jars.plain,
            sources: &jars.plain_sources,
        },
        Artifact {
            name: "understudy-android",
            extension: "aar",
            version: &version,
            file: archive,
            sources: &[&jars.plain_sources[..], &jars.android_sources].concat(),
        },
    ];
    for artifact in &artifacts {
        deploy(workspace, artifact, &documentation, &parts, &folder)?;
        check(artifact, &folder)?;
    }
    Ok(Repository { folder, version })
}

fn deploy(
    workspace: &Workspace,
    artifact: &Artifact<'_>,
    documentation: &Path,
    parts: &Path,
    repository: &Path,
) -> Result<()> {
    let sources = parts.join(format!("{}-sources.jar", artifact.name));
    pack(&sources, artifact.sources)?;
    let pom = parts.join(format!("{}.pom", artifact.name));
    write(&pom, pom_of(workspace, artifact)?)?;
    let file = |key: &str, path: &Path| format!("-D{key}={}", path.display());
    run(maven::mvn(DEPLOY)
        .arg("--quiet")
        .arg(file("file", artifact.file))
        .arg(file("pomFile", &pom))
        .arg(file("sources", &sources))
        .arg(file("javadoc", documentation))
        .arg(format!("-Durl=file://{}", repository.display()))
        .arg("-DrepositoryId=understudy")
        .current_dir(std::env::temp_dir()))
}

/// The POM as apps read it: `published-pom.xml` of the module with the versions filled in.
fn pom_of(workspace: &Workspace, artifact: &Artifact<'_>) -> Result<String> {
    let template = read_binding(workspace, &format!("{}/published-pom.xml", artifact.name))?;
    let jna = property_of_build(workspace, "jna.version")?;
    let kotlin = property_of_build(workspace, "kotlin.minimum.version")?;
    filled(
        &template,
        &[
            ("@version@", artifact.version),
            ("@jna.version@", &jna),
            ("@kotlin.minimum.version@", &kotlin),
        ],
    )
}

/// A property of the build by Maven, such as a version.
pub(super) fn property_of_build(workspace: &Workspace, name: &str) -> Result<String> {
    Ok(maven::property(&read_binding(workspace, "pom.xml")?, name)?.to_owned())
}

fn read_binding(workspace: &Workspace, name: &str) -> Result<String> {
    let path = workspace.root.join(kotlin::BINDINGS).join(name);
    std::fs::read_to_string(&path).with_context(|| format!("{} is missing", path.display()))
}

fn filled(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = template.to_owned();
    for (place, value) in values {
        ensure!(text.contains(place), "the POM has no place for {place}");
        text = text.replace(place, value);
    }
    Ok(text)
}

/// Everything of the artifact is there, with its checksums.
fn check(artifact: &Artifact<'_>, repository: &Path) -> Result<()> {
    let folder = repository.join(GROUP).join(artifact.name);
    let stem = format!("{}-{}", artifact.name, artifact.version);
    let mut names = vec![
        format!("{stem}.{}", artifact.extension),
        format!("{stem}.pom"),
    ];
    names.extend(BESIDE.iter().map(|end| format!("{stem}{end}")));
    let mut paths: Vec<PathBuf> = names
        .iter()
        .map(|name| folder.join(artifact.version).join(name))
        .collect();
    paths.push(folder.join("maven-metadata.xml"));
    for path in &paths {
        for end in ["", ".sha1", ".md5"] {
            let file = PathBuf::from(format!("{}{end}", path.display()));
            let size = std::fs::metadata(&file).map(|file| file.len());
            ensure!(
                size.is_ok_and(|size| size > 0),
                "the repository lacks {}",
                file.display()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::filled;
    use crate::maven::property;

    #[test]
    fn versions_come_from_the_build_and_go_to_their_places() {
        let xml = "<a><jna.version>5.18.1</jna.version></a>";
        assert_eq!(property(xml, "jna.version").unwrap(), "5.18.1");
        assert!(property(xml, "junit.version").is_err());
        assert_eq!(filled("<v>@v@</v>", &[("@v@", "1")]).unwrap(), "<v>1</v>");
        assert!(filled("<v/>", &[("@v@", "1")]).is_err());
    }
}
