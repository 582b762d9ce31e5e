//! The story of a process that is killed, and of a phone that loses power.

use std::time::Duration;

use serde_json::json;
use understudy_core::card::UnixTime;
use understudy_pos::{Config, Outcome};
use understudy_wallet::store::Fate;
use understudy_wallet::{
    self as wallet, BootId, Clock, Filter, Simulated, StorageKey, SystemClock, Wallet,
};
use zeroize::Zeroizing;

use super::field::tap;
use super::stage::Stage;
use crate::failure::Failure;
use crate::state::{self, Cards, IssuerSide};
use crate::tap::demonstration as first_card;

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    killed(stage)?;
    without_power(stage)
}

/// The death of the process loses nothing.
fn killed(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let (code, _) = stage.run(&["tap"])?;
    stage.expect(code == 0, "a first payment makes the card");
    stage.say("A reader taps a running `card`, which is killed (SIGKILL) behind its answer.");
    let mut process = stage.card()?;
    let left = process.tap()?;
    process.kill()?;
    stage.expect(
        left.as_deref() == Some("0002"),
        "counter 0002 left the phone",
    );
    let (_, history) = stage.run(&["history"])?;
    stage.expect(
        *history.at("/taps/0/atc") == json!(2) && *history.at("/taps/0/amount") == json!(100),
        "the tap is in the history, with its amount",
    );
    stage.say("It is killed once more, when a card is selected and no key has left.");
    stage.card()?.kill()?;
    let (code, tap) = stage.run(&["tap"])?;
    stage.expect(
        code == 0 && *tap.at("/card/last_atc") == json!("0003"),
        "the next payment has the next counter: no key was lost and none used twice",
    );
    Ok(())
}

/// A power cut costs the one armed key.
fn without_power(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let issuer = IssuerSide::open(&stage.home()?, Cards::Own)?;
    let key = StorageKey::new(Zeroizing::new([0x5A; 32]));
    let open = |folder: Simulated, boot: u8| {
        let wallet = Wallet::open(folder, &key, Phone { boot });
        wallet.map_err(|error| Failure::Home(error.to_string()))
    };
    stage.say("Another phone keeps its wallet on a simulated disk, whose power can be cut.");
    let folder = Simulated::new();
    let phone = open(folder.clone(), 1)?;
    first_card::issue_another(&phone, &issuer)?;
    phone.user_acted();
    phone.settle()?;
    let config = Config::default();
    let keys = |phone: &Wallet<Simulated, Phone>| -> u16 {
        phone.cards().iter().map(|card| card.ledger.keys).sum()
    };
    let before = keys(&phone);
    let paid = matches!(tap(&phone, &config, 1)?, Outcome::OnlineRequest(_));
    stage.expect(
        paid,
        "it is tapped for 1.00 CNY: a key leaves, marked without waiting for the disk",
    );
    stage.say("The power fails before anything more is on the disk. The phone starts anew.");
    drop(phone);
    let phone = open(folder.cut_power(|| Fate::Lost), 2)?;
    let history = phone.history(&Filter::default());
    let states: Vec<_> = history.iter().map(|record| record.outcome).collect();
    stage.expect(
        states == [wallet::RecordOutcome::PowerLost],
        "the history says of the armed key: unknown, power lost",
    );
    stage.expect(
        keys(&phone) + 1 == before,
        "it is the one key that the cut cost",
    );
    phone.user_acted();
    phone.settle()?;
    let paid = matches!(tap(&phone, &config, 1)?, Outcome::OnlineRequest(_));
    let newest = phone.history(&Filter::default());
    let counters: Vec<_> = newest.iter().filter_map(|record| record.atc).collect();
    let ascends = matches!(counters.as_slice(), [newest, lost] if newest.get() == lost.get() + 1);
    stage.expect(paid && ascends, "the next tap has the next counter");
    stage.say("The phone reports what it used.");
    let accepted = state::report(&phone, &issuer).is_ok();
    stage.expect(accepted, "the issuer finds nothing to complain about");
    Ok(())
}

/// The system's clocks, in a separate boot of the operating system.
#[derive(Debug)]
struct Phone {
    boot: u8,
}

impl Clock for Phone {
    fn wall(&self) -> Option<UnixTime> {
        SystemClock.wall()
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed()
    }

    fn boot(&self) -> Option<BootId> {
        BootId::new([self.boot; 16])
    }
}
