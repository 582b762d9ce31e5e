//! The story of a stolen phone, which the bank writes off while the phone has no network.

use std::net::TcpListener;

use serde_json::json;

use super::stage::Stage;
use crate::failure::Failure;

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.say("A cardholder pays with a new phone.");
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 0, "the payment is approved");

    stage.say(
        "The phone is stolen. The thief keeps it without network, unlocked: a running `card`.",
    );
    let mut phone = stage.card()?;
    let (_, tokens) = stage.run(&["tokens"])?;
    let device = tokens.at("/tokens/0/device").as_str().unwrap_or_default();

    stage.say("The cardholder calls the bank, which writes the phone off.");
    let (code, _) = stage.run(&["wipe", "--device", device])?;
    stage.expect(
        code == 0,
        "the bank's part is done, though the phone was not told",
    );

    stage.say("The thief taps at a shop.");
    let declined = tap_stolen(stage, &mut phone)?;
    stage.expect(declined, "the phone answers, and the bank declines");

    stage.say("The phone gets network, and with it its letters.");
    phone.kill()?;
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 3, "there is no card in it to tap with");
    let (_, cards) = stage.run(&["cards"])?;
    stage.expect(*cards.at("/cards") == json!([]), "it holds no card");
    let (_, history) = stage.run(&["history"])?;
    stage.expect(*history.at("/taps") == json!([]), "it remembers no payment");
    let (_, tokens) = stage.run(&["tokens"])?;
    let status = tokens.at("/tokens/0/status");
    stage.expect(
        *status == json!("deleted"),
        "the bank has deleted its token",
    );
    Ok(())
}

/// Taps the stolen phone; true if the card made a cryptogram and the bank declined it.
fn tap_stolen(
    stage: &mut Stage<'_>,
    phone: &mut super::child::CardProcess,
) -> Result<bool, Failure> {
    let broken = |error: std::io::Error| Failure::Link(format!("the story's reader: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").map_err(broken)?;
    let address = listener.local_addr().map_err(broken)?.to_string();
    std::thread::scope(|scope| {
        let served = scope.spawn(|| phone.serve(&listener));
        let tapped = stage.run(&["tap", "--card", &address]);
        let served = served.join();
        let (code, tap) = tapped?;
        served.map_err(|_| Failure::Link("the story's reader broke".to_owned()))??;
        let asked = tap.at("/request").is_object();
        Ok(asked && code == 1 && *tap.at("/issuer/approved") == json!(false))
    })
}
