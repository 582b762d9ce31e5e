//! The AES vectors of `tests/vectors/emv_aes_sm4.json`, recomputed by the crate `emv`.

use emv::core::application_cryptogram::application_cryptogram_aes;
use emv::core::master_key_derivation::derive_master_key_option_c;
use emv::core::secure_messaging::{derive_session_key_aes, diversification_for_ac_session_key_aes};
use serde_json::Value;

fn octets(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("hex")).expect("hex")
}

/// The number in packed BCD, `F` behind an odd number of digits.
fn packed(digits: &str) -> Vec<u8> {
    let padded = if digits.len().is_multiple_of(2) {
        digits.to_owned()
    } else {
        format!("{digits}F")
    };
    hex::decode(padded).expect("digits")
}

#[test]
fn another_implementation_makes_the_same_keys_and_cryptograms() {
    let text = include_str!("../../vectors/emv_aes_sm4.json");
    let vectors: Value = serde_json::from_str(text).expect("JSON");
    let pan = packed(vectors["pan"].as_str().expect("digits"));
    let psn = octets(&vectors["psn"])[0];
    let atc = u16::from_be_bytes(octets(&vectors["9F36"]).try_into().expect("two octets"));
    let rows = vectors["aes"].as_array().expect("rows");
    assert_eq!(rows.len(), 3);
    for row in rows {
        let card = derive_master_key_option_c(&octets(&row["imk"]), &pan, Some(psn));
        let card = card.expect("a card master key");
        assert_eq!(card, octets(&row["card_master_key"]));
        let session = derive_session_key_aes(&card, &diversification_for_ac_session_key_aes(atc));
        let session = session.expect("a session key");
        assert_eq!(session, octets(&row["session_key"]));
        let made = application_cryptogram_aes(&session, &octets(&vectors["under_mac"]));
        assert_eq!(made.expect("a cryptogram")[..], octets(&row["9F26"]));
    }
}
