//! The clocks of the device.

use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use understudy_core::card::UnixTime;

/// The name of one run of the operating system, from its start to its end: 16 octets, not all zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootId([u8; 16]);

impl BootId {
    /// A name; `None` for zeros.
    #[must_use]
    pub fn new(octets: [u8; 16]) -> Option<Self> {
        (octets != [0; 16]).then_some(Self(octets))
    }

    /// The octets.
    #[must_use]
    pub const fn octets(self) -> [u8; 16] {
        self.0
    }
}

/// The wallet's source of time. None of its clocks is trusted: see [`Wallet`](crate::Wallet).
pub trait Clock: Debug + Send + Sync {
    /// The time of day on the device's clock; `None` if it has none.
    fn wall(&self) -> Option<UnixTime>;

    /// A time that never jumps and runs while the device sleeps. If boots have names, it counts
    /// from the boot or from a later moment; otherwise from any origin. The origin is the same
    /// throughout a boot.
    fn elapsed(&self) -> Duration;

    /// The name of this run of the operating system; `None` if it cannot be distinguished from
    /// others. Called once, when a wallet is opened.
    fn boot(&self) -> Option<BootId>;
}

/// The clocks of the operating system. Elapsed time is the time since boot, sleep included, on
/// systems that have it (Linux, Android).
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[cfg(any(target_os = "linux", target_os = "android"))]
const SINCE_BOOT: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SINCE_BOOT: ClockId = ClockId::Monotonic;

/// The file with the boot's name on Linux and Android: a UUID as text.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

impl Clock for SystemClock {
    fn wall(&self) -> Option<UnixTime> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        Some(UnixTime(since.as_secs()))
    }

    fn elapsed(&self) -> Duration {
        let since = clock_gettime(SINCE_BOOT);
        let seconds = u64::try_from(since.tv_sec).unwrap_or_default();
        Duration::new(seconds, u32::try_from(since.tv_nsec).unwrap_or_default())
    }

    fn boot(&self) -> Option<BootId> {
        let text = std::fs::read_to_string(BOOT_ID).ok()?;
        let digits: String = text.trim().chars().filter(|digit| *digit != '-').collect();
        let mut octets = [0; 16];
        hex::decode_to_slice(digits, &mut octets).ok()?;
        BootId::new(octets)
    }
}
