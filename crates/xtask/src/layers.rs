//! Permitted dependencies between modules and files, and the ban on machine paths in the tree.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

use crate::imports::Imports;
use crate::rooms;
use crate::shell::Workspace;
use crate::source::{Token, named_under, tokens};
use crate::tree;

/// The core's arrows, `wire ← scheme → crypto ← kd`, with `card` above `scheme`: each module and the
/// modules that it may name.
const ARROWS: [(&str, &[&str]); 5] = [
    ("wire", &[]),
    ("crypto", &[]),
    ("kd", &["crypto"]),
    ("scheme", &["wire", "crypto", "kd"]),
    ("card", &["wire", "crypto", "scheme"]),
];

/// The crates that see octets and nothing of a card: folder, name, and our crates that each may name.
const OCTETS_ONLY: [Layer; 2] = [
    Layer {
        folder: "crates/acquiring",
        name: "acquiring",
        allowed: &[],
    },
    Layer {
        folder: "crates/pos",
        name: "pos",
        allowed: &["acquiring", "qr"],
    },
];

/// The folders whose files may import one another in circles.
const CIRCULAR: [&str; 7] = [
    "crates/attestation/src",
    "crates/cli/src",
    "crates/core/src",
    "crates/pos/src",
    "crates/provisioning/src",
    "crates/wallet/src",
    "crates/xtask/src/android",
];

/// Folders in which a machine keeps its own files.
const MACHINE_FOLDERS: [&str; 6] = ["home", "root", "tmp", "work", "farm", "Users"];

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let files = tree::files(workspace)?;
    let mut findings = Vec::new();
    for (path, text) in &files {
        let why = || path.display().to_string();
        findings.extend(core_findings(path, text).with_context(why)?);
        for layer in &OCTETS_ONLY {
            findings.extend(layer.findings(path, text).with_context(why)?);
        }
        findings.extend(machine_findings(path, text));
    }
    let (tables, out_of_room) = rooms::findings(&files)?;
    findings.extend(out_of_room);
    findings.extend(circle_findings(&files)?);
    if findings.is_empty() {
        println!(
            "{} files keep to their layer and name no machine; {tables} tables have a room each",
            files.len()
        );
        return Ok(());
    }
    bail!("{} findings:\n  {}", findings.len(), findings.join("\n  "));
}

/// The circles of imports between files of a crate that are not all in a folder that may have some.
fn circle_findings(files: &[(PathBuf, String)]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for root in files.iter().filter_map(|(path, _)| root_of(path)) {
        let imports = Imports::read(&root.join("src"), files)?;
        let circles = imports.circles();
        let files: usize = circles.iter().map(Vec::len).sum();
        if files > 0 {
            let (root, circles) = (root.display(), circles.len());
            println!("{root}: circles of imports: {circles}, with {files} files");
        }
        let accepted = |circle: &&Vec<&Path>| {
            let mut folders = CIRCULAR.iter();
            folders.any(|folder| circle.iter().all(|path| path.starts_with(folder)))
        };
        for circle in circles.iter().filter(|circle| !accepted(circle)) {
            let names: Vec<_> = circle
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            findings.push(format!("import one another: {}", names.join(", ")));
        }
    }
    Ok(findings)
}

/// The folder of a crate, if this is its manifest.
fn root_of(path: &Path) -> Option<&Path> {
    let is_crate =
        path.starts_with("crates") && path.file_name().is_some_and(|f| f == "Cargo.toml");
    path.parent().filter(|_| is_crate)
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

/// A crate that sees octets: of our crates it may use `understudy_core::wire` and those that it is
/// allowed to.
struct Layer {
    folder: &'static str,
    name: &'static str,
    allowed: &'static [&'static str],
}

impl Layer {
    fn findings(&self, path: &Path, text: &str) -> Result<Vec<String>> {
        let name = self.name;
        let finding =
            |line: usize, what: &str| format!("{}:{line}: {name} uses {what}", path.display());
        if path == Path::new(self.folder).join("Cargo.toml") {
            let ours = text
                .lines()
                .zip(1..)
                .filter(|(line, _)| line.contains("understudy-"));
            let beyond = ours.filter(|(line, _)| !self.admits_dependency(line));
            return Ok(beyond.map(|(line, at)| finding(at, line)).collect());
        }
        if !path.starts_with(self.folder) || path.extension().is_none_or(|kind| kind != "rs") {
            return Ok(Vec::new());
        }
        let source = tokens(text)?;
        let beyond_wire = named_under(&source, "understudy_core");
        let ours = source.iter().filter(|token| {
            let named = token.text.strip_prefix("understudy_");
            named.is_some_and(|named| {
                named != "core" && named != name && !self.allowed.contains(&named)
            })
        });
        let strangers = ours.chain(beyond_wire.into_iter().filter(|named| named.text != "wire"));
        Ok(strangers
            .map(|token| finding(token.line, &token.text))
            .collect())
    }

    /// True if the line, which names one of our crates, may stand in the manifest.
    fn admits_dependency(&self, line: &str) -> bool {
        let names = ["core"].iter().chain(self.allowed);
        let mut starts = names.map(|name| format!("understudy-{name}"));
        line.starts_with("name = ")
            || starts.any(|start| {
                let rest = line.strip_prefix(&start);
                rest.is_some_and(|rest| rest.starts_with([' ', '.']))
            })
    }
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
    use super::{OCTETS_ONLY, core_findings, names_machine};
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
                "crates/core/src/scheme/visa/mod.rs",
                "use crate::kd::X; use crate::card::Refusal;",
                1,
            ),
            ("crates/core/src/crypto/cvn.rs", "use crate::scheme::X;", 1),
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
                "crates/pos/src/code.rs",
                "use understudy_qr::consumer::ConsumerCode;",
                0,
            ),
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
                "crates/pos/Cargo.toml",
                "understudy-acquiring = { workspace = true, features = [\"serde\"] }",
                0,
            ),
            (
                "crates/pos/src/lib.rs",
                "use understudy_acquiring::Request;",
                0,
            ),
            (
                "crates/acquiring/src/lib.rs",
                "use understudy_pos::Till;",
                1,
            ),
            (
                "crates/acquiring/src/lib.rs",
                "use understudy_core::crypto::TdesKey;",
                1,
            ),
            (
                "crates/acquiring/Cargo.toml",
                "understudy-pos.workspace = true",
                1,
            ),
            (
                "crates/cli/src/main.rs",
                "use understudy_core::card::Tap;",
                0,
            ),
        ];
        for (path, text, expected) in cases {
            let findings = OCTETS_ONLY
                .iter()
                .flat_map(|layer| layer.findings(Path::new(path), text).unwrap());
            assert_eq!(findings.count(), expected, "{path}: {text}");
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
