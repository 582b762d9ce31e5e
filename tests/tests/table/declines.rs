//! Cards that decline: an AAC, which the terminal does not send and the issuer does not take.

use understudy_core::card::Scheme;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tags;
use understudy_issuer::{Authorisation, Reason};
use understudy_pos::{OnlineRequest, Outcome};

use crate::chip::Chip;
use crate::iad::layout;
use crate::link::find;
use crate::rows::taps;
use crate::scene::{Scene, last_status, with_chip};
use crate::values::{WITHIN, cny};

fn dollars() -> Amount {
    Amount::new(WITHIN, Currency::USD).expect("an amount")
}

/// The chip data of a request with the card's answer, a decline, in place of another one.
fn said_by(like: &OnlineRequest, answer: &[u8]) -> Chip {
    let value = |tag| find(&answer[..answer.len() - 2], tag).expect("in the answer");
    Chip::read(&like.de55)
        .with(0x9F26, &value(tags::APPLICATION_CRYPTOGRAM))
        .with(0x9F36, &value(tags::ATC))
        .with(0x9F10, &value(tags::ISSUER_APPLICATION_DATA))
        .with(0x9F27, &[0x00])
}

#[test]
fn a_card_that_declines_says_so_under_the_mac_and_is_declined_by_terminal_and_issuer() {
    let mut declines = 0;
    for (row, _) in taps() {
        let scene = Scene::with(row, |options| {
            options.domestic_only = true;
            options.decline_with_aac = true;
        });
        let report = scene.tap(dollars());
        assert!(
            matches!(report.outcome, Outcome::Declined(_)),
            "{row}: {}",
            report.outcome
        );
        assert_eq!(
            scene.phone.counts(scene.card.id).1,
            1,
            "{row}: a key of its own"
        );
        let last = report.exchanges().last().expect("a command");
        let answer = last.answer.clone().expect("an answer");
        let like = scene.request(WITHIN);
        let currency = dollars().currency().to_bcd();
        let chip = said_by(&like, &answer).with(0x5F2A, &currency);
        let mut genuine = chip.get(0x9F10).to_vec();
        let layout = layout(row.cvn);
        assert_eq!(genuine[layout.statement], 0x80, "{row}");

        let send = |chip: &Chip| {
            let message = Authorisation {
                amount: dollars(),
                ..scene.message(&like)
            };
            scene.send(&with_chip(message, chip))
        };
        let online = send(&chip.with(0x9F27, &[0x80]));
        assert_eq!(online.reason, Reason::ChipDataMalformed, "{row}");
        genuine[layout.statement] = 0xA0;
        let forged = send(&chip.with(0x9F27, &[0x80]).with(0x9F10, &genuine));
        assert_eq!(forged.reason, Reason::CryptogramWrong, "{row}");
        let verdict = send(&chip);
        assert_eq!(verdict.reason, Reason::CardDeclined, "{row}");
        assert!(verdict.arpc.is_some(), "{row}: the cryptogram is right");
        assert_eq!(send(&chip).reason, Reason::Replay, "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
        declines += 1;
    }
    assert_eq!(declines, taps().len());
}

#[test]
fn a_relay_that_asks_for_a_decline_gets_one_that_is_good_for_nothing() {
    let mut declines = 0;
    for (row, _) in taps() {
        if row.scheme != Scheme::Mastercard {
            continue;
        }
        let scene = Scene::with(row, |options| options.decline_with_aac = true);
        let field = scene.field().commands(|command| {
            if command[1] == 0xAE {
                command[2] = 0x00;
            }
        });
        let report = scene.tap_in(field, cny(WITHIN));
        assert!(
            matches!(report.outcome, Outcome::Declined(_)),
            "{row}: {}",
            report.outcome
        );
        let answer = report.exchanges().last().expect("a command").answer.clone();
        let like = scene.request(WITHIN);
        let chip = said_by(&like, &answer.expect("an answer"));
        let send = |chip: &Chip| scene.authorise_with(&like, chip).reason;
        let online = chip.with(0x9F27, &[0x80]);
        assert_eq!(send(&online), Reason::ChipDataMalformed, "{row}");
        assert_eq!(send(&chip), Reason::CardDeclined, "{row}");
        declines += 1;
    }
    assert_eq!(declines, 2 * 5);
}

#[test]
fn a_card_without_that_option_refuses_and_spends_no_key() {
    for (row, _) in taps() {
        let scene = Scene::with(row, |options| options.domestic_only = true);
        let report = scene.tap(dollars());
        assert!(
            !matches!(report.outcome, Outcome::OnlineRequest(_)),
            "{row}"
        );
        assert_eq!(last_status(&report), 0x6985, "{row}");
        assert_eq!(scene.phone.counts(scene.card.id).1, 0, "{row}");
    }
}
