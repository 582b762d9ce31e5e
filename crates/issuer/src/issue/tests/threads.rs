//! Several threads at a time.

use std::collections::BTreeSet;
use std::thread;

use understudy_provisioning::Package;

use crate::testkit::{Got, NOW, bench, cny, counters, expiry, few_keys, pan, ready};
use crate::{Issuer, demonstration};

#[test]
fn of_two_who_ask_at_once_one_gets_keys_and_the_device_takes_all_that_were_made() {
    let (issuer, mut phone, token) = ready();
    let mut last = 10;
    for _ in 0..25 {
        let replenish = || issuer.replenish(token, 3, NOW);
        let made = thread::scope(|scope| {
            let threads = [scope.spawn(replenish), scope.spawn(replenish)];
            threads.map(|thread| thread.join().unwrap().is_ok())
        });
        assert_ne!(made[0], made[1], "one batch for one receive key");
        let got = phone.renew(&issuer);
        let counters = got.iter().find_map(|got| match got {
            Got::Package { counters, .. } => Some(counters),
            _ => None,
        });
        let counters = counters.unwrap();
        assert!(counters[0] > last);
        last = counters[2];
    }
}

#[test]
fn two_processes_that_share_a_database_issue_different_numbers_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let open = || Issuer::open(&path, demonstration::custody(), demonstration::config()).unwrap();
    let (one, other) = (open(), open());
    let issue = |issuer: &Issuer| {
        let given = issuer.personalise(&bench(), &pan(), expiry(), &few_keys(1), cny(0), NOW);
        given.unwrap()
    };
    let first = issue(&one);
    let work = |issuer: &Issuer| {
        let mut seen = BTreeSet::new();
        for _ in 0..25 {
            seen.insert(issue(issuer).number.expose().to_owned());
            let more = issuer.more_keys(&bench(), first.token, 2, NOW).unwrap();
            seen.extend(
                counters(&Package::parse(&more).unwrap())
                    .iter()
                    .map(u16::to_string),
            );
        }
        seen
    };
    let numbers = thread::scope(|scope| {
        let threads = [scope.spawn(|| work(&one)), scope.spawn(|| work(&other))];
        threads.map(|thread| thread.join().unwrap())
    });
    assert!(numbers[0].is_disjoint(&numbers[1]));
    assert_eq!(numbers[0].len() + numbers[1].len(), 2 * 25 * 3);
    assert_eq!(other.tokens(None).unwrap().len(), 51);
}
