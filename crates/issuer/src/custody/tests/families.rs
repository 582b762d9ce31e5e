//! Issuer master keys of every scheme and algorithm: a card's keys come from its own family alone.

use std::convert::Infallible;

use understudy_core::card::Scheme;
use understudy_core::crypto::{
    Algorithm, Algorithms, Atc, Cryptogram, CryptogramInput, Cvn, Key, TdesKey, TransactionData,
};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::Package;

use crate::custody::master::Version;
use crate::custody::{
    BatchKeys, BatchOrder, CardIdentity, CryptogramCheck, CustodyError, IssuerKeys, KeyCustody,
    KeyFamily, KeyVersion, MasterKeyError, MasterKeys, SingleUse, SoftwareCustody,
};
use crate::demonstration;

const VECTORS: &str = include_str!("../../../../../tests/vectors/emv_aes_sm4.json");

/// The method of a card's master key, by EMV Book 2 Annex A1.4 and JR/T 0025.17.
const METHODS: [(Algorithm, MasterKeyMethod); 5] = [
    (Algorithm::Tdes, MasterKeyMethod::OptionA),
    (Algorithm::Sm4, MasterKeyMethod::Sm4),
    (Algorithm::Aes128, MasterKeyMethod::OptionC),
    (Algorithm::Aes192, MasterKeyMethod::OptionC),
    (Algorithm::Aes256, MasterKeyMethod::OptionC),
];

const DATA: TransactionData = TransactionData {
    amount_authorised: [0, 0, 0, 0, 0, 1],
    amount_other: [0; 6],
    terminal_country: [0x01, 0x56],
    tvr: [0x00, 0x80, 0x04, 0x60, 0x00],
    currency: [0x01, 0x56],
    date: [0x14, 0x07, 0x01],
    transaction_type: 0x00,
    unpredictable_number: [0x1E, 0x78, 0xEE, 0xBC],
    aip: [0x7D, 0x00],
};

/// `UnionPay` CVN 01, whose CVR is that of the vectors.
const IAD: [u8; 8] = [0x07, 0x01, 0x01, 0x03, 0xA0, 0x40, 0x02, 0x01];

fn number() -> CardNumber {
    CardNumber::parse("6228000100001").unwrap()
}

fn atc() -> Atc {
    Atc::new(0x0240).unwrap()
}

fn check<'a>(
    number: &'a CardNumber,
    input: &'a CryptogramInput<'a>,
    family: KeyFamily,
    cryptogram: Cryptogram,
) -> CryptogramCheck<'a> {
    CryptogramCheck {
        card: card(number, family.scheme),
        algorithm: family.algorithm,
        input,
        atc: atc(),
        unpredictable_number: DATA.unpredictable_number,
        cryptogram,
    }
}

const fn card(number: &CardNumber, scheme: Scheme) -> CardIdentity<'_> {
    CardIdentity {
        number,
        psn: Some(0x01),
        scheme,
        dki: 0x01,
    }
}

/// Keys whose family has this master key in place of the demonstration's.
fn custody(family: KeyFamily, master: &[u8]) -> SoftwareCustody {
    let Ok::<_, Infallible>(application_cryptogram) = MasterKeys::of_every_family(|other| {
        Ok(if other == family {
            Key::from_octets(family.algorithm, master).unwrap()
        } else {
            demonstration::test_issuer_master_key(other.scheme, other.algorithm)
        })
    });
    SoftwareCustody::new(IssuerKeys {
        application_cryptogram,
        ..demonstration::keys()
    })
}

/// The master key of the card, made without a custody.
fn card_master_key(family: KeyFamily) -> understudy_core::kd::CardMasterKey {
    let (_, method) = METHODS
        .into_iter()
        .find(|(algorithm, _)| *algorithm == family.algorithm)
        .unwrap();
    let issuer = demonstration::test_issuer_master_key(family.scheme, family.algorithm);
    IssuerMasterKey::new(issuer)
        .card_master_key(method, number().expose(), Some(0x01))
        .unwrap()
}

