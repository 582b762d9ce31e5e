//! The scene of the examples: one card, one tap, one request, at a fixed time.

use std::time::Duration;

use crate::document::octets;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_pos::{
    Config, LinkError, LocalTime, OnlineRequest, Outcome, RandomError, TapReport, Terminal,
    Transaction, TransactionType, Transceive, UnpredictableNumbers,
};
use understudy_provisioning::Package;
use understudy_provisioning::letter::Body;
use understudy_test_phone::{CARD, CHALLENGE, Issuer, issuer_keys, storage_key};
use understudy_wallet::{BootId, Clock, Simulated, Taken, Wallet};

/// 2026-11-22 01:30 UTC.
pub(crate) const NOW: UnixTime = UnixTime(1_795_311_000);

/// 12.34 CNY, in minor units.
const AMOUNT: u64 = 1_234;

/// The wallet with the card of the document's package.
pub(crate) struct Phone {
    wallet: Wallet<Simulated, StandingClock>,
}

impl Phone {
    pub(crate) fn provisioned() -> Self {
        let wallet = Wallet::open(Simulated::new(), &storage_key(), StandingClock).unwrap();
        let request = wallet.enrol(issuer_keys(), CHALLENGE, None).unwrap();
        let package = octets("package");
        let package = Body::Package(Package::parse(&package).unwrap());
        let letter = Issuer::of(&request, NOW.0).write(Some(CARD), package);
        assert_eq!(wallet.receive(&letter).unwrap(), Taken::Installed(CARD));
        Self { wallet }
    }

    /// One tap of a default terminal for 12.34 CNY.
    pub(crate) fn tap(&mut self) -> TapReport {
        let amount = Amount::new(AMOUNT, Currency::CNY).unwrap();
        let time = LocalTime::from_unix(NOW.0, 480).unwrap();
        let transaction = Transaction::new(TransactionType::Purchase, amount, time, 1).unwrap();
        Terminal::new(Config::default()).tap(&transaction, self, &mut Foretold)
    }
}

impl Transceive for Phone {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.wallet.process(command, &mut [0; ANSWER_MAX]).to_vec())
    }

    fn reset(&mut self) {
        self.wallet.field_lost();
    }
}

/// The terminal's request after a tap.
pub(crate) fn request_of(report: TapReport) -> OnlineRequest {
    match report.outcome {
        Outcome::OnlineRequest(request) => *request,
        other => panic!("{other}"),
    }
}

/// A clock that always shows [`NOW`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct StandingClock;

impl Clock for StandingClock {
    fn wall(&self) -> Option<UnixTime> {
        Some(NOW)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(1000)
    }

    fn boot(&self) -> Option<BootId> {
        BootId::new([1; 16])
    }
}

struct Foretold;

impl UnpredictableNumbers for Foretold {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0x12, 0x34, 0x56, 0x78])
    }
}
