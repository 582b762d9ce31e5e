//! Keys follow a fresh receive key only, and a card that may have them.

use understudy_provisioning::letter::SuspendReason;

use crate::testkit::{Got, NOW, OTHER_PAN, Phone, dump, execute, number, ready};
use crate::{IssueError, Issuer, TokenId};

fn counters(got: &[Got]) -> Vec<u16> {
    let packages = got.iter().filter_map(|got| match got {
        Got::Package { counters, .. } => Some(counters.clone()),
        _ => None,
    });
    packages.flatten().collect()
}

/// The versions before 7 reserved counters in a transaction of its own, and their keys may never have
/// been made.
#[test]
fn counters_that_were_reserved_and_never_sent_are_a_gap() {
    let (issuer, mut phone, token) = ready();
    execute(
        &issuer,
        "UPDATE token SET last_key = 15; \
         INSERT INTO key_batch (token, first, last, device, card, issued_at) \
         SELECT id, 11, 15, device, card, 0 FROM token",
    );
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(counters(&phone.fetch(&issuer, NOW)), [16, 17]);
}

#[test]
fn two_batches_are_not_sealed_to_one_receive_key() {
    let (issuer, mut phone, token) = ready();
    issuer.replenish(token, 2, NOW).unwrap();
    let before = dump(&issuer);
    let refused = issuer.replenish(token, 2, NOW);
    assert!(matches!(refused, Err(IssueError::ReportFirst)));
    assert_eq!(dump(&issuer), before);
    assert_eq!(counters(&phone.renew(&issuer)), [11, 12]);
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(counters(&phone.fetch(&issuer, NOW)), [13, 14]);
}

#[test]
fn the_profile_that_comes_with_keys_is_the_last_one() {
    let (issuer, mut phone, token) = ready();
    for pan in [OTHER_PAN, "6217000000000000004"] {
        issuer.replace_pan(token, &number(pan), NOW).unwrap();
    }
    issuer.replenish(token, 1, NOW).unwrap();
    let got = phone.fetch(&issuer, NOW);
    assert!(matches!(got[..], [Got::Package { profile: true, .. }]));
    phone.renew(&issuer);
    issuer.replenish(token, 1, NOW).unwrap();
    let got = phone.fetch(&issuer, NOW);
    assert!(matches!(got[..], [Got::Package { profile: false, .. }]));
}

#[test]
fn keys_do_not_follow_a_token_that_moved_was_suspended_or_deleted() {
    type Act = fn(&Issuer, TokenId);
    let acts: [(&str, Act); 4] = [
        ("has not reported", |issuer, token| {
            let new = Phone::enrolled(issuer, 9);
            issuer.change_device(token, new.id, 1, NOW).unwrap();
        }),
        ("is not active", |issuer, token| {
            issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
        }),
        ("is not active", |issuer, token| {
            issuer.delete(token, NOW).unwrap();
        }),
        ("the device is suspended", |issuer, _| {
            let device = issuer.devices(None).unwrap()[0].id;
            issuer
                .suspend_device(device, SuspendReason::Issuer, NOW)
                .unwrap();
        }),
    ];
    for (expected, act) in acts {
        let (issuer, _, token) = ready();
        act(&issuer, token);
        let before = dump(&issuer);
        let error = issuer.replenish(token, 2, NOW).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(dump(&issuer), before);
    }
}
