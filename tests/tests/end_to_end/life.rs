//! A card on an enrolled phone, from enrolment to its next keys.

use understudy_issuer::demonstration::TEST_PAN;
use understudy_issuer::{
    AuthorisationFilter, Code, CodeSent, IdentityError, Reason, ReportOutcome, TokenStatus,
};
use understudy_pos::OnlineRequest;
use understudy_pos::till::Verdict;
use understudy_wallet::{RecordOutcome, Taken};

use crate::line::Pad;
use crate::phone::Phone;
use crate::stage::cny;
use crate::town::Town;

/// The reason of the issuer's last answer.
fn reason(town: &Town) -> Reason {
    let newest = AuthorisationFilter {
        limit: Some(1),
        ..AuthorisationFilter::default()
    };
    let listed = town.issuer.authorisations(&newest).expect("read");
    listed.first().expect("a recorded request").reason
}

/// A code that is not the right one.
fn other_than(right: &Code) -> Code {
    let digits = if right.digits() == "000000" {
        "000001"
    } else {
        "000000"
    };
    Code::parse(digits).expect("six digits")
}

#[test]
fn a_card_pays_once_its_cardholder_is_verified_and_the_history_says_so_from_a_notice() {
    let town = Town::new();
    let mut phone = Phone::enrolled(&town);
    let issued = town.issue(phone.device(), TEST_PAN, 5);
    assert_eq!(issued.code, CodeSent::Sent);
    assert_eq!(
        phone.wallet.receive(&issued.letter).expect("good"),
        Taken::Installed(issued.card)
    );

    let early = town.buy(&mut phone, 1234);
    assert!(matches!(early.verdict, Verdict::Declined(_)));
    assert_eq!(reason(&town), Reason::TokenInactive);

    let right = town.code();
    let wrong = other_than(&right);
    let now = town.clock.now();
    let refused = town.issuer.verify_identity(issued.token, &wrong, now);
    assert_eq!(refused, Err(IdentityError::Wrong { left: 2 }));
    assert_eq!(
        town.issuer.verify_identity(issued.token, &right, now),
        Ok(())
    );

    let done = town.buy(&mut phone, 1234);
    assert_eq!(done.verdict, Verdict::Approved);
    assert!(!matches!(
        phone.latest().outcome,
        RecordOutcome::Approved { .. }
    ));
    let letters = phone.offer(&town);
    assert!(letters.iter().any(|effect| {
        matches!(effect, Ok(Taken::Settled(card, atc)) if *card == issued.card && atc.get() == 2)
    }));
    let approved = phone.latest().outcome;
    assert!(matches!(approved, RecordOutcome::Approved { amount, .. } if amount == cny(1234)));
}

#[test]
fn a_third_wrong_code_deletes_token_and_card() {
    let town = Town::new();
    let mut phone = Phone::enrolled(&town);
    let issued = town.issue(phone.device(), TEST_PAN, 5);
    phone.fetch(&town);
    let right = town.code();
    let wrong = other_than(&right);
    let attempt = |code: &Code| {
        town.issuer
            .verify_identity(issued.token, code, town.clock.now())
    };
    for expected in [
        IdentityError::Wrong { left: 2 },
        IdentityError::Wrong { left: 1 },
        IdentityError::Exhausted,
    ] {
        assert_eq!(attempt(&wrong), Err(expected));
    }
    assert_eq!(
        attempt(&right),
        Err(IdentityError::NotPending(issued.token))
    );
    let tokens = town.issuer.tokens(None).expect("read");
    assert_eq!(tokens[0].status, TokenStatus::Deleted);
    assert_eq!(phone.fetch(&town), [Taken::Deleted(issued.card)]);
    assert_eq!(phone.wallet.cards(), []);
}

#[test]
fn a_report_brings_what_was_used_and_the_next_keys_follow_it() {
    let (town, mut phone, token, card) = Town::with_card(2);
    for _ in 0..2 {
        assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    }
    assert_eq!(phone.counts(card), (0, 2));
    let said = phone.report(&town).expect("accepted");
    let ReportOutcome::Accepted { marks, letters, .. } = said.outcome else {
        panic!("{said:?}");
    };
    assert_eq!((marks, letters, said.finding), (2, 1, None));
    town.issuer
        .replenish(token, 3, town.clock.now())
        .expect("more keys");
    let effects = phone.fetch(&town);
    assert!(effects.contains(&Taken::ReportAccepted));
    assert_eq!(effects.last(), Some(&Taken::Replenished(card)));
    assert_eq!(town.buy(&mut phone, 1234).verdict, Verdict::Approved);
    assert_eq!(phone.counts(card), (2, 3));

    let said = phone.report(&town).expect("accepted");
    assert!(matches!(
        said.outcome,
        ReportOutcome::Accepted { marks: 1, .. }
    ));
    let devices = town.issuer.devices(None).expect("read");
    assert_eq!((devices[0].reports, devices[0].tokens), (2, 1));
}

#[test]
fn an_answer_to_a_report_that_is_lost_is_given_again() {
    let (town, mut phone, _, card) = Town::with_card(3);
    town.buy(&mut phone, 1234);
    phone.report(&town).expect("accepted");
    let again = phone.report(&town).expect("known");
    assert_eq!((again.outcome, again.finding), (ReportOutcome::Again, None));
    assert!(phone.fetch(&town).contains(&Taken::ReportAccepted));
    let next = phone.report(&town).expect("accepted");
    assert!(matches!(
        next.outcome,
        ReportOutcome::Accepted { marks: 0, .. }
    ));
    assert_eq!(phone.counts(card).1, 1);
}

#[test]
fn a_declined_tap_is_declined_in_the_history_with_its_code() {
    let (town, mut phone, _, card) = Town::with_card(3);
    let request = town.request(&mut phone, 1234);
    town.clock.advance(5 * 86_400);
    let done = town.send(&request);
    assert!(matches!(done.verdict, Verdict::Declined(_)));
    assert_eq!(reason(&town), Reason::DateImplausible);
    assert_eq!(
        phone.fetch(&town),
        [Taken::Settled(card, phone.latest().atc.expect("a key"))]
    );
    let expected = Reason::DateImplausible.response_code();
    let declined = phone.latest().outcome;
    assert!(
        matches!(declined, RecordOutcome::Declined { response_code, .. } if response_code == expected)
    );
}

#[test]
fn a_forged_request_says_nothing_about_a_tap_to_the_phone() {
    let (town, mut phone, _, card) = Town::with_card(3);
    let mut request = town.request(&mut phone, 1234);
    let genuine = request.de55.clone();
    let cryptogram = genuine.windows(3).position(|tag| tag == [0x9F, 0x26, 0x08]);
    request.de55[cryptogram.expect("9F26") + 3] ^= 0x01;
    let (mut till, _) = town.till();
    let mut send = |request: &OnlineRequest| {
        let done = till.complete_online(request, &mut town.line([]), &mut Pad(None));
        done.expect("an end").verdict
    };
    assert!(matches!(send(&request), Verdict::Declined(_)));
    assert_eq!(reason(&town), Reason::CryptogramWrong);
    assert_eq!(phone.fetch(&town), []);

    request.de55 = genuine;
    assert_eq!(send(&request), Verdict::Approved);
    assert_eq!(
        phone.fetch(&town),
        [Taken::Settled(card, phone.latest().atc.expect("a key"))]
    );
}
