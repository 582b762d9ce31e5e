//! The story that the examples tell: one card, one tap, one request, at a time that stands still.

use std::cell::Cell;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::document::octets;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{
    Config, LinkError, LocalTime, OnlineRequest, Outcome, RandomError, TapReport, Terminal,
    Transaction, TransactionType, Transceive, UnpredictableNumbers,
};
use understudy_wallet::{Clock, Image, Journal, Wallet};

/// 2026-11-22 01:30 UTC.
pub(crate) const NOW: UnixTime = UnixTime(1_795_311_000);

/// 12.34 CNY.
const AMOUNT: u64 = 1_234;

/// The wallet with the card of the document's package.
pub(crate) struct Phone {
    wallet: Wallet<Kept, StandingClock>,
    kept: Kept,
}

impl Phone {
    pub(crate) fn provisioned() -> Self {
        let kept = Kept::default();
        let mut wallet = Wallet::new(kept.clone(), StandingClock::default());
        wallet.install(&octets("package")).unwrap();
        Self { wallet, kept }
    }

    /// One tap of a default terminal for 12.34 CNY.
    pub(crate) fn tap(&mut self) -> TapReport {
        let amount = Amount::new(AMOUNT, Currency::CNY).unwrap();
        let time = LocalTime::from_unix(NOW.0, 480).unwrap();
        let transaction = Transaction::new(TransactionType::Purchase, amount, time, 1).unwrap();
        Terminal::new(Config::default()).tap(&transaction, self, &mut Foretold)
    }

    /// The image that the wallet kept last.
    pub(crate) fn image(&self) -> Vec<u8> {
        self.kept.image()
    }
}

impl Transceive for Phone {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.wallet.process(command, &mut [0; ANSWER_MAX]).to_vec())
    }

    fn reset(&mut self) {
        self.wallet.field_lost().unwrap();
    }
}

/// The request that the terminal makes of a tap.
pub(crate) fn request_of(report: TapReport) -> OnlineRequest {
    match report.outcome {
        Outcome::OnlineRequest(request) => *request,
        other => panic!("{other}"),
    }
}

/// A journal that lends its last image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    pub(crate) fn image(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        *self.0.lock().unwrap() = image.encode()?.to_vec();
        Ok(())
    }
}

/// It is always [`NOW`], but whoever asks how long something took has waited a second for it.
#[derive(Debug, Default)]
pub(crate) struct StandingClock {
    asked: Cell<u64>,
}

impl Clock for StandingClock {
    fn time(&self) -> Option<UnixTime> {
        Some(NOW)
    }

    fn elapsed(&self) -> Duration {
        self.asked.set(self.asked.get() + 1);
        Duration::from_secs(self.asked.get())
    }
}

struct Foretold;

impl UnpredictableNumbers for Foretold {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0x12, 0x34, 0x56, 0x78])
    }
}
