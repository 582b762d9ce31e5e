//! Cards that do not pay: suspended, deleted, too old, without keys; and cards that ask their user first.

use understudy_issuer::{CvmOrder, Reason};
use understudy_pos::{Outcome, Reason as TapReason};
use understudy_provisioning::letter::SuspendReason;
use understudy_wallet::Taken;

use crate::rows::{REFUSED, rows, taps};
use crate::scene::{Scene, last_status, online};
use crate::values::{KEY_DAYS, LIMIT, WITHIN, cny};

const DAY: u64 = 86_400;

/// 2031-01-01: the cards are good until December 2030.
const YEARS: u64 = 1_924_992_000;

#[test]
fn a_card_and_a_reader_without_a_common_algorithm_spend_no_key() {
    let mut refused = 0;
    for row in rows().into_iter().filter(|row| row.algorithm().is_none()) {
        let scene = Scene::of(row);
        let before = scene.phone.counts(scene.card.id);
        let report = scene.tap(cny(WITHIN));
        assert_eq!(last_status(&report), 0x6985, "{row}");
        assert!(
            !matches!(report.outcome, Outcome::OnlineRequest(_)),
            "{row}"
        );
        assert_eq!(scene.phone.counts(scene.card.id), before, "{row}");
        refused += 1;
    }
    assert_eq!(refused, REFUSED);
}

#[test]
fn a_suspended_token_does_not_pay_and_its_card_is_not_seen_until_it_is_resumed() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        let token = scene.card.token;
        let suspended = scene
            .issuer
            .suspend(token, SuspendReason::Issuer, scene.now());
        suspended.expect("a living token");
        let verdict = scene.authorise(&request);
        assert_eq!(verdict.reason, Reason::TokenSuspended, "{row}");
        scene.fetch();
        let report = scene.tap(cny(WITHIN));
        assert!(
            matches!(report.outcome, Outcome::EndApplication(_)),
            "{row}"
        );
        assert_eq!(last_status(&report), 0x6A82, "{row}");
        scene.issuer.resume(token, scene.now()).expect("suspended");
        assert_eq!(scene.authorise(&request).reason, Reason::Replay, "{row}");
        scene.fetch();
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
    }
}

#[test]
fn a_deleted_token_does_not_pay_and_its_card_is_gone() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        let deleted = scene.issuer.delete(scene.card.token, scene.now());
        deleted.expect("a token");
        let verdict = scene.authorise(&request);
        assert_eq!(verdict.reason, Reason::TokenDeleted, "{row}");
        assert!(
            scene.fetch().contains(&Taken::Deleted(scene.card.id)),
            "{row}"
        );
        assert_eq!(scene.phone.wallet.cards(), []);
        assert_eq!(last_status(&scene.tap(cny(WITHIN))), 0x6A82, "{row}");
    }
}

#[test]
fn an_old_key_and_an_old_card_do_not_pay() {
    for (row, _) in taps() {
        // Its time goes on for years: no issuer that others share.
        let scene = Scene::alone(row);
        let [first, second] = [WITHIN; 2].map(|minor| scene.request(minor));
        scene.clock.pass((KEY_DAYS + 1) * DAY);
        let verdict = scene.authorise(&first);
        assert_eq!(verdict.reason, Reason::KeyExpired, "{row}");
        assert_eq!(last_status(&scene.tap(cny(WITHIN))), 0x6985, "{row}");
        // Keys that outlive the card: its own expiry alone refuses.
        scene.clock.pass(YEARS - 2 * DAY - scene.now().0);
        scene.report();
        let letter = scene.issuer.replenish(scene.card.token, 3, scene.now());
        let taken = scene.phone.takes(&letter.expect("more keys"));
        assert_eq!(taken, Taken::Replenished(scene.card.id), "{row}");
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
        scene.clock.pass(3 * DAY);
        let verdict = scene.authorise(&second);
        assert_eq!(verdict.reason, Reason::Expired, "{row}");
        assert_eq!(last_status(&scene.tap(cny(WITHIN))), 0x6985, "{row}");
    }
}

#[test]
fn above_the_limit_the_user_verifies_on_the_phone_and_taps_again() {
    let orders = [CvmOrder::AlwaysOnDevice, CvmOrder::Flexible];
    for ((row, _), order) in taps()
        .into_iter()
        .flat_map(|tap| orders.map(|order| (tap, order)))
    {
        let scene = Scene::with(row, |options| {
            options.cvm.order = order;
            options.cvm.online_pin = false;
        });
        let amount = cny(LIMIT + 1);
        let report = scene.tap(amount);
        assert!(
            matches!(report.outcome, Outcome::TryAgain(TapReason::SeePhone)),
            "{row}"
        );
        assert_eq!(last_status(&report), 0x6986, "{row}");
        assert_eq!(
            scene.phone.counts(scene.card.id).1,
            0,
            "{row}: a key was spent"
        );
        let prompt = scene.phone.wallet.prompt().expect("a prompt");
        assert_eq!(prompt.amount, amount, "{row}");
        scene.phone.verify();
        let verdict = scene.authorise(&online(scene.tap(amount)));
        assert!(verdict.approved(), "{row}: {}", verdict.reason);
    }
}
