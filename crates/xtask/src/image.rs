//! The panic scan: no panic can be reached in a linked image that holds a whole card.
//!
//! `tests/card-image` is linked for a chip from one entry, with unreachable code dropped. Any
//! remaining part of Rust's panic machinery is therefore reachable. As a control, the same image
//! with one slice index by a value of the input must be caught.
//!
//! Arithmetic wraps here as in every release build: overflows are for the fuzz targets to find.

use anyhow::{Result, bail};
use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::cross::CHIP;
use crate::locations;
use crate::shell::{Workspace, run};
use crate::symbols::Symbols;

/// The optimisation level of firmware, as a TOML value.
const SIZE: &str = "'s'";
const SPEED: &str = "3";
/// The cards that are scanned: the ciphers beside triple DES, as features of the image, and the
/// optimisation level.
const CARDS: [(&[&str], &str); 5] = [
    (&[], SIZE),
    (&["aes"], SIZE),
    (&["sm4"], SIZE),
    (&["aes", "sm4"], SIZE),
    (&["aes", "sm4"], SPEED),
];
/// The least octets of code: a card takes some 20 KiB, and an image with far less has lost it.
const LEAST_CODE: u64 = 12 * 1024;
/// The file of the control's panic.
const CONTROL: &str = "card-image/src/main.rs:";

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    for (ciphers, level) in CARDS {
        let path = build(workspace, level, ciphers)?;
        let image = Symbols::read(&path)?;
        let found = require_no_panic(&image, &locations::read(&path)?)?;
        let ciphers = ciphers
            .iter()
            .fold(String::from("tdes"), |all, cipher| all + ", " + cipher);
        println!(
            "a whole card with {ciphers} at opt-level {level}: {} octets of code, {found}",
            image.code_size
        );
    }
    let path = build(workspace, SIZE, &["control"])?;
    let control = Symbols::read(&path)?;
    let locations = locations::read(&path)?;
    if control.matching(is_panic).is_empty()
        || !locations.iter().any(|place| place.contains(CONTROL))
    {
        bail!("the control image holds a slice index that can panic, and the scan did not see it");
    }
    println!("the control, one slice index by a value of the input: seen");
    Ok(())
}

fn build(workspace: &Workspace, level: &str, features: &[&str]) -> Result<PathBuf> {
    let features = features.join(",");
    let level_setting = format!("profile.release.opt-level={level}");
    let arguments = [
        "build",
        "--release",
        "--target",
        CHIP,
        "-p",
        "understudy-card-image",
        "--config",
        &level_setting,
        "--features",
        &features,
    ];
    // `--emit-relocs` keeps the references between functions, so that a finding has a culprit.
    run(workspace.cargo(&arguments).env(
        "RUSTFLAGS",
        "-Clink-arg=--gc-sections -Clink-arg=--emit-relocs",
    ))?;
    Ok(workspace
        .target
        .join(CHIP)
        .join("release")
        .join("card-image"))
}

/// The finding, in words; an error if a panic can be reached.
fn require_no_panic(image: &Symbols, locations: &BTreeSet<String>) -> Result<&'static str> {
    if image.matching(|name| name == "_start").is_empty() {
        bail!("the image has no entry");
    }
    if image.code_size < LEAST_CODE {
        bail!(
            "{} octets of code are too few for a whole card",
            image.code_size
        );
    }
    let panics = image.matching(is_panic);
    let callers = image
        .references
        .iter()
        .filter(|(from, to)| is_panic(to) && !is_panic(from) && !is_in_a_schedule(from));
    if panics.is_empty() {
        return Ok("no panic");
    }
    if callers.clone().count() == 0 && schedules_panic(image) {
        return Ok("no panic but the checks of AES's schedules");
    }
    let callers: Vec<String> = callers
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect();
    let locations: Vec<&str> = locations.iter().map(String::as_str).collect();
    bail!(
        "{} panics can be reached\n  calls:\n    {}\n  places in the source:\n    {}",
        panics.len(),
        callers.join("\n    "),
        locations.join("\n    ")
    );
}

/// The functions of the crate `aes` that index its key schedules: arrays of a fixed length, by offsets
/// that are constants of each caller. No input reaches the checks of their bounds, which the compiler
/// nevertheless keeps, at any level.
const SCHEDULES: [&str; 2] = [
    "aes::backends::soft::fixslice::utils::memshift32",
    "aes::backends::soft::fixslice::utils::xor_columns",
];

fn is_in_a_schedule(name: &str) -> bool {
    SCHEDULES.iter().any(|known| name.starts_with(known))
}

/// True if the image has the known checks, so that they explain the panics which it has.
fn schedules_panic(image: &Symbols) -> bool {
    let mut checks = image.references.iter();
    checks.any(|(from, to)| is_in_a_schedule(from) && is_panic(to))
}

/// True for a function on a path to the panic handler. None of these is ever inlined as a whole:
/// `core::panicking::panic_fmt`, in which all of them end, forbids it.
fn is_panic(name: &str) -> bool {
    let machinery = [
        "core::panicking::",
        "core::panic::",
        "__rustc::rust_begin_unwind",
    ];
    let names_a_failure = |part: &str| part.ends_with("_fail") || part.ends_with("_failed");
    machinery.iter().any(|start| name.starts_with(start))
        || (name.starts_with("core::") && name.split("::").any(names_a_failure))
}

#[cfg(test)]
mod tests {
    use super::is_panic;

    #[test]
    fn the_ways_down_to_the_panic_handler_are_known() {
        for name in [
            "core::panicking::panic_fmt",
            "core::panicking::panic_const::panic_const_div_by_zero",
            "core::slice::index::slice_index_fail",
            "core::option::unwrap_failed",
            "core::slice::copy_from_slice_impl::len_mismatch_fail::do_panic::runtime",
            "__rustc::rust_begin_unwind",
        ] {
            assert!(is_panic(name), "{name}");
        }
    }

    #[test]
    fn ordinary_code_is_not_taken_for_a_panic() {
        for name in [
            "understudy_core::card::Tap::process",
            "core::fmt::write",
            "memcpy",
            "_start",
        ] {
            assert!(!is_panic(name), "{name}");
        }
    }
}
