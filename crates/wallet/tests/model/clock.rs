//! Clocks that only a test moves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use understudy_core::card::UnixTime;
use understudy_wallet::{BootId, Clock};

pub(crate) const DAY: u64 = 86_400;
/// The start of every test: 2026-11-22, 12:00:00 UTC.
pub(crate) const START: u64 = 1_795_348_800;

/// The true time, and the error of the phone's clocks.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    now: u64,
    /// The wall clock minus the true time.
    off: i64,
    elapsed: Duration,
    boot: u32,
}

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Hands {
            now: START,
            off: 0,
            elapsed: Duration::from_secs(1000),
            boot: 1,
        })))
    }

    /// The true time.
    pub(crate) fn now(&self) -> u64 {
        self.0.lock().unwrap().now
    }

    pub(crate) fn pass(&self, span: Duration) {
        let mut hands = self.0.lock().unwrap();
        hands.elapsed += span;
        hands.now += span.as_secs();
    }

    /// Sets the wall clock wrong by `seconds` seconds.
    pub(crate) fn set_wrong(&self, seconds: i64) {
        self.0.lock().unwrap().off = seconds;
    }

    /// Restarts the operating system, after `seconds` seconds.
    pub(crate) fn reboot(&self, seconds: u64) {
        let mut hands = self.0.lock().unwrap();
        hands.boot += 1;
        hands.elapsed = Duration::from_secs(5);
        hands.now += 5 + seconds;
    }
}

impl Clock for HandClock {
    fn wall(&self) -> Option<UnixTime> {
        let hands = self.0.lock().unwrap();
        Some(UnixTime(hands.now.saturating_add_signed(hands.off)))
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn boot(&self) -> Option<BootId> {
        let boot = u128::from(self.0.lock().unwrap().boot);
        BootId::new(boot.to_be_bytes())
    }
}
