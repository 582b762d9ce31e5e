//! The decision about cardholder verification, over all of its inputs.

use understudy_core::card::{Cvm, Event, Exposure, Refusal, StateKind, tags};
use understudy_core::wire::amount::Amount;
use understudy_tests::{GpoData, ProfileSpec, TestCard, UNIONPAY_DEBIT, select};

/// The CTQ (`9F6C`) and first CVR octet (byte 5 of `9F10`) of a GPO answer, or its status word.
fn outcome(card: &mut TestCard, data: &GpoData) -> Answer {
    let answer = card.pay(data);
    let find = |tag: &[u8]| answer.windows(tag.len()).position(|window| window == tag);
    match answer.split_last_chunk() {
        Some((_, [0x90, 0x00])) => {
            let ctq = find(&[0x9F, 0x6C, 0x02]).expect("9F6C") + 3;
            let iad = find(&[0x9F, 0x10]).expect("9F10") + 3;
            Ok((
                u16::from_be_bytes([answer[ctq], answer[ctq + 1]]),
                answer[iad + 4],
            ))
        }
        Some((_, status)) => Err(u16::from_be_bytes(*status)),
        None => panic!("no status word"),
    }
}

const NO_CVM: [u8; 4] = [0x26, 0x00, 0x00, 0x80];
const CVM_AND_PIN: [u8; 4] = [0x24, 0x40, 0x00, 0x80];
const CVM_AND_SIGNATURE: [u8; 4] = [0x22, 0x40, 0x00, 0x80];
const CVM_ONLY: [u8; 4] = [0x20, 0x40, 0x40, 0x80];

const ALWAYS_ON_DEVICE: u8 = 1;
const FLEXIBLE: u8 = 2;
const PIN_FIRST: u8 = 3;

/// The CTQ and first CVR octet, or a status word.
type Answer = Result<(u16, u8), u16>;
/// Policy, methods, TTQ, seconds since the user verified, amount; the answer.
type Row = (u8, u8, [u8; 4], Option<u32>, u64, Answer);

/// The decisions that the standard and the card's own limits require, written down independently.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    // policy,        methods, reader,        verified, amount,  answer
    // Verified on the device: 0080 whatever the reader requires, until the validity ends.
    (FLEXIBLE,         0x80, NO_CVM,            Some(0),   1_234, Ok((0x0080, 0xA4))),
    (FLEXIBLE,         0x80, NO_CVM,            Some(60),  1_234, Ok((0x0080, 0xA4))),
    (FLEXIBLE,         0x80, NO_CVM,            Some(61),  1_234, Ok((0x0000, 0xA0))),
    (FLEXIBLE,         0x80, CVM_AND_PIN,       Some(5), 100_001, Ok((0x0080, 0xA4))),
    (PIN_FIRST,        0xC0, CVM_AND_PIN,       Some(5), 100_001, Ok((0x0080, 0xA4))),
    (ALWAYS_ON_DEVICE, 0xC0, CVM_ONLY,          Some(5), 100_001, Ok((0x0080, 0xA4))),
    // Neither side requires a CVM, up to the card's own limit.
    (FLEXIBLE,         0x80, NO_CVM,            None,          0, Ok((0x0000, 0xA0))),
    (FLEXIBLE,         0x80, NO_CVM,            None,    100_000, Ok((0x0000, 0xA0))),
    // The reader requires none, the card does: PIN where both have it, else the user.
    (FLEXIBLE,         0x80, NO_CVM,            None,    100_001, Ok((0x8000, 0xA0))),
    (FLEXIBLE,         0x00, NO_CVM,            None,    100_001, Err(0x6986)),
    (FLEXIBLE,         0x40, NO_CVM,            None,    100_001, Err(0x6986)),
    // The reader requires one.
    (FLEXIBLE,         0xC0, CVM_AND_PIN,       None,      1_234, Ok((0x8000, 0xA0))),
    (FLEXIBLE,         0xC0, CVM_AND_PIN,       None,    100_001, Ok((0x8000, 0xA0))),
    (FLEXIBLE,         0xC0, CVM_AND_SIGNATURE, None,    100_000, Ok((0x4000, 0xA0))),
    (FLEXIBLE,         0xC0, CVM_AND_SIGNATURE, None,    100_001, Err(0x6986)),
    (FLEXIBLE,         0x80, CVM_AND_SIGNATURE, None,      1_234, Err(0x6986)),
    (FLEXIBLE,         0xC0, CVM_ONLY,          None,      1_234, Err(0x6986)),
    // The other policies.
    (ALWAYS_ON_DEVICE, 0xC0, NO_CVM,            None,      1_234, Err(0x6986)),
    (ALWAYS_ON_DEVICE, 0xC0, CVM_AND_PIN,       None,      1_234, Err(0x6986)),
    (PIN_FIRST,        0x80, NO_CVM,            None,      1_234, Ok((0x8000, 0xA0))),
    (PIN_FIRST,        0x00, NO_CVM,            None,      1_234, Ok((0x0000, 0xA0))),
    (PIN_FIRST,        0x80, CVM_ONLY,          None,      1_234, Err(0x6986)),
];

