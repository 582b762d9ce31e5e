use std::vec::Vec;

use proptest::prelude::*;
use understudy_core::card::Limits;
use understudy_core::wire::tlv::Writer;

use super::{Body, Command};
use crate::kit::{bodies, limits};
use crate::message::Kind;

fn written(body: &Body<'_>) -> Vec<u8> {
    let mut out = [0; 64];
    let mut writer = Writer::new(&mut out);
    body.emit(&mut writer).unwrap();
    writer.written().to_vec()
}

#[test]
fn every_command_and_notice_reads_back_from_its_octets_and_from_no_part_of_them() {
    for (card, body) in bodies() {
        let octets = written(&body);
        let read = Body::parse(body.kind(), &octets).unwrap();
        assert_eq!(written(&read), octets);
        assert!(read.fits(card));
        assert!(!read.fits(card.xor(Some(crate::kit::CARD))));
        for len in 0..octets.len() {
            assert!(Body::parse(body.kind(), &octets[..len]).is_none());
        }
        let longer = [&octets[..], &[0]].concat();
        assert!(Body::parse(body.kind(), &longer).is_none());
    }
}

#[test]
fn limits_are_laid_out_as_documented_and_none_is_above_that_for_any_tap() {
    let octets = "0A 0156 000000050000 03 000000120000 000000200000 012C";
    let octets = hex::decode(octets.replace(' ', "")).unwrap();
    let body = Body::Command(Command::Limits(limits()));
    assert_eq!(written(&body), octets);
    let read = |limits: Limits| {
        let octets = written(&Body::Command(Command::Limits(limits)));
        Command::parse(&octets)
    };
    let above = limits().verified_tap + 1;
    let widest = Limits {
        unverified_tap: limits().verified_tap,
        unverified_sum: above,
        ..limits()
    };
    assert_eq!(read(widest), Some(Command::Limits(widest)));
    let wrong = [
        Limits {
            unverified_tap: above,
            ..limits()
        },
        Limits {
            verified_tap: 1_000_000_000_000,
            ..limits()
        },
    ];
    for limits in wrong {
        assert_eq!(read(limits), None, "{limits:?}");
    }
}

#[test]
fn of_all_pairs_of_octets_eleven_are_commands() {
    let known = (0..=u16::MAX).filter_map(|octets| Command::parse(&octets.to_be_bytes()));
    assert_eq!(known.count(), 11);
}

proptest! {
    #[test]
    fn any_content_is_refused_or_is_the_one_encoding_of_what_it_says(
        kind in prop::sample::select(&[Kind::Command, Kind::Notice][..]),
        code in 0_u8..12,
        rest in prop::collection::vec(any::<u8>(), 0..42),
    ) {
        let octets = [&[code][..], &rest].concat();
        if let Some(body) = Body::parse(kind, &octets) {
            prop_assert_eq!(written(&body), octets);
        }
    }
}
