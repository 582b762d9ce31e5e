//! The card's refusals at GET PROCESSING OPTIONS, which cost nothing, and the drain guard.

use understudy_core::card::{DrainGuard, Event, KeyError, Refusal, StateKind, tags};
use understudy_tests::{GpoData, ProfileSpec, TestCard, UNIONPAY_DEBIT, gpo, select};

/// 2026-11-22T00:00:00Z.
const TODAY: u64 = 1_795_305_600;
/// 2031-01-01T00:00:00Z, the first second after the sample card's last day.
const AFTER_EXPIRY: u64 = 1_924_992_000;

fn refusal(card: &mut TestCard, data: &GpoData) -> Refusal {
    let spent = card.env.payments.len();
    let answer = card.pay(data);
    assert_eq!(answer.len(), 2);
    assert_eq!(card.env.payments.len(), spent, "a refusal costs nothing");
    assert_eq!(
        card.tap.state(),
        StateKind::Selected,
        "the card stays selected"
    );
    match card.env.events.last() {
        Some(Event::Refused { refusal, .. }) => {
            assert_eq!(refusal.status().octets(), answer[..]);
            *refusal
        }
        other => panic!("no refusal: {other:?}"),
    }
}

#[test]
fn a_reader_without_the_emv_path_is_refused() {
    for ttq in [
        [0x00; 4],
        [0x96, 0x00, 0xC0, 0x80],
        [0xDF, 0xFF, 0xFF, 0xFF],
    ] {
        let data = GpoData {
            ttq,
            ..GpoData::default()
        };
        assert_eq!(
            refusal(&mut TestCard::default(), &data),
            Refusal::NoCommonPath
        );
    }
}

#[test]
fn pdol_data_of_any_other_length_is_refused_with_6700() {
    let right = GpoData::default().octets();
    for length in (0..right.len()).chain([right.len() + 1, 100]) {
        let mut values = right.clone();
        values.resize(length, 0);
        let mut card = TestCard::in_state(StateKind::Selected);
        assert_eq!(card.status(&gpo(&values)), 0x6700, "{length} octets");
        assert!(card.env.payments.is_empty());
    }
}

#[test]
fn the_command_template_is_the_whole_of_the_data() {
    let values = GpoData::default().octets();
    let wrong: [(&[u8], &[u8], u16); 4] = [
        (&[0x00, 0x83, 56], &[], 0x6985),
        (&[0x83, 56], &[0x00], 0x6700),
        (&[0x83, 55], &[], 0x6700),
        (&[0x77, 56], &[], 0x6985),
    ];
    for (before, behind, status) in wrong {
        let data = [before, &values, behind].concat();
        let lc = u8::try_from(data.len()).expect("short");
        let command = [&[0x80, 0xA8, 0x00, 0x00, lc], &data[..], &[0x00]].concat();
        let mut card = TestCard::in_state(StateKind::Selected);
        assert_eq!(card.status(&command), status, "{before:02X?}");
        assert!(card.env.payments.is_empty());
    }
}

#[test]
fn an_amount_or_currency_that_is_not_decimal_is_refused() {
    for place in (4..10).chain(23..25) {
        for nibble in [0x0A, 0xA0] {
            let mut values = GpoData::default().octets();
            values[place] = nibble;
            let mut card = TestCard::in_state(StateKind::Selected);
            assert_eq!(card.status(&gpo(&values)), 0x6985, "octet {place}");
            assert!(card.env.payments.is_empty());
        }
    }
}

#[test]
fn a_card_pays_until_the_end_of_its_last_day() {
    let mut card = TestCard::default();
    card.env.now = Some(AFTER_EXPIRY - 1);
    assert!(card.pay(&GpoData::default()).ends_with(&[0x90, 0x00]));
    card.env.now = Some(AFTER_EXPIRY);
    assert_eq!(refusal(&mut card, &GpoData::default()), Refusal::Expired);
    card.env.now = None;
    assert!(
        card.pay(&GpoData::default()).ends_with(&[0x90, 0x00]),
        "time unknown: counts limit"
    );
}

#[test]
fn no_tap_exceeds_the_limit_of_any_tap_however_verified() {
    let mut card = TestCard::default();
    card.env.verified = Some(0);
    let at = GpoData {
        amount: 5_000_000,
        ..GpoData::default()
    };
    assert!(card.pay(&at).ends_with(&[0x90, 0x00]));
    let above = GpoData {
        amount: 5_000_001,
        ..GpoData::default()
    };
    assert_eq!(refusal(&mut card, &above), Refusal::OverLimit);
    let foreign = GpoData {
        currency: 840,
        ..above
    };
    assert_eq!(refusal(&mut card, &foreign), Refusal::OverLimit);
}

