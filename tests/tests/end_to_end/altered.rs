//! Requests that differ from the card's answer when they reach the issuer.

use understudy_core::crypto::Cvn;
use understudy_core::wire::tlv::{Object, Reader, Tag, Writer};
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use understudy_issuer::{IssueOptions, Reason, Verdict};

use crate::stage::{Stage, cny};

/// The objects of chip data, in order.
fn objects(de55: &[u8]) -> Vec<(Tag, Vec<u8>)> {
    let objects = Reader::new(de55).map(|object| object.expect("well-formed"));
    objects
        .map(|Object { tag, value }| (tag, value.to_vec()))
        .collect()
}

fn write(objects: &[(Tag, Vec<u8>)]) -> Vec<u8> {
    let mut buffer = [0; 255];
    let mut writer = Writer::new(&mut buffer);
    for (tag, value) in objects {
        writer.object(*tag, value).expect("fits");
    }
    writer.finish().to_vec()
}

/// The reasons for which the issuer may refuse a flipped bit of an object; none for an object that
/// has no effect.
fn reasons(tag: u32) -> &'static [Reason] {
    match tag {
        0x9F02 | 0x9F03 | 0x9F1A | 0x5F2A | 0x9A | 0x9C => {
            &[Reason::ChipDataMalformed, Reason::CryptogramWrong]
        }
        0x95 | 0x9F37 | 0x9F26 => &[Reason::CryptogramWrong],
        0x82 => &[Reason::CardDataAltered],
        0x9F36 => &[Reason::CounterNotIssued, Reason::CryptogramWrong],
        0x9F10 => &[
            Reason::ChipDataMalformed,
            Reason::IssuerApplicationData,
            Reason::MasterKeyIndex,
            Reason::CryptogramWrong,
        ],
        _ => &[],
    }
}

#[test]
fn every_flipped_bit_of_what_the_card_said_is_declined_for_its_reason() {
    let (mut stage, _) = Stage::with_card(&IssueOptions::default());
    let request = Stage::online(&stage.tap(cny(1234))).clone();
    let mut flips = 0;
    for (number, (tag, value)) in objects(&request.de55).into_iter().enumerate() {
        for bit in 0..8 * value.len() {
            let mut altered = objects(&request.de55);
            altered[number].1[bit / 8] ^= 0x80 >> (bit % 8);
            let expected = reasons(tag.number());
            if expected.is_empty() {
                continue;
            }
            let trace = stage.next_trace();
            let verdict = stage.send(&request, None, &write(&altered), trace);
            assert!(
                expected.contains(&verdict.reason),
                "{tag} bit {bit}: {:?}",
                verdict.reason
            );
            assert_eq!(verdict.arpc, None, "no answer cryptogram for a wrong one");
            flips += 1;
        }
    }
    assert_eq!(flips, 392, "every bit of 49 octets");
    let whole = stage.authorise(&request, None);
    assert_eq!(
        whole.reason,
        Reason::Approved,
        "none of them used the counter up"
    );
}

#[test]
fn the_same_counter_with_other_content_is_a_replay_and_the_same_request_a_repeat() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let options = IssueOptions {
            cvn,
            domestic_only: cvn == Cvn::UnionPay17,
            ..IssueOptions::default()
        };
        let (mut stage, _) = Stage::with_card(&options);
        let request = Stage::online(&stage.tap(cny(1234))).clone();
        let first = stage.send(&request, None, &request.de55, 1);
        assert!(first.approved() && !first.repeat);
        let repeat = Verdict {
            repeat: true,
            ..first
        };
        assert_eq!(stage.send(&request, None, &request.de55, 1), repeat);
        let replay = stage.send(&request, None, &request.de55, 2);
        assert_eq!(replay.reason, Reason::Replay);
    }
}

#[test]
fn every_flipped_bit_of_track_2_is_declined() {
    let (mut stage, _) = Stage::with_card(&IssueOptions::default());
    let request = Stage::online(&stage.tap(cny(1234))).clone();
    let mut buffer = [0; TRACK2_MAX];
    let track2 = request.track2.emit(&mut buffer).to_vec();
    let (mut unreadable, mut declined) = (0, 0);
    for bit in 0..8 * track2.len() {
        let mut altered = track2.clone();
        altered[bit / 8] ^= 0x80 >> (bit % 8);
        // No message holds what is not of the form of track 2.
        let Ok(altered) = Track2::parse(&altered) else {
            unreadable += 1;
            continue;
        };
        let trace = stage.next_trace();
        let verdict = stage.send_as(&altered, &request, None, &request.de55, trace);
        let reason = verdict.reason;
        let expected = [Reason::UnknownToken, Reason::CardDataAltered];
        assert!(expected.contains(&reason), "bit {bit}: {reason:?}");
        declined += 1;
    }
    assert!(unreadable > 0 && declined > 0);
    assert!(stage.authorise(&request, None).approved());
}
