//! Published test keys are for the demonstration.

use understudy_core::card::Scheme;
use understudy_core::crypto::TdesKey;
use zeroize::Zeroizing;

use crate::config::TestKeys;
use crate::testkit::{Mailbox, NOW, OTHER_PAN, Phone, bind, number, pan, try_bind};
use crate::{
    CustodyError, Fault, IssueError, Issuer, IssuerConfig, IssuerKeys, KeyFamily, MasterKeys,
    ReplaceError, Secret, SoftwareCustody, TerminalPinKey, demonstration,
};

fn config(test_keys: TestKeys) -> IssuerConfig {
    IssuerConfig {
        test_keys,
        ..demonstration::config()
    }
}

/// Sets of keys, each of which has one that is published.
fn published() -> Vec<IssuerKeys> {
    let own = || IssuerKeys::generate().unwrap();
    let test = demonstration::keys();
    // The best known one in the other parity.
    let other_parity = demonstration::TEST_ISSUER_MASTER_KEY.map(|octet| octet ^ 0x01);
    let other_parity = TdesKey::from_octets(other_parity).into();
    let masters = KeyFamily::all().map(|KeyFamily { scheme, algorithm }| {
        let key = demonstration::test_issuer_master_key(scheme, algorithm);
        (scheme, key)
    });
    let rotated = masters
        .chain([(Scheme::Visa, other_parity)])
        .map(|(scheme, key)| {
            let mut keys = own();
            keys.application_cryptogram.add(scheme, key).unwrap();
            keys
        });
    let rotated = rotated.collect::<Vec<_>>();
    let others = vec![
        demonstration::keys(),
        IssuerKeys {
            application_cryptogram: MasterKeys::first(TdesKey::from_octets(
                demonstration::TEST_ISSUER_MASTER_KEY,
            )),
            ..own()
        },
        IssuerKeys {
            terminal_pin: TerminalPinKey::new(Secret::new(demonstration::TEST_TERMINAL_PIN_KEY)),
            ..own()
        },
        IssuerKeys {
            host: Secret::new(demonstration::TEST_HOST_KEY),
            ..own()
        },
        IssuerKeys {
            sign: understudy_provisioning::keys::SigningKey::from_octets(&Zeroizing::new(
                demonstration::TEST_SIGNING_KEY,
            )),
            ..own()
        },
        IssuerKeys {
            receive: test.receive,
            ..own()
        },
    ];
    others.into_iter().chain(rotated).collect()
}

#[test]
fn no_issuer_with_a_published_key_is_opened_where_they_are_refused() {
    let refused = Fault::Custody(CustodyError::TestKeys);
    for keys in published() {
        let opened = Issuer::in_memory(SoftwareCustody::new(keys), config(TestKeys::Refused));
        assert_eq!(opened.unwrap_err(), refused);
    }
    let own = SoftwareCustody::new(IssuerKeys::generate().unwrap());
    Issuer::in_memory(own, config(TestKeys::Refused)).unwrap();
}

#[test]
fn under_published_keys_the_demonstration_issues_its_own_cards_alone() {
    for keys in published() {
        let keys = SoftwareCustody::new(keys);
        let issuer = Issuer::in_memory(keys, config(TestKeys::DemonstrationCards)).unwrap();
        let (phone, mailbox) = (Phone::enrolled(&issuer, 1), Mailbox::default());
        let token = bind(&issuer, &phone, &mailbox).token;
        let other = number(OTHER_PAN);
        let refused = try_bind(&issuer, &phone, &mailbox, &other);
        assert!(matches!(refused, Err(IssueError::TestKeys)));
        let refused = issuer.replace_pan(token, &other, NOW);
        assert!(matches!(
            refused,
            Err(ReplaceError::Pan(IssueError::TestKeys))
        ));
        issuer.replace_pan(token, &pan(), NOW).unwrap();
        for scheme in Scheme::ALL {
            let pan = demonstration::pan(*scheme).unwrap();
            for other in Scheme::ALL {
                let checked = issuer.check_pan(*other, &pan);
                assert_eq!(checked.is_ok(), other == scheme, "{scheme:?}: {other:?}");
            }
            let replaced = issuer.replace_pan(token, &pan, NOW);
            assert_eq!(replaced.is_ok(), *scheme == Scheme::UnionPay, "{scheme:?}");
        }
    }
}

#[test]
fn keys_of_ones_own_issue_any_card() {
    for test_keys in [TestKeys::Refused, TestKeys::DemonstrationCards] {
        let own = SoftwareCustody::new(IssuerKeys::generate().unwrap());
        let issuer = Issuer::in_memory(own, config(test_keys)).unwrap();
        let phone = Phone::enrolled(&issuer, 1);
        try_bind(&issuer, &phone, &Mailbox::default(), &number(OTHER_PAN)).unwrap();
    }
}
