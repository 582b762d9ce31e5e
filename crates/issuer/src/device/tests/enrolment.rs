use understudy_provisioning::enrolment::{Challenge, Enrolled};
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::message::Refusal;

use crate::testkit::{NOW, Phone, after, dump, issuer};
use crate::{
    Attestation, AttestationRefused, DeviceStanding, DeviceSummary, EnrolError, Issuer, IssuerKeys,
    NoAttestation, PAGE, SoftwareCustody, demonstration,
};

/// A judge that admits devices with the attestation `good`, and no others.
struct Keystore;

impl Attestation for Keystore {
    fn judge(&self, device: &Enrolled<'_>) -> Result<String, AttestationRefused> {
        match device.enrolment.attestation {
            Some(b"good") => Ok("keystore".to_owned()),
            _ => Err(AttestationRefused("no keystore".to_owned())),
        }
    }
}

fn refusal<T>(result: Result<T, EnrolError>) -> Refusal {
    match result {
        Err(EnrolError::Refused(refusal)) => refusal,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

#[test]
fn a_device_that_answers_an_open_challenge_is_enrolled() {
    let issuer = issuer();
    let phone = Phone::new(1);
    let request = phone.request(issuer.challenge(NOW).unwrap(), None);
    let enrolled = issuer.enrol(&request, &NoAttestation, NOW).unwrap();
    assert_eq!(enrolled.id, phone.id);
    assert_eq!(enrolled.standing, DeviceStanding::Active);
    assert_eq!(enrolled.attestation, "none");
    assert_eq!(
        (enrolled.reports, enrolled.tokens, enrolled.letters),
        (0, 0, 0)
    );
    assert_eq!(issuer.devices(None).unwrap(), [enrolled]);
}

#[test]
fn a_request_with_any_octet_altered_is_refused_and_changes_nothing() {
    let issuer = issuer();
    let request = Phone::new(1).request(issuer.challenge(NOW).unwrap(), Some(b"attestation"));
    let before = dump(&issuer);
    for at in 0..request.len() {
        for bit in [0x01, 0x80] {
            let mut altered = request.clone();
            altered[at] ^= bit;
            refusal(issuer.enrol(&altered, &NoAttestation, NOW));
        }
    }
    assert_eq!(dump(&issuer), before);
    issuer.enrol(&request, &NoAttestation, NOW).unwrap();
}

#[test]
fn a_request_that_is_cut_or_longer_is_refused_and_changes_nothing() {
    let issuer = issuer();
    let request = Phone::new(1).request(issuer.challenge(NOW).unwrap(), None);
    let before = dump(&issuer);
    for length in 0..request.len() {
        let refused = refusal(issuer.enrol(&request[..length], &NoAttestation, NOW));
        assert_eq!(refused, Refusal::Framing);
    }
    let longer = [&request[..], &[0]].concat();
    assert_eq!(
        refusal(issuer.enrol(&longer, &NoAttestation, NOW)),
        Refusal::Framing
    );
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_challenge_is_answered_once_and_only_if_it_was_drawn() {
    let issuer = issuer();
    let challenge = issuer.challenge(NOW).unwrap();
    let request = Phone::new(1).request(challenge, None);
    issuer.enrol(&request, &NoAttestation, NOW).unwrap();
    let before = dump(&issuer);
    for challenge in [challenge, Challenge([7; 32])] {
        let request = Phone::new(2).request(challenge, None);
        let refused = refusal(issuer.enrol(&request, &NoAttestation, NOW));
        assert_eq!(refused, Refusal::Challenge);
    }
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_challenge_holds_an_hour() {
    let issuer = issuer();
    let [first, second] = [NOW, NOW].map(|now| issuer.challenge(now).unwrap());
    assert_ne!(first, second);
    let late = Phone::new(1).request(first, None);
    let before = dump(&issuer);
    let refused = refusal(issuer.enrol(&late, &NoAttestation, after(3_601)));
    assert_eq!(refused, Refusal::Challenge);
    assert_eq!(dump(&issuer), before);
    let in_time = Phone::new(2).request(second, None);
    issuer
        .enrol(&in_time, &NoAttestation, after(3_600))
        .unwrap();
}

#[test]
fn a_challenge_with_any_bit_altered_and_one_of_another_issuer_is_none() {
    let issuer = issuer();
    let challenge = issuer.challenge(NOW).unwrap();
    let before = dump(&issuer);
    let flipped = (0..256_usize).map(|bit| {
        let mut octets = challenge.0;
        octets[bit / 8] ^= 1 << (bit % 8);
        Challenge(octets)
    });
    let keys = SoftwareCustody::new(IssuerKeys::generate().unwrap());
    let elsewhere = Issuer::in_memory(keys, demonstration::config()).unwrap();
    let foreign = elsewhere.challenge(NOW).unwrap();
    for challenge in flipped.chain([foreign]) {
        let request = Phone::new(1).request(challenge, None);
        let refused = refusal(issuer.enrol(&request, &NoAttestation, NOW));
        assert_eq!(refused, Refusal::Challenge, "{challenge:?}");
    }
    assert_eq!(dump(&issuer), before);
    let request = Phone::new(1).request(challenge, None);
    issuer.enrol(&request, &NoAttestation, NOW).unwrap();
}

#[test]
fn the_same_request_again_is_done_already_also_after_its_device_reported() {
    let issuer = issuer();
    let mut phone = Phone::new(1);
    let request = phone.request(issuer.challenge(NOW).unwrap(), None);
    let first = issuer.enrol(&request, &NoAttestation, NOW).unwrap();
    let before = dump(&issuer);
    let again = issuer.enrol(&request, &Keystore, after(9_999)).unwrap();
    assert_eq!(again, first);
    assert_eq!(dump(&issuer), before);
    phone.reports = understudy_provisioning::enrolment::reports(&request).unwrap();
    let none = crate::testkit::Used {
        cards: &[],
        marks: &[],
    };
    let report = phone.report(&issuer, &none);
    issuer.receive_report(&report, NOW).unwrap();
    assert!(issuer.enrol(&request, &NoAttestation, NOW).is_ok());
}

#[test]
fn another_request_of_a_known_device_is_refused_and_keeps_its_challenge() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let challenge = issuer.challenge(NOW).unwrap();
    let before = dump(&issuer);
    let refused = issuer.enrol(&phone.request(challenge, None), &NoAttestation, NOW);
    assert!(matches!(refused, Err(EnrolError::Known)));
    let refused = issuer.enrol(&Phone::new(1).request(challenge, None), &NoAttestation, NOW);
    assert!(matches!(refused, Err(EnrolError::Known)));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn what_the_attestation_says_is_recorded_or_refuses_the_device() {
    let issuer = issuer();
    let challenge = issuer.challenge(NOW).unwrap();
    let before = dump(&issuer);
    for attestation in [None, Some(&b"bad"[..])] {
        let request = Phone::new(1).request(challenge, attestation);
        let refused = issuer.enrol(&request, &Keystore, NOW).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the attestation is refused: no keystore"
        );
    }
    assert_eq!(dump(&issuer), before);
    let request = Phone::new(1).request(challenge, Some(b"good"));
    let enrolled = issuer.enrol(&request, &Keystore, NOW).unwrap();
    assert_eq!(enrolled.attestation, "keystore");
}

#[test]
fn a_device_that_never_enrolled_is_unknown_to_every_act() {
    let issuer = issuer();
    let nobody = DeviceId([9; 16]);
    let reason = understudy_provisioning::letter::SuspendReason::Issuer;
    let unknown = Some(crate::DeviceError::Unknown);
    assert_eq!(issuer.letters(nobody, NOW).err(), unknown);
    assert_eq!(issuer.suspend_device(nobody, reason, NOW).err(), unknown);
    assert_eq!(issuer.resume_device(nobody, NOW).err(), unknown);
}

#[test]
fn devices_are_listed_in_pages_in_the_order_in_which_they_enrolled() {
    let issuer = issuer();
    let many = u8::try_from(PAGE + 3).unwrap();
    for name in (1..=many).rev() {
        let phone = Phone::new(name);
        let request = phone.request(issuer.challenge(NOW).unwrap(), None);
        // Two in each second.
        let at = after(u64::from(many - name) / 2);
        issuer.enrol(&request, &NoAttestation, at).unwrap();
    }
    let page = |after| issuer.devices(after).unwrap();
    let first = page(None);
    assert_eq!(first.len(), PAGE);
    let second = page(first.last().map(|last| last.id));
    assert_eq!(second.len(), 3);
    assert_eq!(page(second.last().map(|last| last.id)), []);
    let all: Vec<_> = first.iter().chain(&second).collect();
    let place = |one: &&DeviceSummary| (one.enrolled_at, one.id.0);
    assert!(all.is_sorted_by_key(place));
    for one in all {
        assert_eq!(issuer.device(one.id).unwrap().as_ref(), Some(one));
    }
    assert_eq!(issuer.device(DeviceId([0; 16])).unwrap(), None);
}
