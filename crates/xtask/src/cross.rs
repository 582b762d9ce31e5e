//! Builds for a chip without an operating system, which prove that the card needs none.

use anyhow::Result;

use crate::shell::Workspace;

/// The target of a Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";
/// The core's features that are schemes.
const SCHEMES: [&str; 3] = ["unionpay", "visa", "mastercard"];

/// Builds what a chip would carry, with and without the issuer's key derivation, and what a terminal
/// without an operating system would; and checks every choice of schemes.
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
    workspace.run_cargo(&[&build[..], &tools, &["--features", features]].concat())?;
    check_every_choice_of_schemes(workspace)
}

/// Checks the core with every choice of schemes, with and without key derivation. A build with none
/// is refused by the core itself.
fn check_every_choice_of_schemes(workspace: &Workspace) -> Result<()> {
    for choice in 1..1 << SCHEMES.len() {
        let chosen = SCHEMES.iter().enumerate();
        let chosen = chosen.filter(|(number, _)| choice >> number & 1 == 1);
        let schemes: Vec<&str> = chosen.map(|(_, scheme)| *scheme).collect();
        for more in [&[][..], &["issuer"]] {
            let features = [&schemes[..], more].concat().join(",");
            workspace.run_cargo(&[
                "check",
                "--target",
                CHIP,
                "-p",
                "understudy-core",
                "--no-default-features",
                "--features",
                &features,
            ])?;
        }
    }
    Ok(())
}