#[test]
fn cryptograms_of_aes_and_sm4_keys_are_verified_and_answered_as_two_other_implementations_do() {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let octets = |value: &serde_json::Value| hex::decode(text(value)).unwrap();
    assert_eq!(text(&vectors["pan"]), number().expose());
    let mut seen = 0;
    let cases = ["aes", "sm4"].map(|cipher| vectors[cipher].as_array().unwrap());
    let input = CryptogramInput::new(Cvn::UnionPay01, DATA, &IAD).unwrap();
    for (cipher, cases) in ["aes", "sm4"].into_iter().zip(cases) {
        for case in cases {
            let master = octets(&case["imk"]);
            let algorithm = match (cipher, master.len()) {
                ("sm4", _) => Algorithm::Sm4,
                (_, 16) => Algorithm::Aes128,
                (_, 24) => Algorithm::Aes192,
                _ => Algorithm::Aes256,
            };
            let scheme = Scheme::UnionPay;
            let family = KeyFamily { scheme, algorithm };
            let custody = custody(family, &master);
            let made = Cryptogram(octets(&case["9F26"]).try_into().unwrap());
            let number = number();
            let right = check(&number, &input, family, made);
            assert_eq!(custody.verify(&right), Ok(true), "{family}");
            let answer = &case["answers"][0];
            let code = octets(&answer["arc"]).try_into().unwrap();
            let arpc = custody.answer(&right, code).unwrap();
            assert_eq!(hex::encode_upper(arpc), text(&answer["arpc"]), "{family}");
            seen += 1;
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn a_cryptogram_is_right_under_the_key_of_its_scheme_and_algorithm_alone() {
    let custody = demonstration::custody();
    let input = CryptogramInput::new(Cvn::UnionPay01, DATA, &IAD).unwrap();
    let method = Cvn::UnionPay01.session_key_method().unwrap();
    let number = number();
    let families: Vec<_> = KeyFamily::all().collect();
    assert_eq!(families.len(), Scheme::ALL.len() * METHODS.len());
    for family in &families {
        let key = card_master_key(*family).session_key(method, atc(), [0; 4]);
        let made = key.application_cryptogram(&input, atc());
        for other in &families {
            let right = custody.verify(&check(&number, &input, *other, made));
            assert_eq!(right, Ok(family == other), "{family} as {other}");
        }
    }
}

#[test]
fn single_use_keys_are_those_of_the_card_s_family() {
    let cvns = [
        (Scheme::UnionPay, Cvn::UnionPay01),
        (Scheme::Visa, Cvn::Visa18),
        (Scheme::Mastercard, Cvn::MChip20),
    ];
    let number = number();
    for (scheme, cvn) in cvns {
        for (algorithm, _) in METHODS {
            let order = BatchOrder {
                card: card(&number, scheme),
                keys: BatchKeys::SingleUse(SingleUse::new(cvn).unwrap()),
                algorithms: Algorithms::one(algorithm),
                counters: 0x0240..=0x0240,
                not_after: None,
                profile: None,
            };
            let clear = demonstration::custody().clear_package(&order).unwrap();
            let package = Package::parse(&clear).unwrap();
            let keys: Vec<_> = package.keys().collect();
            let expected = card_master_key(KeyFamily { scheme, algorithm }).session_key(
                cvn.session_key_method().unwrap(),
                atc(),
                [0; 4],
            );
            assert_eq!(keys.len(), 1);
            assert_eq!(
                keys[0].1.octets(),
                expected.expose(),
                "{scheme:?} {algorithm}"
            );
        }
    }
}

#[test]
fn a_card_with_two_algorithms_gets_the_key_of_each() {
    let number = number();
    let algorithms = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap();
    let order = BatchOrder {
        card: card(&number, Scheme::UnionPay),
        keys: BatchKeys::SingleUse(SingleUse::new(Cvn::UnionPay01).unwrap()),
        algorithms,
        counters: 0x0240..=0x0240,
        not_after: None,
        profile: None,
    };
    let clear = demonstration::custody().clear_package(&order).unwrap();
    let package = Package::parse(&clear).unwrap();
    let (_, keys) = package.keys().next().unwrap();
    let method = Cvn::UnionPay01.session_key_method().unwrap();
    for algorithm in algorithms.iter() {
        let scheme = Scheme::UnionPay;
        let expected =
            card_master_key(KeyFamily { scheme, algorithm }).session_key(method, atc(), [0; 4]);
        let made = algorithms.session_key(keys.octets(), algorithm).unwrap();
        assert_eq!(made.expose(), expected.expose(), "{algorithm}");
    }
}

#[test]
fn a_family_without_a_key_is_named_with_the_way_to_its_first() {
    let mut keys = IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets([0x5B; 16])),
        ..IssuerKeys::generate().unwrap()
    };
    let versions = |keys: &IssuerKeys| keys.application_cryptogram.versions().collect::<Vec<_>>();
    let newest = |keys: &IssuerKeys| {
        let aes = Algorithms::one(Algorithm::Aes128);
        KeyVersion::newest(&versions(keys), Scheme::Visa, aes)
    };
    let visa = KeyFamily {
        scheme: Scheme::Visa,
        algorithm: Algorithm::Aes128,
    };
    let refused = newest(&keys).unwrap_err();
    assert_eq!(refused, CustodyError::NoMasterKey(visa));
    let told = refused.to_string();
    let remedy = "keys rotate --scheme visa --algorithm aes-128";
    assert!(told.contains(remedy), "{told}");
    for dki in 1..=2 {
        assert_eq!(keys.rotate(visa).unwrap().dki, dki);
        assert_eq!(newest(&keys), Ok(dki));
    }
}

#[test]
fn a_card_with_two_algorithms_is_issued_under_the_newest_index_that_both_have() {
    let mut keys = IssuerKeys::generate().unwrap();
    let both = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap();
    let newest = |keys: &IssuerKeys, algorithms| {
        let versions: Vec<_> = keys.application_cryptogram.versions().collect();
        KeyVersion::newest(&versions, Scheme::UnionPay, algorithms).unwrap()
    };
    let [tdes, sm4] = [Algorithm::Tdes, Algorithm::Sm4].map(|algorithm| KeyFamily {
        scheme: Scheme::UnionPay,
        algorithm,
    });
    for (rotated, common, of_tdes) in [(tdes, 1, 2), (tdes, 1, 3), (sm4, 2, 3), (sm4, 3, 3)] {
        keys.rotate(rotated).unwrap();
        assert_eq!(newest(&keys, both), common);
        assert_eq!(newest(&keys, Algorithms::TDES), of_tdes);
    }
}

#[test]
fn versions_with_a_gap_or_out_of_order_are_no_set_of_keys() {
    let (unionpay, visa) = (Scheme::UnionPay, Scheme::Visa);
    let cases = [
        (vec![(unionpay, 1)], true),
        (vec![(unionpay, 1), (unionpay, 2), (visa, 1)], true),
        (vec![], false),
        (vec![(visa, 1)], false),
        (vec![(unionpay, 2)], false),
        (vec![(unionpay, 1), (unionpay, 3)], false),
        (vec![(unionpay, 1), (unionpay, 1)], false),
        (vec![(unionpay, 1), (visa, 2)], false),
        (vec![(unionpay, 1), (visa, 1), (unionpay, 2)], false),
    ];
    for (versions, good) in cases {
        let key = |scheme| demonstration::test_issuer_master_key(scheme, Algorithm::Tdes);
        let restored = versions
            .iter()
            .map(|(scheme, dki)| Version::new(*scheme, *dki, key(*scheme)));
        let restored = MasterKeys::restore(restored.collect());
        assert_eq!(restored.is_some(), good, "{versions:?}");
    }
}

#[test]
fn the_published_keys_are_different_ones_and_complete_a_published_set_alone() {
    let published: Vec<_> = KeyFamily::all()
        .map(|family| demonstration::test_issuer_master_key(family.scheme, family.algorithm))
        .collect();
    for (at, key) in published.iter().enumerate() {
        let start = |key: &Key| key.expose()[..16].to_vec();
        assert!(
            published[..at]
                .iter()
                .all(|other| start(other) != start(key)),
            "{at}"
        );
    }
    let only_first = |keys: IssuerKeys, first| IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets(first)),
        ..keys
    };
    let mut demonstration =
        only_first(demonstration::keys(), demonstration::TEST_ISSUER_MASTER_KEY);
    demonstration.complete_test_keys();
    let complete = demonstration::keys();
    let versions = |keys: &IssuerKeys| keys.application_cryptogram.versions().collect::<Vec<_>>();
    assert_eq!(versions(&demonstration), versions(&complete));
    let mut own = only_first(IssuerKeys::generate().unwrap(), [0x5B; 16]);
    own.complete_test_keys();
    assert_eq!(versions(&own).len(), 1);
}

