//! Runs scripts. A Python without the packages that the test [needs](crate::PYTHON) gets them in an
//! environment of their own, made once with `venv` and `pip`. Without Python the tests fail; they are never skipped.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crate::PYTHON;

/// The packages that the scripts of a test need.
pub(crate) struct Packages {
    /// The statement that fails without them.
    pub(crate) check: &'static str,
    /// The packages as `pip` takes them.
    pub(crate) install: &'static [&'static str],
    /// The name of their environment.
    pub(crate) environment: &'static str,
}

/// The output of a script of `tests/python`; panics if the script fails.
pub(crate) fn run(script: &str, arguments: &[&str], input: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(script);
    // Without `-B`, Python leaves compiled files beside the scripts.
    let mut child = Command::new(interpreter())
        .args(["-B", "-W", "ignore"])
        .arg(path)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    printed(&output, script)
}

fn interpreter() -> &'static Path {
    static INTERPRETER: OnceLock<PathBuf> = OnceLock::new();
    INTERPRETER.get_or_init(|| {
        let system = PathBuf::from("python3");
        let found = imports(&system).unwrap_or_else(|| {
            panic!(
                "`python3` is missing; install it (Debian: apt-get install python3 python3-venv)"
            )
        });
        if found { system } else { environment(&system) }
    })
}

/// True if a Python has the packages; `None` if there is no such Python.
fn imports(python: &Path) -> Option<bool> {
    let check = ["-W", "ignore", "-c", PYTHON.check];
    let output = Command::new(python).args(check).output().ok()?;
    Some(output.status.success())
}

/// An environment with the packages, made if it does not exist yet.
fn environment(system: &Path) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(PYTHON.environment);
    let python = folder.join("bin").join("python3");
    if imports(&python) == Some(true) {
        return python;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let make = Command::new(system)
        .args(["-m", "venv"])
        .arg(&folder)
        .output();
    printed(
        &make.unwrap(),
        "python3 -m venv (Debian: apt-get install python3-venv)",
    );
    let install = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet"])
        .args(PYTHON.install)
        .output();
    printed(&install.unwrap(), "pip install");
    python
}

fn printed(output: &Output, what: &str) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{what} failed:\n{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
