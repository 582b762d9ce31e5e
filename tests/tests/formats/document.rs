//! The documents and their fenced blocks.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A document by its path from the root.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The text of the single block of `docs/formats.md` that is fenced under this name, such as `hex
/// profile`.
pub(crate) fn block(name: &str) -> String {
    let text = read("docs/formats.md");
    let fence = format!("\n```{name}\n");
    let mut parts = text.split(fence.as_str());
    let (_, after) = (parts.next(), parts.next());
    let after = after.unwrap_or_else(|| panic!("there is no block `{name}`"));
    assert!(parts.next().is_none(), "two blocks `{name}`");
    after.split("\n```").next().unwrap().to_owned()
}

/// The octets of a block of hex: `#` starts a comment, `{name}` stands for the block `hex name`.
pub(crate) fn octets(name: &str) -> Vec<u8> {
    lines(name).concat()
}

/// The octets of a block of hex, line by line.
pub(crate) fn lines(name: &str) -> Vec<Vec<u8>> {
    block(&format!("hex {name}")).lines().map(line).collect()
}

/// The octets of one line.
pub(crate) fn line(text: &str) -> Vec<u8> {
    let text = text.split('#').next().unwrap().trim();
    let other = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    other.map_or_else(|| digits(text), octets)
}

fn digits(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(digits).unwrap_or_else(|error| panic!("{text}: {error}"))
}
