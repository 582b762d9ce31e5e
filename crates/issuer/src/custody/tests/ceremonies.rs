//! Key ceremonies. Components, sums and check values were computed with OpenSSL's TDES by way of
//! Python's `cryptography`: the components are the first sixteen octets of SHA-256 of `component 1`
//! to `component 3`, in odd parity. Those of AES and SM4 are the first octets of SHA-256 of `aes component
//! 1` and so on; their check values come from OpenSSL's CMAC and SM4.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Key};

use crate::custody::{
    CeremonyError, CheckValue, Component, ComponentError, IssuerKeys, KeyFamily, MasterKeyError,
};
use crate::{KeyFile, Person};

/// Each component with its check value.
const COMPONENTS: [(&str, &str); 3] = [
    ("19ADB3F1C7166D2A52A4AB9BD68A896D", "6553A7"),
    ("F138C73EB65268C749923DC8B570B33B", "507099"),
    ("A2FECEC45DD9708C974C6EE6C1614549", "2BB81C"),
];

/// The sum of two, and of three, with its check value.
const SUMS: [(&str, &str); 2] = [
    ("E99475CE704504EC1A37975262FB3B57", "5AC231"),
    ("4A6BBA0B2C9D75618C7AF8B5A29B7F1F", "5DA0DE"),
];

/// Algorithm, two components, their sum; each with its check value.
const OTHERS: [(Algorithm, [(&str, &str); 3]); 4] = [
    (
        Algorithm::Aes128,
        [
            ("05E66EED25104F2006FB4D3580FFD529", "E1ACE9"),
            ("912A5D8E94358ABE15DC61198EFD78B8", "B583F5"),
            ("94CC3363B125C59E13272C2C0E02AD91", "973304"),
        ],
    ),
    (
        Algorithm::Aes192,
        [
            ("05E66EED25104F2006FB4D3580FFD529B4DC43846E0C2501", "53BF1A"),
            ("912A5D8E94358ABE15DC61198EFD78B8C28753109E6B47D9", "7DC1EB"),
            ("94CC3363B125C59E13272C2C0E02AD91765B1094F06762D8", "F12B78"),
        ],
    ),
    (
        Algorithm::Aes256,
        [
            (
                "05E66EED25104F2006FB4D3580FFD529B4DC43846E0C2501553747BDDE43A475",
                "1569BF",
            ),
            (
                "912A5D8E94358ABE15DC61198EFD78B8C28753109E6B47D9E7C5062C6C6269D4",
                "1761F9",
            ),
            (
                "94CC3363B125C59E13272C2C0E02AD91765B1094F06762D8B2F24191B221CDA1",
                "D216B5",
            ),
        ],
    ),
    (
        Algorithm::Sm4,
        [
            ("F7FFD9EA5BDFBAB20158AAA54A4E8F61", "19083A"),
            ("B79C5FF3E7B2B60ECB4B50B87CEAF79F", "612E0D"),
            ("40638619BC6D0CBCCA13FA1D36A478FE", "B44408"),
        ],
    ),
];

fn octets(text: &str) -> Key {
    Key::from_octets(Algorithm::Tdes, &hex::decode(text).unwrap()).unwrap()
}

fn value(text: &str) -> CheckValue {
    CheckValue::parse(text).unwrap()
}

fn component((text, check): (&str, &str)) -> Component {
    Component::new(octets(text), value(check)).unwrap()
}

fn person(name: &str) -> Person {
    Person::parse(name).unwrap()
}

fn keys() -> IssuerKeys {
    IssuerKeys::generate().unwrap()
}

/// Keys with a ceremony in which the first `count` of `of` components were entered.
fn begun(of: u8, count: usize) -> IssuerKeys {
    let mut keys = keys();
    for (at, entered) in COMPONENTS[..count].iter().enumerate() {
        let name = ["Ann", "Bob", "Cid"][at];
        keys.enter(
            Scheme::UnionPay,
            &component(*entered),
            person(name),
            Some(of),
        )
        .unwrap();
    }
    keys
}

