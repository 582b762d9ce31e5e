//! Time, as the device knows it.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use understudy_core::card::UnixTime;

/// Where the wallet takes time from.
pub trait Clock: Debug {
    /// The time of day, if it is known.
    fn time(&self) -> Option<UnixTime>;

    /// Time that never jumps and goes on while the device sleeps, from any origin.
    fn elapsed(&self) -> Duration;
}

/// The clocks of the operating system. Elapsed time is that since boot, sleep included, where the
/// system has it (Linux, Android).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_BOOT: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SINCE_BOOT: ClockId = ClockId::Monotonic;

impl Clock for SystemClock {
    fn time(&self) -> Option<UnixTime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        Some(UnixTime(since.as_secs()))
    }

    fn elapsed(&self) -> Duration {
        let since = clock_gettime(SINCE_BOOT);
        let seconds = u64::try_from(since.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(since.tv_nsec).unwrap_or_default())
    }
}
