//! Altered, cut and forged messages.

use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::accepted;
use crate::inbox::{self, Device, Sequence};
use crate::keys::ReceiveKeys;
use crate::kit::{
    CARD, DEVICE, Taken, bodies, command, issuer, letter, parsed, plaintext, receiving,
    signed_anew, signing, take,
};
use crate::letter::{Body, Command};
use crate::message::{HEADER_LEN, Refusal};

/// One letter of each content; the first, a package, has keys in it.
fn letters() -> Vec<Vec<u8>> {
    let octets = plaintext(true);
    let mut letters = vec![letter(1, Some(CARD), parsed(&octets))];
    for (sequence, (card, body)) in (2..).zip(bodies()) {
        letters.push(letter(sequence, card, body));
    }
    letters
}

#[test]
fn a_letter_of_every_content_passes_every_step() {
    for message in letters() {
        let expected = Taken::Accepted(accepted(&message));
        assert_eq!(take(&message, &Sequence::EMPTY), Ok(expected));
    }
}

/// Takes a message on a device whose every state is an obstacle: no card, no number left, no key
/// that fits.
fn take_at_the_end(message: &[u8]) -> Result<(), Refusal> {
    let mut last = [0xFF; Sequence::LEN];
    last[0] = 0x7F;
    let device = Device {
        id: DEVICE,
        cards: &[],
        issuer: &[issuer().public()],
        accepted: &Sequence::from_octets(&last),
        keys: &ReceiveKeys::kept(9, receiving(0x99)),
    };
    inbox::take(message, &device, &mut []).map(|_| ())
}

/// True for refusals that depend on the message and the issuer's keys alone.
fn before_any_state(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Framing
            | Refusal::Version
            | Refusal::Suite
            | Refusal::Kind
            | Refusal::IssuerKey
            | Refusal::Signature
    )
}

#[test]
fn every_altered_bit_of_every_kind_is_refused_before_any_state_is_read() {
    let mut letters = letters();
    for message in [letters.remove(0), letters.remove(0), letters.pop().unwrap()] {
        for at in 0..message.len() {
            for bit in 0..8 {
                let mut altered = message.clone();
                altered[at] ^= 1 << bit;
                let refused = take_at_the_end(&altered).unwrap_err();
                assert!(
                    before_any_state(refused),
                    "octet {at}, bit {bit}: {refused}"
                );
            }
        }
    }
}

#[test]
fn every_value_of_every_octet_of_a_command_is_refused() {
    let message = command(1, Command::Resume);
    for at in 0..message.len() {
        for value in (0..=0xFF).step_by(5).filter(|value| *value != message[at]) {
            let mut altered = message.clone();
            altered[at] = value;
            assert!(
                take(&altered, &Sequence::EMPTY).is_err(),
                "octet {at} as {value:02X}"
            );
        }
    }
}

#[test]
fn every_truncation_and_every_tail_is_refused_as_framing() {
    for message in letters() {
        for len in 0..message.len() {
            let refused = take(&message[..len], &Sequence::EMPTY);
            assert_eq!(refused, Err(Refusal::Framing), "the first {len} octets");
        }
        let longer = [&message[..], &[0]].concat();
        assert_eq!(take(&longer, &Sequence::EMPTY), Err(Refusal::Framing));
    }
}

#[test]
fn no_octet_of_a_letter_s_signature_can_be_another() {
    let message = letter(1, None, Body::Command(Command::Wipe));
    for at in message.len() - 64..message.len() {
        for value in (0..=0xFF).step_by(17).filter(|value| *value != message[at]) {
            let mut forged = message.clone();
            forged[at] = value;
            let refused = take(&forged, &Sequence::EMPTY);
            assert_eq!(
                refused,
                Err(Refusal::Signature),
                "octet {at} as {value:02X}"
            );
        }
    }
    for key in (0..=0xFF).filter(|key| *key != 0x11) {
        let forged = signed_anew(&message, &signing(key));
        assert_eq!(
            take(&forged, &Sequence::EMPTY),
            Err(Refusal::Signature),
            "key {key:02X}"
        );
    }
}

#[test]
fn what_somebody_else_signed_is_refused() {
    let message = command(1, Command::Delete);
    let forged = signed_anew(&message, &signing(0x66));
    assert_eq!(take(&forged, &Sequence::EMPTY), Err(Refusal::Signature));
    let stranger = signing(0x66).public().id().0;
    let mut named = message;
    named[3..11].copy_from_slice(&stranger);
    let named = signed_anew(&named, &signing(0x66));
    assert_eq!(take(&named, &Sequence::EMPTY), Err(Refusal::IssuerKey));
}

#[test]
fn a_header_that_was_not_sealed_with_the_content_is_refused_though_the_issuer_signed_it() {
    let message = letter(9, Some(CARD), Body::Command(Command::Resume));
    for at in 0..HEADER_LEN {
        for bit in 0..8 {
            let mut altered = message.clone();
            altered[at] ^= 1 << bit;
            let altered = signed_anew(&altered, &issuer());
            assert!(
                take(&altered, &Sequence::EMPTY).is_err(),
                "octet {at}, bit {bit}"
            );
        }
    }
    // Only the tag authenticates the time.
    let mut later = message;
    later[48] ^= 1;
    let later = signed_anew(&later, &issuer());
    assert_eq!(take(&later, &Sequence::EMPTY), Err(Refusal::Sealed));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_octets_are_refused(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(take(&octets, &Sequence::EMPTY).is_err());
    }

    #[test]
    fn any_damage_to_a_message_is_refused(
        at in 0_usize..400,
        with in prop::collection::vec(any::<u8>(), 0..4),
        remove in 0_usize..4,
    ) {
        let octets = plaintext(true);
        let message = letter(1, Some(CARD), parsed(&octets));
        let mut damaged = message.clone();
        let at = at.min(damaged.len());
        let end = (at + remove).min(damaged.len());
        damaged.splice(at..end, with);
        prop_assume!(damaged != message);
        prop_assert!(take(&damaged, &Sequence::EMPTY).is_err());
    }
}
