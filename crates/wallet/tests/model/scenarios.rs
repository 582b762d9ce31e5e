//! Short stories, ended after every operation of the disk, and played with each operation failing
//! once.

use std::io::ErrorKind;

use understudy_wallet::store::Fate;

use super::bank::Effect;
use super::dice::Dice;
use super::full;
use super::operation::Op;
use super::vault::End;
use super::world::{World, fate};

/// Stories of a phone with four keys on one card, one of them used and the next armed, and two keys
/// on another.
static STORIES: [(&str, &[Op]); 20] = [
    (
        "taps",
        &[
            Op::Pay(100),
            Op::Settle,
            Op::Tap(200),
            Op::Settle,
            Op::Torn(300),
        ],
    ),
    (
        "taps that are not settled",
        &[Op::Pay(100), Op::Tap(200), Op::Refused, Op::Pay(1)],
    ),
    (
        "codes",
        &[Op::Code(0), Op::Settle, Op::Pay(5), Op::Settle, Op::Code(0)],
    ),
    (
        "codes of another card",
        &[
            Op::Code(1),
            Op::Code(0),
            Op::Settle,
            Op::Code(1),
            Op::Report,
        ],
    ),
    ("a prompt", &[Op::Prompted, Op::Pay(200_000), Op::Settle]),
    (
        "another card",
        &[
            Op::Present(1),
            Op::Settle,
            Op::Pay(7),
            Op::Settle,
            Op::Pay(8),
        ],
    ),
    (
        "another default",
        &[Op::Default(1), Op::Settle, Op::Pay(7), Op::Settle],
    ),
    (
        "more keys",
        &[
            Op::Report,
            Op::Replenish(0, 3),
            Op::Fetch,
            Op::Settle,
            Op::Pay(5),
        ],
    ),
    (
        "a new card",
        &[
            Op::Report,
            Op::Issue(2),
            Op::Fetch,
            Op::Default(2),
            Op::Settle,
        ],
    ),
    (
        "approval",
        &[
            Op::Authorise,
            Op::Fetch,
            Op::Pay(3),
            Op::Authorise,
            Op::Fetch,
        ],
    ),
    (
        "suspension",
        &[
            Op::Suspend(0),
            Op::Fetch,
            Op::Pay(1),
            Op::Resume(0),
            Op::Fetch,
        ],
    ),
    (
        "limits",
        &[
            Op::Limit(0, 60_000),
            Op::Fetch,
            Op::Tap(5_000),
            Op::Profile(0),
            Op::Fetch,
        ],
    ),
    (
        "deletion",
        &[Op::Delete(0), Op::Fetch, Op::Settle, Op::Pay(4), Op::Report],
    ),
    ("removal", &[Op::Remove(0), Op::Settle, Op::Pay(4)]),
    (
        "rotation",
        &[Op::Order(Effect::Rotate), Op::Fetch, Op::Pay(4), Op::Settle],
    ),
    (
        "a lost report",
        &[
            Op::ReportLost,
            Op::Pay(9),
            Op::Report,
            Op::Fetch,
            Op::Report,
        ],
    ),
    ("a cleared history", &[Op::Clear(0), Op::Pay(2), Op::Settle]),
    (
        "standing",
        &[
            Op::Stand(0, false),
            Op::Stand(0, true),
            Op::Settle,
            Op::Pay(6),
        ],
    ),
    (
        "a password",
        &[Op::SetPassword, Op::Try(false), Op::Try(true), Op::Settle],
    ),
    ("a wipe", &[Op::Pay(6), Op::Wipe, Op::Fetch]),
];

fn stage() -> World {
    let mut world = World::new(&[4, 2]);
    world.play(&Op::Pay(1_234));
    world.play(&Op::Settle);
    world
}

/// The fates of unsynced writes and changes of a name, in turn; an empty list: random.
const FATES: [&[Fate]; 6] = [
    &[Fate::Lost],
    &[Fate::Kept, Fate::Lost],
    &[Fate::Kept],
    &[Fate::Torn(40)],
    &[Fate::Lost, Fate::Kept],
    &[],
];

/// Plays each story up to each operation, and then `end`.
fn each_cut(mut end: impl FnMut(&mut World, &mut Dice)) {
    for (name, story) in &STORIES {
        let mut cuts = 0;
        loop {
            let mut world = stage();
            let mut dice = Dice::new(cuts);
            world.story.push(format!("{name}, cut {cuts}"));
            world.doom(cuts);
            for op in *story {
                world.play(op);
            }
            let through = !world.is_dead();
            end(&mut world, &mut dice);
            world.finish(&mut dice);
            if through {
                break;
            }
            cuts += 1;
        }
        assert!(cuts >= 3, "{name}: {cuts}");
    }
}

#[test]
fn a_process_that_dies_after_any_operation_loses_no_key_and_no_history() {
    each_cut(|world, dice| world.end(End::Death, dice));
}

#[test]
fn power_that_fails_after_any_operation_costs_the_armed_key_at_most() {
    // The full run uses each fate, the short one each in turn.
    let rounds = if full() { FATES.len() } else { 1 };
    for round in 0..rounds {
        let mut cuts = round;
        each_cut(|world, dice| {
            let mut fates = FATES[cuts % FATES.len()].iter().cycle();
            cuts += 1;
            let mut next = |dice: &mut Dice| fates.next().map_or_else(|| fate(dice), |fate| *fate);
            world.end_with(End::PowerCut, &mut next, dice);
        });
    }
}

#[test]
fn an_operation_that_fails_changes_nothing_and_the_wallet_goes_on() {
    let kinds = [
        ErrorKind::StorageFull,
        ErrorKind::PermissionDenied,
        ErrorKind::Other,
    ];
    for (name, story) in &STORIES {
        let mut failures = 0;
        loop {
            let mut world = stage();
            let mut dice = Dice::new(failures);
            let kind = kinds[dice.index(3)];
            world
                .story
                .push(format!("{name}, failure {failures}: {kind}"));
            world.fail_after(failures, kind);
            for op in *story {
                world.play(op);
            }
            let through = !world.has_failed();
            world.forgive();
            // Fetching and settling do whatever the failure prevented.
            world.play(&Op::Fetch);
            world.play(&Op::Settle);
            if dice.once_in(2) {
                world.end(End::PowerCut, &mut dice);
            }
            world.finish(&mut dice);
            if through {
                break;
            }
            failures += if full() { 1 } else { 2 };
        }
        assert!(failures >= 3, "{name}: {failures}");
    }
}
