//! The library on the phone: it holds the card and none of the issuer's key derivation.

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

use crate::shell::{Workspace, output_of};
use crate::symbols::Symbols;

const DERIVATION: &str = "understudy_core::kd::";
const CARD: &str = "understudy_core::card::";
/// The panic message of the command that the feature `forced-panic` adds for tests.
const FORCED: &[u8] = b"forced by a test";

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    require_no_feature(workspace)?;
    require_no_code(workspace)?;
    require_no_forced_panic(workspace)
}

/// The command of tests that panics is not in the library; in one with every feature it is found.
fn require_no_forced_panic(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&["build", "--workspace", "--all-features", "--lib"])?;
    let holds = |path: PathBuf| -> Result<bool> {
        let octets = std::fs::read(&path).with_context(|| path.display().to_string())?;
        Ok(octets.windows(FORCED.len()).any(|part| part == FORCED))
    };
    if !holds(library_path(workspace, "debug")?)? {
        bail!("the check is blind: a library with every feature shows no forced panic");
    }
    if holds(library_path(workspace, "release")?)? {
        bail!("the library holds a command that panics: the feature `forced-panic` is on");
    }
    println!("libunderstudy: no command that panics");
    Ok(())
}

/// Checks that the feature that compiles the derivation is off in the library's build, and that the
/// same query finds it on in the issuer's.
fn require_no_feature(workspace: &Workspace) -> Result<()> {
    if !core_features(workspace, "understudy-issuer")?.contains(&"issuer".to_owned()) {
        bail!("the check is blind: understudy-issuer does not seem to enable core's `issuer`");
    }
    if core_features(workspace, "understudy-ffi")?.contains(&"issuer".to_owned()) {
        bail!(
            "understudy-ffi enables core's feature `issuer`; \
             `cargo tree -p understudy-ffi -e normal,features -i understudy-core` shows through whom"
        );
    }
    println!("understudy-ffi: core's feature `issuer` is off");
    Ok(())
}

fn core_features(workspace: &Workspace, package: &str) -> Result<Vec<String>> {
    let tree = output_of(&mut workspace.cargo(&[
        "tree",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}|{f}",
        "--package",
        package,
    ]))?;
    let line = tree
        .lines()
        .find(|line| line.starts_with("understudy-core "))
        .with_context(|| format!("{package} does not depend on understudy-core"))?;
    let features = line.rsplit('|').next().unwrap_or_default();
    Ok(features
        .trim_end_matches("(*)")
        .trim()
        .split(',')
        .map(str::to_owned)
        .collect())
}

/// Checks that no function of the derivation is in the library, and that the card's are. A program
/// that derives keys shows the derivation's functions, so the search would find them.
fn require_no_code(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&["build", "--release", "--package", "understudy-ffi"])?;
    let library = Symbols::read(&library_path(workspace, "release")?)?;
    let card = library.matching(|name| name.contains(CARD)).len();
    if card == 0 {
        bail!("the check is blind: the library shows no function of {CARD}");
    }
    let derivation = library.matching(|name| name.contains(DERIVATION));
    if !derivation.is_empty() {
        bail!("the library holds {}", derivation.join(", "));
    }
    println!("libunderstudy: {card} functions of {CARD}*, none of {DERIVATION}*");
    require_detector(workspace)
}

fn library_path(workspace: &Workspace, profile: &str) -> Result<PathBuf> {
    let folder = workspace.target.join(profile);
    let name = format!(
        "{}understudy{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let path = folder.join(name);
    if !path.is_file() {
        bail!("{} was not built", path.display());
    }
    Ok(path)
}

/// Checks the search on the command-line program, in which it must find the derivation.
fn require_detector(workspace: &Workspace) -> Result<()> {
    // With the features of the `unit` gate, so that nothing is compiled a second time.
    workspace.run_cargo(&[
        "build",
        "--workspace",
        "--all-features",
        "--bin",
        "understudy",
    ])?;
    let name = format!("understudy{}", std::env::consts::EXE_SUFFIX);
    let program = Symbols::read(&workspace.target.join("debug").join(name))?;
    let derivation = program.matching(|name| name.contains(DERIVATION)).len();
    if derivation == 0 {
        bail!("the check is blind: understudy-cli derives keys but shows no {DERIVATION}*");
    }
    println!("understudy-cli, for comparison: {derivation} functions of {DERIVATION}*");
    Ok(())
}
