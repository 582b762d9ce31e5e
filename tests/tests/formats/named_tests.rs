//! The tests that the documents name.

use std::fs;

use crate::document::{read, root};

/// The documents that name tests, as `path::name`.
const DOCUMENTS: [&str; 2] = ["docs/architecture.md", "docs/security.md"];

#[test]
fn every_test_that_a_document_names_is_there() {
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        let quoted = text.split('`').skip(1).step_by(2);
        let named: Vec<_> = quoted
            .filter_map(|quoted| quoted.split_once(".rs::"))
            .collect();
        assert!(!named.is_empty(), "{document} names no test");
        for (path, name) in named {
            let source = fs::read_to_string(root().join(format!("{path}.rs")));
            if !source.is_ok_and(|source| has_test(&source, name)) {
                missing.push(format!("{document}: {path}.rs::{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// True if the function of this name comes directly after a `#[test]`.
fn has_test(source: &str, name: &str) -> bool {
    let Some((before, _)) = source.split_once(&format!("fn {name}(")) else {
        return false;
    };
    let attribute = before.rsplit("#[test]").next();
    before.contains("#[test]") && attribute.is_some_and(|between| !between.contains("fn "))
}

#[test]
fn a_function_that_is_no_test_is_told_apart() {
    let source = "#[test]\nfn one() {}\nfn two() {}\n#[test]\n#[ignore]\nfn three() {}";
    let found = ["one", "two", "three", "four"].map(|name| has_test(source, name));
    assert_eq!(found, [true, false, true, false]);
}
