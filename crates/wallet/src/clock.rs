//! Time, as the device knows it.

use std::fmt::Debug;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use understudy_core::card::UnixTime;

/// Where the wallet takes time from.
pub trait Clock: Debug {
    /// The time of day, if it is known.
    fn time(&self) -> Option<UnixTime>;

    /// Time that never jumps, from any origin.
    fn monotonic(&self) -> Duration;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn time(&self) -> Option<UnixTime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        Some(UnixTime(since.as_secs()))
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }
}
