//! Single-use keys: made for the counters that were asked for, and sealed to one device.

use getrandom::SysRng;
use understudy_core::card::{CardId, Scheme, UnixTime};
use understudy_core::crypto::{Algorithms, Cvn};
use understudy_provisioning::Package;
use understudy_provisioning::keys::{DeviceId, ReceiveKey};
use understudy_provisioning::letter::Recipient;

use super::number;
use crate::custody::{
    BatchKeys, BatchLetter, BatchOrder, CardIdentity, KeyCustody as _, SingleUse,
};
use crate::demonstration::custody;
use crate::testkit::counters;

#[test]
fn only_a_version_whose_keys_differ_by_the_counter_alone_has_single_use_keys() {
    let others = [Cvn::Visa10, Cvn::Visa43, Cvn::MChip16, Cvn::MChip17];
    for cvn in Cvn::ALL {
        let version = SingleUse::new(cvn);
        assert_eq!(version.is_none(), others.contains(&cvn), "{cvn}");
        assert!(version.is_none_or(|version| version.cvn() == cvn));
    }
}

#[test]
fn every_counter_of_a_batch_has_a_key_of_its_own_in_order() {
    let number = number();
    for cvn in Cvn::ALL.into_iter().filter_map(SingleUse::new) {
        let clear = custody()
            .clear_package(&batch(&number, cvn, 0..=300))
            .unwrap();
        let package = Package::parse(&clear).unwrap();
        assert!(counters(&package).into_iter().eq(1..=300), "{cvn:?}");
        let keys: Vec<_> = package
            .keys()
            .map(|(_, keys)| keys.octets().to_vec())
            .collect();
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key), "{cvn:?}");
        }
    }
}

#[test]
fn a_sealed_batch_shows_no_key_and_is_another_one_each_time() {
    let number = number();
    let batch = batch(&number, SingleUse::new(Cvn::UnionPay01).unwrap(), 1..=3);
    let letter = BatchLetter {
        card: CardId(1),
        sequence: 1,
        issued_at: UnixTime(1),
    };
    let to = Recipient {
        device: DeviceId([1; 16]),
        epoch: 1,
        key: ReceiveKey::generate(&mut SysRng).unwrap().public(),
    };
    let seal = || custody().seal_batch(&batch, &letter, &to).unwrap();
    let sealed = seal();
    let clear = custody().clear_package(&batch).unwrap();
    let package = Package::parse(&clear).unwrap();
    for (_, keys) in package.keys() {
        assert!(!sealed.windows(16).any(|part| part == keys.octets()));
    }
    assert_ne!(sealed, seal());
}

fn batch(
    number: &understudy_core::wire::digits::CardNumber,
    cvn: SingleUse,
    counters: std::ops::RangeInclusive<u16>,
) -> BatchOrder<'_> {
    BatchOrder {
        card: CardIdentity {
            number,
            psn: None,
            scheme: Scheme::UnionPay,
            dki: 0x01,
        },
        keys: BatchKeys::SingleUse(cvn),
        algorithms: Algorithms::TDES,
        counters,
        not_after: None,
        profile: None,
    }
}
