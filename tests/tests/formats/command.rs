//! The JSON of the command, by what its sources say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::document::{read, root};

#[test]
fn the_document_names_every_json_object_of_the_command_and_no_other() {
    let text = read("docs/formats.md");
    let (_, section) = text.split_once("\n## `--json`\n").unwrap();
    let mut written = BTreeSet::new();
    collect(&root().join("crates/cli/src"), &mut written);
    assert_eq!(formats(section), written);
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.append(&mut formats(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Every `understudy.NAME/1` in a text.
fn formats(text: &str) -> BTreeSet<String> {
    let quoted = text.split(['"', '`']);
    quoted
        .filter(|part| part.starts_with("understudy.") && part.ends_with("/1"))
        .map(str::to_owned)
        .collect()
}
