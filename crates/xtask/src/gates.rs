//! The gates in the order in which `test` runs them, quick ones first.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

use crate::shell::{Workspace, run};
use crate::{
    aarch64, android, cross, fuzz, image, iso8583, kotlin, layers, library, page, prerequisites,
    words,
};

/// A workspace of its own: what it depends on needs a newer Rust.
const EMV_PEER: &str = "tests/emv/Cargo.toml";

/// One check, which is also a verb.
pub(crate) struct Gate {
    pub(crate) verb: &'static str,
    pub(crate) purpose: &'static str,
    pub(crate) run: fn(&Workspace) -> Result<()>,
}

pub(crate) const GATES: &[Gate] = &[
    Gate {
        verb: "fmt",
        purpose: "rustfmt finds nothing to change",
        run: fmt,
    },
    Gate {
        verb: "layers",
        purpose: "nobody names a layer that is not theirs",
        run: layers::run_gate,
    },
    Gate {
        verb: "words",
        purpose: "doc comments say what items are, documents name what exists",
        run: words::run_gate,
    },
    Gate {
        verb: "clippy",
        purpose: "no warning, with every feature and with none",
        run: clippy,
    },
    Gate {
        verb: "unit",
        purpose: "all tests of the workspace",
        run: unit,
    },
    Gate {
        verb: "docs",
        purpose: "the documentation builds without a warning",
        run: docs,
    },
    Gate {
        verb: "page",
        purpose: "a tap's page is shown, printed and inert in a browser without a network",
        run: page::run_gate,
    },
    Gate {
        verb: "cross",
        purpose: "the card builds for a chip without an OS",
        run: cross::run_gate,
    },
    Gate {
        verb: "panic-scan",
        purpose: "no panic is reachable in a whole card",
        run: image::run_gate,
    },
    Gate {
        verb: "fuzz",
        purpose: "every fuzz target, ten seconds each",
        run: fuzz::run_gate,
    },
    Gate {
        verb: "so-check",
        purpose: "libunderstudy holds no key derivation",
        run: library::run_gate,
    },
    Gate {
        verb: "android",
        purpose: "the library for each ABI of Android: layout, symbols, size",
        run: android::run_gate,
    },
    Gate {
        verb: "iso8583",
        purpose: "messages of terminal and issuer are those of another implementation",
        run: iso8583::run_gate,
    },
    Gate {
        verb: "aarch64",
        purpose: "card, wallet and the library for phones, on an emulated arm64",
        run: aarch64::run_gate,
    },
    Gate {
        verb: "kotlin",
        purpose: "wallets on the JVM and behind Android's service class bind cards and pay",
        run: kotlin::run,
    },
    Gate {
        verb: "aar",
        purpose: "the archive for Android apps is packed, published, taken in and shrunk by R8",
        run: android::run_aar,
    },
    Gate {
        verb: "apk",
        purpose: "the sample app is shrunk, packed, signed and checked",
        run: android::run_apk,
    },
];

/// The gate that is run by this verb.
pub(crate) fn find(verb: &str) -> Option<&'static Gate> {
    GATES.iter().find(|gate| gate.verb == verb)
}

/// Has what all gates need, then runs them; the first failure ends the run and prints the command that repeats it.
pub(crate) fn run_all(workspace: &Workspace) -> Result<()> {
    let verbs: Vec<&str> = GATES.iter().map(|gate| gate.verb).collect();
    prerequisites::ensure(&verbs)?;
    prerequisites::print_registries();
    let mut times = Vec::new();
    for (gate, number) in GATES.iter().zip(1..) {
        println!(
            "\n== {number}/{} {}: {}",
            GATES.len(),
            gate.verb,
            gate.purpose
        );
        let start = Instant::now();
        (gate.run)(workspace).with_context(|| {
            format!(
                "gate `{0}` failed; repeat it with: cargo xtask {0}",
                gate.verb
            )
        })?;
        times.push((gate.verb, start.elapsed()));
    }
    println!("\nall {} gates passed", times.len());
    for (verb, time) in &times {
        println!("  {verb:<12} {:>7.1} s", time.as_secs_f64());
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    println!("  {:<12} {:>7.1} s", "total", total.as_secs_f64());
    Ok(())
}

/// Runs the benchmarks. Speed is measured, never asserted: no test depends on this verb.
pub(crate) fn bench(workspace: &Workspace) -> Result<()> {
    prerequisites::ensure(&["kotlin"])?;
    workspace.run_cargo(&["bench", "--package", "understudy-benches"])?;
    kotlin::bench(workspace)
}

/// Runs every test in its full form, which tests select by `UNDERSTUDY_FULL`.
pub(crate) fn slow(workspace: &Workspace) -> Result<()> {
    prerequisites::ensure(&["unit", "aarch64"])?;
    let all = ["test", "--workspace", "--all-features"];
    run(workspace.cargo(&all).env("UNDERSTUDY_FULL", "1"))?;
    // A `card` process that is killed 500 times.
    workspace.run_cargo(&[
        "test",
        "--package",
        "understudy-cli",
        "--test",
        "command",
        "--",
        "--ignored",
        "killed::",
    ])?;
    aarch64::run_full(workspace)
}

fn fmt(workspace: &Workspace) -> Result<()> {
    let check = |arguments: &[&str]| {
        workspace
            .run_cargo(arguments)
            .context("the layout differs from rustfmt's; `cargo fmt --all` mends it")
    };
    check(&["fmt", "--all", "--check"])?;
    check(&["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"])?;
    check(&["fmt", "--manifest-path", EMV_PEER, "--check"])
}

fn clippy(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ])?;
    workspace.run_cargo(&[
        "clippy",
        "--package",
        "understudy-core",
        "--",
        "-D",
        "warnings",
    ])
}

fn unit(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&["test", "--workspace", "--all-features"])?;
    // Without the issuer's features, as a phone builds it.
    workspace.run_cargo(&["test", "--package", "understudy-core"])?;
    // The crate `emv` reads transcripts and vectors. It needs Rust 1.95.
    workspace.run_cargo(&["test", "--locked", "--manifest-path", EMV_PEER])
}

/// Builds the documentation. The program and the library for the phone are both called
/// `understudy`: the program is built first, so that the library's pages remain.
fn docs(workspace: &Workspace) -> Result<()> {
    let selections: [&[&str]; 2] = [&["--bin", "understudy", "--bin", "xtask"], &["--lib"]];
    for selection in selections {
        let all = ["doc", "--workspace", "--all-features", "--no-deps"];
        let arguments = [&all[..], selection].concat();
        run(workspace
            .cargo(&arguments)
            .env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}
