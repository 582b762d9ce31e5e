//! A Mastercard card: the way to the record, GENERATE AC, and what spends no key.

use understudy_core::card::{
    Cvm, Profile, ProfileError, Refusal, Scheme, Standing, StateKind, tags,
};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tlv::{Reader, Tag, find};
use understudy_tests::{
    AcData, GpoData, MASTERCARD, ProfileSpec, TestCard, get_data, gpo, read_record, select,
};

use crate::refused_with;

fn initiated() -> TestCard {
    TestCard::mastercard_in(StateKind::Initiated)
}

fn card_of(spec: &ProfileSpec) -> TestCard {
    let mut card = TestCard::new(spec);
    assert_eq!(card.status(&select(MASTERCARD)), 0x9000);
    assert_eq!(card.status(&gpo(&[])), 0x9000);
    card
}

fn value(answer: &[u8], tag: u32) -> Vec<u8> {
    let template = find(&answer[..answer.len() - 2], Tag::new(0x77));
    let object = find(template.unwrap().unwrap(), Tag::new(tag));
    object.unwrap().unwrap().to_vec()
}

fn with_cvm(cvm_results: [u8; 3], amount: u64) -> AcData {
    AcData {
        terminal: GpoData {
            amount,
            ..GpoData::default()
        },
        cvm_results,
        ..AcData::default()
    }
}

#[test]
fn gpo_shows_the_way_and_spends_nothing() {
    let mut card = TestCard::mastercard_in(StateKind::Selected);
    let answer = card.answer(&gpo(&[]));
    assert_eq!(hex::encode_upper(answer), "770A82021A809404080101009000");
    assert_eq!(card.tap.state(), StateKind::Initiated);
    assert!(card.env.payments.is_empty());
}

#[test]
fn gpo_with_data_that_no_pdol_asks_for_is_refused() {
    let mut card = TestCard::mastercard_in(StateKind::Selected);
    for length in [1, 2, 33, 100] {
        assert_eq!(card.status(&gpo(&vec![0; length])), 0x6700, "{length}");
        assert_eq!(card.tap.state(), StateKind::Selected);
    }
    assert_eq!(card.status(&gpo(&[])), 0x9000);
}

#[test]
fn a_pdol_may_ask_for_anything_and_decides_nothing() {
    let spec = ProfileSpec {
        pdol: vec![0x9F, 0x1D, 0x08],
        ..ProfileSpec::mastercard()
    };
    let mut card = TestCard::new(&spec);
    assert_eq!(card.status(&select(MASTERCARD)), 0x9000);
    assert_eq!(card.status(&gpo(&[])), 0x6700);
    assert_eq!(card.status(&gpo(&[0; 8])), 0x9000);
    assert_eq!(card.status(&AcData::default().command(0x80)), 0x9000);
}

#[test]
fn the_record_of_the_afl_is_read_and_no_other() {
    let mut card = initiated();
    let answer = card.answer(&read_record(1, 1));
    let record = find(&answer[..answer.len() - 2], Tag::new(0x70));
    assert_eq!(record.unwrap().unwrap(), ProfileSpec::mastercard_record());
    for file in 0..=31 {
        for number in 1..=255 {
            let expected = if (file, number) == (1, 1) {
                0x9000
            } else {
                0x6A83
            };
            assert_eq!(card.status(&read_record(number, file)), expected);
        }
    }
    assert!(card.env.payments.is_empty());
    assert_eq!(card.status(&AcData::default().command(0x80)), 0x9000);
    assert_eq!(card.status(&read_record(1, 1)), 0x9000);
}

#[test]
fn an_arqc_answers_a_request_for_one_and_for_a_tc() {
    for (p1, cvn, name) in [(0x80, 0x14, 20), (0x40, 0x15, 21)] {
        let mut card = card_of(&ProfileSpec {
            cvn,
            ..ProfileSpec::mastercard()
        });
        let answer = card.answer(&AcData::default().command(p1));
        let body = find(&answer[..answer.len() - 2], Tag::new(0x77));
        let objects = Reader::new(body.unwrap().unwrap());
        let order: Vec<_> = objects.map(|object| object.unwrap().tag.number()).collect();
        assert_eq!(order, [0x9F27, 0x9F36, 0x9F26, 0x9F10], "CVN {name}");
        assert_eq!(value(&answer, 0x9F27), [0x80]);
        assert_eq!(value(&answer, 0x9F36), [0x00, 0x01]);
        let iad = value(&answer, 0x9F10);
        assert_eq!(iad, [&[0x01, cvn, 0xA0][..], &[0; 15]].concat());
        assert_eq!(card.env.payments.len(), 1);
    }
}

