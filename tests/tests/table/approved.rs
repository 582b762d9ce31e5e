//! Every row is approved, and its cryptogram and the issuer's answer are those that an oracle in Python
//! computes from the chip data alone (`tests/python/oracle.py`): pyemv for triple DES, the package
//! `cryptography` for the other ciphers.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use understudy_core::crypto::Algorithm;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::demonstration::test_issuer_master_key;
use understudy_issuer::{Authorisation, Verdict};
use understudy_pos::{HostAnswer, OnlineRequest, Outcome};

use crate::chip::Chip;
use crate::python::run;
use crate::rows::{Row, taps};
use crate::scene::Scene;
use crate::values::{LIMIT, WITHIN};

/// One tap as the oracle takes it: the issuer master key, the identity of the card, what went online, and
/// the answer.
fn tap(row: Row, algorithm: Algorithm, request: &OnlineRequest, verdict: &Verdict) -> Value {
    let key = test_issuer_master_key(row.scheme, algorithm);
    let arpc = verdict.arpc.expect("an answer to a right cryptogram");
    json!({
        "row": row.to_string(),
        "scheme": row.scheme.name(),
        "cipher": algorithm.name(),
        "imk": hex::encode(key.expose()),
        "pan": request.track2.number().expose(),
        "psn": request.psn.map(|psn| format!("{psn:02X}")),
        "de55": hex::encode(&request.de55),
        "response_code": hex::encode(verdict.response_code()),
        "arpc": hex::encode(arpc),
    })
}

/// An approved tap without verification, one with it above the limit, and one that is declined.
fn taps_of(row: Row, algorithm: Algorithm) -> Vec<Value> {
    let scene = Scene::of(row);
    let plain = scene.request(WITHIN);
    let approved = scene.authorise(&plain);
    assert!(approved.approved(), "{row}: {}", approved.reason);
    assert_eq!(approved.token, Some(scene.card.token), "{row}");
    let answer = HostAnswer::ResponseCode(approved.response_code());
    assert!(
        matches!(plain.complete(answer), Outcome::Approved(_)),
        "{row}"
    );
    scene.phone.verify();
    let above = scene.request(LIMIT + 1);
    let verified = scene.authorise(&above);
    assert!(verified.approved(), "{row}: {}", verified.reason);
    let other = scene.request(WITHIN);
    let declined = scene.send(&Authorisation {
        amount: Amount::new(WITHIN + 1, Currency::CNY).expect("an amount"),
        ..scene.message(&other)
    });
    assert!(!declined.approved(), "{row}");
    assert_eq!(scene.spent(), i128::from(WITHIN + LIMIT + 1), "{row}");
    [(plain, approved), (above, verified), (other, declined)]
        .iter()
        .map(|(request, verdict)| tap(row, algorithm, request, verdict))
        .collect()
}

#[test]
fn every_row_is_approved_and_cryptograms_and_answers_are_the_oracles() {
    let rows = taps();
    let taps: Vec<_> = (rows.iter())
        .flat_map(|(row, algorithm)| taps_of(*row, *algorithm))
        .collect();
    let printed = run("oracle.py", &["taps"], &json!(taps).to_string());
    let recomputed: BTreeMap<String, usize> = serde_json::from_str(&printed).expect("counts");
    assert_eq!(recomputed.len(), rows.len(), "rows of their own names");
    assert!(
        recomputed.values().all(|count| *count == 3),
        "{recomputed:?}"
    );
}

#[test]
fn the_card_names_its_algorithm_where_its_scheme_has_room_for_it() {
    for (row, algorithm) in taps() {
        let request = Scene::of(row).request(WITHIN);
        let chip = Chip::read(&request.de55);
        let iad = row.scheme.parse_iad(chip.get(0x9F10)).expect("its layout");
        assert_eq!(iad.cvn, row.cvn, "{row}");
        if let Some(named) = iad.algorithm {
            assert_eq!(named, algorithm, "{row}");
        }
    }
}
