//! The trusted time: the time that the issuer signed and the time elapsed since; the wall clock
//! pulls it forward by a day at most.

use understudy_core::card::UnixTime;
use understudy_provisioning::letter::Command;
use understudy_test_letters::CHALLENGE;

use crate::kit::{Answer, DAY, HandClock, Phone, START, card, issuer_keys};

const YEAR: u64 = 365 * DAY;

/// A phone with keys 1 and 2 that end in 30 days.
fn with_ending_keys() -> Phone {
    let mut phone = Phone::empty();
    phone.issuer.not_after = Some(START + 30 * DAY);
    phone.install(1, &[1, 2]);
    phone.issuer.not_after = None;
    phone.wallet.settle().unwrap();
    phone
}

fn keys(phone: &Phone) -> (u16, u16) {
    let cards = phone.wallet.cards();
    (cards[0].ledger.keys, cards[0].ledger.expired)
}

#[test]
fn time_is_unknown_until_the_issuer_signed_one() {
    let mut phone = Phone::empty();
    assert_eq!(phone.wallet.time(), None);
    phone.install(1, &[1]);
    assert_eq!(phone.wallet.time(), Some(UnixTime(START)));
}

#[test]
fn another_issuer_does_not_take_over_what_one_signed() {
    let mut phone = Phone::empty();
    phone.issuer.now = START + 30 * YEAR;
    let letter = phone.issuer.command(None, Command::Report);
    phone.receive(&letter);
    assert!(phone.wallet.time().is_some());
    phone.wallet.enrol(issuer_keys(), CHALLENGE, None).unwrap();
    assert_eq!(phone.wallet.time(), None);
}

#[test]
fn elapsed_time_moves_it_on_where_the_wall_clock_stands_still() {
    let phone = with_ending_keys();
    phone.clock.pass(1000);
    phone.clock.set_wall(Some(START));
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 1000)));
    phone.clock.set_wall(None);
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 1000)));
}

#[test]
fn a_wall_clock_that_goes_back_a_year_changes_nothing() {
    let phone = with_ending_keys();
    phone.clock.pass(31 * DAY);
    phone.clock.set_wall(Some(START - YEAR));
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 31 * DAY)));
    assert_eq!(keys(&phone), (0, 2));
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
}

#[test]
fn a_wall_clock_that_goes_forward_thirty_years_and_back_destroys_no_key() {
    let mut phone = with_ending_keys();
    phone.clock.set_wall(Some(START + 30 * YEAR));
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + DAY)));
    // Changes in the meantime do not store that time.
    phone.wallet.set_default(card(1)).unwrap();
    phone.die();
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + DAY)));
    phone.clock.set_wall(Some(START));
    assert_eq!(phone.wallet.time(), Some(UnixTime(START)));
    assert_eq!(keys(&phone), (2, 0));
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn keys_that_end_within_the_day_that_the_wall_clock_adds_are_refused_and_kept() {
    let phone = with_ending_keys();
    phone.clock.pass(29 * DAY + DAY / 2);
    phone.clock.set_wall(Some(START + 30 * YEAR));
    assert_eq!(keys(&phone), (0, 2));
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    phone.wallet.settle().unwrap();
    phone.clock.set_wall(Some(START + 29 * DAY));
    phone.wallet.settle().unwrap();
    assert_eq!(keys(&phone), (2, 0));
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_key_is_good_in_the_last_second_of_its_batch_and_not_in_the_next() {
    let phone = with_ending_keys();
    phone.clock.pass(30 * DAY);
    assert_eq!(keys(&phone), (2, 0));
    phone.clock.pass(1);
    assert_eq!(keys(&phone), (0, 2));
}

#[test]
fn a_reboot_without_network_revives_no_key_that_had_ended() {
    let mut phone = with_ending_keys();
    phone.clock.pass(31 * DAY);
    assert!(phone.wallet.settle_due());
    phone.wallet.settle().unwrap();
    phone.lose_power();
    phone.clock.set_wall(Some(START));
    assert_eq!(keys(&phone), (0, 2));
    // The elapsed clock shows five seconds after a reboot.
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 31 * DAY + 5)));
    assert!(!phone.wallet.settle_due());
}

#[test]
fn the_death_of_the_process_after_a_reboot_revives_no_key_that_had_ended() {
    let mut phone = with_ending_keys();
    phone.lose_power();
    phone.clock.pass(31 * DAY);
    phone.clock.set_wall(Some(START));
    let ended = phone.wallet.cards()[0].ledger.expired;
    assert_eq!((phone.keys_left(), ended), (0, ended));
    // Nothing was stored in this boot.
    phone.die();
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(phone.wallet.cards()[0].ledger.expired, ended);
}

