//! A phone's storage that was restored or copied: the taps that still pay, and the issuer's
//! detection.

use understudy_core::card::CardId;
use understudy_issuer::{
    AuthorisationFilter, CloneOrRollback, DeviceStanding, Reason, ReportOutcome, TokenId,
    TokenStatus,
};
use understudy_pos::till::Verdict;
use understudy_provisioning::letter::SuspendReason;
use understudy_wallet::{Taken, WalletError};

use crate::phone::Phone;
use crate::town::Town;

/// Pays once, reports, and receives the acknowledgement.
fn month(town: &Town, phone: &mut Phone) {
    assert_eq!(town.buy(phone, 1234).verdict, Verdict::Approved);
    phone.report(town).expect("accepted");
    assert!(phone.fetch(town).contains(&Taken::ReportAccepted));
}

fn newest(town: &Town) -> Reason {
    let all = AuthorisationFilter::default();
    town.issuer.authorisations(&all).expect("read")[0].reason
}

/// Checks that device and token are suspended, and that the letters suspend the card.
fn assert_stopped(town: &Town, token: TokenId) {
    let devices = town.issuer.devices(None).expect("read");
    assert_eq!(devices[0].standing, DeviceStanding::CloneOrRollback);
    let tokens = town.issuer.tokens(None).expect("read");
    let status = tokens
        .iter()
        .find(|one| one.id == token)
        .map(|one| one.status);
    assert_eq!(status, Some(TokenStatus::Suspended));
}

/// True if a letter suspended the card; other letters may be useless to this phone.
fn stops_at(effects: &[Result<Taken, WalletError>], card: CardId) -> bool {
    let mut good = effects.iter().flatten();
    good.any(|effect| *effect == stops(card))
}

const fn stops(card: CardId) -> Taken {
    Taken::Suspended(card, SuspendReason::CloneOrRollback)
}

#[test]
fn a_wallet_that_was_put_back_is_found_at_its_next_report_and_its_card_stops() {
    let (town, mut phone, token, card) = Town::with_card(10);
    month(&town, &mut phone);
    let old = phone.files();
    month(&town, &mut phone);

    let mut put_back = Phone::of(&old, &town.clock);
    let done = town.buy(&mut put_back, 1234);
    assert!(matches!(done.verdict, Verdict::Declined(_)));
    assert_eq!(
        newest(&town),
        Reason::Replay,
        "its counter was authorised before"
    );

    let said = put_back.report(&town).expect("an authentic one");
    assert_eq!(said.outcome, ReportOutcome::NotAccepted);
    assert_eq!(said.finding, Some(CloneOrRollback::Conflict));
    assert_stopped(&town, token);
    assert!(stops_at(&phone.offer(&town), card));
    assert!(town.buy_or_refused(&mut phone).is_none());
}

#[test]
fn a_wallet_that_was_put_back_below_its_first_report_shows_by_the_counter_that_it_lacks() {
    let (town, mut phone, token, card) = Town::with_card(10);
    let old = phone.files();
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);

    let mut put_back = Phone::of(&old, &town.clock);
    put_back.fetch(&town);
    let first = put_back.report(&town).expect("accepted");
    assert_eq!(
        first.finding, None,
        "those payments may still be on their way"
    );
    put_back.fetch(&town);
    let second = put_back.report(&town).expect("an authentic one");
    assert!(matches!(
        second.finding,
        Some(CloneOrRollback::Forgotten { token: lost, .. }) if lost == token
    ));
    assert_stopped(&town, token);
    assert!(put_back.fetch(&town).contains(&stops(card)));
    assert!(town.buy_or_refused(&mut put_back).is_none());
}

#[test]
fn of_two_copies_of_a_wallet_one_is_paid_for_each_counter_and_both_stop() {
    let (town, mut phone, token, card) = Town::with_card(10);
    month(&town, &mut phone);
    let mut copy = phone.copied();
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    let replayed = town.buy(&mut copy, 5678);
    assert!(matches!(replayed.verdict, Verdict::Declined(_)));
    assert_eq!(newest(&town), Reason::Replay);
    // Two cryptograms under one counter show that there are two phones; neither pays any more.
    assert_stopped(&town, token);
    let declined = town.buy(&mut copy, 5678);
    assert!(matches!(declined.verdict, Verdict::Declined(_)));
    assert_eq!(newest(&town), Reason::TokenSuspended);

    let accepted = copy.report(&town).expect("accepted");
    assert!(
        matches!(accepted.finding, Some(CloneOrRollback::Twice { token: of, .. }) if of == token),
        "the first to report is not the one that was paid"
    );
    let said = phone.report(&town).expect("an authentic one");
    assert_eq!(said.finding, Some(CloneOrRollback::Conflict));
    assert_stopped(&town, token);

    // The other phone cannot open letters sealed to the key that only the copy drew.
    assert!(stops_at(&copy.offer(&town), card));
    let request = town.request(&mut phone, 1234);
    assert!(matches!(town.send(&request).verdict, Verdict::Declined(_)));
    assert_eq!(newest(&town), Reason::Replay);
}
