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
/// The least octets of code: a card takes some 20 KiB, and an image with far less has lost it.
const LEAST_CODE: u64 = 12 * 1024;
/// The file of the control's panic.
const CONTROL: &str = "card-image/src/main.rs:";

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    for level in [SIZE, SPEED] {
        let path = build(workspace, level, Kind::Card)?;
        let image = Symbols::read(&path)?;
        require_no_panic(&image, &locations::read(&path)?)?;
        println!(
            "a whole card at opt-level {level}: {} octets of code, no panic",
            image.code_size
        );
    }
    let path = build(workspace, SIZE, Kind::Control)?;
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

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Card,
    Control,
}

fn build(workspace: &Workspace, level: &str, kind: Kind) -> Result<PathBuf> {
    let level_setting = format!("profile.release.opt-level={level}");
    let mut arguments = vec![
        "build",
        "--release",
        "--target",
        CHIP,
        "-p",
        "understudy-card-image",
        "--config",
        &level_setting,
    ];
    if kind == Kind::Control {
        arguments.extend(["--features", "control"]);
    }
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

fn require_no_panic(image: &Symbols, locations: &BTreeSet<String>) -> Result<()> {
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
    if panics.is_empty() {
        return Ok(());
    }
    let callers = image
        .references
        .iter()
        .filter(|(from, to)| is_panic(to) && !is_panic(from));
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
