//! Tokens on devices.

use understudy_core::card::CardId;
use understudy_core::wire::amount::Currency;
use understudy_provisioning::letter::{Command, SuspendReason};

use crate::testkit::{
    Got, Mailbox, NOT_AFTER, NOW, OTHER_PAN, Phone, bind, cny, dump, expiry, few_keys, issuer,
    number, pan, ready, try_bind, world,
};
use crate::{CodeSent, IssueError, Request, Restrictions, TokenId, TokenStatus};

const CARD: CardId = CardId(1);

#[test]
fn a_bound_token_reaches_its_device_with_a_profile_and_its_first_keys() {
    let issuer = issuer();
    let mut phone = Phone::enrolled(&issuer, 1);
    let given = bind(&issuer, &phone, &Mailbox::default());
    assert_eq!((given.card, given.code), (CARD, CodeSent::Sent));
    assert_eq!(issuer.letters(phone.id, NOW).unwrap(), [given.letter]);
    let package = Got::Package {
        card: CARD,
        profile: true,
        counters: (1..=10).collect(),
        not_after: NOT_AFTER,
    };
    assert_eq!(phone.fetch(&issuer, NOW), [package]);
    let token = issuer.tokens(None).unwrap().remove(0);
    assert_eq!(token.id, given.token);
    assert_eq!(token.number, given.number);
    assert_eq!(token.pan, pan());
    assert_eq!(token.status, TokenStatus::Inactive);
    assert_eq!((token.keys_issued, token.counters_used), (10, 0));
    let home = token.home.unwrap();
    assert_eq!((home.device, home.card), (phone.id, CARD));
}

#[test]
fn a_replenishment_brings_the_next_keys_and_no_profile() {
    let (issuer, mut phone, token) = ready();
    issuer.replenish(token, 3, NOW).unwrap();
    let package = |counters| Got::Package {
        card: CARD,
        profile: false,
        counters,
        not_after: NOT_AFTER,
    };
    assert_eq!(phone.renew(&issuer)[0], package(vec![11, 12, 13]));
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(phone.fetch(&issuer, NOW), [package(vec![14, 15])]);
}

#[test]
fn a_device_holds_one_token_for_a_card_until_that_is_deleted() {
    let (issuer, phone, token) = world();
    let mailbox = Mailbox::default();
    let before = dump(&issuer);
    let second = try_bind(&issuer, &phone, &mailbox, &pan());
    assert!(matches!(second, Err(IssueError::AlreadyOnDevice(id)) if id == token));
    assert_eq!(dump(&issuer), before);
    let other = try_bind(&issuer, &phone, &mailbox, &number(OTHER_PAN)).unwrap();
    assert_eq!(other.card, CardId(2));
    issuer.delete(token, NOW).unwrap();
    let again = bind(&issuer, &phone, &mailbox);
    assert_eq!(again.card, CardId(3));
}

#[test]
fn two_devices_hold_two_tokens_of_one_account() {
    let (issuer, _, token) = world();
    let phone = Phone::enrolled(&issuer, 2);
    let other = bind(&issuer, &phone, &Mailbox::default());
    let tokens = issuer.tokens(None).unwrap();
    assert_eq!([tokens[0].id, tokens[1].id], [token, other.token]);
    assert_eq!(tokens[0].account, tokens[1].account);
    assert_eq!(tokens[0].par, tokens[1].par);
    assert_ne!(tokens[0].number, tokens[1].number);
}

#[test]
fn a_token_that_moves_takes_its_profile_and_its_next_counters_along() {
    let (issuer, mut old, token) = ready();
    issuer.replenish(token, 5, NOW).unwrap();
    let mut new = Phone::enrolled(&issuer, 2);
    let before = issuer.tokens(None).unwrap().remove(0);
    let moved = issuer.change_device(token, new.id, 4, NOW).unwrap();
    assert_eq!((moved.token, moved.code), (token, CodeSent::NotNeeded));
    assert_eq!(moved.number, before.number);
    let package = Got::Package {
        card: CARD,
        profile: true,
        counters: vec![16, 17, 18, 19],
        not_after: NOT_AFTER,
    };
    assert_eq!(new.fetch(&issuer, NOW), [package]);
    // The undelivered package to the old device is withdrawn.
    let deleted = [Got::Command(CARD, Command::Delete)];
    assert_eq!(old.fetch(&issuer, NOW), deleted);
    let after = issuer.tokens(None).unwrap().remove(0);
    assert_eq!(after.par, before.par);
    assert_eq!(after.home.unwrap().device, new.id);
}

#[test]
fn a_token_moves_only_to_a_device_that_may_hold_it() {
    let (issuer, phone, token) = world();
    let other = Phone::enrolled(&issuer, 2);
    let refused = |to: &Phone, expected: &str| {
        let before = dump(&issuer);
        let error = issuer.change_device(token, to.id, 1, NOW).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(dump(&issuer), before);
    };
    refused(&Phone::new(9), "no device of this name is enrolled");
    refused(&phone, "holds token 1 for this card");
    bind(&issuer, &other, &Mailbox::default());
    refused(&other, "holds token 2 for this card");
    let third = Phone::enrolled(&issuer, 3);
    issuer
        .suspend_device(third.id, SuspendReason::Issuer, NOW)
        .unwrap();
    refused(&third, "the device is suspended");
    let fourth = Phone::enrolled(&issuer, 4);
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    refused(&fourth, "token 1 is not active");
}

#[test]
fn restrictions_are_kept_as_given_and_replaced_as_a_whole() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let restrictions = Restrictions {
        currencies: [156, 344].into_iter().filter_map(Currency::new).collect(),
        countries: [156].into_iter().filter_map(crate::Country::new).collect(),
        merchants: crate::MerchantName::parse("CANTEEN 1     ")
            .into_iter()
            .collect(),
    };
    let request = Request {
        pan: &pan(),
        expiry: expiry(),
        device: phone.id,
        options: &few_keys(1),
        funds: cny(0),
        restrictions: &restrictions,
    };
    let token = issuer
        .issue(&request, &Mailbox::default(), NOW)
        .unwrap()
        .token;
    assert_eq!(issuer.restrictions(token).unwrap(), restrictions);
    issuer
        .restrict(token, &Restrictions::default(), NOW)
        .unwrap();
    assert_eq!(issuer.restrictions(token).unwrap(), Restrictions::default());
    let nobody = issuer.restrict(TokenId::new(9), &restrictions, NOW);
    assert!(matches!(nobody, Err(IssueError::UnknownToken(_))));
}
