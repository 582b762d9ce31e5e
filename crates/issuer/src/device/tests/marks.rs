//! Marks that a report should have, and marks that it should not.

use understudy_core::card::CardId;

use super::rollback::{IDLE, assert_flagged, atc, report};
use crate::CloneOrRollback;
use crate::testkit::{NOW, Phone, Used, after, authorise, execute, ready, world};

#[test]
fn an_authorised_counter_that_is_the_device_s_last_and_has_no_mark_is_a_rollback() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 3, NOW);
    let used = Used {
        cards: &[(1, 3)],
        marks: &[(1, 1), (1, 2)],
    };
    let unreported = CloneOrRollback::Unreported { token, atc: atc(3) };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(unreported));
    assert_flagged(&issuer);
}

#[test]
fn of_authorised_counters_without_a_mark_the_lowest_is_named() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 3, NOW);
    authorise(&issuer, token, 2, NOW);
    let used = Used {
        cards: &[(1, 3)],
        marks: &[(1, 1)],
    };
    let unreported = CloneOrRollback::Unreported { token, atc: atc(2) };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(unreported));
}

#[test]
fn a_mark_over_another_payment_is_found_whatever_is_marked_after_it() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, NOW);
    execute(&issuer, "UPDATE authorisation SET amount = 101");
    let used = Used {
        cards: &[(1, 2)],
        marks: &[(1, 1), (1, 2)],
    };
    let twice = CloneOrRollback::Twice { token, atc: atc(1) };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(twice));
    assert_flagged(&issuer);
}

#[test]
fn a_mark_over_another_currency_is_another_payment() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, NOW);
    execute(&issuer, "UPDATE authorisation SET currency = 840");
    let used = Used {
        cards: &[(1, 1)],
        marks: &[(1, 1)],
    };
    let twice = CloneOrRollback::Twice { token, atc: atc(1) };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(twice));
}

#[test]
fn a_mark_of_a_code_fits_a_payment_by_one_of_any_amount_and_no_tap() {
    for (by_code, marked, flagged) in [
        (0, false, false),
        (0, true, true),
        (1, true, false),
        (1, false, true),
    ] {
        let (issuer, mut phone, token) = world();
        authorise(&issuer, token, 1, NOW);
        execute(
            &issuer,
            &format!("UPDATE authorisation SET by_code = {by_code}"),
        );
        if marked {
            execute(&issuer, "UPDATE authorisation SET amount = 777");
        }
        phone.by_code = marked;
        let used = Used {
            cards: &[(1, 1)],
            marks: &[(1, 1)],
        };
        let twice = CloneOrRollback::Twice { token, atc: atc(1) };
        let finding = report(&issuer, &mut phone, &used, 60);
        assert_eq!(finding, flagged.then_some(twice), "{by_code} {marked}");
    }
}

#[test]
fn a_mark_between_the_windows_of_keys_is_found_though_the_highest_counter_had_a_key() {
    let (issuer, mut phone, token) = ready();
    issuer.replenish(token, 2, NOW).unwrap();
    phone.offer_key(&issuer);
    issuer.replenish(token, 2, NOW).unwrap();
    execute(&issuer, "DELETE FROM key_batch WHERE first = 11");
    let used = Used {
        cards: &[(1, 13)],
        marks: &[(1, 12), (1, 13)],
    };
    let (card, atc) = (CardId(1), atc(12));
    let never_issued = CloneOrRollback::NeverIssued { card, atc };
    assert_eq!(report(&issuer, &mut phone, &used, 60), Some(never_issued));
}

#[test]
fn a_card_that_is_listed_still_is_missed_a_payment_though_its_token_is_deleted() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    issuer.delete(token, NOW).unwrap();
    let forgotten = CloneOrRollback::Forgotten { token, atc: atc(1) };
    assert_eq!(report(&issuer, &mut phone, &IDLE, 120), Some(forgotten));
}

#[test]
fn a_card_that_moved_away_and_back_is_another_card_and_the_first_one_is_rightly_left_out() {
    let (issuer, mut phone, token) = world();
    authorise(&issuer, token, 1, after(10));
    assert_eq!(report(&issuer, &mut phone, &IDLE, 60), None);
    let other = Phone::enrolled(&issuer, 2);
    issuer.change_device(token, other.id, 5, after(70)).unwrap();
    issuer.change_device(token, phone.id, 5, after(80)).unwrap();
    let second = Used {
        cards: &[(2, 0)],
        marks: &[],
    };
    assert_eq!(report(&issuer, &mut phone, &second, 120), None);
}
