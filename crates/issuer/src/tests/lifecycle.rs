//! Suspended, resumed, deleted, expired, unknown.

use understudy_core::card::UnixTime;

use super::kit::{NOW, World, cny};
use crate::issuer::TokenError;
use crate::{IssueError, Reason, TokenId, demonstration};

/// 2029-01-01T00:00:00Z: the demonstration card is good until December 2028.
const AFTER: u64 = 1_861_920_000;

#[test]
fn a_suspended_token_does_not_pay_until_it_is_resumed() {
    let mut world = World::new();
    let sale = world.card.sale(1, cny(1));
    world.issuer.suspend(world.card.token).unwrap();
    assert_eq!(world.authorise(&sale).reason, Reason::TokenSuspended);
    world.issuer.resume(world.card.token).unwrap();
    assert!(world.authorise(&sale).approved());
}

#[test]
fn a_deleted_token_never_pays_again() {
    let mut world = World::new();
    let token = world.card.token;
    world.issuer.delete(token).unwrap();
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(1))).reason,
        Reason::TokenDeleted
    );
    assert_eq!(world.issuer.resume(token), Err(TokenError::Deleted(token)));
    assert_eq!(world.issuer.suspend(token), Err(TokenError::Deleted(token)));
    assert_eq!(world.issuer.delete(token), Ok(()));
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(1))).reason,
        Reason::TokenDeleted
    );
}

#[test]
fn a_token_pays_until_the_last_second_of_its_month() {
    let mut world = World::new();
    let mut chip = world.card.tap(1, cny(1));
    chip.data.date = [0x28, 0x12, 0x31];
    world.card.sign(&mut chip);
    let sale = world.card.request(&chip, cny(1));
    let verdict = world.issuer.authorise(&sale.request(), UnixTime(AFTER));
    assert_eq!(verdict.reason, Reason::Expired);
    let verdict = world.issuer.authorise(&sale.request(), UnixTime(AFTER - 1));
    assert!(verdict.approved());
}

#[test]
fn only_an_active_token_gets_keys() {
    let mut world = World::new();
    let token = world.card.token;
    world.issuer.suspend(token).unwrap();
    let refused = world.issuer.replenish(token, 1, NOW);
    assert!(matches!(refused, Err(IssueError::NotActive(id)) if id == token));
    world.issuer.resume(token).unwrap();
    assert!(world.issuer.replenish(token, 1, NOW).is_ok());
    let late = world.issuer.replenish(token, 1, UnixTime(AFTER));
    assert!(matches!(late, Err(IssueError::Expired(_))));
    world.issuer.delete(token).unwrap();
    let refused = world.issuer.replenish(token, 1, NOW);
    assert!(matches!(refused, Err(IssueError::NotActive(id)) if id == token));
}

#[test]
fn a_token_that_was_never_issued_is_unknown_to_every_act() {
    let mut world = World::new();
    let nobody = TokenId::new(99);
    let pin = crate::Pin::parse("1234").unwrap();
    assert_eq!(
        world.issuer.suspend(nobody),
        Err(TokenError::Unknown(nobody))
    );
    assert_eq!(
        world.issuer.resume(nobody),
        Err(TokenError::Unknown(nobody))
    );
    assert_eq!(
        world.issuer.delete(nobody),
        Err(TokenError::Unknown(nobody))
    );
    assert_eq!(
        world.issuer.set_pin(nobody, &pin),
        Err(TokenError::Unknown(nobody))
    );
    let refused = world.issuer.replenish(nobody, 1, NOW);
    assert!(matches!(refused, Err(IssueError::UnknownToken(id)) if id == nobody));
}

#[test]
fn the_card_of_another_issuer_is_unknown() {
    let elsewhere = World::new();
    let mut here = demonstration::issuer();
    let verdict = here.authorise(&elsewhere.card.sale(1, cny(1)).request(), NOW);
    assert_eq!(
        (verdict.reason, verdict.token),
        (Reason::UnknownToken, None)
    );
}

#[test]
fn a_token_is_listed_with_what_became_of_it() {
    let mut world = World::new();
    world.authorise(&world.card.sale(4, cny(1)));
    let mut tokens = world.issuer.tokens();
    let token = tokens.next().unwrap();
    assert_eq!((token.keys_issued, token.counters_seen), (10, 1));
    assert_eq!(token.number, &world.card.number);
    assert_eq!(token.pan, &super::kit::pan());
    assert_eq!(token.expiry.to_string(), super::kit::EXPIRY);
    assert!(tokens.next().is_none());
}