#[test]
fn the_sum_of_the_components_is_the_next_version_once_its_check_value_is_confirmed() {
    for (count, (sum, check)) in [2, 3].into_iter().zip(SUMS) {
        let mut keys = begun(count, usize::from(count));
        let ceremony = keys.ceremony.as_ref().unwrap();
        assert_eq!(ceremony.check_value(), Some(value(check)));
        let version = keys.confirm(value(check)).unwrap();
        assert_eq!((version.dki, version.check_value), (2, value(check)));
        let made = keys
            .application_cryptogram
            .get(KeyFamily::UNIONPAY_TDES, 2)
            .unwrap();
        assert_eq!(made.expose(), octets(sum).expose());
        assert!(keys.ceremony.is_none());
    }
}

#[test]
fn a_key_of_any_scheme_and_algorithm_is_put_together_from_components_of_its_length() {
    let passphrase = "correct horse";
    for (algorithm, [first, second, sum]) in OTHERS {
        let key = |text: &str| Key::from_octets(algorithm, &hex::decode(text).unwrap()).unwrap();
        let component =
            |(text, check): (&str, &str)| Component::new(key(text), value(check)).unwrap();
        for scheme in [Scheme::Visa, Scheme::Mastercard] {
            let family = KeyFamily { scheme, algorithm };
            let mut keys = keys();
            let others = keys.application_cryptogram.versions().count();
            (keys.enter(scheme, &component(first), person("Ann"), None)).unwrap();
            let file = KeyFile::seal(&keys, passphrase).unwrap();
            let mut keys = KeyFile::open(&file, passphrase).unwrap();
            let ceremony = keys.enter(scheme, &component(second), person("Bob"), None);
            let (_, check) = sum;
            assert_eq!(ceremony.unwrap().check_value(), Some(value(check)));
            let version = keys.confirm(value(check)).unwrap();
            assert_eq!((version.family, version.dki), (family, 2));
            let made = keys.application_cryptogram.get(family, 2).unwrap();
            assert_eq!(made.expose(), hex::decode(sum.0).unwrap());
            assert_eq!(keys.application_cryptogram.versions().count(), others + 1);
        }
    }
}

#[test]
fn a_mistyped_component_of_an_aes_or_sm4_key_has_another_check_value() {
    for (algorithm, [(good, check), ..]) in OTHERS {
        for at in 0..good.len() {
            let mut typed = good.to_owned();
            let other = if &good[at..=at] == "0" { "1" } else { "0" };
            typed.replace_range(at..=at, other);
            let key = Key::from_octets(algorithm, &hex::decode(typed).unwrap()).unwrap();
            let refused = Component::new(key, value(check)).unwrap_err();
            assert_eq!(refused, ComponentError::CheckValue(value(check)));
        }
        for octet in [0x00, 0x5B, 0xFF] {
            let octets = vec![octet; algorithm.key_length()];
            let key = || Key::from_octets(algorithm, &octets).unwrap();
            let refused = Component::new(key(), CheckValue::of(&key())).unwrap_err();
            assert_eq!(refused, ComponentError::OneOctet);
        }
    }
}

#[test]
fn a_component_for_another_key_is_refused_while_a_ceremony_is_open() {
    let (algorithm, [first, second, sum]) = OTHERS[3];
    let sm4 = |(text, check): (&str, &str)| {
        let key = Key::from_octets(algorithm, &hex::decode(text).unwrap()).unwrap();
        Component::new(key, value(check)).unwrap()
    };
    let scheme = Scheme::UnionPay;
    let family = KeyFamily { scheme, algorithm };
    let mut keys = keys();
    (keys.enter(scheme, &sm4(first), person("Ann"), None)).unwrap();
    let tdes = component(COMPONENTS[1]);
    for (scheme, component) in [(Scheme::UnionPay, &tdes), (Scheme::Visa, &sm4(second))] {
        let refused = keys.enter(scheme, component, person("Bob"), None);
        assert_eq!(refused.unwrap_err(), CeremonyError::OtherFamily(family));
        assert_eq!(keys.ceremony.as_ref().unwrap().entered().len(), 1);
    }
    (keys.enter(scheme, &sm4(second), person("Bob"), None)).unwrap();
    assert_eq!(keys.confirm(value(sum.1)).unwrap().family, family);
}

