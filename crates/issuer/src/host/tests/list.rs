//! The list of requests.

use super::kit::{NOW, World, cny};
use crate::{AuthorisationFilter, Reason, TokenId, TransactionKind};

#[test]
fn requests_are_listed_newest_first_with_what_became_of_them() {
    let world = World::new();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    let void = sale.followed(&verdict, cny(500));
    world.issuer.void(&void, NOW).unwrap();
    world.authorise(&world.card.sale(1, cny(7)));
    let list = world
        .issuer
        .authorisations(&AuthorisationFilter::default())
        .unwrap();
    let kinds: Vec<_> = list.iter().map(|one| (one.kind, one.reason)).collect();
    let expected = [
        (TransactionKind::Sale, Reason::Replay),
        (TransactionKind::Void, Reason::Approved),
        (TransactionKind::Sale, Reason::Approved),
    ];
    assert_eq!(kinds, expected);
    let [_, voiding, voided] = list.as_slice() else {
        panic!("three requests");
    };
    assert_eq!(voided.voided_by, Some(voiding.id));
    assert_eq!(voiding.original, Some(voided.id));
    assert_eq!(voided.approval, verdict.approval);
    assert_eq!(
        (voided.identity, voided.reference),
        (sale.identity, sale.reference)
    );
    assert_eq!((voided.amount, voided.decided_at), (cny(500), NOW));
    let masked = world.card.number.to_string();
    assert!(list.iter().all(|one| one.number.as_ref() == Some(&masked)));
    assert!(masked.contains("******"));
}

#[test]
fn a_list_is_of_a_token_a_reference_and_a_length() {
    let world = World::new();
    let first = world.card.sale(1, cny(1));
    world.authorise(&first);
    world.authorise(&world.card.sale(2, cny(1)));
    let count = |filter: AuthorisationFilter| world.issuer.authorisations(&filter).unwrap().len();
    let all = AuthorisationFilter::default();
    assert_eq!(count(all), 2);
    assert_eq!(
        count(AuthorisationFilter {
            limit: Some(1),
            ..all
        }),
        1
    );
    let reference = Some(first.reference);
    assert_eq!(count(AuthorisationFilter { reference, ..all }), 1);
    let token = Some(TokenId::new(9));
    assert_eq!(count(AuthorisationFilter { token, ..all }), 0);
    let merchant = Some(first.identity.merchant);
    assert_eq!(count(AuthorisationFilter { merchant, ..all }), 2);
}
