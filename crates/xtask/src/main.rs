//! `cargo xtask VERB`: one way to run anything.
//!
//! `test` runs every gate in order; each gate is a verb of its own, so a failure names the one
//! command that repeats it.

mod aarch64;
mod android;
mod cross;
mod fuzz;
mod gates;
mod image;
mod imports;
mod iso8583;
mod kotlin;
mod layers;
mod libfuzzer;
mod library;
mod locations;
mod maven;
mod page;
mod prerequisites;
mod rooms;
mod shell;
mod source;
mod symbols;
mod tree;
mod words;

use anyhow::{Result, bail};
use std::process::ExitCode;

use crate::shell::Workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = if android::is_linker() {
        android::link_library(&arguments)
    } else {
        dispatch(&arguments)
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((verb, rest)) = arguments.split_first() else {
        bail!("no verb given\n\n{}", usage());
    };
    if matches!(verb.as_str(), "help" | "--help" | "-h") {
        println!("{}", usage());
        return Ok(());
    }
    let workspace = Workspace::find()?;
    if verb == "fuzz" {
        prerequisites::ensure(&["fuzz"])?;
        return fuzz::run(&workspace, &fuzz::Options::parse(rest)?);
    }
    if let Some(extra) = rest.first() {
        bail!("`{verb}` takes no argument, but `{extra}` was given");
    }
    match verb.as_str() {
        "test" => gates::run_all(&workspace),
        "bindings" => {
            prerequisites::ensure(&["kotlin"])?;
            kotlin::generate_sources(&workspace)
        }
        "bench" => gates::bench(&workspace),
        "slow" => gates::slow(&workspace),
        _ => match gates::find(verb) {
            Some(gate) => {
                prerequisites::ensure(&[gate.verb])?;
                (gate.run)(&workspace)
            }
            None => bail!("`{verb}` is not a verb\n\n{}", usage()),
        },
    }
}

fn usage() -> String {
    let mut lines = vec!["usage: cargo xtask VERB\n".to_owned()];
    lines.push(entry(
        "test",
        "every gate below, in this order; stops at the first that fails",
    ));
    lines.extend(
        gates::GATES
            .iter()
            .map(|gate| entry(gate.verb, gate.purpose)),
    );
    lines.push(entry(
        "bindings",
        "only the Kotlin that is generated from the library, for an IDE or Maven by hand",
    ));
    lines.push(entry("bench", "speed, as ratios measured in one run"));
    lines.push(entry(
        "slow",
        "all tests in their full form, which takes hours",
    ));
    lines.push("\n  fuzz [TARGET] [--seconds N] [--input FILE] [-- LIBFUZZER-OPTION…]".to_owned());
    lines.join("\n")
}

fn entry(verb: &str, purpose: &str) -> String {
    format!("  {verb:<12} {purpose}")
}
