//! Tokens without a device.

use understudy_core::crypto::{Atc, SessionKey};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::{Package, Subject};

use crate::demonstration::TEST_ISSUER_MASTER_KEY;
use crate::testkit::{
    NOW, OTHER_PAN, bench, cny, counters, expiry, few_keys, issuer, number, pan, world,
};
use crate::{IssueError, IssueOptions, TokenStatus};

fn session_key(number: &CardNumber, atc: Atc) -> SessionKey {
    IssuerMasterKey::from_octets(TEST_ISSUER_MASTER_KEY)
        .card_master_key(MasterKeyMethod::OptionA, number.expose(), Some(0x01))
        .unwrap()
        .session_key(SessionKeyMethod::UnionPay, atc, [0; 4])
}

#[test]
fn a_package_holds_the_session_keys_of_the_next_counters() {
    let issuer = issuer();
    let given = issuer
        .personalise(&bench(), &pan(), expiry(), &few_keys(3), cny(0), NOW)
        .unwrap();
    let more = issuer.more_keys(&bench(), given.token, 2, NOW).unwrap();
    let first = Package::parse(&given.package).unwrap();
    let second = Package::parse(&more).unwrap();
    let number = given.number.clone();
    assert_eq!(*second.subject(), Subject::Keys { number });
    for (package, expected) in [(first, vec![1, 2, 3]), (second, vec![4, 5])] {
        assert_eq!(counters(&package), expected);
        for (atc, key) in package.keys() {
            assert_eq!(key.octets(), session_key(&given.number, atc).expose());
        }
    }
}

#[test]
fn a_personalised_token_is_active_at_once_and_lives_nowhere() {
    let issuer = issuer();
    let options = IssueOptions::default();
    issuer
        .personalise(&bench(), &pan(), expiry(), &options, cny(0), NOW)
        .unwrap();
    let token = issuer.tokens(None).unwrap().remove(0);
    assert_eq!((token.status, token.home), (TokenStatus::Active, None));
    assert!(issuer.pending_verifications(None).unwrap().is_empty());
}

#[test]
fn keys_are_issued_to_the_last_counter_and_not_beyond() {
    let issuer = issuer();
    let token = issuer
        .personalise(&bench(), &pan(), expiry(), &few_keys(1000), cny(0), NOW)
        .unwrap()
        .token;
    for _ in 1..65 {
        issuer.more_keys(&bench(), token, 1000, NOW).unwrap();
    }
    let refused = issuer.more_keys(&bench(), token, 535, NOW);
    assert!(matches!(
        refused,
        Err(IssueError::CountersExhausted { left: 534 })
    ));
    let last = issuer.more_keys(&bench(), token, 534, NOW).unwrap();
    let last = Package::parse(&last).unwrap().keys().last().unwrap().0;
    assert_eq!(last, Atc::LAST);
    let refused = issuer.more_keys(&bench(), token, 1, NOW);
    assert!(matches!(
        refused,
        Err(IssueError::CountersExhausted { left: 0 })
    ));
}

#[test]
fn keys_leave_in_the_clear_only_for_a_token_without_a_device() {
    let (issuer, _, bound) = world();
    let free = issuer
        .personalise(
            &bench(),
            &number(OTHER_PAN),
            expiry(),
            &few_keys(1),
            cny(0),
            NOW,
        )
        .unwrap()
        .token;
    let refused = issuer.more_keys(&bench(), bound, 1, NOW);
    assert!(matches!(refused, Err(IssueError::HasDevice(id)) if id == bound));
    let refused = issuer.replenish(free, 1, NOW);
    assert!(matches!(refused, Err(IssueError::NoDevice(id)) if id == free));
}