#[test]
fn without_a_key_or_with_a_broken_store_nothing_leaves() {
    let mut card = TestCard::default();
    card.env.keys = 0;
    let exhausted = Refusal::Key(KeyError::Exhausted);
    assert_eq!(refusal(&mut card, &GpoData::default()), exhausted);
    card.env.keys = 1;
    card.env.broken = true;
    assert_eq!(
        refusal(&mut card, &GpoData::default()),
        Refusal::Key(KeyError::Storage)
    );
    card.env.broken = false;
    assert!(
        card.pay(&GpoData::default()).ends_with(&[0x90, 0x00]),
        "the key was kept"
    );
}

#[test]
fn the_counter_ends_at_fffe_and_never_wraps() {
    let mut card = TestCard::default();
    card.env.atc = 0xFFFD;
    let answer = hex::encode_upper(card.pay(&GpoData::default()));
    assert!(answer.contains("9F3602FFFE"));
    card.env.usage.guard = DrainGuard::default();
    assert_eq!(
        refusal(&mut card, &GpoData::default()),
        Refusal::Key(KeyError::Exhausted)
    );
}

#[test]
fn foreign_currency_and_offline_readers_are_refused_or_declined_as_the_profile_says() {
    let foreign = GpoData {
        currency: 344,
        ..GpoData::default()
    };
    let offline = GpoData {
        ttq: [0x2E, 0x00, 0x00, 0x80],
        ..GpoData::default()
    };
    let domestic_only = tags::flags::DOMESTIC_ONLY;
    let with = |flags| {
        TestCard::new(&ProfileSpec {
            flags,
            ..ProfileSpec::default()
        })
    };

    assert_eq!(
        refusal(&mut with(domestic_only), &foreign),
        Refusal::ForeignCurrency
    );
    assert_eq!(
        refusal(&mut with(domestic_only), &offline),
        Refusal::OfflineOnly
    );

    for data in [foreign, offline] {
        let mut card = with(domestic_only | tags::flags::DECLINE_WITH_AAC);
        let answer = hex::encode_upper(card.pay(&data));
        assert!(
            answer.contains("9F100807010103800000019F26"),
            "an AAC: {answer}"
        );
        assert!(answer.contains("9F6C020000"));
        assert_eq!(card.env.payments.len(), 1, "an AAC costs a key");
        assert_eq!(card.tap.state(), StateKind::Complete);
    }
}

#[test]
fn an_offline_reader_that_requires_what_the_card_lacks_is_refused_not_declined() {
    let flags = tags::flags::DECLINE_WITH_AAC;
    let spec = ProfileSpec {
        flags,
        policy: [0x02, 0x00],
        ..ProfileSpec::default()
    };
    let data = GpoData {
        ttq: [0x28, 0x40, 0x00, 0x80],
        ..GpoData::default()
    };
    assert_eq!(
        refusal(&mut TestCard::new(&spec), &data),
        Refusal::NoCommonCvm
    );
}

#[test]
fn every_transaction_type_and_amount_zero_get_an_arqc() {
    for kind in [0x00, 0x01, 0x03, 0x09, 0x20, 0x31, 0xFF] {
        let data = GpoData {
            kind,
            amount: 0,
            ..GpoData::default()
        };
        let answer = hex::encode_upper(TestCard::default().pay(&data));
        assert!(
            answer.contains("9F1008") && answer.contains("03A00000019F26"),
            "{answer}"
        );
    }
}

#[test]
fn a_second_gpo_without_select_is_refused_and_a_new_select_starts_anew() {
    let mut card = TestCard::in_state(StateKind::Complete);
    let gpo = GpoData::default().command();
    assert_eq!(card.status(&gpo), 0x6985);
    assert_eq!(card.env.payments.len(), 1);
    assert_eq!(card.status(&select(UNIONPAY_DEBIT)), 0x9000);
    assert_eq!(card.status(&gpo), 0x9000);
    assert_eq!(card.env.payments.len(), 2);
}

/// Taps until one is refused, at most `tries` times; returns the number of cryptograms.
fn cryptograms(card: &mut TestCard, tries: usize) -> usize {
    let before = card.env.payments.len();
    for _ in 0..tries {
        card.pay(&GpoData {
            amount: 1,
            ttq: [0x26, 0x40, 0, 0x80],
            ..GpoData::default()
        });
    }
    card.env.payments.len() - before
}

