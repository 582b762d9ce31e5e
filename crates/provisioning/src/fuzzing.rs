//! The body of the fuzz target: arbitrary octets as a message, and as the decrypted content of one,
//! which a fuzzer cannot reach through a signature.

extern crate std;

use std::vec;
use std::vec::Vec;

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::tlv::Writer;
use zeroize::Zeroizing;

use crate::inbox::Sequence;
use crate::keys::{DeviceId, KEY_LEN, ReceiveKey, ReceiveKeys, SigningKey};
use crate::letter::Body;
use crate::message::Kind;
use crate::report::{Draft, Ledger, Report, Sender};
use crate::{enrolment, inbox, report};

/// The first octet selects the parser for the others.
pub fn message(octets: &[u8]) {
    let Some((form, octets)) = octets.split_first() else {
        return;
    };
    match form {
        0 => letter(octets),
        1 => sealed_report(octets),
        2 => request(octets),
        3 => body(Kind::Package, octets),
        4 => body(Kind::Command, octets),
        5 => body(Kind::Notice, octets),
        6 => report_content(octets),
        _ => body(Kind::Profile, octets),
    }
}

fn letter(octets: &[u8]) {
    let Ok(length) = inbox::content_len(octets) else {
        return;
    };
    let (accepted, keys) = (
        Sequence::EMPTY,
        ReceiveKeys::enrolled(ReceiveKey::from_octets(Zeroizing::new([0x77; KEY_LEN]))),
    );
    let device = inbox::Device {
        id: DeviceId([0; 16]),
        cards: &[CardId(1)],
        issuer: &[nobody().public()],
        accepted: &accepted,
        keys: &keys,
    };
    let mut room = vec![0; length];
    assert!(inbox::take(octets, &device, &mut room).is_err());
    if let Ok(after) = Sequence::after(octets) {
        assert!(after.last() > 0);
    }
}

fn sealed_report(octets: &[u8]) {
    let (Ok(device), Ok(length)) = (report::claimed_device(octets), report::content_len(octets))
    else {
        return;
    };
    let from = Sender {
        device,
        verify: nobody().public(),
        ledger: Ledger {
            reports: Sequence::EMPTY,
            generation: 0,
            epoch: 1,
        },
    };
    let to = ReceiveKey::from_octets(Zeroizing::new([0x77; KEY_LEN]));
    let mut room = vec![0; length];
    assert!(report::take(octets, &from, &to, &mut room).is_err());
}

fn request(octets: &[u8]) {
    let Ok(received) = enrolment::Received::parse(octets) else {
        return;
    };
    let challenge = enrolment::Challenge([0xCA; 32]);
    // No seed answers this challenge, and the fuzzer cannot sign another.
    assert!(received.authenticate(&challenge).is_err());
}

/// A key that signed none of the seeds.
fn nobody() -> SigningKey {
    SigningKey::from_octets(&Zeroizing::new([0x77; KEY_LEN]))
}

/// A body that can be read is in its one encoding.
fn body(kind: Kind, octets: &[u8]) {
    let Some(body) = Body::parse(kind, octets) else {
        return;
    };
    assert_eq!(body.kind(), kind);
    assert!(body.fits(None) != body.fits(Some(CardId(1))));
    let mut out = vec![0; octets.len()];
    let mut writer = Writer::new(&mut out);
    assert!(body.emit(&mut writer).is_ok());
    assert_eq!(writer.written(), octets);
}

fn report_content(octets: &[u8]) {
    let Some(report) = Report::parse(octets) else {
        return;
    };
    let cards: Vec<_> = report.cards().collect();
    let marks: Vec<_> = report.marks().collect();
    let draft = Draft {
        device: DeviceId([0; 16]),
        before: Sequence::enrolled(report.previous),
        issued_at: UnixTime(0),
        generation: report.generation,
        accepted: report.accepted,
        refusals: report.refusals,
        epoch: report.epoch,
        key: report.key,
        cards: &cards,
        marks: &marks,
    };
    let mut out = vec![0; octets.len()];
    let mut writer = Writer::new(&mut out);
    assert!(report::emit(&mut writer, &draft).is_ok());
    assert_eq!(writer.written(), octets);
}
