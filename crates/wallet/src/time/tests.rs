use std::time::Duration;

use understudy_core::card::UnixTime;

use super::{Moment, PULL_MAX, TrustedTime};
use crate::BootId;

fn boot(name: u8) -> Option<BootId> {
    BootId::new([name; 16])
}

fn signed(time: u64, elapsed: u64) -> TrustedTime {
    let mut trusted = TrustedTime::default().moved(Duration::from_secs(elapsed), boot(1));
    trusted.signed(UnixTime(time));
    trusted
}

#[test]
fn elapsed_time_counts_within_a_boot_and_from_the_beginning_of_the_next() {
    let trusted = signed(1000, 50);
    let at = |elapsed, boot| {
        let moved = trusted.moved(Duration::from_millis(elapsed), boot);
        moved.seconds().map(|time| time.0)
    };
    assert_eq!(at(50_000, boot(1)), Some(1000));
    assert_eq!(at(60_999, boot(1)), Some(1010));
    assert_eq!(at(9_999, boot(2)), Some(1009));
    assert_eq!(at(60_999, boot(2)), Some(1060));
    assert_eq!(at(60_999, None), Some(1000));
    // The elapsed clock went back, which it should never do.
    assert_eq!(at(10_000, boot(1)), Some(1000));
}

#[test]
fn parts_of_seconds_add_up_over_many_moves() {
    let mut trusted = signed(1000, 0);
    for step in 1..=1000 {
        trusted = trusted.moved(Duration::from_millis(step * 10), boot(1));
    }
    assert_eq!(trusted.seconds(), Some(UnixTime(1010)));
}

#[test]
fn an_earlier_signed_time_moves_nothing() {
    let mut trusted = signed(1000, 0);
    trusted.signed(UnixTime(900));
    assert_eq!(trusted.seconds(), Some(UnixTime(1000)));
}

#[test]
fn unknown_stays_unknown_whatever_the_wall_clock_shows() {
    let moment = Moment {
        trusted: TrustedTime::default(),
        elapsed: Duration::ZERO,
        boot: boot(1),
        wall: Some(UnixTime(5)),
    };
    assert_eq!(moment.now(), None);
    assert_eq!(moment.shown(), Some(UnixTime(5)));
}

#[test]
fn the_wall_clock_pulls_forward_a_day_and_never_back() {
    for (wall, now) in [
        (None, 1000),
        (Some(0), 1000),
        (Some(999), 1000),
        (Some(1001), 1001),
        (Some(1000 + PULL_MAX), 1000 + PULL_MAX),
        (Some(1001 + PULL_MAX), 1000 + PULL_MAX),
        (Some(u64::MAX), 1000 + PULL_MAX),
    ] {
        let moment = Moment {
            trusted: signed(1000, 0),
            elapsed: Duration::ZERO,
            boot: boot(1),
            wall: wall.map(UnixTime),
        };
        assert_eq!(moment.now(), Some(UnixTime(now)), "{wall:?}");
    }
}

#[test]
fn the_ends_of_the_numbers_are_no_panic() {
    let mut trusted = signed(u64::MAX, 0);
    trusted.signed(UnixTime(u64::MAX));
    let moved = trusted.moved(Duration::MAX, boot(1));
    let moment = Moment {
        trusted: moved,
        elapsed: Duration::MAX,
        boot: boot(1),
        wall: Some(UnixTime(u64::MAX)),
    };
    assert!(moment.now().is_some());
}
