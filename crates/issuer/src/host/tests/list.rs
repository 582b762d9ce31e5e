//! The list of requests.

use super::kit::{NOW, World, cny};
use crate::{AuthorisationFilter, IssueOptions, PAGE, Reason, TokenId, TransactionKind};

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
fn a_list_says_what_of_a_payment_was_refunded() {
    let world = World::new();
    let sale = world.card.sale(1, cny(12));
    let verdict = world.authorise(&sale);
    let refunded = || {
        let list = world.issuer.authorisations(&AuthorisationFilter::default());
        list.unwrap().last().unwrap().refunded
    };
    assert_eq!(refunded(), None);
    let refunds = [5, 7].map(|amount| sale.followed(&verdict, cny(amount)));
    for (refund, sum) in refunds.iter().zip([5, 12]) {
        world.issuer.refund(refund, NOW).unwrap();
        assert_eq!(refunded(), Some(cny(sum)));
    }
    world.reverse(refunds[0].identity);
    assert_eq!(refunded(), Some(cny(7)), "a reversed one does not count");
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
    let token = Some(world.card.token);
    assert_eq!(count(AuthorisationFilter { token, ..all }), 2);
    let both = AuthorisationFilter {
        token,
        reference,
        ..all
    };
    assert_eq!(count(both), 1);
}

#[test]
fn a_list_comes_in_pages_and_none_is_left_out() {
    let sales = u16::try_from(PAGE + 7).unwrap();
    let world = World::with(IssueOptions {
        keys: sales,
        ..IssueOptions::default()
    });
    for atc in 1..=sales {
        world.authorise(&world.card.sale(atc, cny(1)));
    }
    let token = Some(world.card.token);
    for filter in [
        AuthorisationFilter::default(),
        AuthorisationFilter {
            token,
            ..AuthorisationFilter::default()
        },
    ] {
        let page = |before| {
            let filter = AuthorisationFilter { before, ..filter };
            world.issuer.authorisations(&filter).unwrap()
        };
        let first = page(None);
        assert_eq!(first.len(), PAGE);
        let second = page(first.last().map(|last| last.id));
        assert_eq!(second.len(), 7);
        assert_eq!(page(second.last().map(|last| last.id)), []);
        let all = first.iter().chain(&second).map(|one| one.id.get());
        assert!(all.eq((1..=u64::from(sales)).rev()));
    }
}

#[test]
fn one_request_is_found_by_its_name() {
    let world = World::new();
    let verdict = world.authorise(&world.card.sale(1, cny(500)));
    let id = verdict.authorisation.unwrap();
    let found = world.issuer.authorisation(id).unwrap().unwrap();
    assert_eq!((found.id, found.amount), (id, cny(500)));
    let other = crate::AuthorisationId::new(99);
    assert_eq!(world.issuer.authorisation(other).unwrap(), None);
}
