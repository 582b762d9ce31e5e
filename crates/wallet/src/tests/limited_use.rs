//! A card of Visa 43: its key is lent once for each counter, within its count, its sum and its time.

use understudy_core::card::{KeyError, Refusal, tags};
use understudy_core::crypto::{
    Atc, CryptogramInput, Cvn, KeyIndex, LimitedUseKey, TdesKey, TransactionData,
};
use understudy_provisioning::letter::Body;
use understudy_provisioning::package::{LimitedUse, emit_limited_use, limited_use_len};
use understudy_provisioning::{Package, Subject};
use understudy_test_letters::number;
use understudy_tests::{GpoData, ProfileSpec};

use crate::history::RecordOutcome;
use crate::kit::{Answer, Phone, START, card, spec, states};
use crate::{Taken, Thresholds, WalletError};

const KEY: [u8; 16] = *b"limited-use key1";
const NEXT_KEY: [u8; 16] = *b"limited-use key2";

fn visa_43() -> ProfileSpec {
    ProfileSpec {
        scheme: 0x02,
        cvn: 0x43,
        flags: tags::flags::VERIFIED_IN_IAD | tags::flags::DOMESTIC_ONLY,
        ..spec(card(1))
    }
}

/// A key for the counters from `first` to `last`, up to a sum.
fn terms(index: &str, first: u16, last: u16, sum: u64) -> LimitedUse {
    LimitedUse {
        index: KeyIndex::parse(index).unwrap(),
        first: Atc::new(first).unwrap(),
        last: Atc::new(last).unwrap(),
        sum,
    }
}

/// A letter with a limited-use key for a subject.
fn letter(phone: &mut Phone, subject: &Subject<'_>, terms: &LimitedUse, key: &[u8; 16]) -> Vec<u8> {
    let not_after = phone.issuer.not_after.map(understudy_core::card::UnixTime);
    let mut out = vec![0; limited_use_len(subject)];
    let package = emit_limited_use(&mut out, subject, not_after, terms, key).unwrap();
    let package = Package::parse(package).unwrap();
    phone.issuer.write(Some(card(1)), Body::Package(package))
}

/// A phone with a card of Visa 43 and its key, armed.
fn with_key(terms: &LimitedUse, not_after: Option<u64>) -> Phone {
    let mut phone = Phone::empty();
    phone.issuer.not_after = not_after;
    let profile = visa_43().octets();
    let subject = Subject::Card { profile: &profile };
    let letter = letter(&mut phone, &subject, terms, &KEY);
    assert_eq!(phone.receive(&letter), Taken::Installed(card(1)));
    phone.wallet.settle().unwrap();
    phone
}

/// The user verifies and pays an amount, and the wallet settles.
fn pay(phone: &Phone, amount: u64) -> Answer {
    phone.verify();
    let answer = phone.tap_for(&GpoData {
        amount,
        ..GpoData::default()
    });
    phone.wallet.settle().unwrap();
    answer
}

fn last_refusal(phone: &Phone) -> Option<Refusal> {
    phone
        .history()
        .iter()
        .find_map(|record| match record.outcome {
            RecordOutcome::Refused(refusal) => Some(refusal),
            _ => None,
        })
}

/// True if a file of the wallet has these octets. The process ends, and another one opens the wallet.
fn is_stored(phone: &mut Phone, octets: &[u8]) -> bool {
    let states = states(&phone.folder.die());
    phone.die();
    phone.wallet.settle().unwrap();
    let mut windows = states
        .iter()
        .flat_map(|(_, state)| state.windows(octets.len()));
    windows.any(|window| window == octets)
}

#[test]
fn a_limited_use_key_pays_once_a_counter_and_is_gone_with_the_last() {
    let mut phone = with_key(&terms("0570201", 5, 7, 1_000_000), None);
    assert_eq!(phone.keys_left(), 3);
    assert!(is_stored(&mut phone, &KEY));
    for counter in [5, 6, 7] {
        assert_eq!(pay(&phone, 1234).atc(), Some(counter));
    }
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(pay(&phone, 1234), Answer::Refused(0x6985));
    let exhausted = Refusal::Key(KeyError::Exhausted);
    assert_eq!(last_refusal(&phone), Some(exhausted));
    // Two generations later no file has it.
    for _ in 0..2 {
        phone.wallet.set_default(card(1)).unwrap();
    }
    assert!(!is_stored(&mut phone, &KEY));
}

