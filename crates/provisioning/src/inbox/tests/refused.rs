//! Messages that the issuer signed and that are nevertheless refused.

use understudy_core::card::CardId;

use crate::inbox::Sequence;
use crate::keys::DeviceId;
use crate::kit::{
    CARD, DEVICE, NOW, command, forced, issuer, letter, parsed, plaintext, signing, take,
};
use crate::letter::Command;
use crate::message::{Header, Kind, Refusal};

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
        (
            Header {
                kind: Kind::Profile,
                card: Some(CardId(2)),
                ..base
            },
            Refusal::Card,
        ),
        (
            Header {
                kind: Kind::Profile,
                card: None,
                ..base
            },
            Refusal::Card,
        ),
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
    let contents: [(Kind, &[u8]); 15] = [
        (Kind::Command, &[]),
        (Kind::Command, &[0x02]),
        (Kind::Command, &[0x02, 0x01]),
        (Kind::Command, &[0x01, 0x04]),
        (Kind::Command, &[0x0B, 0x00]),
        (Kind::Command, &[0x06, 0x01]),
        (Kind::Command, &[0x0A, 0x00]),
        (Kind::Profile, &[0xE0, 0x81, 0x00]),
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
