//! Codes and the disk: a key is durably spent before its code leaves, wherever power or process end.

use std::io::ErrorKind;
use std::thread;

use understudy_tests::GpoData;

use super::codes::{only, show, verified};
use crate::history::RecordOutcome;
use crate::kit::{Phone, card};
use crate::store::Fate;
use crate::{EntryMode, Record, Simulated, WalletError};

#[test]
fn a_code_that_was_shown_outlives_a_power_cut_right_after_it() {
    let mut phone = verified(3);
    show(&phone);
    phone.lose_power();
    assert_eq!(phone.keys_left(), 2);
    let record = only(&phone);
    assert_eq!(record.entry_mode, EntryMode::Code);
    assert!(matches!(record.outcome, RecordOutcome::Sent(_)));
}

#[test]
fn no_code_leaves_while_its_key_is_not_durably_spent() {
    let mut phone = verified(3);
    phone.folder.hold_syncs();
    thread::scope(|scope| {
        let shown = scope.spawn(|| phone.wallet.present_code(card(1)));
        phone.folder.wait_for_held_sync();
        let _released = Released(&phone.folder);
        assert!(!shown.is_finished());
        assert_eq!(only(&phone).atc.unwrap().get(), 1);
        phone.folder.release_syncs();
        shown.join().unwrap().unwrap();
    });
    phone.lose_power();
    assert_eq!(only(&phone).entry_mode, EntryMode::Code);
}

#[test]
fn wherever_the_process_or_the_power_ends_no_key_is_used_twice_and_no_shown_code_is_lost() {
    let mut cuts = 0;
    for power in [false, true] {
        for cut in 0.. {
            let mut phone = Phone::with_keys(3);
            phone.install(2, &[7, 8, 9]);
            phone.verify();
            phone.folder.die_after(cut);
            let code = phone.wallet.present_code(card(2));
            let folder = if power {
                phone.clock.reboot();
                phone.folder.cut_power(|| Fate::Lost)
            } else {
                phone.folder.die()
            };
            phone.reopen(folder).unwrap();
            let shown = |record: &Record| record.entry_mode == EntryMode::Code;
            let found = phone.history().into_iter().filter(shown).count();
            assert!(found == 1 || (code.is_err() && found == 0), "cut {cut}");
            phone.verify();
            let next = phone.wallet.present_code(card(2)).unwrap().atc.get();
            match &code {
                Ok(code) => assert!(next > code.atc.get(), "cut {cut}"),
                Err(_) => assert!((7..=8).contains(&next), "cut {cut}"),
            }
            if next == 8 && found == 1 && code.is_ok() {
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts > 8, "{cuts}");
}

#[test]
fn a_sync_that_fails_keeps_the_code_back_and_its_key_spent() {
    let phone = verified(3);
    // The mark is written, and then its sync fails.
    phone.folder.fail_after(1, ErrorKind::Other);
    let failed = phone.wallet.present_code(card(1));
    assert!(matches!(failed, Err(WalletError::Journal(_))), "{failed:?}");
    assert_eq!(only(&phone).entry_mode, EntryMode::Code);
    phone.folder.fail_after(1 << 40, ErrorKind::Other);
    phone.verify();
    assert_eq!(show(&phone), 2);
}

#[test]
fn a_tap_amid_a_code_takes_another_key() {
    let phone = verified(3);
    phone.wallet.set_default(card(1)).unwrap();
    phone.tap();
    assert_eq!(phone.armed(), None);
    phone.folder.hold_syncs();
    thread::scope(|scope| {
        let shown = scope.spawn(|| phone.wallet.present_code(card(1)));
        // The key is being armed, and a reader asks for it.
        phone.folder.wait_for_held_sync();
        let _released = Released(&phone.folder);
        let tap = scope.spawn(|| phone.begin(&GpoData::default()));
        phone.folder.release_syncs();
        let code = shown.join().unwrap().unwrap().atc.get();
        let tapped = tap.join().unwrap().atc().unwrap();
        let mut both = [code, tapped];
        both.sort_unstable();
        assert_eq!(both, [2, 3]);
    });
    assert_eq!(phone.keys_left(), 0);
}

/// Releases the syncs also if the test fails: its other threads wait for that.
struct Released<'f>(&'f Simulated);

impl Drop for Released<'_> {
    fn drop(&mut self) {
        self.0.release_syncs();
    }
}
