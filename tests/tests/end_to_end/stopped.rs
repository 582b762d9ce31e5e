//! Suspension by the issuer: a card whose phone is off, and a phone that was lost.

use understudy_core::card::Standing;
use understudy_issuer::demonstration::TEST_PAN;
use understudy_issuer::{AuthorisationFilter, IssueError, Reason, TokenId};
use understudy_pos::till::Verdict;
use understudy_pos::{Outcome, TransactionType};
use understudy_provisioning::letter::SuspendReason;
use understudy_wallet::{Taken, WalletError};

use crate::phone::Phone;
use crate::stage::cny;
use crate::town::Town;

const OTHER_PAN: &str = "6222020000000002345";

fn reasons(town: &Town, token: TokenId) -> Vec<Reason> {
    let of = AuthorisationFilter {
        token: Some(token),
        ..AuthorisationFilter::default()
    };
    let listed = town.issuer.authorisations(&of).expect("read");
    listed.iter().map(|one| one.reason).collect()
}

/// True if the card makes a cryptogram.
fn answers(town: &Town, phone: &mut Phone) -> bool {
    let report = town.tap(phone, TransactionType::Purchase, cny(1234));
    matches!(report.outcome, Outcome::OnlineRequest(_))
}

#[test]
fn a_token_suspended_while_its_phone_is_off_is_declined_until_the_letter_stops_the_card() {
    let (town, mut phone, token, card) = Town::with_card(5);
    town.issuer
        .suspend(token, SuspendReason::Cardholder, town.clock.now())
        .expect("suspended");
    let done = town.buy(&mut phone, 1234);
    assert!(matches!(done.verdict, Verdict::Declined(_)));
    assert_eq!(reasons(&town, token), [Reason::TokenSuspended]);

    let told = phone.fetch(&town);
    assert_eq!(told[0], Taken::Suspended(card, SuspendReason::Cardholder));
    assert!(
        matches!(told[1..], [Taken::Settled(of, _)] if of == card),
        "and that its payment was declined: {told:?}"
    );
    assert!(!answers(&town, &mut phone));
    let own = phone.wallet.set_standing(card, Standing::Active);
    assert!(matches!(own, Err(WalletError::SuspendedByIssuer)));

    town.issuer
        .resume(token, town.clock.now())
        .expect("resumed");
    assert_eq!(phone.fetch(&town), [Taken::Resumed(card)]);
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
}

#[test]
fn no_card_of_a_lost_phone_pays_and_each_pays_again_when_it_is_found() {
    let (town, mut phone, first, card) = Town::with_card(5);
    let second = town.card(&mut phone, OTHER_PAN, 5);
    let device = phone.device();
    phone.report(&town).expect("a fresh receive key");
    phone.fetch(&town);
    town.issuer
        .replenish(first, 5, town.clock.now())
        .expect("on its way");
    town.issuer
        .suspend_device(device, SuspendReason::Cardholder, town.clock.now())
        .expect("suspended");
    for (token, shown) in [(first, card), (second.token, second.card)] {
        phone.wallet.present(shown, 60).expect("held");
        let done = town.buy(&mut phone, 1234);
        assert!(matches!(done.verdict, Verdict::Declined(_)));
        assert_eq!(reasons(&town, token), [Reason::DeviceSuspended]);
    }
    let keys = town.issuer.replenish(first, 5, town.clock.now());
    assert!(matches!(keys, Err(IssueError::DeviceSuspended)));
    let told = phone.fetch(&town);
    assert_eq!(
        told[..2],
        [card, second.card].map(|card| Taken::Suspended(card, SuspendReason::Cardholder)),
        "the keys that were on their way are not"
    );
    assert!(
        matches!(told[2..], [Taken::Settled(..), Taken::Settled(..)]),
        "{told:?}"
    );
    assert!(!answers(&town, &mut phone));

    town.issuer
        .resume_device(device, town.clock.now())
        .expect("resumed");
    assert_eq!(phone.fetch(&town), [card, second.card].map(Taken::Resumed));
    for shown in [card, second.card] {
        phone.wallet.present(shown, 60).expect("held");
        assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    }
}

#[test]
fn a_deleted_token_is_declined_and_its_card_is_erased_by_the_letter() {
    let (town, mut phone, token, card) = Town::with_card(5);
    town.issuer
        .delete(token, town.clock.now())
        .expect("deleted");
    let done = town.buy(&mut phone, 1234);
    assert!(matches!(done.verdict, Verdict::Declined(_)));
    assert_eq!(reasons(&town, token), [Reason::TokenDeleted]);
    assert_eq!(phone.fetch(&town), [Taken::Deleted(card)]);
    assert_eq!(phone.wallet.cards(), []);

    let again = town.card(&mut phone, TEST_PAN, 5);
    assert_ne!(
        (again.token, again.card),
        (token, card),
        "names are not used twice"
    );
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
}
