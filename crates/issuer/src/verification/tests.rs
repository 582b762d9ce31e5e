//! Codes that are right, wrong, late or repeated.

use understudy_core::card::CardId;
use understudy_provisioning::letter::{Command, SuspendReason};

use crate::testkit::{
    Got, Mailbox, NOW, OTHER_PAN, Phone, after, bind, dump, execute, issuer, number, pan, try_bind,
};
use crate::{CodeSent, IdentityError, IssueError, Issuer, ResendError, TokenId, TokenStatus};

fn status(issuer: &Issuer, token: TokenId) -> TokenStatus {
    let tokens = issuer.tokens(None).unwrap();
    tokens.iter().find(|t| t.id == token).unwrap().status
}

struct Bound {
    issuer: Issuer,
    phone: Phone,
    mailbox: Mailbox,
    token: TokenId,
}

fn bound() -> Bound {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let mailbox = Mailbox::default();
    let token = bind(&issuer, &phone, &mailbox).token;
    Bound {
        issuer,
        phone,
        mailbox,
        token,
    }
}

#[test]
fn whoever_guesses_codes_for_one_token_after_the_other_is_stopped() {
    let issuer = issuer();
    let mailbox = Mailbox::default();
    for name in 10..13 {
        let phone = Phone::enrolled(&issuer, name);
        let token = bind(&issuer, &phone, &mailbox).token;
        for _ in 0..3 {
            let guess = mailbox.wrong_code(token);
            assert!(issuer.verify_identity(token, &guess, after(5)).is_err());
        }
    }
    let phone = Phone::enrolled(&issuer, 20);
    let refused = try_bind(&issuer, &phone, &mailbox, &pan());
    assert!(matches!(refused, Err(IssueError::Rests)), "{refused:?}");
    // Another card is not affected.
    try_bind(&issuer, &phone, &mailbox, &number(OTHER_PAN)).unwrap();
}

#[test]
fn tokens_that_wait_side_by_side_share_the_guesses_of_their_account() {
    let issuer = issuer();
    let mailbox = Mailbox::default();
    let tokens: Vec<_> = (10..15)
        .map(|name| bind(&issuer, &Phone::enrolled(&issuer, name), &mailbox).token)
        .collect();
    for token in &tokens {
        for _ in 0..2 {
            let guess = mailbox.wrong_code(*token);
            let _ = issuer.verify_identity(*token, &guess, after(5));
        }
    }
    let last = tokens[4];
    let right = mailbox.code(last);
    let refused = issuer.verify_identity(last, &right, after(6));
    assert_eq!(refused, Err(IdentityError::Rests));
    let sent = issuer.resend_code(last, &mailbox, after(86_404));
    assert_eq!(sent, Err(ResendError::Rests));
    issuer.resend_code(last, &mailbox, after(86_405)).unwrap();
    let right = mailbox.code(last);
    issuer.verify_identity(last, &right, after(86_406)).unwrap();
}

#[test]
fn a_right_code_forgets_the_wrong_ones() {
    let issuer = issuer();
    let mailbox = Mailbox::default();
    for name in 10..18 {
        let token = bind(&issuer, &Phone::enrolled(&issuer, name), &mailbox).token;
        for _ in 0..2 {
            let guess = mailbox.wrong_code(token);
            assert!(issuer.verify_identity(token, &guess, NOW).is_err());
        }
        let right = mailbox.code(token);
        issuer.verify_identity(token, &right, NOW).unwrap();
    }
}

#[test]
fn the_right_code_makes_a_token_active() {
    let b = bound();
    assert_eq!(status(&b.issuer, b.token), TokenStatus::Inactive);
    let code = b.mailbox.code(b.token);
    b.issuer.verify_identity(b.token, &code, NOW).unwrap();
    assert_eq!(status(&b.issuer, b.token), TokenStatus::Active);
    assert!(b.issuer.pending_verifications(None).unwrap().is_empty());
    let again = b.issuer.verify_identity(b.token, &code, NOW);
    assert_eq!(again, Err(IdentityError::NotPending(b.token)));
}

