//! Builds for a chip without an operating system, which prove that the card needs none.

use anyhow::Result;

use crate::shell::Workspace;

/// The target of a Cortex-M4: no operating system, no allocator, panics abort.
pub(crate) const CHIP: &str = "thumbv7em-none-eabi";
/// The core's features that are schemes.
const SCHEMES: [&str; 3] = ["unionpay", "visa", "mastercard"];
/// The core's features that are ciphers.
const CIPHERS: [&str; 3] = ["tdes", "aes", "sm4"];

/// Builds what a chip would carry, with and without the issuer's key derivation, and what a terminal
/// without an operating system would; and checks every choice of schemes and
/// ciphers.
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
    check_every_choice(workspace)
}

/// Checks the core with every choice of schemes and ciphers, and with every choice of ciphers and key
/// derivation; limited-use keys, which bring scheme and cipher of their own, with every choice of
/// ciphers, with and without key derivation. A build with no scheme or no cipher is refused by the core itself.
fn check_every_choice(workspace: &Workspace) -> Result<()> {
    for ciphers in choices(&CIPHERS) {
        for schemes in choices(&SCHEMES) {
            check_core(workspace, &[schemes, ciphers.clone()].concat())?;
        }
        check_core(workspace, &[&SCHEMES[..], &ciphers, &["issuer"]].concat())?;
        let limited = [&ciphers[..], &["limited-use"]].concat();
        check_core(workspace, &limited)?;
        check_core(workspace, &[&limited[..], &["issuer"]].concat())?;
    }
    Ok(())
}

/// Every choice of at least one of `features`.
fn choices(features: &[&'static str]) -> Vec<Vec<&'static str>> {
    let numbers = 1..1_usize << features.len();
    numbers
        .map(|choice| {
            let chosen = features.iter().enumerate();
            let chosen = chosen.filter(|(number, _)| choice >> number & 1 == 1);
            chosen.map(|(_, feature)| *feature).collect()
        })
        .collect()
}

fn check_core(workspace: &Workspace, features: &[&str]) -> Result<()> {
    let features = features.join(",");
    workspace.run_cargo(&[
        "check",
        "--target",
        CHIP,
        "-p",
        "understudy-core",
        "--no-default-features",
        "--features",
        &features,
    ])
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn every_choice_is_made_once_and_the_empty_one_is_not() {
        let all = choices(&["a", "b"]);
        assert_eq!(all, [vec!["a"], vec!["b"], vec!["a", "b"]]);
    }
}
