use std::format;
use std::vec;
use std::vec::Vec;

use super::{Challenge, Enrolment, OVERHEAD, Received, reports, request};
use crate::kit::{DEVICE, receiving, signed_anew, signing};
use crate::message::{Refusal, SealError};

const CHALLENGE: Challenge = Challenge([0xCA; 32]);

fn enrolment(attestation: Option<&[u8]>) -> Enrolment<'_> {
    Enrolment {
        device: DEVICE,
        receive: receiving(0x22).public(),
        challenge: CHALLENGE,
        attestation,
    }
}

fn requested(attestation: Option<&[u8]>) -> Vec<u8> {
    let mut out = vec![0; OVERHEAD + 64];
    request(&mut out, &enrolment(attestation), &signing(0x33))
        .unwrap()
        .to_vec()
}

#[test]
fn a_request_says_what_the_device_wrote() {
    for attestation in [None, Some(&[0x30, 0x00][..])] {
        let message = requested(attestation);
        assert_eq!(message.len(), OVERHEAD + attestation.map_or(0, <[u8]>::len));
        let received = Received::parse(&message).unwrap();
        let enrolled = received.authenticate(&CHALLENGE).unwrap();
        assert_eq!(enrolled.enrolment, enrolment(attestation));
        assert_eq!(enrolled.verify, signing(0x33).public());
        assert_eq!(Ok(enrolled.reports), reports(&message));
        assert_eq!(enrolled.reports.last(), 0);
    }
}

#[test]
fn every_altered_bit_is_refused() {
    let message = requested(Some(&[0x30, 0x00]));
    for at in 0..message.len() {
        for bit in 0..8 {
            let mut altered = message.clone();
            altered[at] ^= 1 << bit;
            let taken = Received::parse(&altered)
                .and_then(|received| received.authenticate(&CHALLENGE).map(|_| ()));
            assert!(taken.is_err(), "octet {at}, bit {bit}");
        }
    }
}

#[test]
fn every_truncation_and_every_tail_is_refused_as_framing() {
    let message = requested(Some(&[0x30, 0x00]));
    for len in 0..message.len() {
        assert_eq!(
            Received::parse(&message[..len]).err(),
            Some(Refusal::Framing),
            "{len}"
        );
    }
    let longer = [&message[..], &[0]].concat();
    assert_eq!(Received::parse(&longer).err(), Some(Refusal::Framing));
}

#[test]
fn an_answer_to_another_challenge_and_a_stranger_s_signature_are_refused() {
    let message = requested(None);
    let taken = |message: &[u8], challenge| {
        let received = Received::parse(message)?;
        received.authenticate(&challenge).map(|_| ())
    };
    assert_eq!(taken(&message, CHALLENGE), Ok(()));
    assert_eq!(taken(&message, Challenge([0; 32])), Err(Refusal::Challenge));
    let forged = signed_anew(&message, &signing(0x66));
    assert_eq!(taken(&forged, CHALLENGE), Err(Refusal::Signature));
}

#[test]
fn every_wrong_field_is_refused_for_its_own_reason() {
    let cases = [
        (0..1, Refusal::Version),
        (1..2, Refusal::Suite),
        (2..3, Refusal::Kind),
        (19..51, Refusal::Content),
        (51..83, Refusal::Content),
    ];
    for (range, expected) in cases {
        let mut message = requested(None);
        message[range].fill(0);
        assert_eq!(Received::parse(&message).err(), Some(expected));
    }
}

#[test]
fn a_request_is_not_made_in_too_little_room_or_with_an_attestation_out_of_range() {
    let made = |len: usize, attestation: Option<&[u8]>| {
        let mut out = vec![0; len];
        request(&mut out, &enrolment(attestation), &signing(0x33)).map(|_| ())
    };
    for len in 0..OVERHEAD {
        assert_eq!(made(len, None), Err(SealError::Overflow));
    }
    assert_eq!(made(OVERHEAD, None), Ok(()));
    assert_eq!(made(300, Some(&[])), Err(SealError::Content));
    let long = vec![0; 0x1_0000];
    assert_eq!(made(0x2_0000, Some(&long)), Err(SealError::Content));
    assert_eq!(made(0x2_0000, Some(&long[1..])), Ok(()));
}

#[test]
fn an_attestation_is_not_shown_when_it_is_debugged() {
    let shown = format!("{:?}", enrolment(Some(&[0xAB; 4])));
    assert!(
        shown.contains("Some(4)") && !shown.contains("171"),
        "{shown}"
    );
}
