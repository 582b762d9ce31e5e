//! Each act leaves its entry, and a failed one leaves none.

use std::collections::{BTreeSet, HashSet};
use std::thread;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, TdesKey};
use understudy_core::wire::amount::Currency;
use understudy_provisioning::letter::SuspendReason;

use super::whole;
use crate::audit::Deed;
use crate::custody::{Component, KeyFamily};
use crate::person::Person;
use crate::testkit::{
    Mailbox, NOW, OTHER_PAN, Phone, after, bench, bind, block, cny, dump, expiry, few_keys, issuer,
    number, pan, ready, try_bind,
};
use crate::{
    AuditEntry, CustodyError, Fault, IssueError, Issuer, IssuerKeys, MerchantId, NewLimits,
    RefundLimits, Restrictions, SoftwareCustody, TokenId, TokenStatus, demonstration,
};

type Done = Result<(), Box<dyn std::error::Error>>;
type Act = fn(&Issuer, TokenId, &Phone) -> Done;

/// The entries that were added since there were `before`.
fn since(issuer: &Issuer, before: u64) -> Vec<AuditEntry> {
    let mut entries = issuer.audit(None).unwrap();
    entries.retain(|entry| entry.sequence > before);
    entries.reverse();
    entries
}

fn merchant() -> MerchantId {
    MerchantId::parse("MERCHANT0000001").unwrap()
}

fn in_yuan() -> Restrictions {
    Restrictions {
        currencies: BTreeSet::from([Currency::CNY]),
        ..Restrictions::default()
    }
}

/// Every act, with its entry and the object of that. The token has the name 1 and is active.
const ACTS: [(Deed, &str, Act); 18] = [
    (Deed::KeysIssued, "token:1", |issuer, token, _| {
        issuer.replenish(token, 2, NOW)?;
        Ok(())
    }),
    (Deed::TokenMoved, "token:1", |issuer, token, _| {
        let new = Phone::enrolled(issuer, 9);
        issuer.change_device(token, new.id, 1, NOW)?;
        Ok(())
    }),
    (Deed::TokenRestricted, "token:1", |issuer, token, _| {
        Ok(issuer.restrict(token, &in_yuan(), NOW)?)
    }),
    (Deed::TokenSuspended, "token:1", |issuer, token, _| {
        Ok(issuer.suspend(token, SuspendReason::Cardholder, NOW)?)
    }),
    (Deed::TokenDeleted, "token:1", |issuer, token, _| {
        Ok(issuer.delete(token, NOW)?)
    }),
    (Deed::PanReplaced, "token:1", |issuer, token, _| {
        Ok(issuer.replace_pan(token, &number(OTHER_PAN), NOW)?)
    }),
    (Deed::PinSet, "token:1", |issuer, token, _| {
        Ok(issuer.set_pin(token, &block(issuer, token, "1234"), NOW)?)
    }),
    (Deed::LimitsChanged, "token:1", |issuer, token, _| {
        let limits = NewLimits {
            unverified_tap: Some(1),
            ..NewLimits::default()
        };
        issuer.set_limits(token, &limits, NOW)?;
        Ok(())
    }),
    (Deed::ProfileSent, "token:1", |issuer, token, _| {
        issuer.update_profile(token, NOW)?;
        Ok(())
    }),
    (Deed::DeviceSuspended, "device:", |issuer, _, phone| {
        Ok(issuer.suspend_device(phone.id, SuspendReason::Issuer, NOW)?)
    }),
    (Deed::DeviceFlagged, "device:", |issuer, _, phone| {
        Ok(issuer.suspend_device(phone.id, SuspendReason::CloneOrRollback, NOW)?)
    }),
    (Deed::DeviceWiped, "device:", |issuer, _, phone| {
        issuer.wipe_device(phone.id, NOW)?;
        Ok(())
    }),
    (Deed::StorageRotated, "device:", |issuer, _, phone| {
        Ok(issuer.rotate_storage(phone.id, NOW)?)
    }),
    (Deed::PasswordUnlocked, "device:", |issuer, _, phone| {
        Ok(issuer.unlock_password(phone.id, NOW)?)
    }),
    (Deed::PasswordReset, "device:", |issuer, _, phone| {
        Ok(issuer.reset_password(phone.id, NOW)?)
    }),
    (Deed::RefundsAllowed, "merchant:", |issuer, _, _| {
        let limits = RefundLimits::new(Currency::CNY, 1, 2, 3).unwrap();
        Ok(issuer.allow_unlinked_refunds(&merchant(), &limits, NOW)?)
    }),
    (Deed::ComponentEntered, "ceremony", |issuer, _, _| {
        let mut keys = IssuerKeys::generate().unwrap();
        let component = Component::draw(Algorithm::Aes128).unwrap();
        let ann = Person::parse("Ann").unwrap();
        let ceremony = keys.enter(Scheme::Visa, &component, ann, None).unwrap();
        Ok(issuer.note_component(ceremony, NOW)?)
    }),
    (Deed::CeremonyAbandoned, "ceremony", |issuer, _, _| {
        Ok(issuer.note_abandoned_ceremony(KeyFamily::UNIONPAY_TDES, NOW)?)
    }),
];

