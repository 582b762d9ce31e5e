//! Wording that a machine can check: doc comments open with a statement, codecs have one verb each
//! way, every path that a document names exists, and documents have lines of readable length.

mod verbs;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

use crate::shell::Workspace;
use crate::tree;

/// Words with which no doc comment opens: it would ask a question, or name one, and not say what
/// the item is.
const QUESTIONS: [&str; 4] = ["What", "Whether", "Why", "How"];

/// Endings of files that a document names without their folder.
const SOURCES: [&str; 7] = [".rs", ".kt", ".py", ".sql", ".toml", ".md", ".pro"];

/// Documents whose lines are of readable length.
const READABLE: [&str; 2] = ["README.md", "docs/architecture.md"];

/// The longest line of text, in characters.
const LINE_MAX: usize = 100;

/// The longest row of a table, in characters.
const ROW_MAX: usize = 140;

pub(crate) fn run_gate(workspace: &Workspace) -> Result<()> {
    let files = tree::files(workspace)?;
    let paths = tree::paths(workspace)?;
    let mut findings = Vec::new();
    for (path, text) in &files {
        match path.extension().and_then(|kind| kind.to_str()) {
            Some("rs") => {
                findings.extend(questions(path, text));
                findings.extend(verbs::other_verbs(path, text));
            }
            Some("md") if is_document(path) => {
                findings.extend(missing(path, text, &paths));
                findings.extend(too_long(path, text));
            }
            _ => {}
        }
    }
    if findings.is_empty() {
        println!(
            "doc comments open with a statement, codecs parse and emit, and documents name what exists"
        );
        return Ok(());
    }
    bail!("{} findings:\n  {}", findings.len(), findings.join("\n  "));
}

/// True for the documents about the present tree; the history of changes may name earlier files.
fn is_document(path: &Path) -> bool {
    path.starts_with("docs") || path.ends_with("README.md")
}

/// The doc comments of a Rust source that open with one of the [`QUESTIONS`].
fn questions(path: &Path, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut before = None;
    for (line, at) in text.lines().zip(1..) {
        let comment = doc_comment(line.trim_start());
        let opens = comment.map(|(marker, _)| marker) != before;
        if let Some((_, words)) = comment.filter(|_| opens) {
            let first = words.split(|c: char| !c.is_alphanumeric()).next();
            if first.is_some_and(|first| QUESTIONS.contains(&first)) {
                let shown = words.trim_end();
                findings.push(format!("{}:{at}: opens so: {shown}", path.display()));
            }
        }
        before = comment.map(|(marker, _)| marker);
    }
    findings
}

/// The marker of a line of a doc comment, `///` or `//!`, and the text after it.
fn doc_comment(line: &str) -> Option<(&str, &str)> {
    let (marker, text) = line.split_at_checked(3)?;
    let is_doc = matches!(marker, "///" | "//!") && !text.starts_with('/');
    is_doc.then(|| (marker, text.strip_prefix(' ').unwrap_or(text)))
}

/// The paths that a document names and that no file or folder of the tree has.
fn missing(document: &Path, text: &str, paths: &[PathBuf]) -> Vec<String> {
    let mut findings = Vec::new();
    let mut is_block = false;
    for (line, at) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
            continue;
        }
        if is_block {
            continue;
        }
        let spans = line.split('`').skip(1).step_by(2);
        let named = spans.filter(|span| !exists(named_path(span), paths));
        let linked = links(line).filter(|link| !is_reachable(document, link, paths));
        findings.extend(
            named
                .chain(linked)
                .map(|name| format!("{}:{at}: there is no {name}", document.display())),
        );
    }
    findings
}

/// A code span without the item (`::`) or the line (`:`) that it names in a file.
fn named_path(span: &str) -> &str {
    span.split(':').next().unwrap_or_default()
}

