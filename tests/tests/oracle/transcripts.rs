//! The cryptogram of every tap in `tests/transcripts/`, recomputed by the oracle from the octets alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::python::run;
use understudy_tests::Hex;

#[derive(Deserialize)]
struct Vectors {
    cryptograms: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    session_key: Hex,
}

/// The number of answers with a cryptogram of eight octets in each transcript, found as text.
fn taps(folder: &Path) -> BTreeMap<String, usize> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files
        .map(|file| (file.file_name().into_string().unwrap(), file.path()))
        .filter(|(_, path)| path.extension().is_some_and(|end| end == "txt"))
        .map(|(name, path)| {
            let text = fs::read_to_string(path).unwrap();
            let answers = text.lines().filter(|line| line.starts_with("<<"));
            let bare = answers.map(|line| line.replace(' ', ""));
            let count = bare.filter(|line| line.contains("9F2608")).count();
            (name, count)
        })
        .collect()
}

#[test]
fn the_cryptogram_of_every_tap_is_the_one_that_the_oracle_makes() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tests.join("transcripts");
    let vectors = fs::read_to_string(tests.join("vectors/unionpay_tdes.json")).unwrap();
    let vectors: Vectors = serde_json::from_str(&vectors).unwrap();
    let key = hex::encode(&vectors.cryptograms[0].session_key.0);
    let printed = run(
        "oracle.py",
        &["transcripts", folder.to_str().unwrap(), &key],
        "",
    );
    let recomputed: BTreeMap<String, usize> = serde_json::from_str(&printed).unwrap();
    assert_eq!(recomputed, taps(&folder));
    assert!(recomputed.values().sum::<usize>() >= 24);
}