#[test]
fn the_third_wrong_code_deletes_the_token_and_its_card_whatever_comes_then() {
    let mut b = bound();
    let wrong = b.mailbox.wrong_code(b.token);
    let attempt = |code| b.issuer.verify_identity(b.token, code, NOW);
    assert_eq!(attempt(&wrong), Err(IdentityError::Wrong { left: 2 }));
    assert_eq!(attempt(&wrong), Err(IdentityError::Wrong { left: 1 }));
    assert_eq!(
        b.issuer.pending_verifications(None).unwrap()[0].attempts_left,
        1
    );
    assert_eq!(attempt(&wrong), Err(IdentityError::Exhausted));
    assert_eq!(status(&b.issuer, b.token), TokenStatus::Deleted);
    let right = attempt(&b.mailbox.code(b.token));
    assert_eq!(right, Err(IdentityError::NotPending(b.token)));
    let kept = dump(&b.issuer);
    assert!(!kept.lines().any(|line| line.starts_with("verification ")));
    // The package is withdrawn, and the device is told to delete the card.
    assert_eq!(b.issuer.letters(b.phone.id, NOW).unwrap().len(), 1);
    assert!(b.phone.fetch(&b.issuer, NOW).is_empty());
    let again = bind(&b.issuer, &b.phone, &b.mailbox);
    assert_eq!(again.card, CardId(2));
}

#[test]
fn the_right_code_after_two_wrong_ones_is_right() {
    let b = bound();
    for _ in 0..2 {
        let wrong = b.mailbox.wrong_code(b.token);
        let refused = b.issuer.verify_identity(b.token, &wrong, NOW);
        assert!(matches!(refused, Err(IdentityError::Wrong { .. })));
    }
    let code = b.mailbox.code(b.token);
    assert_eq!(b.issuer.verify_identity(b.token, &code, NOW), Ok(()));
}

#[test]
fn a_code_holds_ten_minutes_and_a_late_one_is_not_counted() {
    let b = bound();
    let code = b.mailbox.code(b.token);
    let before = dump(&b.issuer);
    for code in [&code, &b.mailbox.wrong_code(b.token)] {
        let late = b.issuer.verify_identity(b.token, code, after(600));
        assert_eq!(late, Err(IdentityError::Expired));
    }
    assert_eq!(dump(&b.issuer), before);
    let in_time = b.issuer.verify_identity(b.token, &code, after(599));
    assert_eq!(in_time, Ok(()));
}

#[test]
fn another_code_replaces_the_first_and_gives_no_attempts_back() {
    let b = bound();
    let first = b.mailbox.code(b.token);
    let wrong = b.mailbox.wrong_code(b.token);
    b.issuer.verify_identity(b.token, &wrong, NOW).unwrap_err();
    // One draw in a million gives the same code again.
    while b.mailbox.code(b.token).digits() == first.digits() {
        let resent = b.issuer.resend_code(b.token, &b.mailbox, after(900));
        assert_eq!(resent, Ok(()));
    }
    let old = b.issuer.verify_identity(b.token, &first, after(901));
    assert_eq!(old, Err(IdentityError::Wrong { left: 1 }));
    let code = b.mailbox.code(b.token);
    assert_eq!(
        b.issuer.verify_identity(b.token, &code, after(1_499)),
        Ok(())
    );
    let resent = b.issuer.resend_code(b.token, &b.mailbox, after(1_500));
    assert_eq!(resent, Err(ResendError::NotPending(b.token)));
}

#[test]
fn a_code_that_cannot_be_sent_leaves_a_token_that_waits_for_another() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let mut mailbox = Mailbox::default();
    mailbox.broken = true;
    let given = bind(&issuer, &phone, &mailbox);
    assert!(matches!(given.code, CodeSent::NotSent(_)));
    let resent = issuer.resend_code(given.token, &mailbox, NOW);
    assert!(matches!(resent, Err(ResendError::NotSent(_))));
    mailbox.broken = false;
    issuer.resend_code(given.token, &mailbox, NOW).unwrap();
    let code = mailbox.code(given.token);
    assert_eq!(issuer.verify_identity(given.token, &code, NOW), Ok(()));
}

#[test]
fn a_code_is_good_for_its_own_token_only() {
    let b = bound();
    let pan = number(OTHER_PAN);
    let other = try_bind(&b.issuer, &b.phone, &b.mailbox, &pan).unwrap();
    let (one, two) = (b.mailbox.code(b.token), b.mailbox.code(other.token));
    if one.digits() != two.digits() {
        let crossed = b.issuer.verify_identity(b.token, &two, NOW);
        assert_eq!(crossed, Err(IdentityError::Wrong { left: 2 }));
    }
    assert_eq!(b.issuer.verify_identity(b.token, &one, NOW), Ok(()));
    assert_eq!(b.issuer.pending_verifications(None).unwrap().len(), 1);
}

