//! A token that moves: to another phone, and to another PAN.

use understudy_core::wire::digits::CardNumber;
use understudy_issuer::demonstration::TEST_PAN;
use understudy_issuer::{CodeSent, IssueError};
use understudy_pos::till::Verdict;
use understudy_wallet::Taken;

use crate::phone::Phone;
use crate::town::Town;

const NEW_PAN: &str = "6222020000000002345";

#[test]
fn a_token_goes_to_a_new_phone_with_its_next_counters_and_the_old_card_is_erased() {
    let (town, mut old, token, card) = Town::with_card(5);
    assert_eq!(town.buy(&mut old, 1234).verdict, Verdict::Approved);
    let before = town.issuer.tokens(None).expect("read").remove(0);

    let mut new = Phone::enrolled(&town);
    let now = town.clock.now();
    let moved = town.issuer.change_device(token, new.device(), 5, now);
    let moved = moved.expect("moved");
    assert_eq!((moved.token, moved.code), (token, CodeSent::NotNeeded));
    assert_eq!(new.fetch(&town), [Taken::Installed(moved.card)]);
    let after = town.issuer.tokens(None).expect("read").remove(0);
    assert_eq!((after.number, after.par), (before.number, before.par));
    assert_eq!(after.home.map(|home| home.device), Some(new.device()));

    assert_eq!(town.buy(&mut new, 1234).verdict, Verdict::Approved);
    assert_eq!(
        new.counts(moved.card),
        (4, 6),
        "behind the five of the old phone"
    );
    // An attacker may have the old phone: its keys are worthless, also before the letter arrives.
    let declined = town.buy(&mut old, 1234);
    assert!(matches!(declined.verdict, Verdict::Declined(_)));
    assert!(old.fetch(&town).contains(&Taken::Deleted(card)));
    assert_eq!(old.wallet.cards(), []);
    for phone in [&mut old, &mut new] {
        let said = phone.report(&town).expect("accepted");
        assert_eq!(said.finding, None);
    }
    let same = town.issuer.change_device(token, new.device(), 5, now);
    assert!(matches!(same, Err(IssueError::AlreadyOnDevice(there)) if there == token));
}

#[test]
fn behind_a_replaced_pan_the_token_stays_and_the_next_keys_bring_its_last_four() {
    let (town, mut phone, token, card) = Town::with_card(5);
    let before = town.issuer.tokens(None).expect("read").remove(0);
    let last_four = |phone: &Phone| phone.wallet.cards()[0].last_four.clone();
    assert_eq!(last_four(&phone).as_deref(), Some(&TEST_PAN[15..]));

    let pan = CardNumber::parse(NEW_PAN).expect("a card number");
    town.issuer
        .replace_pan(token, &pan, town.clock.now())
        .expect("replaced");
    let after = town.issuer.tokens(None).expect("read").remove(0);
    assert_eq!((after.number, after.par), (before.number, before.par));
    assert_eq!(after.pan, pan);
    assert_eq!(last_four(&phone).as_deref(), Some(&TEST_PAN[15..]));
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);

    phone.report(&town).expect("a fresh receive key");
    let now = town.clock.now();
    town.issuer.replenish(token, 5, now).expect("more keys");
    assert_eq!(phone.fetch(&town).last(), Some(&Taken::Reprovisioned(card)));
    assert_eq!(last_four(&phone).as_deref(), Some(&NEW_PAN[15..]));
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    assert_eq!(phone.counts(card), (8, 2));
}