#[test]
fn every_act_leaves_one_entry_of_its_own_and_the_audit_whole() {
    for (deed, subject, act) in ACTS {
        let (issuer, phone, token) = ready();
        let before = whole(&issuer).sequence;
        act(&issuer, token, &phone).unwrap();
        let entries = since(&issuer, before);
        let entries: Vec<_> = entries
            .iter()
            .filter(|entry| entry.deed != Deed::DeviceEnrolled.name() || deed != Deed::TokenMoved)
            .collect();
        assert_eq!(entries.len(), 1, "{deed:?}: {entries:?}");
        assert_eq!(entries[0].deed, deed.name());
        assert!(entries[0].subject.starts_with(subject), "{entries:?}");
        assert_eq!((entries[0].at, entries[0].actor.as_str()), (NOW, "issuer"));
        whole(&issuer);
    }
}

/// The entries of a token's life, and of what stands beside it.
const LIFE: [Deed; 16] = [
    Deed::DeviceEnrolled,
    Deed::MasterKeyAdded,
    Deed::TokenIssued,
    Deed::CodeWrong,
    Deed::CodeSent,
    Deed::IdentityVerified,
    Deed::TokenSuspended,
    Deed::TokenResumed,
    Deed::DeviceSuspended,
    Deed::DeviceResumed,
    Deed::KeysIssued,
    Deed::TokenDeleted,
    Deed::TokenPersonalised,
    Deed::KeysIssued,
    Deed::RefundsAllowed,
    Deed::RefundsForbidden,
];

#[test]
fn a_token_s_life_is_told_from_enrolment_to_deletion() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let mailbox = Mailbox::default();
    let token = bind(&issuer, &phone, &mailbox).token;
    issuer
        .verify_identity(token, &mailbox.wrong_code(token), NOW)
        .unwrap_err();
    issuer.resend_code(token, &mailbox, NOW).unwrap();
    issuer
        .verify_identity(token, &mailbox.code(token), NOW)
        .unwrap();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    issuer.resume(token, NOW).unwrap();
    issuer
        .suspend_device(phone.id, SuspendReason::Issuer, NOW)
        .unwrap();
    issuer.resume_device(phone.id, NOW).unwrap();
    issuer.delete(token, NOW).unwrap();
    let made = issuer.personalise(&bench(), &pan(), expiry(), &few_keys(1), cny(0), NOW);
    issuer
        .more_keys(&bench(), made.unwrap().token, 1, NOW)
        .unwrap();
    let merchant = merchant();
    let limits = RefundLimits::new(Currency::CNY, 1, 2, 3).unwrap();
    issuer
        .allow_unlinked_refunds(&merchant, &limits, NOW)
        .unwrap();
    assert!(issuer.forbid_unlinked_refunds(&merchant, NOW).unwrap());
    let deeds: Vec<_> = since(&issuer, 0)
        .into_iter()
        .map(|entry| entry.deed)
        .collect();
    assert_eq!(deeds, LIFE.map(Deed::name));
    whole(&issuer);
}