/// The value that stands in the databases of every version before, which belong to these keys.
#[test]
fn the_check_value_of_a_set_does_not_depend_on_its_other_families() {
    let first = || MasterKeys::first(TdesKey::from_octets(demonstration::TEST_ISSUER_MASTER_KEY));
    let earlier = SoftwareCustody::new(IssuerKeys {
        application_cryptogram: first(),
        ..demonstration::keys()
    });
    let now = demonstration::custody();
    assert_eq!(earlier.check_value(), now.check_value());
    let other = SoftwareCustody::new(IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets([0x5B; 16])),
        ..demonstration::keys()
    });
    assert_ne!(other.check_value(), now.check_value());
}

#[test]
fn a_key_is_not_given_to_a_second_family() {
    let mut keys = demonstration::keys().application_cryptogram;
    for KeyFamily { scheme, algorithm } in KeyFamily::all() {
        for other in Scheme::ALL {
            let key = demonstration::test_issuer_master_key(scheme, algorithm);
            let family = KeyFamily { scheme, algorithm };
            let known = MasterKeyError::Known(family, 0x01);
            assert_eq!(keys.add(*other, key), Err(known));
        }
    }
    // The octets of a TDES key as those of SM4 and AES keys.
    let published = demonstration::TEST_ISSUER_MASTER_KEY;
    for algorithm in [Algorithm::Sm4, Algorithm::Aes128] {
        let key = Key::from_octets(algorithm, &published).unwrap();
        let known = MasterKeyError::Known(KeyFamily::UNIONPAY_TDES, 0x01);
        assert_eq!(keys.add(Scheme::Visa, key), Err(known));
    }
}
