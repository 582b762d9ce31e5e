//! The source locations that a linked image keeps for the messages of its panics.
//!
//! After inlining, the function that panics may be the entry itself. Each panic passes its
//! `core::panic::Location` to the handler, so that the read-only data still has its place.

use anyhow::{Context, Result};
use object::{Endianness, File, Object, ObjectSection, SectionKind};
use std::collections::BTreeSet;
use std::path::Path;

/// `file:line:column` of every location in a 32-bit image, sorted.
pub(crate) fn read(path: &Path) -> Result<BTreeSet<String>> {
    let octets =
        std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let file = File::parse(&*octets)?;
    let sections: Vec<(u64, &[u8])> = file
        .sections()
        .filter(|section| {
            matches!(
                section.kind(),
                SectionKind::ReadOnlyData | SectionKind::ReadOnlyString
            )
        })
        .filter_map(|section| Some((section.address(), section.data().ok()?)))
        .collect();
    let words = sections
        .iter()
        .flat_map(|(_, data)| data.chunks_exact(4).map(|word| word_of(&file, word)));
    let words: Vec<u32> = words.collect();
    let candidates = words
        .windows(4)
        .filter_map(|words| location(&sections, words));
    Ok(candidates.collect())
}

fn word_of(file: &File<'_>, octets: &[u8]) -> u32 {
    let word = octets.first_chunk().copied().unwrap_or_default();
    match file.endianness() {
        Endianness::Little => u32::from_le_bytes(word),
        Endianness::Big => u32::from_be_bytes(word),
    }
}

/// A location in the compiler's layout: address and length of the file's name, line, column.
fn location(sections: &[(u64, &[u8])], words: &[u32]) -> Option<String> {
    let &[address, length, line, column] = words else {
        return None;
    };
    let name = sections.iter().find_map(|(start, data)| {
        let from = usize::try_from(u64::from(address).checked_sub(*start)?).ok()?;
        data.get(from..from.checked_add(usize::try_from(length).ok()?)?)
    })?;
    let name = std::str::from_utf8(name).ok()?;
    Path::new(name)
        .extension()
        .filter(|extension| *extension == "rs")?;
    Some(format!("{name}:{line}:{column}"))
}