#[test]
fn the_cryptogram_is_the_key_s_and_its_index_is_stated() {
    let phone = with_key(&terms("0570201", 5, 7, 1_000_000), None);
    let Answer::Cryptogram(5, made) = pay(&phone, 1234) else {
        panic!("no cryptogram");
    };
    let data = TransactionData {
        amount_authorised: [0, 0, 0, 0, 0x12, 0x34],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: GpoData::default().date,
        transaction_type: GpoData::default().kind,
        unpredictable_number: GpoData::default().unpredictable_number,
        aip: [0; 2],
    };
    let mut iad = [0; 32];
    let stated = [
        0x1F, 0x43, 0x01, 0x00, 0xA4, 0x00, 0x00, 0x00, 0x04, 0x00, 0x57, 0x02, 0x01,
    ];
    iad[..stated.len()].copy_from_slice(&stated);
    let input = CryptogramInput::new(Cvn::Visa43, data, &iad).unwrap();
    let key = |octets| {
        let index = KeyIndex::parse("0570201").unwrap();
        let key = LimitedUseKey::new(index, TdesKey::from_octets(octets));
        let atc = Atc::new(5).unwrap();
        key.for_atc(atc).application_cryptogram(&input).0
    };
    assert_eq!(key(KEY)[..], made);
    assert_ne!(key(NEXT_KEY)[..], made);
}

#[test]
fn what_a_key_paid_counts_against_its_sum_also_in_the_next_process() {
    let mut phone = with_key(&terms("0570201", 1, 100, 10_000), None);
    assert_eq!(pay(&phone, 6_000).atc(), Some(1));
    phone.die();
    phone.wallet.settle().unwrap();
    assert_eq!(pay(&phone, 4_001), Answer::Refused(0x6985));
    assert_eq!(last_refusal(&phone), Some(Refusal::OverLimit));
    // The refusal cost nothing, and exactly what is left is paid.
    assert_eq!(pay(&phone, 4_000).atc(), Some(2));
    phone.wallet.set_default(card(1)).unwrap();
    phone.die();
    phone.wallet.settle().unwrap();
    assert_eq!(pay(&phone, 1), Answer::Refused(0x6985));
    assert_eq!(phone.keys_left(), 98);
}

#[test]
fn a_card_whose_sum_is_short_needs_keys() {
    let thresholds = Thresholds {
        keys: 1,
        ..Thresholds::default()
    };
    let needs = |phone: &Phone| phone.wallet.needs(&thresholds).cards[0].keys;
    let limit = visa_43().unverified_tap;
    let phone = with_key(&terms("0570201", 1, 100, limit + 1_000), None);
    assert!(!needs(&phone));
    assert_eq!(pay(&phone, 1_000).atc(), Some(1));
    assert!(!needs(&phone));
    assert_eq!(pay(&phone, 1).atc(), Some(2));
    assert!(needs(&phone));
}

#[test]
fn a_limited_use_key_is_not_lent_after_its_time() {
    let phone = with_key(&terms("0570201", 1, 9, 1_000_000), Some(START + 60));
    assert_eq!(pay(&phone, 1234).atc(), Some(1));
    phone.clock.pass(60);
    assert_eq!(pay(&phone, 1234), Answer::Refused(0x6985));
    assert_eq!(last_refusal(&phone), Some(Refusal::Key(KeyError::Expired)));
}

