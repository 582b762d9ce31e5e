//! Rules that Android's loader and app stores hold a library to.

use anyhow::{Context, Result, bail, ensure};
use object::elf::{DT_NEEDED, DT_SONAME, PT_LOAD};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader as _};
use object::{Endianness, Object as _, ObjectSymbol as _};
use std::path::Path;

use super::abi::Abi;
use super::link::SYSTEM;
use crate::symbols::Symbols;

/// Pages of 16 KiB, as Android 15 has them.
const ALIGNMENT: u64 = 0x4000;

/// The permitted beginnings of exported symbols: `UniFFI`'s functions and metadata, and JNI's.
const EXPORTS: [&str; 5] = [
    "ffi_understudy_",
    "uniffi_understudy_",
    "UNIFFI_META_",
    "Java_org_understudy_",
    "JNI_OnLoad",
];

const DERIVATION: &str = "understudy_core::kd::";

/// Checks a library that has its symbols still.
pub(super) fn check(path: &Path, abi: &Abi) -> Result<()> {
    check_shipped(path, abi)?;
    let symbols = Symbols::read(path)?;
    let derivation = symbols.matching(|name| name.contains(DERIVATION));
    ensure!(
        derivation.is_empty(),
        "{}: the library holds {}",
        abi.name,
        derivation.join(", ")
    );
    Ok(())
}

/// Checks a library as it is shipped, without its symbols: for whom it is, what it loads and needs,
/// and what it exports.
pub(super) fn check_shipped(path: &Path, abi: &Abi) -> Result<()> {
    let octets = std::fs::read(path)?;
    let file = object::File::parse(&*octets)?;
    facts_of(&file, path, abi)?.check(abi)?;
    let foreign: Vec<&str> = file
        .dynamic_symbols()
        .filter(|symbol| symbol.is_definition() && symbol.is_global())
        .filter_map(|symbol| symbol.name().ok())
        .filter(|name| !EXPORTS.iter().any(|start| name.starts_with(start)))
        .collect();
    ensure!(
        foreign.is_empty(),
        "{}: the library exports {}",
        abi.name,
        foreign.join(", ")
    );
    Ok(())
}

/// Checks a library of others: for whom it is, and that pages of 16 KiB can load it.
pub(super) fn check_foreign(path: &Path, abi: &Abi) -> Result<()> {
    let octets = std::fs::read(path).with_context(|| format!("{} is missing", path.display()))?;
    let file = object::File::parse(&*octets)?;
    facts_of(&file, path, abi)?.check_pages(abi)
}

fn facts_of(file: &object::File<'_>, path: &Path, abi: &Abi) -> Result<Facts> {
    ensure!(
        file.architecture() == abi.architecture,
        "{} is for {:?}",
        path.display(),
        file.architecture()
    );
    match file {
        object::File::Elf32(file) => facts(file),
        object::File::Elf64(file) => facts(file),
        _ => bail!("{} is no ELF file", path.display()),
    }
}

/// The facts of a shared library that its loader goes by.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    alignments: Vec<u64>,
    needed: Vec<String>,
    name: Option<String>,
}

impl Facts {
    fn check(&self, abi: &Abi) -> Result<()> {
        self.check_pages(abi)?;
        ensure!(
            self.name.as_deref() == Some(super::LIBRARY),
            "{}: SONAME is {:?}",
            abi.name,
            self.name
        );
        for library in &self.needed {
            ensure!(
                SYSTEM
                    .iter()
                    .any(|name| *library == format!("lib{name}.so")),
                "{}: the library needs {library}",
                abi.name
            );
        }
        Ok(())
    }

    fn check_pages(&self, abi: &Abi) -> Result<()> {
        ensure!(
            !self.alignments.is_empty(),
            "{}: nothing is loaded",
            abi.name
        );
        for alignment in &self.alignments {
            ensure!(
                *alignment == ALIGNMENT,
                "{}: a segment is aligned to {alignment:#x}, and pages of 16 KiB need {ALIGNMENT:#x}",
                abi.name
            );
        }
        Ok(())
    }
}

fn facts<H: FileHeader<Endian = Endianness>>(file: &ElfFile<'_, H>) -> Result<Facts> {
    let endian = file.endian();
    let alignments = file
        .elf_program_headers()
        .iter()
        .filter(|header| header.p_type(endian) == PT_LOAD)
        .map(|header| header.p_align(endian).into())
        .collect();
    let mut facts = Facts {
        alignments,
        ..Facts::default()
    };
    let table = file.elf_dynamic_table()?;
    for entry in &table {
        if entry.tag == DT_NEEDED || entry.tag == DT_SONAME {
            let name = String::from_utf8_lossy(table.string(entry)?).into_owned();
            if entry.tag == DT_NEEDED {
                facts.needed.push(name);
            } else {
                facts.name = Some(name);
            }
        }
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::{ALIGNMENT, Facts};
    use crate::android::abi::ABIS;

    fn sound() -> Facts {
        Facts {
            alignments: vec![ALIGNMENT; 4],
            needed: vec!["libc.so".to_owned(), "libdl.so".to_owned()],
            name: Some("libunderstudy.so".to_owned()),
        }
    }

    #[test]
    fn a_library_that_keeps_every_rule_passes() {
        sound().check(&ABIS[0]).unwrap();
    }

    #[test]
    fn each_broken_rule_is_found() {
        let breaks: [fn(&mut Facts); 5] = [
            |facts| facts.alignments.clear(),
            |facts| facts.alignments[2] = 0x1000,
            |facts| facts.needed.push("libunwind.so".to_owned()),
            |facts| facts.name = None,
            |facts| facts.name = Some("libother.so".to_owned()),
        ];
        for (number, break_it) in breaks.iter().enumerate() {
            let mut facts = sound();
            break_it(&mut facts);
            assert!(facts.check(&ABIS[0]).is_err(), "rule {number}");
        }
    }
}
