//! Changes between the two transactions of a replenishment.

use understudy_provisioning::letter::SuspendReason;

use crate::issue::package::Batch;
use crate::issue::replenish;
use crate::testkit::{Got, NOW, OTHER_PAN, Phone, dump, number, ready};
use crate::{Home, IssueError, Issuer, TokenId};

fn reserve(issuer: &Issuer, token: TokenId, keys: u16) -> (Batch, Home) {
    let reserved = issuer.act(NOW, |act| replenish::reserve(act, token, keys));
    reserved.unwrap()
}

fn post(
    issuer: &Issuer,
    token: TokenId,
    (batch, home): (Batch, Home),
) -> Result<Vec<u8>, IssueError> {
    let package = batch.pack(issuer.keys())?;
    issuer.act(NOW, |act| {
        replenish::post(act, token, &batch, home, &package)
    })
}

fn counters(got: &[Got]) -> Vec<u16> {
    let packages = got.iter().filter_map(|got| match got {
        Got::Package { counters, .. } => Some(counters.clone()),
        _ => None,
    });
    packages.flatten().collect()
}

#[test]
fn counters_that_were_reserved_and_never_sent_are_a_gap() {
    let (issuer, mut phone, token) = ready();
    let crashed = reserve(&issuer, token, 5);
    drop(crashed);
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(counters(&phone.fetch(&issuer, NOW)), [16, 17]);
}

#[test]
fn keys_are_not_sent_behind_later_ones() {
    let (issuer, mut phone, token) = ready();
    let (first, second) = (reserve(&issuer, token, 2), reserve(&issuer, token, 2));
    post(&issuer, token, second).unwrap();
    assert_eq!(counters(&phone.renew(&issuer)), [13, 14]);
    let before = dump(&issuer);
    let overtaken = post(&issuer, token, first);
    assert!(matches!(overtaken, Err(IssueError::Overtaken(id)) if id == token));
    assert_eq!(dump(&issuer), before);
    assert!(counters(&phone.fetch(&issuer, NOW)).is_empty());
}

#[test]
fn keys_are_sent_before_later_ones() {
    let (issuer, mut phone, token) = ready();
    let (first, second) = (reserve(&issuer, token, 2), reserve(&issuer, token, 2));
    post(&issuer, token, first).unwrap();
    assert_eq!(counters(&phone.renew(&issuer)), [11, 12]);
    post(&issuer, token, second).unwrap();
    assert_eq!(counters(&phone.fetch(&issuer, NOW)), [13, 14]);
}

#[test]
fn two_batches_are_not_sealed_to_one_receive_key() {
    let (issuer, mut phone, token) = ready();
    let (first, second) = (reserve(&issuer, token, 2), reserve(&issuer, token, 2));
    post(&issuer, token, first).unwrap();
    let before = dump(&issuer);
    let refused = post(&issuer, token, second);
    assert!(matches!(refused, Err(IssueError::ReportFirst)));
    let refused = issuer.replenish(token, 2, NOW);
    assert!(matches!(refused, Err(IssueError::ReportFirst)));
    assert_eq!(dump(&issuer), before);
    assert_eq!(counters(&phone.renew(&issuer)), [11, 12]);
    issuer.replenish(token, 2, NOW).unwrap();
    assert_eq!(counters(&phone.fetch(&issuer, NOW)), [15, 16]);
}

#[test]
fn a_profile_that_changed_meanwhile_is_not_sent() {
    let (issuer, mut phone, token) = ready();
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    let old = reserve(&issuer, token, 1);
    issuer
        .replace_pan(token, &number("6217000000000000004"), NOW)
        .unwrap();
    let overtaken = post(&issuer, token, old);
    assert!(matches!(overtaken, Err(IssueError::Overtaken(id)) if id == token));
    issuer.replenish(token, 1, NOW).unwrap();
    let got = phone.fetch(&issuer, NOW);
    assert!(matches!(got[..], [Got::Package { profile: true, .. }]));
}

#[test]
fn keys_do_not_follow_a_token_that_moved_was_suspended_or_deleted() {
    type Act = fn(&Issuer, TokenId);
    let acts: [(&str, Act); 4] = [
        ("changed while", |issuer, token| {
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
        let batch = reserve(&issuer, token, 2);
        act(&issuer, token);
        let before = dump(&issuer);
        let error = post(&issuer, token, batch).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(dump(&issuer), before);
    }
}