#[test]
fn no_counter_is_lent_twice_wherever_the_process_dies() {
    let mut lent = Vec::new();
    let mut settled = Vec::new();
    for cuts in 0..8 {
        let mut phone = with_key(&terms("0570201", 1, 100, 10_000), None);
        phone.verify();
        phone.folder.die_after(cuts);
        let before = phone.tap_for(&GpoData {
            amount: 6_000,
            ..GpoData::default()
        });
        settled.push(before.atc().is_some() && phone.wallet.settle().is_ok());
        phone.die();
        phone.wallet.settle().unwrap();
        let spent = before.atc().is_some();
        lent.push(spent);
        // A tap that was answered counts, with its amount; one that was not counts in neither.
        let after = pay(&phone, 6_000);
        if spent {
            assert_eq!(after, Answer::Refused(0x6985), "cut {cuts}");
            assert_eq!(pay(&phone, 4_000).atc(), Some(2), "cut {cuts}");
        } else {
            assert_eq!(after.atc(), Some(1), "cut {cuts}");
        }
    }
    // It died before the tap, between the tap and the end of the settling, and behind both.
    assert_eq!((lent.first(), settled.last()), (Some(&false), Some(&true)));
    assert!(
        lent.iter()
            .zip(&settled)
            .any(|(lent, settled)| *lent && !settled)
    );
}

#[test]
fn a_key_whose_count_was_lost_with_the_power_is_not_lent_again() {
    let mut phone = with_key(&terms("0570201", 1, 100, 10_000), None);
    assert_eq!(phone.tap().atc(), Some(1));
    phone.lose_power();
    phone.wallet.settle().unwrap();
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(pay(&phone, 1), Answer::Refused(0x6985));
    let subject = Subject::Keys {
        number: number(card(1)),
    };
    let next = terms("0570202", 101, 110, 10_000);
    let letter = letter(&mut phone, &subject, &next, &NEXT_KEY);
    assert_eq!(phone.receive(&letter), Taken::Replenished(card(1)));
    assert_eq!(pay(&phone, 1).atc(), Some(101));
}

#[test]
fn a_new_key_takes_the_place_of_the_one_before_which_is_erased() {
    let mut phone = with_key(&terms("0570201", 1, 100, 10_000), None);
    assert_eq!(pay(&phone, 9_000).atc(), Some(1));
    assert_eq!(phone.armed(), Some((1, 2)));
    let subject = Subject::Keys {
        number: number(card(1)),
    };
    let next = terms("0570202", 101, 110, 10_000);
    let letter = letter(&mut phone, &subject, &next, &NEXT_KEY);
    assert_eq!(phone.receive(&letter), Taken::Replenished(card(1)));
    phone.wallet.settle().unwrap();
    assert_eq!((phone.keys_left(), phone.armed()), (10, Some((1, 101))));
    assert_eq!(pay(&phone, 9_000).atc(), Some(101));
    phone.wallet.set_default(card(1)).unwrap();
    assert!(is_stored(&mut phone, &NEXT_KEY) && !is_stored(&mut phone, &KEY));
}

#[test]
fn a_key_of_another_kind_than_the_card_s_or_with_counters_that_were_used_is_refused() {
    let mut phone = with_key(&terms("0570201", 5, 9, 10_000), None);
    assert_eq!(pay(&phone, 1).atc(), Some(5));
    let single = phone.issuer.keys(card(1), &[101, 102]);
    let refused = phone.wallet.receive(&single);
    assert!(
        matches!(refused, Err(WalletError::OtherCiphers)),
        "{refused:?}"
    );
    let subject = Subject::Keys {
        number: number(card(1)),
    };
    let again = terms("0570202", 9, 20, 10_000);
    let again = letter(&mut phone, &subject, &again, &NEXT_KEY);
    let refused = phone.wallet.receive(&again);
    assert!(
        matches!(refused, Err(WalletError::StaleKeys)),
        "{refused:?}"
    );
    assert_eq!(pay(&phone, 1).atc(), Some(6));
    let mut other = Phone::with_keys(3);
    let lent = letter(&mut other, &subject, &terms("0570202", 9, 20, 10_000), &KEY);
    let refused = other.wallet.receive(&lent);
    assert!(
        matches!(refused, Err(WalletError::OtherCiphers)),
        "{refused:?}"
    );
    assert_eq!(other.pay().atc(), Some(1));
}
