//! Reports that were altered, or that come from elsewhere.

use super::{enrolled, example, issuer_key, next, sender, take, take_from};
use crate::inbox::Sequence;
use crate::keys::DeviceId;
use crate::kit::{Counter, DEVICE, NOW, receiving, signed_anew, signing};
use crate::message::Refusal;
use crate::report::{self, Ledger, Sender, claimed_device};

#[test]
fn every_altered_bit_is_refused_before_any_state_is_read() {
    let message = example(&enrolled());
    // For this sender every state is an obstacle.
    let stranger = Sender {
        device: DeviceId([1; 16]),
        ledger: Ledger {
            reports: Sequence::from_octets(&[0x7F; Sequence::LEN]),
            generation: u64::MAX,
            epoch: 9,
        },
        ..sender()
    };
    for at in 0..message.len() {
        for bit in 0..8 {
            let mut altered = message.clone();
            altered[at] ^= 1 << bit;
            let refused = report::take(&altered, &stranger, &issuer_key(), &mut []).unwrap_err();
            let early = [
                Refusal::Framing,
                Refusal::Version,
                Refusal::Suite,
                Refusal::Kind,
                Refusal::Signature,
            ];
            assert!(early.contains(&refused), "octet {at}, bit {bit}: {refused}");
        }
    }
}

#[test]
fn an_altered_octet_is_refused_though_the_device_signed_it() {
    let message = example(&enrolled());
    for at in 0..message.len() - 64 {
        let mut altered = message.clone();
        altered[at] ^= 0x01;
        let altered = signed_anew(&altered, &signing(0x33));
        assert!(take(&altered, &enrolled()).is_err(), "octet {at}");
    }
}

#[test]
fn every_truncation_and_every_tail_is_refused_as_framing() {
    let message = example(&enrolled());
    for len in 0..message.len() {
        let refused = take(&message[..len], &enrolled());
        assert_eq!(refused, Err(Refusal::Framing), "{len}");
    }
    let longer = [&message[..], &[0]].concat();
    assert_eq!(take(&longer, &enrolled()), Err(Refusal::Framing));
}

#[test]
fn a_report_goes_to_its_issuer_and_comes_from_its_device() {
    let message = example(&enrolled());
    let stranger = Sender {
        device: DeviceId([1; 16]),
        ..sender()
    };
    assert_eq!(take_from(&message, &stranger), Err(Refusal::Device));
    let mut room = [0; 1024];
    let another_issuer = report::take(&message, &sender(), &receiving(9), &mut room);
    assert_eq!(another_issuer.err(), Some(Refusal::IssuerKey));
    let another_key = Sender {
        verify: signing(9).public(),
        ..sender()
    };
    assert_eq!(take_from(&message, &another_key), Err(Refusal::Signature));
    let letter = crate::kit::command(1, crate::letter::Command::Resume);
    assert_eq!(claimed_device(&letter), Err(Refusal::Kind));
    let taken = report::take(&letter, &sender(), &issuer_key(), &mut room);
    assert_eq!(taken.err(), Some(Refusal::Kind));
    let taken = crate::kit::take(&message, &Sequence::EMPTY);
    assert_eq!(taken, Err(Refusal::Kind));
}

#[test]
fn only_its_own_device_signs_a_report_and_no_octet_of_the_signature_can_be_another() {
    let message = example(&enrolled());
    let signature = message.len() - 64;
    for at in signature..message.len() {
        for value in (0..=0xFF).step_by(17).filter(|value| *value != message[at]) {
            let mut forged = message.clone();
            forged[at] = value;
            let refused = take(&forged, &enrolled());
            assert_eq!(
                refused,
                Err(Refusal::Signature),
                "octet {at} as {value:02X}"
            );
        }
    }
    for key in (0..=0xFF).filter(|key| *key != 0x33) {
        let forged = signed_anew(&message, &signing(key));
        assert_eq!(
            take(&forged, &enrolled()),
            Err(Refusal::Signature),
            "key {key:02X}"
        );
    }
    let other = crate::kit::command(1, crate::letter::Command::Delete);
    let mut forged = message.clone();
    forged[signature..].copy_from_slice(&other[other.len() - 64..]);
    assert_eq!(take(&forged, &enrolled()), Err(Refusal::Signature));
}

#[test]
fn a_report_that_was_sealed_under_another_epoch_than_the_last_one_is_refused() {
    let ledger = enrolled();
    let draft = next(&ledger, &[], &[]);
    let sealed_under = |epoch: u32| {
        let to = issuer_key().public();
        let envelope = crate::message::Envelope {
            header: crate::message::Header {
                kind: crate::message::Kind::Report,
                issuer_key: to.id(),
                device: DEVICE,
                epoch,
                card: None,
                sequence: 1,
                issued_at: NOW,
                length: 0,
            },
            to: &to,
            from: &signing(0x33),
        };
        let mut out = [0; 512];
        let emit = |content: &mut understudy_core::wire::tlv::Writer<'_>| {
            report::seal::emit(content, &draft)
        };
        let sealed = crate::message::seal(&mut out, &envelope, &mut Counter(0), emit, |_| true);
        take(sealed.unwrap(), &ledger).map(|_| ())
    };
    assert_eq!(sealed_under(ledger.epoch), Ok(()));
    for epoch in [2, 3, u32::MAX] {
        assert_eq!(sealed_under(epoch), Err(Refusal::Epoch), "epoch {epoch}");
    }
}
