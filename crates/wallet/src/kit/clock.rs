use std::sync::{Arc, Mutex};
use std::time::Duration;

use understudy_core::card::UnixTime;

use crate::{BootId, Clock};

pub(crate) const DAY: u64 = 86_400;
/// The start of every test: 2026-11-22, 12:00:00 UTC.
pub(crate) const START: u64 = 1_795_348_800;

/// Clocks that only a test moves.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<Mutex<Hands>>);

#[derive(Debug)]
struct Hands {
    wall: Option<u64>,
    elapsed: Duration,
    boot: Option<BootId>,
}

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Hands {
            wall: Some(START),
            elapsed: Duration::from_secs(1000),
            boot: BootId::new([1; 16]),
        })))
    }

    /// Moves both clocks on.
    pub(crate) fn pass(&self, seconds: u64) {
        let mut hands = self.0.lock().unwrap();
        hands.elapsed += Duration::from_secs(seconds);
        hands.wall = hands.wall.map(|wall| wall + seconds);
    }

    pub(crate) fn set_wall(&self, wall: Option<u64>) {
        self.0.lock().unwrap().wall = wall;
    }

    /// Restarts the operating system.
    pub(crate) fn reboot(&self) {
        let mut hands = self.0.lock().unwrap();
        let next = hands.boot.map_or(1, |boot| boot.octets()[0] + 1);
        hands.boot = BootId::new([next; 16]);
        hands.elapsed = Duration::from_secs(5);
    }

    pub(crate) fn forget_boot(&self) {
        self.0.lock().unwrap().boot = None;
    }
}

impl Clock for HandClock {
    fn wall(&self) -> Option<UnixTime> {
        self.0.lock().unwrap().wall.map(UnixTime)
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn boot(&self) -> Option<BootId> {
        self.0.lock().unwrap().boot
    }
}