#[test]
fn a_second_generate_ac_is_refused() {
    let mut card = initiated();
    assert_eq!(card.status(&AcData::default().command(0x80)), 0x9000);
    for p1 in [0x80, 0x40, 0x00] {
        assert_eq!(card.status(&AcData::default().command(p1)), 0x6985);
        assert_eq!(refused_with(&card), Refusal::OutOfOrder);
    }
    assert_eq!(card.env.payments.len(), 1);
}

#[test]
fn data_of_any_other_length_than_cdol1_s_is_refused_with_6700() {
    let right = AcData::default().octets();
    assert_eq!(right.len(), 66);
    let mut card = initiated();
    for length in (0..right.len()).chain([right.len() + 1, 255]) {
        let mut data = right.clone();
        data.resize(length, 0);
        let mut command = vec![0x80, 0xAE, 0x80, 0x00];
        if length > 0 {
            command.push(u8::try_from(length).unwrap());
            command.extend(data);
        }
        command.push(0x00);
        assert_eq!(card.status(&command), 0x6700, "{length} octets");
        assert_eq!(card.tap.state(), StateKind::Initiated);
    }
    assert!(card.env.payments.is_empty());
}

#[test]
fn a_request_for_combined_authentication_or_a_reserved_one_is_refused_with_6a86() {
    let mut card = initiated();
    for p1 in (0..=u8::MAX).filter(|p1| !matches!(p1, 0x00 | 0x40 | 0x80)) {
        assert_eq!(
            card.status(&AcData::default().command(p1)),
            0x6A86,
            "{p1:02X}"
        );
    }
    let mut command = AcData::default().command(0x80);
    command[3] = 0x01;
    assert_eq!(card.status(&command), 0x6A86);
    assert_eq!(card.tap.state(), StateKind::Initiated);
    assert!(card.env.payments.is_empty());
}

#[test]
fn a_request_for_an_aac_costs_a_key_only_where_the_profile_says_so() {
    let mut card = initiated();
    assert_eq!(card.status(&AcData::default().command(0x00)), 0x6985);
    assert_eq!(refused_with(&card), Refusal::ReaderDeclines);
    assert_eq!(card.tap.state(), StateKind::Initiated);
    assert!(card.env.payments.is_empty());

    let mut spec = ProfileSpec::mastercard();
    spec.flags |= tags::flags::DECLINE_WITH_AAC;
    let mut card = card_of(&spec);
    card.env.verified = Some(0);
    let answer = card.answer(&AcData::default().command(0x00));
    assert_eq!(value(&answer, 0x9F27), [0x00]);
    assert_eq!(
        value(&answer, 0x9F10)[2],
        0x80,
        "an AAC states no verification"
    );
    assert_eq!(card.env.payments[0].1.cryptogram, CryptogramType::Aac);
}

#[test]
fn an_offline_only_terminal_is_refused() {
    for (terminal_type, offline_only) in [(0x23, true), (0x26, true), (0x22, false), (0x14, false)]
    {
        let mut card = initiated();
        let data = AcData {
            terminal_type,
            ..AcData::default()
        };
        let status = card.status(&data.command(0x80));
        assert_eq!(status == 0x6985, offline_only, "{terminal_type:02X}");
        assert_eq!(card.env.payments.is_empty(), offline_only);
    }
}

