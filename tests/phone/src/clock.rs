use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use understudy_core::card::UnixTime;
use understudy_wallet::{BootId, Clock};

/// Clocks that only a test moves; clones are the same clocks.
#[derive(Clone, Debug)]
pub struct HandClock(Arc<Mutex<Hands>>);

#[derive(Clone, Copy, Debug)]
struct Hands {
    wall: Option<u64>,
    elapsed: Duration,
    boot: [u8; 16],
}

impl HandClock {
    /// Clocks at this Unix time, 1,000 seconds after the start of the operating system.
    #[must_use]
    pub fn at(wall: u64) -> Self {
        Self(Arc::new(Mutex::new(Hands {
            wall: Some(wall),
            elapsed: Duration::from_secs(1000),
            boot: [1; 16],
        })))
    }

    /// Moves both clocks on by `seconds` seconds.
    pub fn pass(&self, seconds: u64) {
        self.change(|hands| {
            hands.elapsed += Duration::from_secs(seconds);
            hands.wall = hands.wall.map(|wall| wall + seconds);
        });
    }

    /// Sets the wall clock; `None`: it has no time.
    pub fn set_wall(&self, wall: Option<u64>) {
        self.change(|hands| hands.wall = wall);
    }

    /// Restarts the operating system: elapsed time is 5 seconds, in a boot with another name.
    pub fn reboot(&self) {
        self.change(|hands| {
            let number = u128::from_be_bytes(hands.boot) + 1;
            hands.boot = number.to_be_bytes();
            hands.elapsed = Duration::from_secs(5);
        });
    }

    /// Clocks of another phone that show the same time now.
    #[must_use]
    pub fn other(&self) -> Self {
        Self(Arc::new(Mutex::new(self.hands())))
    }

    fn change(&self, change: impl FnOnce(&mut Hands)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn hands(&self) -> Hands {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for HandClock {
    fn wall(&self) -> Option<UnixTime> {
        self.hands().wall.map(UnixTime)
    }

    fn elapsed(&self) -> Duration {
        self.hands().elapsed
    }

    fn boot(&self) -> Option<BootId> {
        BootId::new(self.hands().boot)
    }
}
