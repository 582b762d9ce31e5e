use serde_json::{Value, json};

use super::{Snapshot, SnapshotError};
use crate::demonstration::TEST_PAN;
use crate::tests::kit::{World, cny};
use crate::{IssueOptions, Issuer, Reason, TokenRequestor, demonstration};

/// A world in which every field of the snapshot is used.
fn world() -> World {
    let config = crate::IssuerConfig {
        token_requestor: TokenRequestor::new(40_010_000_001),
        ..demonstration::config()
    };
    let options = IssueOptions {
        discretionary: vec![0xAB, 0xCD],
        ..Default::default()
    };
    let mut world = World::of(Issuer::new(config), options);
    let wrong_pin = world
        .card
        .sale(1, cny(1))
        .with_pin(world.card.pin_block("000000"));
    assert_eq!(world.authorise(&wrong_pin).reason, Reason::WrongPin);
    assert!(world.authorise(&world.card.sale(2, cny(5))).approved());
    world
}

fn read(json: &Value) -> Result<Issuer, String> {
    let snapshot: Snapshot =
        serde_json::from_str(&json.to_string()).map_err(|error| error.to_string())?;
    Issuer::restore(snapshot).map_err(|error| error.to_string())
}

#[test]
fn a_restored_issuer_knows_what_it_knew() {
    let world = world();
    let state = world.state();
    assert_eq!(world.fork().state(), state);
    let json: Value = serde_json::from_str(&state).unwrap();
    assert!(state.starts_with("{\"version\":1,"));
    assert_eq!(json["accounts"][0]["wrong_pins"], 1);
    assert_eq!(json["tokens"][0]["unverified_sum"], 5);
    assert_eq!(json["tokens"][0]["used"][0]["reason"], "wrong-pin");
}

#[test]
fn an_empty_issuer_survives_too() {
    let state = serde_json::to_string(&demonstration::issuer().snapshot()).unwrap();
    let snapshot: Snapshot = serde_json::from_str(&state).unwrap();
    let restored = Issuer::restore(snapshot).unwrap();
    assert_eq!(serde_json::to_string(&restored.snapshot()).unwrap(), state);
}

#[test]
fn wrong_pins_are_still_counted_after_a_restart() {
    let world = world();
    let mut world = world.fork();
    for (atc, expected) in [(3, Reason::WrongPin), (4, Reason::PinTriesExceeded)] {
        let sale = world
            .card
            .sale(atc, cny(1))
            .with_pin(world.card.pin_block("000000"));
        world = world.fork();
        assert_eq!(world.authorise(&sale).reason, expected);
    }
}

