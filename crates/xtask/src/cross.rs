//! Builds for a chip without an operating system, which prove that the card needs none.

use anyhow::Result;

use crate::shell::Workspace;

/// The target of a Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";

/// Builds what a chip would carry, with and without the issuer's key derivation, and what a terminal
/// without an operating system would.
pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let build = [
        "build",
        "--target",
        CHIP,
        "-p",
        "understudy-core",
        "-p",
        "understudy-provisioning",
        "-p",
        "understudy-acquiring",
    ];
    workspace.run_cargo(&build)?;
    let features = "understudy-core/issuer,understudy-acquiring/line";
    let tools = ["-p", "understudy-calculator", "-p", "understudy-qr"];
    workspace.run_cargo(&[&build[..], &tools, &["--features", features]].concat())
}
