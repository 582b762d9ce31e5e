use std::vec;

use proptest::prelude::*;
use understudy_core::card::{CardId, UnixTime};

use super::{CONTENT_MAX, HEADER_LEN, Header, Kind, OVERHEAD, Refusal, Refusals, SealError};
use crate::keys::{DeviceId, KeyId, RandomFailed};
use crate::kit::{
    Broken, CARD, Counter, NOW, forced, issuer, letter, parsed, plaintext, recipient,
};
use crate::letter::{Body, Command, Letter, seal};

fn resume(sequence: u64) -> Letter<'static> {
    Letter {
        card: Some(CARD),
        sequence,
        issued_at: NOW,
        body: Body::Command(Command::Resume),
    }
}

#[test]
fn a_header_is_laid_out_as_documented() {
    let header = Header {
        kind: Kind::Notice,
        issuer_key: KeyId([0xA1; 8]),
        device: DeviceId([0xD1; 16]),
        epoch: 0x0102_0304,
        card: Some(CardId(0x0506)),
        sequence: 0x0708_090A_0B0C_0D0E,
        issued_at: UnixTime(0x1112_1314_1516_1718),
        length: 0x191A,
    };
    let expected = "010103a1a1a1a1a1a1a1a1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1\
                    010203040506070809 0a0b0c0d0e11121314151617180000191a";
    assert_eq!(hex::encode(header.octets()), expected.replace(' ', ""));
    assert_eq!(Header::parse(&header.octets()), Ok(header));
}

#[test]
fn a_message_takes_its_content_and_the_overhead() {
    let octets = plaintext(true);
    assert_eq!(
        letter(1, Some(CARD), parsed(&octets)).len(),
        octets.len() + OVERHEAD
    );
    assert_eq!(OVERHEAD, 53 + 32 + 16 + 64);
}

#[test]
fn a_message_is_not_made_in_too_little_room_and_what_was_written_is_wiped() {
    let octets = plaintext(true);
    let letter = Letter {
        body: parsed(&octets),
        ..resume(1)
    };
    for len in 0..octets.len() + OVERHEAD {
        let mut room = vec![0xEE; len];
        let sealed = seal(&mut room, &letter, &recipient(), &issuer(), &mut Counter(0));
        assert_eq!(sealed.err(), Some(SealError::Overflow), "{len} octets");
        assert_eq!(room, vec![0; len], "{len} octets");
    }
}

#[test]
fn a_message_that_its_receiver_would_refuse_is_not_made() {
    let made = |letter: &Letter<'_>, to| {
        let mut out = [0xEE; 512];
        let sealed = seal(&mut out, letter, &to, &issuer(), &mut Counter(0)).map(|_| ());
        assert!(sealed.is_ok() || out == [0; 512]);
        sealed
    };
    let epoch_0 = crate::letter::Recipient {
        epoch: 0,
        ..recipient()
    };
    let small = crate::letter::Notice::Approved(crate::letter::Verdict {
        response_code: *b"a0",
        ..crate::kit::verdict()
    });
    let card_0 = Letter {
        card: Some(CardId(0)),
        ..resume(1)
    };
    let no_card = Letter {
        card: None,
        ..resume(1)
    };
    let report = Letter {
        body: Body::Command(Command::Report),
        ..resume(1)
    };
    let code = Letter {
        body: Body::Notice(small),
        ..resume(1)
    };
    assert_eq!(made(&resume(1), recipient()), Ok(()));
    assert_eq!(made(&resume(0), recipient()), Err(SealError::Count));
    assert_eq!(made(&resume(1), epoch_0), Err(SealError::Count));
    assert_eq!(made(&card_0, recipient()), Err(SealError::Card));
    assert_eq!(made(&no_card, recipient()), Err(SealError::Card));
    assert_eq!(made(&report, recipient()), Err(SealError::Card));
    assert_eq!(made(&code, recipient()), Err(SealError::Content));
}

#[test]
fn without_random_octets_no_message_is_made_and_the_content_is_wiped() {
    let mut out = [0xEE; 256];
    let sealed = seal(&mut out, &resume(1), &recipient(), &issuer(), &mut Broken);
    assert_eq!(sealed.err(), Some(SealError::Random(RandomFailed)));
    assert_eq!(out, [0; 256]);
}

#[test]
fn a_length_beyond_the_longest_package_is_refused_as_framing() {
    let longest = vec![0; CONTENT_MAX];
    let header = Header::parse(
        crate::kit::command(1, Command::Resume)
            .first_chunk()
            .unwrap(),
    );
    let mut message = forced(header.unwrap(), &longest);
    assert!(super::Frame::parse(&message).is_ok());
    message.insert(HEADER_LEN + 32, 0);
    let length = u32::try_from(CONTENT_MAX + 1).unwrap().to_be_bytes();
    message[49..53].copy_from_slice(&length);
    assert_eq!(super::Frame::parse(&message).err(), Some(Refusal::Framing));
}

#[test]
fn refusals_are_counted_and_come_back_from_their_stored_form() {
    let mut refusals = Refusals::default();
    assert_eq!(refusals.octets(), [0; 5]);
    refusals.note(Refusal::Stale);
    refusals.note(Refusal::Signature);
    refusals.note(Refusal::Room);
    assert_eq!(
        (refusals.count(), refusals.last()),
        (2, Some(Refusal::Signature))
    );
    assert_eq!(refusals.octets(), [0, 0, 0, 2, 6]);
    for code in 1..=0x11 {
        let stored = Refusals::from_octets([0, 0, 0, 2, code]).unwrap();
        assert_eq!(stored.last().and_then(Refusal::code), Some(code));
        assert_eq!(stored.octets(), [0, 0, 0, 2, code]);
    }
    for wrong in [[0, 0, 0, 2, 0x12], [0, 0, 0, 2, 0], [0, 0, 0, 0, 1]] {
        assert_eq!(Refusals::from_octets(wrong), None);
    }
    let mut full = Refusals::from_octets([0xFF, 0xFF, 0xFF, 0xFF, 1]).unwrap();
    full.note(Refusal::Stale);
    assert_eq!(full.count(), u32::MAX);
}

proptest! {
    #[test]
    fn a_header_has_one_encoding(octets in any::<[u8; 32]>(), kind in 1_u8..=5) {
        let mut header = [0x01; HEADER_LEN];
        header[2] = kind;
        header[21..].copy_from_slice(&octets);
        if let Ok(read) = Header::parse(&header) {
            prop_assert_eq!(read.octets(), header);
        }
    }
}