/// False if `name` is the path of a file or folder of ours, in full from the root or from any
/// folder on, and the tree has none such.
fn exists(name: &str, paths: &[PathBuf]) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if name.is_empty() || !name.chars().all(is_plain) || name.starts_with(['.', '/']) {
        return true;
    }
    let roots = paths.iter().filter_map(|path| path.iter().next());
    let first = Path::new(name).iter().next();
    let is_rooted = name.contains('/') && roots.clone().any(|root| Some(root) == first);
    let is_tail = SOURCES.iter().any(|end| name.ends_with(end)) || name.ends_with('/');
    if is_rooted {
        paths.iter().any(|path| path.starts_with(name))
    } else if is_tail {
        let ancestors = paths.iter().flat_map(|path| path.ancestors());
        ancestors.into_iter().any(|path| path.ends_with(name))
    } else {
        true
    }
}

/// The targets of the Markdown links on a line, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let targets = targets.filter(|target| !target.contains("://"));
    targets.filter_map(|target| target.split('#').next().filter(|path| !path.is_empty()))
}

/// True if a link leads from the document's folder to a file or folder of the tree.
fn is_reachable(document: &Path, link: &str, paths: &[PathBuf]) -> bool {
    let mut target = document.parent().map(Path::to_path_buf).unwrap_or_default();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                target.pop();
            }
            part => target.push(part),
        }
    }
    paths.iter().any(|path| path.starts_with(&target))
}

/// The lines of a readable document that are too long. A line of one word, such as the name of a
/// test, cannot be broken and passes.
fn too_long(document: &Path, text: &str) -> Vec<String> {
    if !READABLE
        .iter()
        .any(|readable| document == Path::new(readable))
    {
        return Vec::new();
    }
    let long = text.lines().zip(1..).filter(|(line, _)| {
        let most = if line.starts_with('|') {
            ROW_MAX
        } else {
            LINE_MAX
        };
        let is_word = !line.trim_start_matches([' ', '-']).contains(' ');
        line.chars().count() > most && !is_word
    });
    long.map(|(_, at)| format!("{}:{at}: too long a line", document.display()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{missing, questions, too_long};
    use std::path::{Path, PathBuf};

    #[test]
    fn a_doc_comment_that_opens_with_a_question_is_found() {
        let cases = [
            ("/// What it is.\nfn f() {}", 1),
            ("//! Why: it is so.\n\n/// How\nfn f() {}", 2),
            ("    /// Whether.\n    /// What follows.\n    field: u8,", 1),
            ("/// The field.\n/// What follows.\nfn f() {}", 0),
            ("/// The field.\nfield: u8,\n/// What?\nother: u8,", 1),
            ("//! A module.\n/// How it is.\nfn f() {}", 1),
            ("/// Whatever the reader sends.\n// What the body needs.", 0),
            ("//// What is no doc comment.\nlet text = \"/// What\";", 0),
        ];
        for (text, expected) in cases {
            let found = questions(Path::new("lib.rs"), text);
            assert_eq!(found.len(), expected, "{text}: {found:?}");
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_is_found() {
        let tree = ["docs/a.md", "crates/pos/src/till/mod.rs", "README.md"].map(PathBuf::from);
        let cases = [
            ("`docs/a.md`, `crates/pos/`, `crates/pos/src`", 0),
            ("`docs/b.md` and `crates/po`", 2),
            ("`till/mod.rs`, `mod.rs::name`, `src/till/`", 0),
            ("`till/gone.rs`, `gone.rs::name`, `gone/`", 3),
            (
                "`understudy.tap/1`, `000001/000007`, `cargo run`, `/health`",
                0,
            ),
            (
                "[a](a.md#part), [up](../README.md), [out](https://example.org/x.md)",
                0,
            ),
            ("[b](b.md), [up](../../README.md)", 1),
            ("```text\n`docs/b.md`\n```", 0),
        ];
        for (text, expected) in cases {
            let found = missing(Path::new("docs/a.md"), text, &tree);
            assert_eq!(found.len(), expected, "{text}: {found:?}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_to_read_is_found() {
        let words = "word ".repeat(21);
        let cases = [
            ("docs/architecture.md", words.clone(), 1),
            ("docs/architecture.md", format!("| {words} |"), 0),
            ("docs/architecture.md", format!("| {words}{words} |"), 1),
            (
                "docs/architecture.md",
                format!("  - `{}`", "name".repeat(30)),
                0,
            ),
            ("docs/http.md", words, 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(
                too_long(Path::new(path), &text).len(),
                expected,
                "{path}: {text}"
            );
        }
    }
}