#[test]
fn a_code_that_is_moved_to_another_token_in_the_database_is_wrong_there() {
    let b = bound();
    let other = try_bind(&b.issuer, &b.phone, &b.mailbox, &number(OTHER_PAN)).unwrap();
    execute(
        &b.issuer,
        "UPDATE verification SET code = (SELECT code FROM verification WHERE token = 1)",
    );
    let code = b.mailbox.code(b.token);
    let moved = b.issuer.verify_identity(other.token, &code, NOW);
    assert_eq!(moved, Err(IdentityError::Wrong { left: 2 }));
    assert_eq!(b.issuer.verify_identity(b.token, &code, NOW), Ok(()));
}

#[test]
fn a_token_that_was_suspended_before_its_verification_still_needs_it() {
    let mut b = bound();
    b.issuer
        .suspend(b.token, SuspendReason::Issuer, NOW)
        .unwrap();
    let code = b.mailbox.code(b.token);
    let suspended = b.issuer.verify_identity(b.token, &code, NOW);
    assert_eq!(suspended, Err(IdentityError::NotPending(b.token)));
    b.issuer.resume(b.token, NOW).unwrap();
    assert_eq!(status(&b.issuer, b.token), TokenStatus::Inactive);
    assert_eq!(b.issuer.verify_identity(b.token, &code, NOW), Ok(()));
    let got = b.phone.fetch(&b.issuer, NOW);
    let commands = [Command::Suspend(SuspendReason::Issuer), Command::Resume];
    let commands = commands.map(|command| Got::Command(CardId(1), command));
    assert_eq!(got[1..], commands);
}

#[test]
fn a_token_that_waits_gets_no_more_keys() {
    let b = bound();
    let refused = b.issuer.replenish(b.token, 1, NOW);
    assert!(matches!(refused, Err(IssueError::NotActive(id)) if id == b.token));
}

#[test]
fn an_unknown_token_waits_for_nothing() {
    let b = bound();
    let nobody = TokenId::new(99);
    let code = b.mailbox.code(b.token);
    let refused = b.issuer.verify_identity(nobody, &code, NOW);
    assert_eq!(refused, Err(IdentityError::Unknown(nobody)));
    let refused = b.issuer.resend_code(nobody, &b.mailbox, NOW);
    assert_eq!(refused, Err(ResendError::Unknown(nobody)));
}

#[test]
fn no_code_stands_in_the_database() {
    let b = bound();
    let code = b.mailbox.code(b.token).digits().to_owned();
    assert!(!dump(&b.issuer).contains(&code));
}

#[test]
fn after_five_codes_none_is_sent_until_a_day_after_the_last() {
    let b = bound();
    let other = Phone::enrolled(&b.issuer, 2);
    let resend = |token, at| b.issuer.resend_code(token, &b.mailbox, after(at));
    for at in 1..=4 {
        resend(b.token, at).unwrap();
    }
    let before = dump(&b.issuer);
    for at in [5, 86_403] {
        assert_eq!(resend(b.token, at), Err(ResendError::TooMany(b.token)));
    }
    assert_eq!(dump(&b.issuer), before);
    // Another device of the same cardholder has separate codes.
    let elsewhere = bind(&b.issuer, &other, &b.mailbox).token;
    resend(elsewhere, 5).unwrap();
    let code = b.mailbox.code(elsewhere);
    b.issuer
        .verify_identity(elsewhere, &code, after(6))
        .unwrap();
    // The last code keeps its validity.
    let late = b
        .issuer
        .verify_identity(b.token, &b.mailbox.code(b.token), after(604));
    assert_eq!(late, Err(IdentityError::Expired));
    for at in 86_404..86_409 {
        resend(b.token, at).unwrap();
    }
    assert_eq!(resend(b.token, 86_409), Err(ResendError::TooMany(b.token)));
    let code = b.mailbox.code(b.token);
    b.issuer
        .verify_identity(b.token, &code, after(86_410))
        .unwrap();
}

#[test]
fn a_code_that_could_not_be_sent_is_not_counted() {
    let mut b = bound();
    b.mailbox.broken = true;
    for at in 1..=20 {
        let resent = b.issuer.resend_code(b.token, &b.mailbox, after(at));
        assert!(matches!(resent, Err(ResendError::NotSent(_))), "{resent:?}");
    }
    b.mailbox.broken = false;
    for at in 21..=24 {
        b.issuer
            .resend_code(b.token, &b.mailbox, after(at))
            .unwrap();
    }
    let resent = b.issuer.resend_code(b.token, &b.mailbox, after(25));
    assert_eq!(resent, Err(ResendError::TooMany(b.token)));
}
