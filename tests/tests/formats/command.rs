//! The JSON of the command, compared with its sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::document::{read, root};

#[test]
fn the_document_names_every_json_object_of_the_command_and_no_other() {
    let written: BTreeSet<String> = sources().iter().flat_map(|text| formats(text)).collect();
    let documented: BTreeSet<String> = formats(&section()).collect();
    assert_eq!(documented, written);
}

#[test]
fn the_document_names_every_json_field_of_the_command() {
    let section = section();
    let sources = sources();
    let fields: BTreeSet<&str> = sources.iter().flat_map(|text| fields(text)).collect();
    assert!(fields.contains("keys_left") && fields.contains("microseconds"));
    let missing: Vec<_> = fields
        .iter()
        .filter(|field| !section.contains(&format!("`{field}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The section of the document about JSON.
fn section() -> String {
    let text = read("docs/formats.md");
    let (_, section) = text.split_once("\n## `--json`\n").unwrap();
    section.to_owned()
}

/// The sources of the command.
fn sources() -> Vec<String> {
    let mut found = Vec::new();
    collect(&root().join("crates/cli/src"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Every `understudy.NAME/1` in a text.
fn formats(text: &str) -> impl Iterator<Item = String> {
    let quoted = text.split(['"', '`']);
    quoted
        .filter(|part| part.starts_with("understudy.") && part.ends_with("/1"))
        .map(str::to_owned)
}

/// The fields of every type that is written as JSON, by their names there.
fn fields(source: &str) -> Vec<&str> {
    let types = source
        .split("#[derive(")
        .skip(1)
        .filter(|text| text.split(')').next().unwrap().contains("Serialize"));
    let mut found = Vec::new();
    for lines in types.map(|text| text.split("\n}").next().unwrap().lines().map(str::trim)) {
        let mut attribute = "";
        for line in lines {
            if line.starts_with("#[serde(") {
                attribute = line;
            } else if let Some(name) = field(line) {
                let renamed = attribute.split("rename = \"").nth(1);
                let unnamed = ["(skip)", "flatten"];
                if !unnamed.iter().any(|word| attribute.contains(word)) {
                    found.push(renamed.map_or(name, |rest| rest.split('"').next().unwrap()));
                }
                attribute = "";
            }
        }
    }
    found
}

/// The name in a line `pub(…) name: Type,`.
fn field(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(": ")?;
    let name = before.split_whitespace().last()?;
    let is_name = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_name && !line.starts_with("//") && line.ends_with(',')).then_some(name)
}
