//! The archive that an Android app takes in: classes, manifest, resources, R8 rules and a library
//! for each ABI. It is packed by the JDK's `jar`, unpacked again and checked.

use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

use super::abi::ABIS;
use super::files::{copy, emptied, entries, files_below, pack, unpack, write};
use super::{LIBRARY, Linkage, elf, folder, resources};
use crate::kotlin;
use crate::shell::Workspace;

const MODULE: &str = "bindings/kotlin/understudy-android";
/// Rules of a baseline profile, where the module has them.
const PROFILE: &str = "baseline-prof.txt";
const METADATA_PATH: &str = "META-INF/com/android/build/gradle/aar-metadata.properties";

/// `requireDeviceScreenOn` and `dataExtractionRules` are attributes of API 31.
const METADATA: &str = "\
aarFormatVersion=1.0
aarMetadataVersion=1.0
minCompileSdk=31
minCompileSdkExtension=0
minAndroidGradlePluginVersion=4.1.0
";

/// The entries of every archive, besides the libraries.
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

/// Packs the archive and checks it; returns its path.
pub(super) fn build(
    workspace: &Workspace,
    linkage: Linkage,
    jars: &kotlin::Jars,
) -> Result<PathBuf> {
    let root = workspace.target.join("android/aar");
    let staged = emptied(&root.join("staged"))?;
    stage(workspace, linkage, jars, &staged)?;
    let archive = root.join(match linkage {
        Linkage::Ndk => "understudy-android.aar",
        Linkage::Verification => "understudy-android-verification.aar",
    });
    pack(&archive, &[staged])?;
    check(&unpack(&archive, &root.join("unpacked"))?, linkage)?;
    println!("aar: {}", archive.display());
    Ok(archive)
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
        marked(&manifest, linkage)?,
    )?;
    copy(&jars.android, &staged.join("classes.jar"))?;
    copy(&jars.plain, &staged.join("libs/understudy.jar"))?;
    copy(
        &workspace.root.join(kotlin::RULES),
        &staged.join("proguard.txt"),
    )?;
    write(&staged.join(METADATA_PATH), METADATA)?;
    for file in files_below(&main.join("res"))? {
        copy(&file, &staged.join(file.strip_prefix(&main)?))?;
    }
    resources::list(workspace, &main, &staged.join("R.txt"))?;
    let profile = main.join(PROFILE);
    if profile.is_file() {
        copy(&profile, &staged.join(PROFILE))?;
    }
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

fn check(unpacked: &Path, linkage: Linkage) -> Result<()> {
    for entry in ENTRIES {
        let path = unpacked.join(entry);
        let size = std::fs::metadata(&path).map(|file| file.len());
        ensure!(size.is_ok_and(|size| size > 0), "the archive lacks {entry}");
    }
    for (jar, class) in CLASSES {
        ensure!(
            entries(&unpacked.join(jar))?
                .iter()
                .any(|entry| entry == class),
            "{jar} lacks {class}"
        );
    }
    check_profile(unpacked)?;
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
    resources::check(&manifest, &table)
}

/// Every class that the baseline profile names in full is in the archive.
fn check_profile(unpacked: &Path) -> Result<()> {
    let path = unpacked.join(PROFILE);
    if !path.is_file() {
        return Ok(());
    }
    let mut known = entries(&unpacked.join("classes.jar"))?;
    known.extend(entries(&unpacked.join("libs/understudy.jar"))?);
    for class in profiled(&std::fs::read_to_string(path)?) {
        ensure!(
            known.contains(&format!("{class}.class")),
            "{PROFILE} names {class}, which is not in the archive"
        );
    }
    Ok(())
}

/// The classes in the rules of a baseline profile, without those that hold a wildcard:
/// `HSPLorg/example/A;->method()V` names `org/example/A`.
fn profiled(profile: &str) -> Vec<&str> {
    profile
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(';'))
        .filter_map(|(class, _)| Some(class.split_once('L')?.1))
        .filter(|class| !class.contains('*') && class.starts_with("org/understudy/"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Linkage, check, emptied, marked, profiled};

    #[test]
    fn classes_of_a_profile_are_read_from_its_rules() {
        let profile = "\
# a remark; with a semicolon
HSPLorg/understudy/tap/NativeTap;-><clinit>()V
Lorg/understudy/android/PaymentApduService;
PLorg/understudy/**;->**(**)**
HSPLkotlin/jvm/internal/Intrinsics;->a()V
";
        assert_eq!(
            profiled(profile),
            [
                "org/understudy/tap/NativeTap",
                "org/understudy/android/PaymentApduService"
            ]
        );
    }

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
