//! The wallet's time: the latest time that the issuer signed, and the time elapsed since. The wall
//! clock may pull it forward by 24 hours, and never back. Before the issuer has signed a time it is
//! unknown, and only counts limit.

use std::time::Duration;

use understudy_core::card::UnixTime;

use crate::clock::BootId;

/// The most that the wall clock can add, in seconds.
pub(crate) const PULL_MAX: u64 = 24 * 60 * 60;

/// A time that has certainly been reached, and the reading of the elapsed clock at that moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrustedTime {
    /// Milliseconds of Unix time; `None` if the issuer has signed none.
    pub(crate) reached: Option<u64>,
    /// Milliseconds of the elapsed clock at that moment, in `boot`.
    pub(crate) elapsed: u64,
    /// `None` if the boot had no name.
    pub(crate) boot: Option<BootId>,
}

/// A moment on the wallet's clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The trusted time, moved on to this moment.
    pub(crate) trusted: TrustedTime,
    pub(crate) elapsed: Duration,
    pub(crate) boot: Option<BootId>,
    pub(crate) wall: Option<UnixTime>,
}

impl TrustedTime {
    /// The trusted time at a reading of the elapsed clock. A time reached in another boot was
    /// reached before this one began, so that at least this clock's whole reading has elapsed
    /// since. Without names of the boots no time is known to have elapsed.
    pub(crate) fn moved(self, elapsed: Duration, boot: Option<BootId>) -> Self {
        let now = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        let since = match (boot, self.boot) {
            (Some(this), Some(then)) if this == then => now.saturating_sub(self.elapsed),
            (Some(_), Some(_)) => now,
            _ => 0,
        };
        Self {
            reached: self.reached.map(|reached| reached.saturating_add(since)),
            elapsed: now,
            boot,
        }
    }

    /// The trusted time as it is found in storage: unchanged in the same boot, otherwise moved on
    /// by this boot's elapsed clock.
    pub(crate) fn found(self, elapsed: Duration, boot: Option<BootId>) -> Self {
        let same = boot.is_some() && boot == self.boot;
        if same {
            self
        } else {
            self.moved(elapsed, boot)
        }
    }

    /// Notes a time that the issuer signed, at this moment or before.
    pub(crate) fn signed(&mut self, time: UnixTime) {
        self.reached = self.reached.max(Some(time.0.saturating_mul(1000)));
    }

    /// The time in whole seconds.
    pub(crate) fn seconds(self) -> Option<UnixTime> {
        self.reached.map(|reached| UnixTime(reached / 1000))
    }
}

impl Moment {
    /// The trusted time, pulled forward by the wall clock; `None` if it is unknown.
    pub(crate) fn now(&self) -> Option<UnixTime> {
        let reached = self.trusted.seconds()?;
        let most = UnixTime(reached.0.saturating_add(PULL_MAX));
        let pulled = self.wall.map_or(reached, |wall| wall.min(most));
        Some(pulled.max(reached))
    }

    /// True if the wall clock is ahead of all that it can pull the trusted time to: the trusted time is
    /// behind, or the wall clock is wrong.
    pub(crate) fn is_behind(&self) -> bool {
        let ahead = |now| self.wall.is_some_and(|wall| wall > now);
        self.now().is_some_and(ahead)
    }

    /// The time for display: the wall clock's if no other is known.
    pub(crate) fn shown(&self) -> Option<UnixTime> {
        self.now().or(self.wall)
    }
}

#[cfg(test)]
mod tests;
