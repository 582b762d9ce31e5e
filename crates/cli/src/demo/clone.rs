//! The story of a wallet whose files are copied, and restored later.

use serde_json::json;

use super::stage::{Stage, copy};
use crate::failure::Failure;

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let wallet = stage.path().join("wallet");
    let (yesterday, newest) = (stage.beside("yesterday"), stage.beside("newest"));
    stage.say("A wallet pays, and its files are copied: yesterday's backup, or a thief's.");
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 0, "the payment is approved");
    copy(&wallet, &yesterday)?;

    stage.say("The wallet goes on: it pays, and reports what it used.");
    let (code, tap) = stage.run(&["tap"])?;
    stage.expect(code == 0, "the payment is approved");
    let used = tap.at("/card/last_atc").clone();
    let (code, _) = stage.run(&["replenish"])?;
    stage.expect(
        code == 0,
        "the issuer accepts the report, and sends new keys",
    );
    copy(&wallet, &newest)?;

    stage.say("The old files are put back. They hold the key that was just used.");
    copy(&yesterday, &wallet)?;
    let (code, tap) = stage.run(&["tap"])?;
    stage.expect(
        *tap.at("/card/last_atc") == used,
        "the copy hands the same counter out again: no phone can know",
    );
    stage.expect(
        code == 1 && *tap.at("/issuer/approved") == json!(false),
        "the issuer declines a counter that it has seen",
    );
    let (code, _) = stage.run(&["replenish"])?;
    let (_, tokens) = stage.run(&["tokens"])?;
    stage.expect(
        code == 4 && *tokens.at("/tokens/0/status") == json!("suspended"),
        "at the copy's next report the issuer takes it for one, and suspends the device",
    );

    stage.say("The newest files are put back, and the bank resumes the device and its card.");
    copy(&newest, &wallet)?;
    let device = tokens.at("/tokens/0/device").as_str().unwrap_or_default();
    stage.run(&["resume", "--device", device])?;
    stage.run(&["resume", "1"])?;
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 0, "the true wallet pays again");
    Ok(())
}
