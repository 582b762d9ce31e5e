//! Tests of tokens that are suspended, resumed, deleted or unknown; of another PAN; and of
//! restrictions.

use understudy_core::card::CardId;
use understudy_core::wire::amount::Currency;
use understudy_provisioning::letter::{Command, SuspendReason};

use super::restriction::{Country, MerchantName, Restrictions};
use crate::testkit::{
    Got, NOW, OTHER_PAN, authorise, bench, cny, dump, expiry, few_keys, issuer, number, pan,
    settle, world,
};
use crate::{Home, PAGE, PinBlock, ReplaceError, TokenError, TokenId, TokenStatus, TokenSummary};

const CARD: CardId = CardId(1);

#[test]
fn a_card_is_told_what_becomes_of_its_token() {
    let (issuer, mut phone, token) = world();
    let status = || issuer.tokens(None).unwrap()[0].status;
    issuer
        .suspend(token, SuspendReason::Cardholder, NOW)
        .unwrap();
    assert_eq!(status(), TokenStatus::Suspended);
    issuer.resume(token, NOW).unwrap();
    assert_eq!(status(), TokenStatus::Active);
    issuer.delete(token, NOW).unwrap();
    assert_eq!(status(), TokenStatus::Deleted);
    let commands = [
        Command::Suspend(SuspendReason::Cardholder),
        Command::Resume,
        Command::Delete,
    ];
    let commands = commands.map(|command| Got::Command(CARD, command));
    assert_eq!(phone.fetch(&issuer, NOW), commands);
}

