//! Permitted dependencies between modules, and the ban on machine paths in the tree.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Workspace, output_of};
use crate::source::{Token, named_under, tokens};

/// The core's arrows, `wire ← card → crypto ← kd`: each module and the modules that it may name.
const ARROWS: [(&str, &[&str]); 4] = [
    ("wire", &[]),
    ("crypto", &[]),
    ("kd", &["crypto"]),
    ("card", &["wire", "crypto"]),
];

/// Folders in which a machine keeps its own files.
const MACHINE_FOLDERS: [&str; 6] = ["home", "root", "tmp", "work", "farm", "Users"];

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let files = files(workspace)?;
    let mut findings = Vec::new();
    for (path, text) in &files {
        let why = || path.display().to_string();
        findings.extend(core_findings(path, text).with_context(why)?);
        findings.extend(pos_findings(path, text).with_context(why)?);
        findings.extend(machine_findings(path, text));
    }
    if findings.is_empty() {
        println!(
            "{} files keep to their layer and name no machine",
            files.len()
        );
        return Ok(());
    }
    bail!("{} findings:\n  {}", findings.len(), findings.join("\n  "));
}

/// Every text file that git tracks or would track, with its path in the workspace.
fn files(workspace: &Workspace) -> Result<Vec<(PathBuf, String)>> {
    let listing = output_of(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(&workspace.root),
    )?;
    let mut files = Vec::new();
    for path in listing.split_terminator('\0') {
        // A file that was deleted but not committed, or is not text, has nothing to say.
        if let Ok(text) = std::fs::read_to_string(workspace.root.join(path)) {
            files.push((PathBuf::from(path), text));
        }
    }
    Ok(files)
}

fn core_findings(path: &Path, text: &str) -> Result<Vec<String>> {
    let Ok(inside) = path.strip_prefix("crates/core/src") else {
        return Ok(Vec::new());
    };
    let first = inside.iter().next().and_then(|name| name.to_str());
    let module = first.unwrap_or_default().trim_end_matches(".rs");
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
        return Ok(Vec::new());
    };
    let source = tokens(text)?;
    let named = ["crate", "super"].map(|root| named_under(&source, root));
    let strangers = named.iter().flatten().filter(|named| {
        let is_layer = ARROWS.iter().any(|(name, _)| *name == named.text);
        is_layer && named.text != module && !allowed.contains(&named.text.as_str())
    });
    let finding = |to: &&Token| {
        format!(
            "{}:{}: core::{module} names core::{}",
            path.display(),
            to.line,
            to.text
        )
    };
    Ok(strangers.map(finding).collect())
}

/// The terminal sees octets only: of our crates it may use `understudy_core::wire` and nothing
/// else.
fn pos_findings(path: &Path, text: &str) -> Result<Vec<String>> {
    let finding = |line: usize, what: &str| format!("{}:{line}: pos uses {what}", path.display());
    if path == Path::new("crates/pos/Cargo.toml") {
        let ours = text
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.contains("understudy-"));
        let beyond = ours.filter(|(line, _)| {
            !line.starts_with("name = ") && *line != "understudy-core.workspace = true"
        });
        return Ok(beyond.map(|(line, at)| finding(at, line)).collect());
    }
    if !path.starts_with("crates/pos") || path.extension().is_none_or(|kind| kind != "rs") {
        return Ok(Vec::new());
    }
    let source = tokens(text)?;
    let beyond_wire = named_under(&source, "understudy_core");
    let ours = source.iter().filter(|token| {
        token.text.starts_with("understudy_")
            && !["understudy_core", "understudy_pos"].contains(&token.text.as_str())
    });
    let strangers = ours.chain(beyond_wire.into_iter().filter(|named| named.text != "wire"));
    Ok(strangers
        .map(|token| finding(token.line, &token.text))
        .collect())
}

fn machine_findings(path: &Path, text: &str) -> Vec<String> {
    text.lines()
        .zip(1..)
        .filter(|(line, _)| names_machine(line))
        .map(|(line, at)| {
            format!(
                "{}:{at}: names a machine's folder: {}",
                path.display(),
                line.trim()
            )
        })
        .collect()
}

/// True if a line holds an absolute path into one of the machine folders.
fn names_machine(line: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        let path = format!("/{folder}/");
        line.match_indices(&path).any(|(at, _)| {
            let before = line.get(..at).and_then(|start| start.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || "_-.}*".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{core_findings, names_machine, pos_findings};
    use std::path::Path;

    #[test]
    fn a_module_of_the_core_that_names_a_stranger_is_found() {
        let cases = [
            ("crates/core/src/wire/apdu.rs", "use crate::card::Tap;", 1),
            (
                "crates/core/src/wire/apdu.rs",
                "fn f() { super::super::crypto::g() }",
                1,
            ),
            (
                "crates/core/src/crypto/mac.rs",
                "use crate::{crypto::X, wire};",
                1,
            ),
            (
                "crates/core/src/kd/mod.rs",
                "use crate::crypto::TdesKey; use crate::wire::Tag;",
                1,
            ),
            (
                "crates/core/src/card/tap.rs",
                "use crate::{crypto, wire}; use crate::card::Slot;",
                0,
            ),
            ("crates/core/src/card/tap.rs", "use crate::kd;", 1),
            (
                "crates/core/src/wire/apdu.rs",
                "/// See [`crate::card`].\nfn card() {}",
                0,
            ),
            ("crates/core/src/lib.rs", "pub use crate::card::Tap;", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                core_findings(Path::new(path), text).unwrap().len(),
                expected,
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn a_terminal_that_looks_beyond_the_wire_is_found() {
        let cases = [
            (
                "crates/pos/src/lib.rs",
                "use understudy_core::wire::tlv;",
                0,
            ),
            (
                "crates/pos/src/lib.rs",
                "use understudy_core::{wire::tlv, card};",
                1,
            ),
            ("crates/pos/src/lib.rs", "use understudy_wallet::Wallet;", 1),
            (
                "crates/pos/Cargo.toml",
                "understudy-core.workspace = true",
                0,
            ),
            (
                "crates/pos/Cargo.toml",
                "understudy-issuer.workspace = true",
                1,
            ),
            (
                "crates/cli/src/main.rs",
                "use understudy_core::card::Tap;",
                0,
            ),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                pos_findings(Path::new(path), text).unwrap().len(),
                expected,
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn an_absolute_path_of_a_machine_is_found() {
        let folder = "home";
        assert!(names_machine(&format!("see /{folder}/me/notes")));
        assert!(names_machine(&format!("\"/{folder}/me\"")));
        assert!(!names_machine(&format!("target/{folder}/x")));
        assert!(!names_machine("https://example.org/work"));
    }
}
