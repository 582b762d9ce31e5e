//! The messages between issuer and device: those in the document are those of the vectors, which
//! `tests/tests/provisioning` makes and takes.

use crate::document::{lines, octets, read};

fn vectors() -> serde_json::Value {
    serde_json::from_str(&read("tests/vectors/provisioning.json")).unwrap()
}

#[test]
fn the_messages_of_the_document_are_those_of_the_vectors() {
    let vectors = vectors();
    let pairs = [
        ("enrolment-request", &vectors["enrolment"]["request"]),
        ("suspension", &vectors["letters"][4]["message"]),
        ("report-content", &vectors["report"]["content"]),
        ("report", &vectors["report"]["message"]),
    ];
    for (name, vector) in pairs {
        assert_eq!(hex::encode(octets(name)), *vector, "{name}");
    }
}

#[test]
fn the_contents_of_the_document_are_those_of_the_vectors() {
    let vectors = vectors();
    let shown = [4, 8, 9, 13, 14, 15].map(|letter| vectors["letters"][letter]["content"].clone());
    assert_eq!(
        lines("contents")
            .iter()
            .map(hex::encode)
            .collect::<Vec<_>>(),
        shown
    );
}

#[test]
fn the_peer_is_as_short_as_the_document_says() {
    let lines = read("tests/python/provisioning.py").lines().count();
    assert!(read("docs/formats.md").contains(&format!("in {lines} lines")));
    assert!(lines <= 300);
}