#[test]
fn another_version_is_named_before_anything_else_is_read() {
    for version in [0, 2, 99] {
        let text = format!("{{\"version\":{version},\"something\":\"new\"}}");
        let error = serde_json::from_str::<Snapshot>(&text)
            .unwrap_err()
            .to_string();
        let expected =
            format!("unknown version {version} of the issuer's file; this program reads version 1");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn a_field_that_is_missing_or_unknown_is_named() {
    let json: Value = serde_json::from_str(&world().state()).unwrap();
    let places = [
        "",
        "/keys",
        "/keys/host",
        "/ranges/0",
        "/accounts/0",
        "/accounts/0/pin",
        "/tokens/0",
        "/tokens/0/limits",
        "/tokens/0/used/0",
    ];
    let optional = ["token_requestor", "pin", "psn"];
    for place in places {
        let names: Vec<String> = json
            .pointer(place)
            .unwrap()
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for name in names {
            let mut damaged = json.clone();
            let object = damaged.pointer_mut(place).unwrap().as_object_mut().unwrap();
            let value = object.remove(&name).unwrap();
            match read(&damaged) {
                Ok(_) => assert!(optional.contains(&name.as_str()), "without {place}/{name}"),
                Err(error) => assert!(
                    error.contains(&format!("missing field `{name}`")),
                    "{error}"
                ),
            }
            let object = damaged.pointer_mut(place).unwrap().as_object_mut().unwrap();
            object.insert(name.clone(), value);
            object.insert("surprise".into(), json!(1));
            let error = read(&damaged).unwrap_err();
            assert!(error.contains("unknown field `surprise`"), "{error}");
        }
    }
}

/// Place, what stands there instead, and what the error says.
const NONSENSE: &str = r#"
/keys/application_cryptogram/key | "00112233445566778899AABBCCDDEEFF" | application cryptogram key
/keys/terminal_pin/key        | "00112233445566778899AABBCCDDEEFF" | terminal PIN key
/keys/host/check_value        | "000000"                  | host key
/keys/host/key                | "00"                      | 32 octets in hexadecimal
/ranges/0/prefix              | "62509"                   | number ranges
/ranges/0/length              | 12                        | number ranges
/token_requestor              | 100000000000              | token requestor
/accounts/0/pan               | "6222020000000001231"     | account 1 of the issuer: pan
/accounts/0/pan               | "622202"                  | account 1 of the issuer: pan
/accounts/0/pan               | 6222020000000001230       | a number stands where text is
/accounts/0/wrong_pins        | 4                         | account 1 of the issuer: wrong_pins
/accounts/0/pin/salt          | "zz"                      | 16 octets in hexadecimal
/accounts/0/id                | 2                         | token 1 of the issuer: id, account or number
/tokens/0/account             | 7                         | token 1 of the issuer: id, account or number
/tokens/0/status              | "paid"                    | token 1 of the issuer: status
/tokens/0/product             | "prepaid"                 | token 1 of the issuer: product
/tokens/0/track2              | "62"                      | token 1 of the issuer: track2
/tokens/0/track2              | "6250947000000015D281220100000000" | token 1 of the issuer: track2
/tokens/0/psn                 | "0A"                      | token 1 of the issuer: psn
/tokens/0/cvn                 | "0A"                      | token 1 of the issuer: cvn
/tokens/0/cvn                 | "17"                      | so domestic_only must be true
/tokens/0/discretionary       | "A"                       | token 1 of the issuer: discretionary
/tokens/0/discretionary       | "000000000000000000000000000000000000000000000000" | token 1 of the issuer: discretionary
/tokens/0/limits/currency     | 1000                      | token 1 of the issuer: limits
/tokens/0/limits/verified_tap | 1                         | token 1 of the issuer: limits
/tokens/0/last_key            | 65535                     | token 1 of the issuer: last_key
/tokens/0/last_key            | 1                         | token 1 of the issuer: used: atc
/tokens/0/last_key            | 0                         | token 1 of the issuer: used: atc
/tokens/0/used/0/atc          | 2                         | token 1 of the issuer: used: atc
/tokens/0/used/0/atc          | 0                         | token 1 of the issuer: used: atc
/tokens/0/used/0/reason       | "paid"                    | token 1 of the issuer: used: reason
/tokens/0/used/0/arpc         | "00"                      | 8 octets in hexadecimal
"#;

#[test]
fn a_field_that_makes_no_sense_is_named_and_not_repeated() {
    let good: Value = serde_json::from_str(&world().state()).unwrap();
    for line in NONSENSE.lines().filter(|line| !line.is_empty()) {
        let [place, value, expected] = *line.split(" | ").collect::<Vec<_>>() else {
            panic!("not a case: {line}")
        };
        let mut damaged = good.clone();
        *damaged.pointer_mut(place.trim()).unwrap() = serde_json::from_str(value).unwrap();
        let error = read(&damaged).unwrap_err();
        assert!(error.contains(expected), "{line}: {error}");
        for secret in [&TEST_PAN[..12], "00112233", "625094"] {
            assert!(!error.contains(secret), "{error}");
        }
    }
}

#[test]
fn an_entry_that_stands_twice_is_refused() {
    let good: Value = serde_json::from_str(&world().state()).unwrap();
    let account = SnapshotError::Account {
        account: 1,
        field: "id or pan",
    };
    let token = SnapshotError::Token {
        token: crate::TokenId::new(1),
        field: "id, account or number",
    };
    for (list, error) in [("accounts", account), ("tokens", token)] {
        let mut twice = good.clone();
        let entry = twice[list][0].clone();
        twice[list].as_array_mut().unwrap().push(entry);
        assert_eq!(read(&twice).unwrap_err(), error.to_string());
    }
}

#[test]
fn every_truncation_of_the_text_is_refused() {
    let state = world().state();
    for len in 0..state.len() {
        assert!(
            serde_json::from_str::<Snapshot>(&state[..len]).is_err(),
            "{len} characters"
        );
    }
}