#[test]
fn every_row_of_the_decision_is_answered() {
    for (number, (policy, methods, ttq, verified, amount, expected)) in ROWS.iter().enumerate() {
        let spec = ProfileSpec {
            policy: [*policy, *methods],
            ..ProfileSpec::default()
        };
        let mut card = TestCard::new(&spec);
        card.env.verified = *verified;
        let data = GpoData {
            ttq: *ttq,
            amount: *amount,
            ..GpoData::default()
        };
        assert_eq!(outcome(&mut card, &data), *expected, "row {number}");
        assert_eq!(
            card.env.payments.len(),
            usize::from(expected.is_ok()),
            "row {number}"
        );
    }
}

#[test]
fn the_same_row_without_a_second_tap_ends_in_6985() {
    let spec = ProfileSpec {
        flags: 0,
        policy: [FLEXIBLE, 0],
        ..ProfileSpec::default()
    };
    let mut card = TestCard::new(&spec);
    let data = GpoData {
        ttq: CVM_ONLY,
        ..GpoData::default()
    };
    assert_eq!(outcome(&mut card, &data), Err(0x6985));
    assert!(card.env.payments.is_empty());
}

#[test]
fn verified_is_said_under_the_mac_only_where_the_profile_has_it_so() {
    let spec = ProfileSpec {
        flags: tags::flags::SECOND_TAP,
        ..ProfileSpec::default()
    };
    let mut card = TestCard::new(&spec);
    card.env.verified = Some(0);
    assert_eq!(outcome(&mut card, &GpoData::default()), Ok((0x0080, 0xA0)));
}

#[test]
fn no_reader_is_answered_with_pin_and_verified_at_once_or_above_the_limit_with_nothing() {
    for bits in 0..=u8::MAX {
        for required in [0x00, 0x40] {
            for verified in [None, Some(0)] {
                let mut card = TestCard::default();
                card.env.verified = verified;
                let ttq = [bits | 0x20, required, 0x40, 0x80];
                let data = GpoData {
                    ttq,
                    amount: 100_001,
                    ..GpoData::default()
                };
                if let Ok((ctq, _)) = outcome(&mut card, &data) {
                    assert!([0x0000, 0x8000, 0x4000, 0x0080].contains(&ctq));
                    assert_ne!(ctq, 0x0000, "1,000.00 is the limit without verification");
                }
            }
        }
    }
}

#[test]
fn reserved_bits_of_the_reader_change_nothing() {
    let reserved = [0x00, 0x1F, 0x3F, 0x7F];
    for ttq in [NO_CVM, CVM_AND_PIN, CVM_ONLY] {
        let mut with = ttq;
        for (octet, bits) in with.iter_mut().zip(reserved) {
            *octet |= bits;
        }
        let plain = GpoData {
            ttq,
            ..GpoData::default()
        };
        let full = GpoData {
            ttq: with,
            ..GpoData::default()
        };
        assert_eq!(
            outcome(&mut TestCard::default(), &plain),
            outcome(&mut TestCard::default(), &full)
        );
    }
}

