//! The story of ten cards in one wallet.

use std::collections::BTreeSet;

use serde_json::json;

use super::stage::Stage;
use crate::failure::Failure;

/// Numbers of bank cards that no bank issued.
const CARDS: [&str; 10] = [
    "6222020000000012302",
    "6222020000000012310",
    "6222020000000012328",
    "6222020000000012336",
    "6222020000000012344",
    "6222020000000012351",
    "6222020000000012369",
    "6222020000000012377",
    "6222020000000012385",
    "6222020000000012393",
];

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.say("A bank issues ten cards into one wallet. All of them have the same AID.");
    for card in CARDS {
        let (_, issued) = stage.run(&["issue", "--pan", card, "--expiry", "4912"])?;
        let token = issued.at("/token").to_string();
        let code = issued.at("/code").as_str().unwrap_or_default();
        stage.run(&["verify", code, "--token", &token])?;
    }
    let (_, cards) = stage.run(&["cards"])?;
    let held = cards.at("/cards").as_array().map_or(0, Vec::len);
    stage.expect(held == 10, "ten cards are in the wallet");

    stage.say("Each is presented for a minute, and tapped. A reader is shown one card at a time.");
    let mut tokens = BTreeSet::new();
    for card in 1..=10 {
        let number = card.to_string();
        stage.run(&["present", &number])?;
        let (code, tap) = stage.run(&["tap"])?;
        let is_this = *tap.at("/card/card") == json!(card);
        stage.expect(
            code == 0 && is_this,
            &format!("card {card} is the one that paid"),
        );
        tokens.insert(tap.at("/card/token").to_string());
    }
    stage.expect(tokens.len() == 10, "ten different tokens paid");
    let (_, tap) = stage.run(&["tap"])?;
    stage.expect(
        *tap.at("/card/card") == json!(1),
        "after that the default card is presented again",
    );

    stage.say("The bank deletes one of them.");
    stage.run(&["delete", "5"])?;
    let (_, cards) = stage.run(&["cards"])?;
    let held = cards.at("/cards").as_array().cloned().unwrap_or_default();
    let others = held.iter().all(|card| card.get("card") != Some(&json!(5)));
    stage.expect(held.len() == 9 && others, "the others are still there");
    stage.run(&["default", "6"])?;
    let (code, tap) = stage.run(&["tap"])?;
    stage.expect(
        code == 0 && *tap.at("/card/card") == json!(6),
        "and keep their numbers and pay",
    );
    Ok(())
}