#[test]
fn three_wrong_codes_are_told_with_what_followed() {
    let issuer = issuer();
    let (phone, mailbox) = (Phone::enrolled(&issuer, 1), Mailbox::default());
    let token = bind(&issuer, &phone, &mailbox).token;
    let before = whole(&issuer).sequence;
    for _ in 0..3 {
        issuer
            .verify_identity(token, &mailbox.wrong_code(token), NOW)
            .unwrap_err();
    }
    let deeds: Vec<_> = since(&issuer, before)
        .into_iter()
        .map(|entry| entry.deed)
        .collect();
    let expected = [Deed::CodeWrong, Deed::CodeWrong, Deed::TokenDeleted];
    assert_eq!(deeds, expected.map(Deed::name));
}

#[test]
fn a_second_finding_about_a_device_is_told_if_it_suspends_a_token() {
    let (issuer, phone, token) = ready();
    let before = whole(&issuer).sequence;
    let flag = || {
        let reason = SuspendReason::CloneOrRollback;
        issuer.suspend_device(phone.id, reason, NOW).unwrap();
        issuer.token(token).unwrap().unwrap().status
    };
    assert_eq!(flag(), TokenStatus::Suspended);
    assert_eq!(flag(), TokenStatus::Suspended);
    issuer.resume(token, NOW).unwrap();
    assert_eq!(flag(), TokenStatus::Suspended);
    let entries = since(&issuer, before);
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.deed.as_str(), entry.detail.as_str()))
        .collect();
    let flagged = (Deed::DeviceFlagged.name(), "suspended tokens: 1");
    let resumed = (Deed::TokenResumed.name(), entries[1].detail.as_str());
    assert_eq!(told, [flagged, resumed, flagged]);
}

#[test]
fn an_act_that_fails_or_changes_nothing_leaves_no_entry() {
    let (issuer, phone, token) = ready();
    let nobody = TokenId::new(99);
    issuer.restrict(token, &in_yuan(), NOW).unwrap();
    let before = dump(&issuer);
    issuer.restrict(token, &in_yuan(), NOW).unwrap();
    issuer
        .suspend(nobody, SuspendReason::Issuer, NOW)
        .unwrap_err();
    issuer.resume(token, NOW).unwrap();
    issuer.delete(nobody, NOW).unwrap_err();
    issuer
        .replace_pan(token, &number("6222020000000001231"), NOW)
        .unwrap_err();
    issuer.replace_pan(token, &pan(), NOW).unwrap();
    issuer.replenish(token, 0, NOW).unwrap_err();
    issuer
        .set_limits(token, &NewLimits::default(), NOW)
        .unwrap();
    issuer.resume_device(phone.id, NOW).unwrap();
    try_bind(&issuer, &phone, &Mailbox::default(), &pan()).unwrap_err();
    assert!(!issuer.forbid_unlinked_refunds(&merchant(), NOW).unwrap());
    issuer
        .note_master_keys(KeyFamily::UNIONPAY_TDES, NOW)
        .unwrap();
    assert_eq!(dump(&issuer), before);
}

#[test]
fn no_entry_holds_a_card_number_a_pin_or_a_code() {
    let (issuer, mailbox) = (issuer(), Mailbox::default());
    let phone = Phone::enrolled(&issuer, 1);
    let token = bind(&issuer, &phone, &mailbox).token;
    let wrong = mailbox.wrong_code(token);
    issuer.verify_identity(token, &wrong, NOW).unwrap_err();
    let code = mailbox.code(token);
    issuer.verify_identity(token, &code, NOW).unwrap();
    issuer
        .set_pin(token, &block(&issuer, token, "987654"), NOW)
        .unwrap();
    issuer.replace_pan(token, &number(OTHER_PAN), NOW).unwrap();
    let numbers = [
        pan().expose().to_owned(),
        OTHER_PAN.to_owned(),
        issuer
            .token(token)
            .unwrap()
            .unwrap()
            .number
            .expose()
            .to_owned(),
        "987654".to_owned(),
        code.digits().to_owned(),
        wrong.digits().to_owned(),
    ];
    let entries = issuer.audit(None).unwrap();
    let written = |deed: Deed| entries.iter().any(|entry| entry.deed == deed.name());
    assert!(written(Deed::CodeWrong) && written(Deed::IdentityVerified));
    // Without the times, in which six digits may stand by chance.
    let texts = entries
        .iter()
        .map(|entry| format!("{} {} {}", entry.actor, entry.subject, entry.detail));
    let text = texts.collect::<Vec<_>>().join("\n");
    assert!(text.contains("******"), "{text}");
    for number in numbers {
        assert!(!text.contains(&number), "{number} in {text}");
    }
}

