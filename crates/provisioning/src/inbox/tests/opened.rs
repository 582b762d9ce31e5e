//! The content of a letter: the key that opens it, and its wiping.

use std::format;
use std::vec;

use crate::inbox::{self, Arrival, Device, Sequence};
use crate::keys::ReceiveKeys;
use crate::kit::{
    CARD, Counter, DEVICE, NOW, held, issuer, letter, parsed, plaintext, receiving, recipient,
    take, take_with,
};
use crate::letter::{Body, Command, Letter, Recipient, seal};
use crate::message::{HEADER_LEN, Refusal};

#[test]
fn each_message_has_its_own_encapsulation() {
    let letter = Letter {
        card: Some(CARD),
        sequence: 1,
        issued_at: NOW,
        body: Body::Command(Command::Resume),
    };
    let to = recipient();
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
        ..recipient()
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
    let taken = |keys: &ReceiveKeys, room: &mut [u8]| {
        let device = Device {
            id: DEVICE,
            cards: &[CARD],
            issuer: &[issuer().public()],
            accepted: &Sequence::EMPTY,
            keys,
        };
        match inbox::take(&message, &device, room)? {
            Arrival::Fresh(accepted) => Ok(format!("{accepted:?}")),
            Arrival::Done => panic!("nothing was accepted before"),
        }
    };
    let mut room = [0xEE; 200];
    let shown = taken(&held(), &mut room).unwrap();
    assert!(
        shown.contains("keys: 2") && !shown.contains("90, 90"),
        "{shown}"
    );
    assert_eq!(room[..octets.len()], vec![0; octets.len()]);
    assert_eq!(room[octets.len()..], vec![0xEE; 200 - octets.len()]);

    let mut room = [0xEE; 200];
    let wrong = ReceiveKeys::enrolled(receiving(0x99));
    assert_eq!(taken(&wrong, &mut room), Err(Refusal::Sealed));
    assert_eq!(room[..octets.len()], vec![0; octets.len()]);

    let mut short = vec![0xEE; octets.len() - 1];
    assert_eq!(taken(&held(), &mut short), Err(Refusal::Room));
}
