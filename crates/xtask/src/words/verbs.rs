//! The verbs of codecs: `parse` and `emit`, `octets` and `from_octets`, and no other word for the
//! same.

use std::path::Path;

/// Folders and files whose functions turn octets into values and back.
const CODECS: [&str; 7] = [
    "crates/core/src/wire",
    "crates/core/src/card",
    "crates/core/src/scheme",
    "crates/provisioning/src",
    "crates/acquiring/src",
    "crates/wallet/src/image",
    "crates/wallet/src/entry.rs",
];

/// First words of names for which a codec has its own: `emit` and `parse`.
const OTHERS: [&str; 7] = [
    "encode",
    "decode",
    "pack",
    "unpack",
    "write",
    "marshal",
    "serialise",
];

/// The functions of a codec whose name begins with one of the [`OTHERS`].
pub(super) fn other_verbs(path: &Path, text: &str) -> Vec<String> {
    if !CODECS.iter().any(|codec| path.starts_with(codec)) {
        return Vec::new();
    }
    let named = text
        .lines()
        .zip(1..)
        .filter_map(|(line, at)| Some((function(line)?, at)));
    let other = named.filter(|(name, _)| {
        let first = name.split('_').next();
        first.is_some_and(|first| OTHERS.contains(&first))
    });
    other
        .map(|(name, at)| format!("{}:{at}: `{name}`: emit or parse", path.display()))
        .collect()
}

/// The name of the function that is declared on this line, if it stands in no comment.
fn function(line: &str) -> Option<&str> {
    let code = line.split("//").next()?;
    let (before, name) = code.split_once("fn ")?;
    let is_word = before.is_empty() || before.ends_with(' ');
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    name.get(..end).filter(|name| is_word && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::other_verbs;
    use std::path::Path;

    #[test]
    fn another_verb_in_a_codec_is_found_and_elsewhere_it_is_not() {
        let cases = [
            (
                "crates/core/src/wire/iad.rs",
                "    pub fn write(&self) {}",
                1,
            ),
            (
                "crates/core/src/wire/iad.rs",
                "pub(crate) const fn encode_all<'a>() {}",
                1,
            ),
            (
                "crates/acquiring/src/iso8583/emit.rs",
                "pub fn unpack<B>() {}",
                1,
            ),
            (
                "crates/wallet/src/entry.rs",
                "fn decode() {}\nfn pack() {}",
                2,
            ),
            (
                "crates/wallet/src/entry.rs",
                "fn written() {}\nfn packed_len() {}",
                0,
            ),
            (
                "crates/core/src/wire/iad.rs",
                "// fn write() {}\nfn emit() {}",
                0,
            ),
            ("crates/core/src/wire/iad.rs", "write(&mut writer)?;", 0),
            ("crates/pos/src/till/files.rs", "fn write() {}", 0),
        ];
        for (path, text, expected) in cases {
            let found = other_verbs(Path::new(path), text);
            assert_eq!(found.len(), expected, "{text}: {found:?}");
        }
    }
}
