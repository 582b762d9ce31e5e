//! Examples in documents, as Kotlin that is compiled: a document can't say what does not compile.

use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

use super::files::{emptied, write};
use crate::shell::Workspace;

/// Documents with examples. Each block of ```` ```kotlin ```` is the body of a function of an app;
/// scripts of Gradle are ```` ```kts ````.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/android.md", "bindings/kotlin/README.md"];

const BEGIN: &str = "```kotlin";
const END: &str = "```";

/// The imports that an example need not state.
const IMPORTS: &str = "\
package org.understudy.consumer

import java.io.File
import org.understudy.*
import org.understudy.android.*
import org.understudy.ffi.*
import org.understudy.tap.*
";

/// Writes the examples of all documents into an empty folder.
pub(super) fn extract(workspace: &Workspace) -> Result<PathBuf> {
    let folder = emptied(&workspace.target.join("android/examples"))?;
    for document in DOCUMENTS {
        let text = std::fs::read_to_string(workspace.root.join(document))
            .with_context(|| format!("{document} is missing"))?;
        let blocks = blocks(&text);
        ensure!(!blocks.is_empty(), "{document} has no example in Kotlin");
        println!("{document}: {} example(s)", blocks.len());
        for (line, block) in blocks {
            // A name of Kotlin that says where the example stands.
            let name = format!("{}_{line}", document.replace(['/', '.'], "_"));
            write(&folder.join(format!("{name}.kt")), source(&name, &block))?;
        }
    }
    Ok(folder)
}

/// The blocks of Kotlin, each with the number of its first line.
fn blocks(text: &str) -> Vec<(usize, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line.trim() == BEGIN {
            let block = lines.by_ref().map(|(line, _)| line);
            blocks.push((
                number + 1,
                block.take_while(|line| line.trim() != END).collect(),
            ));
        }
    }
    blocks
}

/// A function of the app, after the imports that the example brings.
fn source(name: &str, block: &[&str]) -> String {
    let (imports, body): (Vec<&str>, Vec<&str>) = block
        .iter()
        .partition(|line| line.trim_start().starts_with("import "));
    format!(
        "{IMPORTS}{}\n\nfun App.{name}() {{\n{}\n}}\n",
        imports.join("\n"),
        body.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::{blocks, source};

    #[test]
    fn blocks_of_kotlin_are_taken_and_scripts_are_not() {
        let text =
            "A\n```kts\nno\n```\nB\n```kotlin\nimport a.b\nval x = 1\n```\n```kotlin\ny()\n```\n";
        let blocks = blocks(text);
        assert_eq!(
            blocks,
            [(7, vec!["import a.b", "val x = 1"]), (11, vec!["y()"])]
        );
        let source = source("line7", &["import a.b", "val x = 1"]);
        assert!(
            source.ends_with("import a.b\n\nfun App.line7() {\nval x = 1\n}\n"),
            "{source}"
        );
    }
}
