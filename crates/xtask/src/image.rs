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

/// A card that is scanned: its schemes, and its ciphers beside triple DES, as features of the image, and
/// the most octets of code that it may have at the optimisation level of firmware.
struct Card {
    name: &'static str,
    features: &'static str,
    most_code: u64,
}

const CARDS: [Card; 7] = [
    Card {
        name: "UnionPay",
        features: "unionpay",
        most_code: 24 * 1024,
    },
    Card {
        name: "Visa",
        features: "visa",
        most_code: 24 * 1024,
    },
    Card {
        name: "Visa with limited-use keys",
        features: "visa,limited-use",
        most_code: 28 * 1024,
    },
    Card {
        name: "Mastercard",
        features: "mastercard",
        most_code: 26 * 1024,
    },
    Card {
        name: "UnionPay with SM4",
        features: "unionpay,sm4",
        most_code: 27 * 1024,
    },
    Card {
        name: "UnionPay with AES",
        features: "unionpay,aes",
        most_code: 34 * 1024,
    },
    WHOLE,
];
const WHOLE: Card = Card {
    name: "every scheme and cipher",
    features: "unionpay,visa,mastercard,aes,sm4",
    most_code: 48 * 1024,
};

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    for card in &CARDS {
        let size = scan(workspace, SIZE, card)?;
        if size > card.most_code {
            let Card {
                name, most_code, ..
            } = card;
            bail!("a card of {name} has {size} octets of code, and may have {most_code}");
        }
    }
    scan(workspace, SPEED, &WHOLE)?;
    let path = build(workspace, SIZE, &WHOLE, Kind::Control)?;
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

/// Scans the image of a card; its octets of code.
fn scan(workspace: &Workspace, level: &str, card: &Card) -> Result<u64> {
    let path = build(workspace, level, card, Kind::Card)?;
    let image = Symbols::read(&path)?;
    let found = require_no_panic(&image, &locations::read(&path)?)?;
    let (name, size) = (card.name, image.code_size);
    println!("a whole card of {name} at opt-level {level}: {size} octets of code, {found}");
    Ok(size)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Card,
    Control,
}

fn build(workspace: &Workspace, level: &str, card: &Card, kind: Kind) -> Result<PathBuf> {
    let level_setting = format!("profile.release.opt-level={level}");
    let mut arguments = vec![
        "build",
        "--release",
        "--target",
        CHIP,
        "-p",
        "understudy-card-image",
        "--no-default-features",
        "--features",
        card.features,
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
