//! Profile, package and issuer application data.

use crate::document::{lines, octets};
use understudy_core::card::{Profile, UnixTime};

use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::scheme::unionpay::UnionPayIad;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Reader, Writer};
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_issuer::IssueOptions;
use understudy_issuer::demonstration::{self, TEST_ISSUER_MASTER_KEY, TEST_PAN};
use understudy_provisioning::package::{self, Package, Subject};

const NOW: UnixTime = UnixTime(1_795_311_000);

#[test]
fn the_profile_of_the_document_is_one_that_the_card_takes() {
    let octets = octets("profile");
    let profile = Profile::parse(&octets).unwrap();
    let aids: Vec<_> = profile.applications().map(|a| a.aid.to_vec()).collect();
    assert_eq!(aids, [hex::decode("A000000333010101").unwrap()]);
    let track2 = Track2::parse(profile.track2()).unwrap();
    assert_eq!(track2.number().expose(), "6250947000000014");
    assert!(track2.number().luhn_valid());
    assert_eq!(profile.expiry(), [0x30, 0x12, 0x31]);
    assert_eq!(profile.last_four(), Some([0x12, 0x30]));
    let limits = profile.limits();
    assert_eq!(
        (limits.unverified_tap, limits.unverified_taps),
        (100_000, 50)
    );
    assert_eq!(
        (limits.unverified_sum, limits.verified_tap),
        (1_000_000, 5_000_000)
    );
    assert_eq!(limits.validity, 60);
}

#[test]
fn the_issuer_writes_the_profile_of_the_document_but_for_track_2_and_the_account_reference() {
    let pan = CardNumber::parse(TEST_PAN).unwrap();
    let options = IssueOptions::default();
    let funds = Amount::new(1, Currency::CNY).unwrap();
    let issuer = demonstration::issuer().unwrap();
    let made = issuer.personalise(
        &demonstration::custody(),
        &pan,
        Expiry::new(30, 12).unwrap(),
        &options,
        funds,
        NOW,
    );
    let made = made.unwrap();
    let package = Package::parse(&made.package).unwrap();
    let mut objects = without_track2(package.profile().unwrap());
    let reference = objects.iter().position(|(tag, _)| tag == "9F24").unwrap();
    let (_, reference) = objects.remove(reference);
    assert_eq!(
        reference,
        issuer.tokens(None).unwrap()[0].par.text().as_bytes()
    );
    assert_eq!(objects, without_track2(&octets("profile")));
    assert_eq!(package.keys().len(), usize::from(options.keys));
}

#[test]
fn the_package_of_the_document_has_one_encoding_and_brings_the_profile() {
    let octets = octets("package");
    let package = Package::parse(&octets).unwrap();
    assert_eq!(
        package.profile(),
        Some(crate::document::octets("profile").as_slice())
    );
    assert_eq!(counters(&package), [1, 2]);
    assert_eq!(written(&package), octets);
}

#[test]
fn the_replenishment_of_the_document_names_the_card_and_brings_the_next_key() {
    let octets = octets("replenishment");
    let package = Package::parse(&octets).unwrap();
    let number = CardNumber::parse("6250947000000014").unwrap();
    assert_eq!(*package.subject(), Subject::Keys { number });
    assert_eq!(counters(&package), [3]);
    assert_eq!(written(&package), octets);
}

#[test]
fn the_keys_of_the_document_follow_from_the_test_key() {
    let card_key = IssuerMasterKey::from_octets(TEST_ISSUER_MASTER_KEY)
        .card_master_key(MasterKeyMethod::OptionA, "6250947000000014", Some(0x01))
        .unwrap();
    for name in ["package", "replenishment"] {
        let octets = octets(name);
        for (atc, keys) in Package::parse(&octets).unwrap().keys() {
            let derived = card_key.session_key(SessionKeyMethod::UnionPay, atc, [0; 4]);
            assert_eq!(
                hex::encode_upper(keys.octets()),
                hex::encode_upper(derived.expose()),
                "{atc}"
            );
        }
    }
}

#[test]
fn the_issuer_application_data_of_the_document_read_as_they_are_described() {
    let examples = lines("iad");
    let read: Vec<_> = examples
        .iter()
        .map(|iad| UnionPayIad::parse(iad).unwrap())
        .collect();
    let verified: Vec<_> = read.iter().map(|iad| iad.cvr.user_verified()).collect();
    assert_eq!(verified, [false, true, false, false]);
    let types: Vec<_> = read
        .iter()
        .map(|iad| iad.cvr.cryptogram_type().unwrap().cid())
        .collect();
    assert_eq!(types, [0x80, 0x80, 0x00, 0x80]);
    assert_eq!((read[3].cvn, read[3].idd), (0x17, [1, 2, 3, 4].as_slice()));
    for (octets, iad) in examples.iter().zip(read) {
        let mut buffer = [0; 32];
        let mut writer = Writer::new(&mut buffer);
        iad.emit(&mut writer).unwrap();
        assert_eq!(writer.written(), octets);
    }
}

/// The objects of a profile, with the value of `57` emptied.
fn without_track2(profile: &[u8]) -> Vec<(String, Vec<u8>)> {
    let outer = Reader::new(profile).next().unwrap().unwrap();
    let objects = Reader::new(outer.value).map(Result::unwrap);
    let blank = |tag: &str, value: &[u8]| if tag == "57" { vec![] } else { value.to_vec() };
    objects
        .map(|object| (object.tag.to_string(), object.value))
        .map(|(tag, value)| (tag.clone(), blank(&tag, value)))
        .collect()
}

fn counters(package: &Package<'_>) -> Vec<u16> {
    package.keys().map(|(atc, _)| atc.get()).collect()
}

fn written(package: &Package<'_>) -> Vec<u8> {
    let keys = package.keys().map(|(atc, keys)| (atc, keys.octets()));
    let (subject, not_after) = (package.subject(), package.not_after());
    package::emit(
        &mut [0; 1024],
        subject,
        not_after,
        package.algorithms(),
        keys,
    )
    .unwrap()
    .to_vec()
}
