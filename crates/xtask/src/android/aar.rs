//! The archive that an Android app takes in: classes, manifest, resources, R8 rules and a library
//! for each ABI. It is packed by the JDK's `jar`, unpacked again and checked.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::abi::ABIS;
use super::{LIBRARY, Linkage, elf, folder};
use crate::kotlin;
use crate::shell::{Workspace, output_of, run};

const MODULE: &str = "bindings/kotlin/understudy-android";
const RULES: &str =
    "bindings/kotlin/understudy/src/main/resources/META-INF/proguard/understudy.pro";
const METADATA_PATH: &str = "META-INF/com/android/build/gradle/aar-metadata.properties";

/// `requireDeviceScreenOn` and `dataExtractionRules` are attributes of API 31.
const METADATA: &str = "\
aarFormatVersion=1.0
aarMetadataVersion=1.0
minCompileSdk=31
minCompileSdkExtension=0
minAndroidGradlePluginVersion=4.1.0
";

/// What every archive holds, besides the libraries.
const ENTRIES: [&str; 9] = [
    "AndroidManifest.xml",
    "R.txt",
    "classes.jar",
    "libs/understudy.jar",
    "proguard.txt",
    "res/values/strings.xml",
    "res/xml/apduservice.xml",
    "res/xml/understudy_data_extraction_rules.xml",
    METADATA_PATH,
];

/// Classes that an app or the system names, and the jar that each is in.
const CLASSES: [(&str, &str); 4] = [
    (
        "classes.jar",
        "org/understudy/android/PaymentApduService.class",
    ),
    ("classes.jar", "org/understudy/android/Understudy.class"),
    ("libs/understudy.jar", "org/understudy/tap/NativeTap.class"),
    ("libs/understudy.jar", "org/understudy/ffi/Wallet.class"),
];

/// Packs the archive and checks it.
pub(crate) fn run_aar(workspace: &Workspace) -> Result<()> {
    super::run_gate(workspace)?;
    let jars = kotlin::package(workspace)?;
    let linkage = Linkage::here();
    let root = workspace.target.join("android/aar");
    let staged = emptied(&root.join("staged"))?;
    stage(workspace, linkage, &jars, &staged)?;
    let archive = root.join(match linkage {
        Linkage::Ndk => "understudy-android.aar",
        Linkage::Verification => "understudy-android-verification.aar",
    });
    run(Command::new("jar")
        .args(["--create", "--no-manifest", "--date=2026-01-01T00:00:00Z"])
        .arg("--file")
        .arg(&archive)
        .arg("-C")
        .arg(&staged)
        .arg("."))?;
    let unpacked = emptied(&root.join("unpacked"))?;
    run(Command::new("jar")
        .current_dir(&unpacked)
        .args(["--extract", "--file"])
        .arg(&archive))?;
    check(&unpacked, linkage)?;
    println!("aar: {}", archive.display());
    Ok(())
}

fn stage(
    workspace: &Workspace,
    linkage: Linkage,
    jars: &kotlin::Jars,
    staged: &Path,
) -> Result<()> {
    let main = workspace.root.join(MODULE).join("src/main");
    let manifest = std::fs::read_to_string(main.join("AndroidManifest.xml"))?;
    write(
        &staged.join("AndroidManifest.xml"),
        &marked(&manifest, linkage)?,
    )?;
    copy(&jars.android, &staged.join("classes.jar"))?;
    copy(&jars.plain, &staged.join("libs/understudy.jar"))?;
    copy(&workspace.root.join(RULES), &staged.join("proguard.txt"))?;
    write(&staged.join(METADATA_PATH), METADATA)?;
    let mut resources = Vec::new();
    for kind in ["values", "xml"] {
        for file in files(&main.join("res").join(kind))? {
            let name = file.file_name().context("a resource has no name")?;
            resources.extend(symbols(kind, &file)?);
            copy(&file, &staged.join("res").join(kind).join(name))?;
        }
    }
    write(&staged.join("R.txt"), resources.concat())?;
    for abi in ABIS {
        let library = folder(workspace, linkage).join(abi.name).join(LIBRARY);
        copy(&library, &staged.join("jni").join(abi.name).join(LIBRARY))?;
    }
    Ok(())
}

