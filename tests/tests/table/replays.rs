//! A counter is good once.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{Authorisation, Reason, TokenStatus, Verdict};
use understudy_pos::{Terminal, TransactionType};
use understudy_test_phone::{Field, Fixed};

use crate::rows::{Row, taps};
use crate::scene::{Scene, online, terminal};
use crate::values::{WITHIN, cny};

#[test]
fn the_same_request_is_a_repeat_and_its_counter_in_any_other_one_a_replay() {
    let mut replays = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        let message = scene.message(&request);
        let first = scene.send(&message);
        assert!(first.approved() && !first.repeat, "{row}: {}", first.reason);
        let repeat = Verdict {
            repeat: true,
            ..first
        };
        assert_eq!(scene.send(&message), repeat, "{row}");
        let dearer = Amount::new(2 * WITHIN, Currency::CNY).expect("an amount");
        let others = [
            scene.message(&request),
            Authorisation {
                amount: dearer,
                ..scene.message(&request)
            },
        ];
        for other in others {
            let verdict = scene.send(&other);
            assert_eq!(verdict.reason, Reason::Replay, "{row}");
            assert_eq!(verdict.arpc, None, "{row}");
            replays += 1;
        }
        let same_trace = scene.send(&Authorisation {
            amount: dearer,
            ..message
        });
        assert_eq!(same_trace.reason, Reason::TraceNumberReused, "{row}");
        assert_eq!(scene.spent(), i128::from(WITHIN), "{row}");
        assert_eq!(scene.status(), TokenStatus::Active, "{row}");
    }
    assert_eq!(replays, 2 * taps().len());
}

#[test]
fn a_second_cryptogram_of_a_counter_is_a_copys_and_stops_the_card() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        assert_stops_a_copy(row, &scene, &scene.terminal);
    }
}

#[test]
fn the_other_algorithm_of_a_dual_card_does_not_make_a_counter_good_again() {
    let mut copies = 0;
    for (row, _) in taps() {
        if row.algorithms.iter().count() == 2 {
            let scene = Scene::of(row);
            assert_stops_a_copy(row, &scene, &terminal(!row.sm_reader, ""));
            copies += 1;
        }
    }
    assert_eq!(copies, 2 * 2 * 2);
}

/// Taps the phone, and a copy of it at another terminal, with the same counter.
fn assert_stops_a_copy(row: Row, scene: &Scene, other: &Terminal) {
    let copy = scene.phone.copy();
    assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
    let transaction = scene.transaction(TransactionType::Purchase, cny(2 * WITHIN));
    copy.wallet.user_acted();
    let tapped = other.tap(&transaction, &mut Field::of(&copy), &mut Fixed);
    let verdict = scene.authorise(&online(tapped));
    assert_eq!(verdict.reason, Reason::Replay, "{row}");
    assert_eq!(scene.spent(), i128::from(WITHIN), "{row}");
    assert_eq!(scene.status(), TokenStatus::Suspended, "{row}");
}
