//! A payment that needs verification, at a terminal without a PIN pad.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::{Config, Outcome, Reason};
use understudy_wallet::Verification;

use super::field::tap;
use super::stage::Stage;
use crate::failure::Failure;
use crate::state::{self, Cards};

/// A terminal without any verification method of its own.
const TERMINAL: &str = "[reader]\nonline_pin = false\npin_after_read = false\nsignature = false\n";

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 0, "a first payment makes the card");
    let config = Config::from_toml(TERMINAL);
    let config = config.map_err(|error| Failure::Input(error.to_string()))?;
    let home = stage.home()?;
    let (side, _) = state::open_both(&home, Cards::Own)?;
    let wallet = &side.wallet;
    let keys = || -> Result<u16, Failure> { Ok(side.card(&home, None)?.ledger.keys) };
    wallet.user_acted();
    side.settle()?;
    let before = keys()?;

    stage.say("A shop asks for 1500.00 CNY. Its terminal has no PIN pad.");
    let first = tap(wallet, &config, 1500)?;
    stage.expect(
        first == Outcome::TryAgain(Reason::SeePhone),
        "the card asks its user to look at the phone",
    );
    stage.expect(keys()? == before, "no key was used");
    let Some(prompt) = wallet.prompt() else {
        stage.expect(false, "the phone shows the amount");
        return Ok(());
    };
    stage.expect(
        Some(prompt.amount) == Amount::new(150_000, Currency::CNY),
        "the phone shows the amount, 1500.00 CNY",
    );

    stage.say("The user verifies for that amount. The shop tries to take more.");
    wallet.user_verified(Verification::aged(0).for_prompt(&prompt));
    let more = tap(wallet, &config, 1501)?;
    stage.expect(
        more == Outcome::TryAgain(Reason::SeePhone) && keys()? == before,
        "1501.00 CNY is refused, and no key was used",
    );
    stage.say("It taps for what was shown.");
    let second = tap(wallet, &config, 1500)?;
    stage.expect(
        matches!(second, Outcome::OnlineRequest(_)),
        "the second tap pays 1500.00 CNY",
    );
    side.settle()?;
    stage.expect(keys()? + 1 == before, "one key was used");
    stage.say("And once more, with the same verification.");
    let third = tap(wallet, &config, 1500)?;
    stage.expect(
        third == Outcome::TryAgain(Reason::SeePhone),
        "it held for one payment",
    );
    Ok(())
}