/// The manifest; of libraries that must not ship it says so.
fn marked(manifest: &str, linkage: Linkage) -> Result<String> {
    if linkage == Linkage::Ndk {
        return Ok(manifest.to_owned());
    }
    let end = "    </application>";
    ensure!(manifest.contains(end), "the manifest has no application");
    let mark = "        <meta-data android:name=\"org.understudy.linkage\" android:value=\"verification\" />\n";
    Ok(manifest.replacen(end, &format!("{mark}{end}"), 1))
}

/// The lines of `R.txt` for one file of resources; an app's build numbers them.
fn symbols(kind: &str, file: &Path) -> Result<Vec<String>> {
    if kind != "values" {
        let name = file.file_stem().context("a resource has no name")?;
        return Ok(vec![format!("int {kind} {} 0x0\n", name.display())]);
    }
    let text = std::fs::read_to_string(file)?;
    let names = text.split("<string name=\"").skip(1);
    Ok(names
        .filter_map(|rest| rest.split_once('"'))
        .map(|(name, _)| format!("int string {name} 0x0\n"))
        .collect())
}

fn check(unpacked: &Path, linkage: Linkage) -> Result<()> {
    for entry in ENTRIES {
        let path = unpacked.join(entry);
        let size = std::fs::metadata(&path).map(|file| file.len());
        ensure!(size.is_ok_and(|size| size > 0), "the archive lacks {entry}");
    }
    for (jar, class) in CLASSES {
        let list = output_of(
            Command::new("jar")
                .arg("--list")
                .arg("--file")
                .arg(unpacked.join(jar)),
        )?;
        ensure!(
            list.lines().any(|line| line == class),
            "{jar} lacks {class}"
        );
    }
    for abi in ABIS {
        elf::check_shipped(&unpacked.join("jni").join(abi.name).join(LIBRARY), abi)?;
    }
    let manifest = std::fs::read_to_string(unpacked.join("AndroidManifest.xml"))?;
    let is_marked = manifest.contains("org.understudy.linkage");
    ensure!(
        is_marked == (linkage == Linkage::Verification),
        "the manifest does not say how the libraries were linked"
    );
    let table = std::fs::read_to_string(unpacked.join("R.txt"))?;
    let names = manifest
        .split("\"@")
        .skip(1)
        .filter_map(|rest| rest.split_once('"'));
    for (reference, _) in names {
        let line = format!("int {} 0x0", reference.replace('/', " "));
        ensure!(
            table.lines().any(|known| known == line),
            "R.txt lacks {reference}"
        );
    }
    Ok(())
}

/// The folder, with nothing in it.
fn emptied(folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    Ok(folder.to_path_buf())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let octets = std::fs::read(from).with_context(|| format!("{} is missing", from.display()))?;
    write(to, octets)
}

fn write(to: &Path, octets: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(to, octets).with_context(|| format!("{} can't be written", to.display()))
}

#[cfg(test)]
mod tests {
    use super::{Linkage, check, emptied, marked};

    #[test]
    fn a_manifest_of_libraries_that_must_not_ship_says_so() {
        let manifest = "<manifest>\n    <application>\n    </application>\n</manifest>";
        assert_eq!(marked(manifest, Linkage::Ndk).unwrap(), manifest);
        let text = marked(manifest, Linkage::Verification).unwrap();
        assert!(text.contains("android:value=\"verification\""), "{text}");
        assert!(marked("<manifest/>", Linkage::Verification).is_err());
    }

    #[test]
    fn an_empty_archive_is_refused_by_the_name_of_what_it_lacks() {
        let folder = emptied(&std::env::temp_dir().join("understudy-empty-aar")).unwrap();
        let error = check(&folder, Linkage::Ndk).unwrap_err();
        assert_eq!(error.to_string(), "the archive lacks AndroidManifest.xml");
    }
}