#[test]
fn a_foreign_currency_always_wants_verification() {
    let hkd = GpoData {
        ttq: NO_CVM,
        currency: 344,
        amount: 1,
        ..GpoData::default()
    };
    assert_eq!(outcome(&mut TestCard::default(), &hkd), Ok((0x8000, 0xA0)));
    let mut card = TestCard::default();
    card.env.verified = Some(0);
    assert_eq!(outcome(&mut card, &hkd), Ok((0x0080, 0xA4)));
    let spec = ProfileSpec {
        policy: [FLEXIBLE, 0x40],
        ..ProfileSpec::default()
    };
    let signed = GpoData {
        ttq: CVM_AND_SIGNATURE,
        ..hkd
    };
    assert_eq!(outcome(&mut TestCard::new(&spec), &signed), Err(0x6986));
}

#[test]
fn unverified_taps_stop_at_their_count_and_their_sum_until_the_user_verifies() {
    let spec = ProfileSpec {
        policy: [FLEXIBLE, 0],
        ..ProfileSpec::default()
    };
    let small = GpoData {
        ttq: NO_CVM,
        amount: 1,
        ..GpoData::default()
    };
    let mut card = TestCard::new(&spec);
    card.env.usage.exposure = Exposure { taps: 4, sum: 4 };
    assert_eq!(outcome(&mut card, &small), Ok((0x0000, 0xA0)));
    assert_eq!(
        outcome(&mut card, &small),
        Err(0x6986),
        "five taps are the limit"
    );

    let mut card = TestCard::new(&spec);
    card.env.usage.exposure = Exposure {
        taps: 1,
        sum: 299_999,
    };
    assert_eq!(outcome(&mut card, &small), Ok((0x0000, 0xA0)));
    assert_eq!(
        outcome(&mut card, &small),
        Err(0x6986),
        "3,000.00 are the limit"
    );

    card.env.verified = Some(0);
    assert_eq!(outcome(&mut card, &small), Ok((0x0080, 0xA4)));
    assert_eq!(
        card.env.usage.exposure,
        Exposure::default(),
        "counting starts anew"
    );
}

#[test]
fn a_pin_tap_neither_counts_as_unverified_nor_starts_the_count_anew() {
    let mut card = TestCard::default();
    let before = Exposure {
        taps: 2,
        sum: 2_000,
    };
    card.env.usage.exposure = before;
    let data = GpoData {
        ttq: CVM_AND_PIN,
        ..GpoData::default()
    };
    assert_eq!(outcome(&mut card, &data), Ok((0x8000, 0xA0)));
    assert_eq!(card.env.usage.exposure, before);
}

#[test]
fn the_environment_learns_the_amount_that_waits_for_the_user() {
    let spec = ProfileSpec {
        policy: [ALWAYS_ON_DEVICE, 0],
        ..ProfileSpec::default()
    };
    let mut card = TestCard::new(&spec);
    assert_eq!(card.status(&select(UNIONPAY_DEBIT)), 0x9000);
    assert_eq!(card.status(&GpoData::default().command()), 0x6986);
    let Some(Event::Refused {
        refusal, amount, ..
    }) = card.env.events.last()
    else {
        panic!("a refusal");
    };
    assert_eq!(*refusal, Refusal::UserMustAct);
    assert_eq!(amount.map(Amount::minor), Some(1234));
    assert_eq!(card.tap.state(), StateKind::Selected);

    card.env.verified = Some(1);
    card.pay(&GpoData::default());
    assert_eq!(card.env.payments[0].1.cvm, Cvm::OnDevice);
}

#[test]
fn a_reader_that_claims_a_pin_draws_cryptograms_up_to_the_limit_of_any_tap_and_says_so() {
    let data = GpoData {
        ttq: [0x26, 0x00, 0x00, 0x00],
        amount: 5_000_000,
        ..GpoData::default()
    };
    let unverified = Ok((0x8000, 0xA0));
    assert_eq!(outcome(&mut TestCard::default(), &data), unverified);
    let above = GpoData {
        amount: 5_000_001,
        ..data
    };
    assert_eq!(outcome(&mut TestCard::default(), &above), Err(0x6985));
}
