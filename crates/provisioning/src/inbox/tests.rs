use std::format;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;
use understudy_core::card::CardId;

use super::{Arrival, Device, Received, Sequence};
use crate::keys::DeviceId;
use crate::kit::{
    CARD, Counter, DEVICE, NOW, Taken, bodies, command, forced, held, issuer, letter, parsed,
    plaintext, receiving, signed_anew, signing, take, take_with,
};
use crate::letter::{Body, Command, Letter, Recipient, seal};
use crate::message::{HEADER_LEN, Header, Kind, Refusal};

fn accepted(message: &[u8]) -> Sequence {
    Sequence::after(message).unwrap()
}

/// One letter of each kind, the first and longest with keys in it.
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

#[test]
fn every_altered_bit_of_every_kind_is_refused_before_any_state_is_read() {
    let mut letters = letters();
    for message in [letters.remove(0), letters.remove(0), letters.pop().unwrap()] {
        for at in 0..message.len() {
            for bit in 0..8 {
                let mut altered = message.clone();
                altered[at] ^= 1 << bit;
                // No step up to here takes any state of the device.
                let authentic = Received::parse(&altered)
                    .and_then(|received| received.authenticate(&[issuer().public()]));
                assert!(authentic.is_err(), "octet {at}, bit {bit}");
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
            let refused = Received::parse(&message[..len]).err();
            assert_eq!(refused, Some(Refusal::Framing), "the first {len} octets");
        }
        let longer = [&message[..], &[0]].concat();
        assert_eq!(Received::parse(&longer).err(), Some(Refusal::Framing));
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
    // The time is checked by nothing but the tag.
    let mut later = message;
    later[48] ^= 1;
    let later = signed_anew(&later, &issuer());
    assert_eq!(take(&later, &Sequence::EMPTY), Err(Refusal::Sealed));
}

fn header(kind: Kind) -> Header {
    Header {
        kind,
        issuer_key: issuer().public().id(),
        device: DEVICE,
        epoch: 1,
        card: Some(CARD),
        sequence: 1,
        issued_at: NOW,
        length: 0,
    }
}

#[test]
fn every_wrong_header_is_refused_for_its_own_reason() {
    let base = header(Kind::Command);
    let cases = [
        (
            Header {
                kind: Kind::Report,
                ..base
            },
            Refusal::Kind,
        ),
        (
            Header {
                issuer_key: signing(9).public().id(),
                ..base
            },
            Refusal::IssuerKey,
        ),
        (
            Header {
                device: DeviceId([0xD2; 16]),
                ..base
            },
            Refusal::Device,
        ),
        (
            Header {
                card: Some(CardId(2)),
                ..base
            },
            Refusal::Card,
        ),
        (Header { card: None, ..base }, Refusal::Card),
        (Header { epoch: 2, ..base }, Refusal::Epoch),
        (
            Header {
                kind: Kind::Package,
                card: None,
                ..base
            },
            Refusal::Card,
        ),
        (
            Header {
                kind: Kind::Package,
                ..base
            },
            Refusal::Content,
        ),
        (
            Header {
                kind: Kind::Notice,
                ..base
            },
            Refusal::Content,
        ),
    ];
    for (header, expected) in cases {
        let message = forced(header, &[0x02, 0x00]);
        assert_eq!(
            take(&message, &Sequence::EMPTY),
            Err(expected),
            "{header:?}"
        );
    }
    for (at, expected) in [
        (0, Refusal::Version),
        (1, Refusal::Suite),
        (2, Refusal::Kind),
    ] {
        let mut message = command(1, Command::Resume);
        message[at] = 0x7F;
        assert_eq!(take(&message, &Sequence::EMPTY), Err(expected));
    }
    for (from, to) in [(27, 31), (33, 41)] {
        let mut message = command(1, Command::Resume);
        message[from..to].fill(0);
        assert_eq!(take(&message, &Sequence::EMPTY), Err(Refusal::Framing));
    }
}

#[test]
fn a_package_for_a_new_card_must_bring_its_profile() {
    let (whole, keys_only) = (plaintext(true), plaintext(false));
    let new = Some(CardId(2));
    let known = Some(CARD);
    let taken = |card, octets: &[u8]| {
        let message = letter(1, card, parsed(octets));
        take(&message, &Sequence::EMPTY).map(|_| ())
    };
    assert_eq!(taken(new, &whole), Ok(()));
    assert_eq!(taken(new, &keys_only), Err(Refusal::Card));
    assert_eq!(taken(known, &whole), Ok(()));
    assert_eq!(taken(known, &keys_only), Ok(()));
}

#[test]
fn content_that_is_not_all_in_order_is_refused() {
    let good = plaintext(true);
    let contents: [(Kind, &[u8]); 12] = [
        (Kind::Command, &[]),
        (Kind::Command, &[0x02]),
        (Kind::Command, &[0x02, 0x01]),
        (Kind::Command, &[0x01, 0x04]),
        (Kind::Command, &[0x06, 0x00]),
        (Kind::Command, &[0x02, 0x00, 0x00]),
        (
            Kind::Notice,
            &[0x01, 0, 4, b'0', b'0', 0, 0, 0, 0, 0x12, 0x34, 0x01],
        ),
        (
            Kind::Notice,
            &[0x01, 0, 0, b'0', b'0', 0, 0, 0, 0, 0x12, 0x34, 0x01, 0x56],
        ),
        (
            Kind::Notice,
            &[0x01, 0, 4, b'0', b'a', 0, 0, 0, 0, 0x12, 0x34, 0x01, 0x56],
        ),
        (
            Kind::Notice,
            &[0x01, 0, 4, b'0', b'0', 0, 0, 0, 0, 0x12, 0x3A, 0x01, 0x56],
        ),
        (Kind::Package, &good[1..]),
        (Kind::Package, &[0xE8, 0x03, 0xC0, 0x01, 0x01]),
    ];
    for (kind, content) in contents {
        let message = forced(header(kind), content);
        let refused = take(&message, &Sequence::EMPTY);
        assert_eq!(refused, Err(Refusal::Content), "{kind:?} {content:02X?}");
    }
}

#[test]
fn the_last_message_again_is_done_already_and_another_with_its_number_is_a_conflict() {
    let message = command(5, Command::Resume);
    let now = accepted(&message);
    assert_eq!(take(&message, &now), Ok(Taken::Done));
    assert_eq!(
        take(&command(5, Command::Delete), &now),
        Err(Refusal::Conflict)
    );
    assert_eq!(
        take(&command(4, Command::Resume), &now),
        Err(Refusal::Stale)
    );
    // Also once the key that it was sealed to is erased.
    let gone = crate::keys::ReceiveKeys::kept(2, receiving(0x23));
    assert_eq!(take_with(&message, &gone, &now), Ok(Taken::Done));
}

#[test]
fn each_message_has_its_own_encapsulation() {
    let letter = Letter {
        card: Some(CARD),
        sequence: 1,
        issued_at: NOW,
        body: Body::Command(Command::Resume),
    };
    let to = crate::kit::recipient();
    let mut rng = Counter(0);
    let mut sealed = || {
        let mut out = [0; 256];
        let sealed = seal(&mut out, &letter, &to, &issuer(), &mut rng);
        sealed.unwrap().to_vec()
    };
    let (one, two) = (sealed(), sealed());
    assert_eq!(one[..HEADER_LEN], two[..HEADER_LEN]);
    assert_ne!(one[HEADER_LEN..][..32], two[HEADER_LEN..][..32]);
}

#[test]
fn a_key_that_a_report_offered_opens_what_is_sealed_to_it() {
    let mut keys = held();
    keys.push(receiving(0x23));
    let to = Recipient {
        epoch: 2,
        key: receiving(0x23).public(),
        ..crate::kit::recipient()
    };
    let letter = Letter {
        card: Some(CARD),
        sequence: 1,
        issued_at: NOW,
        body: Body::Command(Command::Replenish),
    };
    let mut out = [0; 256];
    let message = seal(&mut out, &letter, &to, &issuer(), &mut Counter(0)).unwrap();
    assert!(take_with(message, &keys, &Sequence::EMPTY).is_ok());
    assert_eq!(take(message, &Sequence::EMPTY), Err(Refusal::Epoch));
}

#[test]
fn the_content_is_wiped_when_it_is_let_go_and_when_it_does_not_open() {
    let octets = plaintext(true);
    let message = letter(1, Some(CARD), parsed(&octets));
    let device = Device {
        id: DEVICE,
        cards: &[CARD],
    };
    let fresh = || {
        let received = Received::parse(&message).unwrap();
        let authentic = received.authenticate(&[issuer().public()]).unwrap();
        let addressed = authentic.address(&device).unwrap();
        match addressed.sequence(&Sequence::EMPTY).unwrap() {
            Arrival::Fresh(fresh) => fresh,
            Arrival::Done => panic!("nothing was accepted before"),
        }
    };
    let mut room = [0xEE; 200];
    let opened = fresh().open(&held(), &mut room).unwrap();
    let shown = format!("{:?}", opened.validate().unwrap());
    assert!(
        shown.contains("keys: 2") && !shown.contains("90"),
        "{shown}"
    );
    drop(opened);
    assert_eq!(room[..octets.len()], vec![0; octets.len()]);
    assert_eq!(room[octets.len()..], vec![0xEE; 200 - octets.len()]);

    let mut room = [0xEE; 200];
    let wrong = crate::keys::ReceiveKeys::enrolled(receiving(0x99));
    assert_eq!(fresh().open(&wrong, &mut room).err(), Some(Refusal::Sealed));
    assert_eq!(room[..octets.len()], vec![0; octets.len()]);

    let mut short = vec![0xEE; octets.len() - 1];
    assert_eq!(fresh().open(&held(), &mut short).err(), Some(Refusal::Room));
}

/// What a device must make of a message with a number, by the last number it accepted.
fn expected(number: u64, last: u64) -> Result<Option<u64>, Refusal> {
    match number.cmp(&last) {
        core::cmp::Ordering::Less => Err(Refusal::Stale),
        core::cmp::Ordering::Equal => Ok(None),
        core::cmp::Ordering::Greater => Ok(Some(number)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_delivery_with_any_repeats_and_gaps_is_taken_as_the_rule_says(
        order in prop::collection::vec(1_u64..8, 1..16),
    ) {
        let mut state = Sequence::EMPTY;
        for number in order {
            let message = command(number, Command::Resume);
            let taken = take(&message, &state);
            match expected(number, state.last()) {
                Ok(Some(number)) => {
                    prop_assert_eq!(&taken, &Ok(Taken::Accepted(accepted(&message))));
                    state = accepted(&message);
                    prop_assert_eq!(state.last(), number);
                }
                Ok(None) => prop_assert_eq!(taken, Ok(Taken::Done)),
                Err(refusal) => prop_assert_eq!(taken, Err(refusal)),
            }
        }
    }

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

    #[test]
    fn a_state_is_restored_as_it_was_stored(octets in any::<[u8; 20]>(), more in any::<[u8; 20]>()) {
        let mut whole = [0; Sequence::LEN];
        whole[..20].copy_from_slice(&octets);
        whole[20..].copy_from_slice(&more);
        prop_assert_eq!(Sequence::from_octets(&whole).octets(), whole);
    }
}
