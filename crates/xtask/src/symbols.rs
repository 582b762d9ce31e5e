//! The functions that a linked file holds, by their Rust names.

use anyhow::{Context, Result, bail};
use object::{
    File, Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionKind, SymbolKind,
};
use std::collections::BTreeSet;
use std::path::Path;

/// The code of a linked file.
pub(crate) struct Symbols {
    /// Demangled names of the functions, sorted.
    pub(crate) functions: Vec<String>,
    /// Pairs of referring and referenced function, sorted; empty unless the file was linked with
    /// `--emit-relocs`.
    pub(crate) references: BTreeSet<(String, String)>,
    /// Octets of code.
    pub(crate) code_size: u64,
}

impl Symbols {
    /// Reads the symbol table of an ELF file; a stripped file is an error, not an empty table.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let octets =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let file = File::parse(&*octets)
            .with_context(|| format!("{} is not an object file", path.display()))?;
        let spans = function_spans(&file);
        if spans.is_empty() {
            bail!(
                "{} has no symbol table; it must not be stripped",
                path.display()
            );
        }
        let mut functions: Vec<String> = spans.iter().map(|span| span.name.clone()).collect();
        functions.sort();
        functions.dedup();
        Ok(Self {
            functions,
            references: references(&file, &spans),
            code_size: code_size(&file),
        })
    }

    /// The functions whose names satisfy `wanted`.
    pub(crate) fn matching(&self, wanted: impl Fn(&str) -> bool) -> Vec<&str> {
        self.functions
            .iter()
            .map(String::as_str)
            .filter(|name| wanted(name))
            .collect()
    }
}

struct Span {
    start: u64,
    end: u64,
    name: String,
}

fn function_spans(file: &File<'_>) -> Vec<Span> {
    let mut spans: Vec<Span> = file
        .symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
        .filter_map(|symbol| {
            let start = code_address(symbol.address());
            Some(Span {
                start,
                end: start + symbol.size(),
                name: readable(symbol.name().ok()?),
            })
        })
        .filter(|span| !span.name.starts_with('$')) // ARM's mapping symbols
        .collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// The address of a function's code. On a Thumb target the lowest bit is a mode, not a part of the
/// address.
fn code_address(address: u64) -> u64 {
    address & !1
}

fn readable(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

fn references(file: &File<'_>, spans: &[Span]) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for section in file.sections() {
        for (address, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            let Ok(symbol) = file.symbol_by_index(index) else {
                continue;
            };
            let Ok(name) = symbol.name() else { continue };
            let place = spans.partition_point(|span| span.start <= address);
            let Some(from) = place.checked_sub(1).and_then(|at| spans.get(at)) else {
                continue;
            };
            if address < from.end {
                found.insert((from.name.clone(), readable(name)));
            }
        }
    }
    found
}

fn code_size(file: &File<'_>) -> u64 {
    file.sections()
        .filter(|section| section.kind() == SectionKind::Text)
        .map(|s| s.size())
        .sum()
}