#[test]
fn a_component_that_was_mistyped_or_badly_drawn_is_refused() {
    let (good, check) = COMPONENTS[0];
    for at in 0..32 {
        let mut typed = good.to_owned();
        let other = if &good[at..=at] == "0" { "1" } else { "0" };
        typed.replace_range(at..=at, other);
        let refused = Component::new(octets(&typed), value(check)).unwrap_err();
        assert!(matches!(
            refused,
            ComponentError::Parity | ComponentError::CheckValue(_)
        ));
    }
    // Two digits in a half exchanged keep the parity.
    let swapped = format!("{}{}", &good[16..], &good[..16]);
    let cases = [
        (
            swapped.as_str(),
            check,
            ComponentError::CheckValue(value(check)),
        ),
        (good, "6553A8", ComponentError::CheckValue(value("6553A8"))),
        (
            "18ADB3F1C7166D2A52A4AB9BD68A896D",
            check,
            ComponentError::Parity,
        ),
    ];
    for (typed, check, expected) in cases {
        let refused = Component::new(octets(typed), value(check));
        assert_eq!(refused.unwrap_err(), expected);
    }
}

#[test]
fn weak_components_are_refused_with_their_right_check_value() {
    let weak = [
        ("0101010101010101FEFEFEFEFEFEFEFE", ComponentError::Weak),
        ("E0E0E0E0F1F1F1F19E15204313F7318A", ComponentError::Weak),
        ("9E15204313F7318A01FE01FE01FE01FE", ComponentError::Weak),
        (
            "9E15204313F7318A9E15204313F7318A",
            ComponentError::EqualHalves,
        ),
    ];
    for (text, expected) in weak {
        let check = CheckValue::of(&octets(text));
        assert_eq!(
            Component::new(octets(text), check).unwrap_err(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn components_come_from_different_people_and_are_different() {
    let mut keys = begun(3, 1);
    let [first, second, third] = COMPONENTS.map(component);
    let cases = [
        (&second, "Ann", None, CeremonyError::SameCustodian),
        (&second, "ANN", None, CeremonyError::SameCustodian),
        (&first, "Bob", None, CeremonyError::SameComponent),
        (&second, "Bob", Some(2), CeremonyError::OtherNumber(3)),
    ];
    for (component, name, of, expected) in cases {
        let refused = keys
            .enter(Scheme::UnionPay, component, person(name), of)
            .unwrap_err();
        assert_eq!(refused, expected);
        assert_eq!(keys.ceremony.as_ref().unwrap().entered().len(), 1);
    }
    keys.enter(Scheme::UnionPay, &second, person("Bob"), None)
        .unwrap();
    keys.enter(Scheme::UnionPay, &third, person("Cid"), None)
        .unwrap();
    let late = keys
        .enter(Scheme::UnionPay, &third, person("Dan"), None)
        .unwrap_err();
    assert_eq!(late, CeremonyError::Complete);
}

#[test]
fn components_that_make_a_weak_or_published_key_are_refused_at_the_last() {
    let partners = [
        (
            "86B992B3D5E05DA1CDB08AD9C47CB9E6",
            "3888CD",
            CeremonyError::WeakKey,
        ),
        (
            "1952B30EC7E96DD5CDB08AD9C47CB9E6",
            "E3B35B",
            CeremonyError::WeakKey,
        ),
        (
            "198FF7974FBCA1C4AD791002A1DFBA7C",
            "FEE2E3",
            CeremonyError::TestKey,
        ),
    ];
    for (text, check, expected) in partners {
        let mut keys = begun(2, 1);
        let refused = keys.enter(
            Scheme::UnionPay,
            &component((text, check)),
            person("Bob"),
            None,
        );
        assert_eq!(refused.unwrap_err(), expected);
        assert!(keys.ceremony.as_ref().unwrap().check_value().is_none());
    }
}

#[test]
fn a_key_is_confirmed_when_it_is_complete_and_by_its_check_value_alone() {
    let any = value("5AC231");
    assert_eq!(keys().confirm(any).unwrap_err(), CeremonyError::NotBegun);
    let incomplete = CeremonyError::Incomplete { entered: 1, of: 2 };
    assert_eq!(begun(2, 1).confirm(any).unwrap_err(), incomplete);
    let mut keys = begun(2, 2);
    for wrong in ["5AC230", "000000", "6553A7"].map(value) {
        assert_eq!(
            keys.confirm(wrong).unwrap_err(),
            CeremonyError::CheckValue(wrong)
        );
    }
    keys.confirm(any).unwrap();
    let mut again = begun(2, 2);
    let sum = octets(SUMS[0].0);
    (again.application_cryptogram.add(Scheme::UnionPay, sum)).unwrap();
    let known = CeremonyError::MasterKey(MasterKeyError::Known(KeyFamily::UNIONPAY_TDES, 2));
    assert_eq!(again.confirm(any).unwrap_err(), known);
}

#[test]
fn a_ceremony_has_two_to_nine_components() {
    for of in [0, 1, 10, 255] {
        let mut keys = keys();
        let refused = keys.enter(
            Scheme::UnionPay,
            &component(COMPONENTS[0]),
            person("Ann"),
            Some(of),
        );
        assert_eq!(refused.unwrap_err(), CeremonyError::Number);
    }
    let mut default = keys();
    let begun = default.enter(
        Scheme::UnionPay,
        &component(COMPONENTS[0]),
        person("Ann"),
        None,
    );
    assert_eq!(begun.unwrap().of(), 2);
}

#[test]
fn a_ceremony_goes_on_after_a_restart_and_nothing_of_it_stays_once_it_is_over() {
    let passphrase = "correct horse";
    let restart = |keys: &IssuerKeys| {
        let file = KeyFile::seal(keys, passphrase).unwrap();
        (KeyFile::open(&file, passphrase).unwrap(), file)
    };
    let (mut keys, _) = restart(&begun(2, 1));
    keys.enter(
        Scheme::UnionPay,
        &component(COMPONENTS[1]),
        person("Bob"),
        None,
    )
    .unwrap();
    let (mut keys, complete) = restart(&keys);
    let entered = keys.ceremony.as_ref().unwrap().entered().to_vec();
    assert_eq!(entered.len(), 2);
    assert_eq!(entered[0].custodian.name(), "Ann");
    assert_eq!(entered[1].check_value, value("507099"));
    keys.confirm(value("5AC231")).unwrap();
    let (mut over, file) = restart(&keys);
    assert!(over.ceremony.is_none());
    assert!(
        over.application_cryptogram
            .get(KeyFamily::UNIONPAY_TDES, 2)
            .is_some()
    );
    assert_eq!(over.abandon(), None);
    // Family, sum, two persons and two check values are gone, and a key with its check value has come.
    assert_eq!(
        file.len(),
        complete.len() - 2 - 16 - 2 * (3 + 1 + 3) + 16 + 3
    );

    let (mut keys, _) = restart(&begun(3, 2));
    assert_eq!(keys.abandon(), Some(KeyFamily::UNIONPAY_TDES));
    assert!(restart(&keys).0.ceremony.is_none());
}

#[test]
fn nothing_shows_a_component_or_the_sum() {
    let keys = begun(2, 1);
    let shown = format!("{:?} {:?}", keys, component(COMPONENTS[0]));
    assert!(shown.contains("Component(..)") && shown.contains("Ann"));
    for part in ["19AD", "19, AD", "25, 173"] {
        assert!(!shown.to_uppercase().contains(part), "{shown}");
    }
}