#[test]
fn acts_of_many_threads_follow_one_another_in_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let issuer = Issuer::open(&path, demonstration::custody(), demonstration::config()).unwrap();
    let merchants = [1, 2, 3, 4].map(|name| MerchantId::parse(&format!("M{name:014}")).unwrap());
    let limits = RefundLimits::new(Currency::CNY, 1, 2, 3).unwrap();
    thread::scope(|scope| {
        for merchant in &merchants {
            let issuer = &issuer;
            scope.spawn(move || {
                for round in 0..25 {
                    let now = after(round);
                    issuer
                        .allow_unlinked_refunds(merchant, &limits, now)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(whole(&issuer).sequence, 100);
}

#[test]
fn a_rotated_key_is_told_when_it_comes_into_use_and_its_lack_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("issuer.db");
    let open = |rotations: usize| {
        let mut keys = demonstration::keys();
        for _ in 0..rotations {
            let key = TdesKey::from_octets([0x5B; 16]).into();
            let unionpay = Scheme::UnionPay;
            keys.application_cryptogram.add(unionpay, key).unwrap();
        }
        Issuer::open(&path, SoftwareCustody::new(keys), demonstration::config())
    };
    let old = open(0).unwrap();
    bind(&old, &Phone::enrolled(&old, 1), &Mailbox::default());
    let new = open(1).unwrap();
    let before = whole(&new).sequence;
    let family = KeyFamily::UNIONPAY_TDES;
    new.note_master_keys(family, NOW).unwrap();
    let entries = since(&new, before);
    assert_eq!(entries[0].subject, "master-key:unionpay/tdes/02");
    assert_eq!(entries.len(), 1);
    let phone = Phone::enrolled(&new, 2);
    try_bind(&new, &phone, &Mailbox::default(), &number(OTHER_PAN)).unwrap();
    let issued = since(&new, before + 2);
    assert!(issued[0].detail.contains("DKI 02"), "{issued:?}");
    // A bench without the new version would make cards under the old one.
    let refused = new.personalise(&bench(), &pan(), expiry(), &few_keys(1), cny(0), NOW);
    let refused = refused.unwrap_err();
    let is_other = |fault: &Fault| *fault == CustodyError::OtherKeys.into();
    assert!(matches!(&refused, IssueError::Fault(fault) if is_other(fault)));
    let lacking = open(0).unwrap_err().to_string();
    assert!(lacking.contains("UnionPay tdes master key 02"), "{lacking}");
    let others = SoftwareCustody::new(IssuerKeys::generate().unwrap());
    assert!(Issuer::open(&path, others, demonstration::config()).is_err());
}

/// But for `pin-blocked`, which `host::tests::pin_tries` sees.
#[test]
fn every_deed_is_one_that_these_tests_have_seen() {
    let acts = ACTS.iter().map(|(deed, ..)| *deed);
    let seen: HashSet<Deed> = acts.chain(LIFE).chain([Deed::PinBlocked]).collect();
    assert_eq!(seen, Deed::ALL.iter().copied().collect());
}

#[test]
fn every_deed_stands_in_the_documentation() {
    let formats = include_str!("../../../../../docs/formats.md");
    let (_, rest) = formats.split_once("The acts: ").unwrap();
    let (listed, _) = rest.split_once(". A token that").unwrap();
    let listed: Vec<_> = listed
        .split(',')
        .map(|name| name.trim().trim_matches('`'))
        .collect();
    let names: Vec<_> = Deed::ALL.iter().map(|deed| deed.name()).collect();
    assert_eq!(listed, names);
}