#[test]
fn keys_that_ended_while_no_process_ran_stay_so_after_a_reboot() {
    let mut phone = with_ending_keys();
    phone.clock.pass(31 * DAY);
    phone.die();
    assert_eq!(keys(&phone), (0, 2));
    assert!(phone.wallet.settle_due());
    phone.wallet.settle().unwrap();
    phone.lose_power();
    phone.clock.set_wall(Some(START));
    assert_eq!(keys(&phone), (0, 2));
}

#[test]
fn a_reboot_keeps_the_time_and_the_wall_clock_adds_a_day_at_most() {
    let mut phone = with_ending_keys();
    phone.clock.pass(3 * DAY);
    phone.wallet.set_default(card(1)).unwrap();
    phone.lose_power();
    phone.clock.set_wall(Some(START + 100 * DAY));
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 4 * DAY + 5)));
    phone.clock.set_wall(None);
    phone.clock.pass(DAY);
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 4 * DAY + 5)));
}

#[test]
fn ended_keys_are_erased_by_a_signed_time_only() {
    let mut phone = with_ending_keys();
    phone.clock.pass(31 * DAY);
    phone.wallet.set_default(card(1)).unwrap();
    assert_eq!(keys(&phone), (0, 2));
    phone.issuer.now = START + 31 * DAY;
    let letter = phone.issuer.command(None, Command::Report);
    phone.receive(&letter);
    assert_eq!(keys(&phone), (0, 0));
}

#[test]
fn a_batch_that_ended_gives_way_to_the_next_one() {
    let mut phone = with_ending_keys();
    let letter = phone.issuer.keys(card(1), &[3, 4]);
    phone.receive(&letter);
    phone.clock.pass(31 * DAY);
    assert_eq!(keys(&phone), (2, 2));
    phone.wallet.settle().unwrap();
    assert_eq!(phone.tap().atc(), Some(3));
    // The tap with key 3 erased keys 1 and 2, whose counters are lower.
    assert_eq!(keys(&phone), (1, 0));
    phone.die();
    assert_eq!(keys(&phone), (1, 0));
}

#[test]
fn an_armed_key_whose_batch_ends_does_not_leave() {
    let phone = with_ending_keys();
    assert_eq!(phone.armed(), Some((1, 1)));
    phone.clock.pass(31 * DAY);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), None);
}

#[test]
fn no_limit_window_reopens_when_the_wall_clock_jumps() {
    let mut phone = Phone::empty();
    phone.install(1, &(1..=20).collect::<Vec<_>>());
    phone.wallet.settle().unwrap();
    let tap = |phone: &Phone| {
        let answer = phone.begin(&understudy_tests::GpoData::default());
        phone.wallet.field_lost();
        answer.atc()
    };
    for atc in 1..=3 {
        assert_eq!(tap(&phone), Some(atc));
    }
    assert_eq!(tap(&phone), None);
    for wall in [START - YEAR, START + 30 * YEAR, START + 60, START] {
        phone.clock.set_wall(Some(wall));
        assert_eq!(tap(&phone), None, "{wall}");
    }
    phone.die();
    phone.clock.set_wall(Some(START + 30 * YEAR));
    assert_eq!(tap(&phone), None);
    phone.lose_power();
    assert_eq!(tap(&phone), None);
    phone.clock.pass(61);
    phone.clock.set_wall(Some(START));
    assert_eq!(tap(&phone), Some(5));
}

#[test]
fn a_letter_of_an_earlier_time_does_not_set_the_clock_back() {
    let mut phone = with_ending_keys();
    phone.clock.pass(5 * DAY);
    phone.issuer.now = START - DAY;
    let letter = phone.issuer.command(None, Command::Report);
    phone.receive(&letter);
    assert_eq!(phone.wallet.time(), Some(UnixTime(START + 5 * DAY)));
}

#[test]
fn the_system_clock_names_the_boot() {
    use crate::{Clock as _, SystemClock};
    let boot = SystemClock.boot();
    assert_eq!(boot, SystemClock.boot());
    assert_eq!(boot.is_some(), cfg!(target_os = "linux"));
    assert!(SystemClock.wall() > Some(UnixTime(START - 10 * YEAR)));
    let hands = HandClock::new();
    assert_ne!(boot, hands.boot());
}