/// CVM results: performed by the terminal; amount; verified; what the card does.
#[test]
fn the_cardholder_is_verified_by_what_the_terminal_performed() {
    type Row = ([u8; 3], u64, bool, Result<Cvm, Refusal>);
    const NONE: [u8; 3] = [0x1F, 0x03, 0x02];
    const NOT_PERFORMED: [u8; 3] = [0x3F, 0x00, 0x02];
    const DEVICE: [u8; 3] = [0x01, 0x00, 0x02];
    const PIN: [u8; 3] = [0x42, 0x03, 0x00];
    const SIGNATURE: [u8; 3] = [0x5E, 0x03, 0x00];
    const FAILED: [u8; 3] = [0x00, 0x00, 0x01];
    #[rustfmt::skip]
    let rows: &[Row] = &[
        (NONE,          100_000, false, Ok(Cvm::None)),
        (NOT_PERFORMED, 100_000, false, Ok(Cvm::None)),
        (NONE,          100_001, false, Err(Refusal::UserMustAct)),
        (NONE,          100_001, true,  Ok(Cvm::OnDevice)),
        (DEVICE,        100_000, false, Err(Refusal::UserMustAct)),
        (DEVICE,        100_000, true,  Ok(Cvm::OnDevice)),
        (DEVICE,        200_000, true,  Ok(Cvm::OnDevice)),
        (PIN,           200_000, false, Ok(Cvm::OnlinePin)),
        (PIN,           200_000, true,  Ok(Cvm::OnDevice)),
        (SIGNATURE,     100_000, false, Ok(Cvm::Signature)),
        (SIGNATURE,     100_001, false, Err(Refusal::UserMustAct)),
        (FAILED,        1,       false, Err(Refusal::UserMustAct)),
        (DEVICE,      5_000_001, true,  Err(Refusal::OverLimit)),
    ];
    for (results, amount, verified, expected) in rows {
        let mut card = initiated();
        card.env.verified = verified.then_some(0);
        let answer = card.answer(&with_cvm(*results, *amount).command(0x80));
        let place = format!("{results:02X?} {amount} {verified}");
        match expected {
            Ok(cvm) => {
                assert_eq!(card.env.payments[0].1.cvm, *cvm, "{place}");
                let iad = value(&answer, 0x9F10);
                let stated = Scheme::Mastercard.parse_iad(&iad).unwrap();
                assert_eq!(stated.user_verified, *cvm == Cvm::OnDevice, "{place}");
                assert_eq!(iad[2], if stated.user_verified { 0xA5 } else { 0xA0 });
            }
            Err(refusal) => {
                assert_eq!(answer, refusal.status().octets(), "{place}");
                assert_eq!(refused_with(&card), *refusal, "{place}");
                assert_eq!(card.tap.state(), StateKind::Initiated);
                assert!(card.env.payments.is_empty(), "{place}");
            }
        }
    }
}

#[test]
fn a_card_that_could_make_no_cryptogram_refuses_at_gpo() {
    for change in [
        (|card: &mut TestCard| card.env.keys = 0) as fn(&mut TestCard),
        |card| card.env.now = Some(1_924_992_000),
        |card| card.env.usage.guard.since_act = 5,
    ] {
        let mut card = TestCard::mastercard_in(StateKind::Selected);
        change(&mut card);
        assert_eq!(card.status(&gpo(&[])), 0x6985);
        assert_eq!(card.tap.state(), StateKind::Selected);
    }
}

#[test]
fn whatever_happens_between_gpo_and_generate_ac_spends_nothing() {
    for (change, refusal) in [
        (
            (|card: &mut TestCard| card.env.broken = true) as fn(&mut TestCard),
            Refusal::Key(understudy_core::card::KeyError::Storage),
        ),
        (
            |card| card.slots[0].standing = Standing::Suspended,
            Refusal::CardGone,
        ),
        (|card| card.presented = None, Refusal::CardGone),
        (|card| card.env.now = Some(1_924_992_000), Refusal::Expired),
    ] {
        let mut card = initiated();
        change(&mut card);
        assert_eq!(card.status(&AcData::default().command(0x80)), 0x6985);
        assert_eq!(refused_with(&card), refusal);
        assert_eq!(card.tap.state(), StateKind::Initiated);
        assert!(card.env.payments.is_empty());
    }
    let mut card = initiated();
    card.tap.field_lost(&mut card.env);
    assert_eq!(card.status(&AcData::default().command(0x80)), 0x6985);
    assert!(card.env.payments.is_empty());
}

#[test]
fn the_payment_is_what_cdol1_says() {
    let mut card = initiated();
    card.pay_by_generate_ac(&with_cvm([0x1F, 0x03, 0x02], 4_321));
    let payment = card.env.payments[0].1;
    assert_eq!(payment.amount.minor(), 4_321);
    assert_eq!(payment.date, [0x26, 0x11, 0x22]);
    assert_eq!(payment.time, Some([0x12, 0x34, 0x56]));
    assert_eq!(payment.merchant, None, "this CDOL1 asks for none");
}

#[test]
fn get_data_gives_no_currency_for_9f51_is_another_object_here() {
    let mut card = initiated();
    assert_eq!(card.status(&get_data([0x9F, 0x36])), 0x9000);
    assert_eq!(card.status(&get_data([0x9F, 0x51])), 0x6A88);
    assert_eq!(card.status(&get_data([0xDF, 0x71])), 0x6A88);
}

#[test]
fn versions_whose_key_no_stand_in_card_can_have_are_refused() {
    for cvn in [0x10, 0x11, 0x12, 0x01] {
        let spec = ProfileSpec {
            cvn,
            ..ProfileSpec::mastercard()
        };
        let refused = Some(ProfileError::Value(Tag::new(0xC1)));
        assert_eq!(Profile::parse(spec.octets()).err(), refused, "{cvn:02X}");
    }
}