#[test]
fn a_reader_that_loops_for_a_minute_gets_three_cryptograms() {
    let mut card = TestCard::default();
    for second in 0..60 {
        card.env.now = Some(TODAY + second);
        cryptograms(&mut card, 20);
    }
    assert_eq!(card.env.payments.len(), 3);
}

#[test]
fn a_reader_that_loops_for_a_day_gets_five_until_the_user_acts() {
    let mut card = TestCard::default();
    for minute in 0..24 * 60 {
        card.env.now = Some(TODAY + 60 * minute);
        cryptograms(&mut card, 5);
    }
    assert_eq!(card.env.payments.len(), 5);
    card.env.usage.guard = DrainGuard::default();
    assert_eq!(cryptograms(&mut card, 5), 3, "the user acted");
}

#[test]
fn no_window_of_a_minute_holds_more_than_three() {
    let mut card = TestCard::default();
    let mut times = Vec::new();
    for second in 0..600 {
        card.env.now = Some(TODAY + second);
        card.env.usage.guard.since_act = card.env.usage.guard.since_act.min(4);
        if cryptograms(&mut card, 1) == 1 {
            times.push(second);
        }
    }
    assert!(times.len() > 6, "the test taps often enough");
    assert!(
        times.windows(4).all(|taps| taps[3] - taps[0] >= 60),
        "{times:?}"
    );
}

#[test]
fn an_unknown_or_backward_clock_counts_as_the_same_minute() {
    let mut card = TestCard::default();
    card.env.now = None;
    assert_eq!(cryptograms(&mut card, 10), 3);

    let mut card = TestCard::default();
    card.env.now = Some(TODAY);
    assert_eq!(cryptograms(&mut card, 10), 3);
    card.env.now = Some(TODAY - 86_400);
    assert_eq!(cryptograms(&mut card, 10), 0);
    card.env.now = Some(TODAY + 60);
    assert_eq!(cryptograms(&mut card, 10), 2, "five in all");
}

#[test]
fn a_tap_at_an_unknown_time_is_not_older_than_a_minute_once_the_time_is_known() {
    let mut card = TestCard::default();
    card.env.now = None;
    assert_eq!(cryptograms(&mut card, 10), 3);
    for seconds in [0, 60, 86_400] {
        card.env.now = Some(TODAY + seconds);
        assert_eq!(cryptograms(&mut card, 10), 0, "{seconds} s later");
    }
    card.env.usage.guard = DrainGuard::default();
    assert_eq!(cryptograms(&mut card, 10), 3, "the user acted");
}

#[test]
fn every_tap_that_is_known_to_be_a_minute_old_makes_room_for_another() {
    let known = Some(TODAY);
    let cases = [
        ([known, known, None], 2),
        ([None, known, known], 2),
        ([known, None, None], 1),
        ([None, None, known], 2),
        ([None, None, None], 0),
    ];
    for (times, more) in cases {
        let mut card = TestCard::default();
        for now in times {
            card.env.now = now;
            assert_eq!(cryptograms(&mut card, 1), 1);
        }
        card.env.now = Some(TODAY + 59);
        assert_eq!(cryptograms(&mut card, 10), 0, "{times:?}, too early");
        card.env.now = Some(TODAY + 60);
        assert_eq!(cryptograms(&mut card, 10), more, "{times:?}");
    }
}

/// Sequences of taps under a clock that is either right or unknown: no minute of the true time
/// holds more than three cryptograms, and none comes after the fifth.
#[test]
fn no_true_minute_holds_more_than_three_whenever_the_clock_is_unknown() {
    const TAPS: u32 = 6;
    let mut reached = 0;
    for number in 0..6_usize.pow(TAPS) {
        let mut card = TestCard::default();
        let (mut now, mut answered, mut unknown) = (TODAY, Vec::new(), false);
        for tap in 0..TAPS {
            let choice = number / 6_usize.pow(tap) % 6;
            now += [0, 31, 60][choice % 3];
            let told = choice < 3;
            card.env.now = told.then_some(now);
            unknown |= !told;
            if cryptograms(&mut card, 1) == 1 {
                answered.push(now);
            } else if unknown && told {
                reached += 1;
            }
        }
        let full = |taps: &[u64]| taps[3] - taps[0] < 60;
        assert!(!answered.windows(4).any(full), "{number}: {answered:?}");
        assert!(answered.len() <= 5, "{number}: {answered:?}");
    }
    assert!(
        reached > 1000,
        "refused after unknown and then known times: {reached}"
    );
}
