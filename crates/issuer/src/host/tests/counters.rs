//! Once per counter: repeats, replays, gaps, and counters without a key.

use understudy_core::crypto::{Atc, Cvn};

use super::kit::{Sale, World, cny, identity};
use crate::{IssueOptions, Reason, TerminalId, TokenStatus, Verdict};

#[test]
fn the_identical_request_gets_the_identical_answer_and_moves_nothing() {
    let world = World::new();
    let approved = world.card.sale(1, cny(1_234));
    let no_cvm = world.card.sale(2, cny(500_000));
    let wrong_pin = world
        .card
        .sale(3, cny(1))
        .with_pin(world.card.pin_block("654321"));
    for (sale, reason) in [
        (approved, Reason::Approved),
        (no_cvm, Reason::NoCvm),
        (wrong_pin, Reason::WrongPin),
    ] {
        let first = world.authorise(&sale);
        assert_eq!((first.reason, first.repeat), (reason, false));
        let state = world.everything();
        for _ in 0..5 {
            assert_eq!(world.authorise(&sale), repeat_of(first));
            assert_eq!(world.everything(), state);
        }
    }
}

/// The same answer, once more.
fn repeat_of(first: Verdict) -> Verdict {
    Verdict {
        repeat: true,
        ..first
    }
}

#[test]
fn a_replay_is_no_repeat() {
    let world = World::new();
    assert!(world.authorise(&world.card.sale(1, cny(1))).approved());
    let replay = world.authorise(&world.card.sale(1, cny(2)));
    assert_eq!((replay.reason, replay.repeat), (Reason::Replay, false));
}

#[test]
fn a_repeat_is_answered_as_before_though_the_token_was_suspended_since() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    let first = world.authorise(&sale);
    world.set_status(TokenStatus::Suspended);
    assert_eq!(world.authorise(&sale), repeat_of(first));
    assert_eq!(
        world.authorise(&sale.again()).reason,
        Reason::TokenSuspended
    );
}

#[test]
fn the_same_counter_for_anything_else_is_a_replay() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1_234));
    assert!(world.authorise(&sale).approved());
    let state = world.state();

    let mut another_terminal_sees_it = sale.clone();
    another_terminal_sees_it.identity.terminal = TerminalId::parse("TERM0002").unwrap();
    let mut with_more_data = sale.again();
    with_more_data.de55.extend([0x84, 0x01, 0xA0]);
    let requests = [
        world.card.sale(1, cny(1_235)),
        world
            .card
            .request(&world.card.tap_verified(1, cny(1_234)), cny(1_234)),
        world
            .card
            .request(&world.card.tap_saying(1, cny(1), [0x80, 0, 0]), cny(1)),
        sale.again(),
        Sale {
            amount: cny(1_235),
            ..sale.again()
        },
        sale.again().with_pin(world.card.pin_block("123456")),
        another_terminal_sees_it,
        with_more_data,
    ];
    for request in requests {
        let verdict = world.authorise(&request);
        assert_eq!((verdict.reason, verdict.arpc), (Reason::Replay, None));
        assert_eq!(verdict.response_code(), *b"94");
        assert_eq!(world.state(), state);
    }
}

#[test]
fn a_declined_request_uses_its_counter_up_too() {
    let world = World::new();
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(900_000))).reason,
        Reason::NoCvm
    );
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(1))).reason,
        Reason::Replay
    );
}

#[test]
fn a_wrong_cryptogram_does_not_tell_whether_the_counter_was_seen() {
    let world = World::new();
    let genuine = world.card.tap(1, cny(1));
    let mut forged = genuine.clone();
    forged.cryptogram[7] ^= 0x01;
    let forged = world.card.request(&forged, cny(1));
    let before = world.authorise(&forged.again());
    assert!(
        world
            .authorise(&world.card.request(&genuine, cny(1)))
            .approved()
    );
    let after = world.authorise(&forged.again());
    assert_eq!((after.reason, after.arpc), (before.reason, before.arpc));
    assert_eq!(before.reason, Reason::CryptogramWrong);
}

#[test]
fn a_forgery_does_not_use_up_the_counter() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    let state = world.state();
    let mut forged = world.card.tap(1, cny(2));
    forged.cryptogram = [0; 8];
    for _ in 0..100 {
        world.authorise(&world.card.request(&forged, cny(2)));
    }
    assert_eq!(world.state(), state);
    assert!(world.authorise(&sale).approved());
}

#[test]
fn gaps_and_any_order_are_accepted() {
    let world = World::new();
    for atc in [7, 2, 10, 1, 9] {
        assert!(
            world.authorise(&world.card.sale(atc, cny(1))).approved(),
            "{atc}"
        );
    }
    for atc in [7, 2, 10, 1, 9] {
        assert_eq!(
            world.authorise(&world.card.sale(atc, cny(2))).reason,
            Reason::Replay
        );
    }
}

#[test]
fn a_counter_without_a_key_is_declined_though_the_cryptogram_is_right() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        for atc in [0x0000, 11, 0x0100, 0x7FFF, 0xFFFE, 0xFFFF] {
            let verdict = world.authorise(&world.card.sale(atc, cny(1)));
            assert_eq!(verdict.reason, Reason::CounterNotIssued, "{atc:04X}");
        }
    }
}

#[test]
fn replenishing_moves_the_window_and_keeps_the_old_keys() {
    let world = World::with(IssueOptions {
        keys: 2,
        ..Default::default()
    });
    let fourth = world.card.sale(4, cny(1));
    assert_eq!(world.authorise(&fourth).reason, Reason::CounterNotIssued);
    world.change_token(|token| token.last_key = Atc::new(4));
    assert!(world.authorise(&fourth.again()).approved());
    assert!(world.authorise(&world.card.sale(1, cny(1))).approved());
    let fifth = world.card.sale(5, cny(1));
    assert_eq!(world.authorise(&fifth).reason, Reason::CounterNotIssued);
}

#[test]
fn a_repeat_after_a_restart_gets_the_same_answer() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    let first: Verdict = world.authorise(&sale);
    let restarted = world.fork();
    assert_eq!(restarted.authorise(&sale), repeat_of(first));
    assert_eq!(
        restarted
            .authorise(&Sale {
                identity: identity(),
                ..sale
            })
            .reason,
        Reason::Replay
    );
}
