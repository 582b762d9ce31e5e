//! R8, as an app's release build runs it.

use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

use crate::maven;
use crate::shell::Workspace;

const ARTIFACT: &str = "com.android.tools:r8:8.11.18";
/// Android's classes, which R8 looks up and leaves out. It has none of Java's: those are the JDK's.
const ANDROID: &str = "org.robolectric:android-all:15-robolectric-12650502";

/// R8's jar and the classes that every program finds on a phone.
pub(super) struct R8 {
    jar: PathBuf,
    libraries: [PathBuf; 2],
}

impl R8 {
    pub(super) fn fetch(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            jar: maven::artifact(workspace, ARTIFACT)?,
            libraries: [maven::java_home()?, maven::artifact(workspace, ANDROID)?],
        })
    }

    /// R8 with its libraries; the caller adds rules, programs and the output.
    pub(super) fn command(&self) -> Command {
        let mut r8 = Command::new("java");
        r8.arg("-cp").arg(&self.jar);
        r8.args(["com.android.tools.r8.R8", "--release"]);
        for library in &self.libraries {
            r8.arg("--lib").arg(library);
        }
        r8
    }
}