#[test]
fn a_deleted_token_stays_deleted() {
    let (issuer, _, token) = world();
    issuer.delete(token, NOW).unwrap();
    let before = dump(&issuer);
    let deleted = Err(TokenError::Deleted(token));
    assert_eq!(issuer.resume(token, NOW), deleted);
    assert_eq!(issuer.suspend(token, SuspendReason::Issuer, NOW), deleted);
    assert_eq!(issuer.delete(token, NOW), Ok(()));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_token_that_was_never_issued_is_unknown_to_every_act() {
    let (issuer, _, _) = world();
    let nobody = TokenId::new(99);
    let unknown = Err(TokenError::Unknown(nobody));
    let before = dump(&issuer);
    assert_eq!(issuer.suspend(nobody, SuspendReason::Issuer, NOW), unknown);
    assert_eq!(issuer.resume(nobody, NOW), unknown);
    assert_eq!(issuer.delete(nobody, NOW), unknown);
    assert_eq!(
        issuer.set_pin(nobody, &PinBlock::Format0([0; 8]), NOW),
        unknown
    );
    let replaced = issuer.replace_pan(nobody, &number(OTHER_PAN), NOW);
    assert!(matches!(replaced, Err(ReplaceError::Unknown(id)) if id == nobody));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_token_and_its_par_stay_when_the_pan_behind_it_is_replaced() {
    let (issuer, mut phone, token) = world();
    let before = issuer.tokens(None).unwrap().remove(0);
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    let after = issuer.tokens(None).unwrap().remove(0);
    assert_eq!(after.pan, number(OTHER_PAN));
    assert_eq!((after.par, after.number), (before.par, before.number));
    for profile in [true, false] {
        phone.renew(&issuer);
        issuer.replenish(token, 1, NOW).unwrap();
        let got = phone.fetch(&issuer, NOW);
        assert!(matches!(got[..], [Got::Package { profile: brought, .. }] if brought == profile));
    }
    // The old PAN may be given to another account.
    let other = issuer.personalise(&bench(), &pan(), expiry(), &few_keys(1), cny(0), NOW);
    let other = other.unwrap().token;
    let accounts: Vec<_> = issuer
        .tokens(None)
        .unwrap()
        .iter()
        .map(|t| t.account.get())
        .collect();
    assert_eq!((other.get(), accounts), (2, vec![1, 2]));
}

#[test]
fn a_pan_that_is_anothers_or_none_replaces_nothing() {
    let (issuer, _, token) = world();
    let other = number(OTHER_PAN);
    issuer
        .personalise(&bench(), &other, expiry(), &few_keys(1), cny(0), NOW)
        .unwrap();
    let before = dump(&issuer);
    let replace = |text: &str| issuer.replace_pan(token, &number(text), NOW);
    assert!(matches!(replace(OTHER_PAN), Err(ReplaceError::Taken)));
    for text in ["6222020000000001231", "6250947000000014", "622202000000"] {
        assert!(matches!(replace(text), Err(ReplaceError::Pan(_))), "{text}");
    }
    // The account's own PAN is not another account's.
    replace(pan().expose()).unwrap();
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_token_is_listed_with_how_many_of_its_counters_came() {
    let (issuer, _, token) = world();
    authorise(&issuer, token, 4, NOW);
    authorise(&issuer, token, 2, NOW);
    let listed = issuer.tokens(None).unwrap().remove(0);
    assert_eq!((listed.keys_issued, listed.counters_used), (10, 2));
    assert_eq!(listed.expiry, expiry());
}

#[test]
fn an_empty_list_admits_everything_and_any_other_what_stands_in_it() {
    let hkd = Currency::new(344).unwrap();
    let china = Country::from_bcd([0x01, 0x56]);
    let everywhere = Restrictions::default();
    assert!(everywhere.admits_currency(hkd));
    assert!(everywhere.admits_country(None) && everywhere.admits_country(china));
    assert!(everywhere.admits_merchant("ANYBODY"));
    let here = Restrictions {
        currencies: [Currency::CNY].into(),
        countries: china.into_iter().collect(),
        merchants: MerchantName::parse("CANTEEN 1").into_iter().collect(),
    };
    assert!(here.admits_currency(Currency::CNY) && !here.admits_currency(hkd));
    assert!(here.admits_country(china));
    assert!(!here.admits_country(None) && !here.admits_country(Country::new(344)));
    assert!(here.admits_merchant("CANTEEN 1      "));
    assert!(!here.admits_merchant("CANTEEN 12") && !here.admits_merchant(""));
}

#[test]
fn countries_and_merchants_have_the_form_of_their_fields() {
    for (octets, good) in [
        ([0x01, 0x56], true),
        ([0x09, 0x99], true),
        ([0x00, 0x00], false),
        ([0x10, 0x00], false),
        ([0x01, 0x5A], false),
    ] {
        let country = Country::from_bcd(octets);
        assert_eq!(country.map(Country::to_bcd), good.then_some(octets));
    }
    for (field, good) in [
        ("M", true),
        ("123456789012345", true),
        ("1234567890123456", false),
        ("", false),
        ("   ", false),
        ("a\u{e9}", false),
        ("a\n", false),
    ] {
        assert_eq!(MerchantName::parse(field).is_some(), good, "{field:?}");
    }
}

#[test]
fn tokens_are_listed_in_pages_and_one_is_found_by_its_name_or_its_home() {
    let issuer = issuer();
    for _ in 0..PAGE + 3 {
        let pan = number(OTHER_PAN);
        issuer
            .personalise(&bench(), &pan, expiry(), &few_keys(1), cny(0), NOW)
            .unwrap();
    }
    let (phone, token) = settle(&issuer);
    let ids = |after| {
        let page = issuer.tokens(after).unwrap();
        page.iter().map(|token| token.id).collect::<Vec<_>>()
    };
    let first = ids(None);
    assert_eq!(first.len(), PAGE);
    let second = ids(first.last().copied());
    assert_eq!(second.len(), 4);
    assert_eq!(second.last(), Some(&token));
    assert_eq!(ids(Some(token)), []);
    let found = issuer.token(token).unwrap().unwrap();
    let home = found.home.unwrap();
    assert_eq!(home.device, phone.id);
    let id = |token: Option<TokenSummary>| token.map(|token| token.id);
    assert_eq!(id(issuer.token_at(home).unwrap()), Some(token));
    let elsewhere = Home {
        card: CardId(9),
        ..home
    };
    assert_eq!(id(issuer.token_at(elsewhere).unwrap()), None);
    assert_eq!(id(issuer.token(TokenId::new(999)).unwrap()), None);
    assert_eq!(issuer.tokens_on(phone.id).unwrap().len(), 1);
    issuer.delete(token, NOW).unwrap();
    assert_eq!(issuer.tokens_on(phone.id).unwrap().len(), 0);
    assert_eq!(id(issuer.token_at(home).unwrap()), Some(token));
}
