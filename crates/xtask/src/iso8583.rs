//! Messages of ISO 8583 against another implementation: jPOS packs what we read and reads what we
//! pack. jPOS is under the AGPL: Maven fetches it for this test alone, and nothing is built with it.

use anyhow::Result;

use crate::maven;
use crate::shell::{Workspace, run};

/// Our side of the test.
const PEER: &str = "peer";

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    workspace.run_cargo(&[
        "build",
        "--package",
        "understudy-acquiring",
        "--all-features",
        "--example",
        PEER,
    ])?;
    let peer = workspace.target.join("debug/examples").join(PEER);
    run(maven::mvn("test")
        .arg(format!("-Dacquiring.peer={}", peer.display()))
        .current_dir(workspace.root.join("tests/jpos")))
}
