//! The time that the wallet goes by: the latest time that the issuer signed, and the time that has
//! elapsed since. The wall clock may pull it forward by 24 hours, and never back. Until the issuer
//! signed a time it is unknown, and only counts limit.

use std::time::Duration;

use understudy_core::card::UnixTime;

use crate::clock::BootId;

/// The most that the wall clock can add, in seconds.
pub(crate) const PULL_MAX: u64 = 24 * 60 * 60;

/// A time that is surely reached, and the reading of the elapsed clock when it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrustedTime {
    /// Milliseconds of Unix time; `None` if the issuer has signed none.
    pub(crate) reached: Option<u64>,
    /// Milliseconds of the elapsed clock at that moment, in `boot`.
    pub(crate) elapsed: u64,
    /// `None` if the boot had no name.
    pub(crate) boot: Option<BootId>,
}

/// A moment as the wallet's clocks show it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The trusted time, moved on to now.
    pub(crate) trusted: TrustedTime,
    pub(crate) elapsed: Duration,
    pub(crate) boot: Option<BootId>,
    pub(crate) wall: Option<UnixTime>,
}

impl TrustedTime {
    /// Moved on to a reading of the elapsed clock. A time that was reached in another boot was
    /// reached before this one began, so that all of the clock's reading has elapsed since. Nothing
    /// is known to have where boots cannot be told apart.
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

    /// As it is found in a boot: kept as it was stored, with the elapsed clock of that boot.
    pub(crate) fn found(self, elapsed: Duration, boot: Option<BootId>) -> Self {
        let same = boot.is_some() && boot == self.boot;
        if same {
            self
        } else {
            self.moved(elapsed, boot)
        }
    }

    /// The issuer signed a time, at this moment or before.
    pub(crate) fn signed(&mut self, time: UnixTime) {
        self.reached = self.reached.max(Some(time.0.saturating_mul(1000)));
    }

    /// In whole seconds.
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

    /// For display: the wall clock's time where no other is known.
    pub(crate) fn shown(&self) -> Option<UnixTime> {
        self.now().or(self.wall)
    }
}

#[cfg(test)]
mod tests;
