//! The contents that an APK must have before anybody installs it.

use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::Command;

use super::{APKSIGNER, DISPATCH, MINIMUM_API, PAGE, ZIPALIGN};
use crate::android::abi::{ABIS, Abi};
use crate::android::files::{entries, unpack};
use crate::android::resources::AAPT2;
use crate::android::{LIBRARY, elf};
use crate::shell::{output_of, run};

/// Classes under their own names in the program: the system or native code looks them up by these.
const KEPT: [&str; 6] = [
    "Lorg/understudy/sample/MainActivity;",
    "Lorg/understudy/sample/SampleApp;",
    "Lorg/understudy/android/PaymentApduService;",
    "Lorg/understudy/tap/NativeTap;",
    "Lorg/understudy/ffi/Wallet;",
    "Lcom/sun/jna/Native;",
];

/// Names that no program of the app's has: tests and their tools, and a class that R8 renames.
const ABSENT: [&str; 5] = [
    "Lorg/junit/",
    "Lorg/robolectric/",
    "Lorg/understudy/sample/ScreensTest;",
    "Lorg/understudy/Desk;",
    "Lorg/understudy/sample/cards/CardsPresenter;",
];

/// Lines of `aapt2 dump badging`.
const BADGES: [&str; 7] = [
    "package: name='org.understudy.sample'",
    "sdkVersion:'26'",
    "targetSdkVersion:'34'",
    "uses-permission: name='android.permission.NFC'",
    "uses-permission: name='android.permission.INTERNET'",
    "application-label:'Sample wallet'",
    "application-label-zh-CN:'示例钱包'",
];

/// Lines of the manifest as it is in the APK.
const MANIFEST: [&str; 4] = [
    "\"org.understudy.android.PaymentApduService\"",
    "\"android.permission.BIND_NFC_SERVICE\"",
    "\"org.understudy.sample.MainActivity\"",
    "\"android.intent.category.LAUNCHER\"",
];

/// Checks signature, alignment, program, libraries, manifest and resources of a signed APK.
pub(super) fn check(apk: &Path, root: &Path) -> Result<()> {
    check_signature(apk)?;
    run(Command::new(ZIPALIGN)
        .args(["-c", &PAGE.to_string()])
        .arg(apk))
    .context("something uncompressed is not aligned to a page")?;
    check_libraries(&entries(apk)?)?;
    let unpacked = unpack(apk, &root.join("unpacked"))?;
    check_program(&std::fs::read(unpacked.join("classes.dex"))?)?;
    for abi in ABIS {
        let library = unpacked.join("lib").join(abi.name).join(LIBRARY);
        elf::check_shipped(&library, abi)?;
    }
    check_manifest(apk)
}

fn check_signature(apk: &Path) -> Result<()> {
    let words = output_of(
        Command::new(APKSIGNER)
            .args(["verify", "--verbose", "--min-sdk-version", MINIMUM_API])
            .arg(apk),
    )?;
    for scheme in ["v2", "v3"] {
        let line = format!("Verified using {scheme} scheme");
        let verified = words.lines().find(|words| words.starts_with(&line));
        ensure!(
            verified.is_some_and(|words| words.ends_with("true")),
            "the APK has no signature of scheme {scheme}:\n{words}"
        );
    }
    Ok(())
}

/// Two libraries for each ABI of the archive, and none for others: an ABI with one of the two would
/// be preferred by some phone, and fail there.
fn check_libraries(entries: &[String]) -> Result<()> {
    let mut found: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.starts_with("lib/") && !entry.ends_with('/'))
        .map(String::as_str)
        .collect();
    found.sort_unstable();
    let names = |abi: &Abi| [DISPATCH, LIBRARY].map(|name| format!("lib/{}/{name}", abi.name));
    let mut expected: Vec<String> = ABIS.iter().flat_map(names).collect();
    expected.sort_unstable();
    ensure!(
        found == expected,
        "the APK has the libraries {found:?}, and should have {expected:?}"
    );
    Ok(())
}

fn check_program(dex: &[u8]) -> Result<()> {
    ensure!(dex.starts_with(b"dex\n"), "classes.dex is no program");
    let has = |name: &str| {
        let name = name.as_bytes();
        dex.windows(name.len()).any(|octets| octets == name)
    };
    for name in KEPT {
        ensure!(has(name), "the program lacks {name}");
    }
    for name in ABSENT {
        ensure!(!has(name), "the program should not hold {name}");
    }
    Ok(())
}

fn check_manifest(apk: &Path) -> Result<()> {
    let badges = output_of(Command::new(AAPT2).args(["dump", "badging"]).arg(apk))?;
    for badge in BADGES {
        ensure!(
            badges.lines().any(|line| line.starts_with(badge)),
            "aapt2 reads no {badge} out of the APK:\n{badges}"
        );
    }
    let manifest = output_of(
        Command::new(AAPT2)
            .args(["dump", "xmltree", "--file", "AndroidManifest.xml"])
            .arg(apk),
    )?;
    for value in MANIFEST {
        ensure!(manifest.contains(value), "the manifest lacks {value}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{KEPT, check_libraries, check_program};
    use crate::android::abi::ABIS;

    fn libraries() -> Vec<String> {
        let names = ["libjnidispatch.so", "libunderstudy.so"];
        ABIS.iter()
            .flat_map(|abi| names.map(|name| format!("lib/{}/{name}", abi.name)))
            .collect()
    }

    #[test]
    fn a_library_that_is_missing_or_of_another_abi_is_noticed() {
        check_libraries(&libraries()).unwrap();
        check_libraries(&libraries()[1..]).unwrap_err();
        let more = [&libraries()[..], &["lib/mips/libjnidispatch.so".to_owned()]].concat();
        check_libraries(&more).unwrap_err();
    }

    #[test]
    fn a_program_that_lacks_a_class_or_holds_a_test_is_noticed() {
        let program = format!("dex\n{}", KEPT.concat());
        check_program(program.as_bytes()).unwrap();
        check_program(format!("{program}Lorg/junit/Test;").as_bytes()).unwrap_err();
        check_program(b"dex\nLcom/sun/jna/Native;").unwrap_err();
        check_program(&program.as_bytes()[1..]).unwrap_err();
    }
}
