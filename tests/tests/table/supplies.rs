//! A card of each kind after its first letter: further keys, new limits, a new profile, another phone, and
//! an issuer that is opened again.

use std::rc::Rc;

use understudy_issuer::demonstration::{config, custody};
use understudy_issuer::{Issuer, NewLimits, Reason};
use understudy_pos::{Outcome, Transaction, TransactionType};
use understudy_test_bank as bank;
use understudy_test_phone::{Field, Fixed, Phone};
use understudy_wallet::Taken;

use crate::rows::taps;
use crate::scene::{Scene, last_status, online};
use crate::values::{WITHIN, cny};

#[test]
fn a_card_pays_until_its_last_key_and_again_with_further_ones() {
    for (row, _) in taps() {
        let scene = Scene::with(row, |options| options.keys = 1);
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
        assert_eq!(scene.phone.counts(scene.card.id), (0, 1), "{row}");
        let refused = scene.tap(cny(WITHIN));
        assert!(
            !matches!(refused.outcome, Outcome::OnlineRequest(_)),
            "{row}"
        );
        assert_eq!(last_status(&refused), 0x6985, "{row}");

        scene.report();
        let more = scene.issuer.replenish(scene.card.token, 3, scene.now());
        let taken = scene.phone.takes(&more.expect("more keys"));
        assert_eq!(taken, Taken::Replenished(scene.card.id), "{row}");
        assert_eq!(scene.phone.counts(scene.card.id), (3, 1), "{row}");
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
    }
}

#[test]
fn a_letter_holds_a_thousand_keys_of_every_kind() {
    let mut kinds = 0;
    for (row, _) in taps() {
        if row.cvn != row.scheme.versions()[0] || !row.sm_reader {
            continue;
        }
        let scene = Scene::with(row, |options| options.keys = 1000);
        assert_eq!(scene.phone.counts(scene.card.id), (1000, 0), "{row}");
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
        kinds += 1;
    }
    // UnionPay: five ciphers and a pair, Visa: five, both with and without records; Mastercard: five.
    assert_eq!(kinds, 2 * (6 + 5) + 5);
}

#[test]
fn new_limits_hold_at_the_issuer_at_once_and_a_new_profile_pays_within_them() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let [before, within] = [WITHIN, WITHIN / 2].map(|minor| scene.request(minor));
        let limits = NewLimits {
            unverified_tap: Some(WITHIN - 1),
            ..NewLimits::default()
        };
        let token = scene.card.token;
        let set = scene.issuer.set_limits(token, &limits, scene.now());
        set.expect("lower limits");
        assert_eq!(scene.authorise(&before).reason, Reason::NoCvm, "{row}");
        assert!(scene.authorise(&within).approved(), "{row}");
        scene.fetch();
        let profile = scene.issuer.update_profile(token, scene.now());
        scene.phone.takes(&profile.expect("the present profile"));
        assert!(
            scene.authorise(&scene.request(WITHIN - 1)).approved(),
            "{row}"
        );
    }
}

#[test]
fn a_card_that_moves_to_another_phone_pays_there_and_no_more_here() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let old = scene.request(WITHIN);
        let other = Phone::new(&scene.clock.other());
        let device = bank::enrol(&scene.issuer, &other.wallet, scene.now());
        let token = scene.card.token;
        let moved = scene.issuer.change_device(token, device, 3, scene.now());
        let moved = moved.expect("moved");
        assert_eq!(
            other.takes(&moved.letter),
            Taken::Installed(moved.card),
            "{row}"
        );
        assert_eq!(
            scene.authorise(&old).reason,
            Reason::CounterNotIssued,
            "{row}"
        );
        let kind = TransactionType::Purchase;
        let sale = Transaction::new(kind, cny(WITHIN), scene.local_time(), 1).expect("a sale");
        let tapped = scene
            .terminal
            .tap(&sale, &mut Field::of(&other), &mut Fixed);
        assert!(scene.authorise(&online(tapped)).approved(), "{row}");
        assert!(
            scene.fetch().contains(&Taken::Deleted(scene.card.id)),
            "{row}"
        );
    }
}

#[test]
fn an_issuer_that_is_opened_again_knows_cards_of_every_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("issuer.sqlite");
    let open = || Issuer::open(&path, custody(), config()).expect("its own database");
    let issuer = Rc::new(open());
    let sent = taps().into_iter().map(|(row, _)| {
        let scene = Scene::at(Rc::clone(&issuer), row, |options| {
            options.limits.unverified_taps = 1;
            options.limits.unverified_sum = WITHIN;
        });
        (row, scene.message(&scene.request(WITHIN)), scene.now())
    });
    let sent: Vec<_> = sent.collect();
    drop(issuer);
    let issuer = open();
    for (row, message, now) in sent {
        let verdict = issuer.authorise(&message, now).expect("decided");
        assert!(verdict.approved(), "{row}: {}", verdict.reason);
    }
}
