//! The relay test of every row: bits of the issuer application data, under the MAC of every version, say
//! that the user was verified on the device. Nothing else that card, reader or terminal may say counts,
//! and nobody but the card can say it.

use understudy_core::crypto::Field;
use understudy_issuer::demonstration::{TEST_PIN, terminal_pin_key};
use understudy_issuer::{Authorisation, EntryMode, Pin, Reason};
use understudy_pos::OnlineRequest;

use crate::chip::Chip;
use crate::iad::layout;
use crate::rows::taps;
use crate::scene::Scene;
use crate::values::{LIMIT, WITHIN};

#[test]
fn only_the_bits_of_the_statement_differ_between_a_verified_tap_and_another() {
    for (row, _) in taps() {
        let [unverified, verified] = [false, true].map(|verify| {
            let scene = Scene::of(row);
            if verify {
                scene.phone.verify();
            }
            Chip::read(&scene.request(WITHIN).de55)
        });
        let layout = layout(row.cvn);
        let pairs = unverified.get(0x9F10).iter().zip(verified.get(0x9F10));
        let differing: Vec<_> = (pairs.enumerate())
            .filter(|(_, (plain, stated))| plain != stated)
            .map(|(at, (plain, stated))| (at, plain ^ stated))
            .collect();
        assert_eq!(differing, [(layout.statement, layout.verified)], "{row}");
    }
}

#[test]
fn a_statement_that_the_card_did_not_make_is_wrong_and_one_it_made_cannot_be_taken_back() {
    for (row, _) in taps() {
        for verified in [false, true] {
            let scene = if verified {
                Scene::of(row)
            } else {
                Scene::of(row).at_strict_terminal(row)
            };
            if verified {
                scene.phone.verify();
            }
            let request = scene.request(LIMIT + 1);
            let chip = Chip::read(&request.de55);
            let layout = layout(row.cvn);
            let mut iad = chip.get(0x9F10).to_vec();
            iad[layout.statement] ^= layout.verified;
            let verdict = scene.authorise_with(&request, &chip.with(0x9F10, &iad));
            assert_eq!(verdict.reason, Reason::CryptogramWrong, "{row}");
            let expected = if verified {
                Reason::Approved
            } else {
                Reason::NoCvm
            };
            assert_eq!(scene.authorise(&request).reason, expected, "{row}");
        }
    }
}

/// CVM results of every method that EMV Book 3 Annex C3 has for a contactless card, as performed
/// successfully, failed, or with unknown result.
fn cvm_results() -> impl Iterator<Item = [u8; 3]> {
    let methods = [0x01, 0x02, 0x03, 0x04, 0x05, 0x1E, 0x1F, 0x3F, 0x42, 0x5E];
    let methods = methods.into_iter();
    methods.flat_map(|method| [0, 1, 2].map(|result| [method, 0x03, result]))
}

/// Entry modes with and without a PIN, of contactless and of other readers.
const ENTRY_MODES: [&str; 10] = [
    "071", "072", "070", "981", "982", "051", "801", "012", "021", "991",
];

#[test]
fn an_unverified_tap_above_the_limit_is_declined_whatever_the_terminal_says() {
    let mut claims = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row).at_strict_terminal(row);
        let refused = |request: &OnlineRequest, chip: &Chip| {
            let verdict = scene.authorise_with(request, chip);
            assert_eq!(verdict.reason, Reason::NoCvm, "{row}");
            assert!(verdict.arpc.is_some(), "{row}: the cryptogram is right");
        };
        for results in cvm_results() {
            let request = scene.request(LIMIT + 1);
            let chip = Chip::read(&request.de55);
            refused(&request, &chip.with(0x9F34, &results));
            claims += 1;
        }
        if !row.cvn.fields().contains(&Field::Tvr) {
            let request = scene.request(LIMIT + 1);
            let chip = Chip::read(&request.de55);
            refused(&request, &chip.with(0x95, &[0xFF; 5]));
        }
        for mode in ENTRY_MODES {
            let request = scene.request(LIMIT + 1);
            let entry_mode = EntryMode::parse(mode).expect("DE 22");
            let verdict = scene.send(&Authorisation {
                entry_mode,
                ..scene.message(&request)
            });
            let expected = if entry_mode.is_contactless_chip() {
                Reason::NoCvm
            } else {
                Reason::NotContactless
            };
            assert_eq!(verdict.reason, expected, "{row}: {mode}");
            claims += 1;
        }
        assert_eq!(scene.spent(), 0, "{row}");
    }
    assert_eq!(claims, (30 + ENTRY_MODES.len()) * taps().len());
}

#[test]
fn a_card_that_may_not_state_it_is_never_taken_as_verified() {
    for (row, _) in taps() {
        let scene = Scene::with(row, |options| options.verified_in_iad = false);
        scene.phone.verify();
        let request = scene.request(LIMIT + 1);
        let chip = Chip::read(&request.de55);
        let layout = layout(row.cvn);
        let mut iad = chip.get(0x9F10).to_vec();
        assert_eq!(iad[layout.statement], 0xA0, "{row}");
        iad[layout.statement] |= layout.verified;
        let forged = scene.authorise_with(&request, &chip.with(0x9F10, &iad));
        assert_eq!(forged.reason, Reason::IssuerApplicationData, "{row}");
        assert_eq!(scene.authorise(&request).reason, Reason::NoCvm, "{row}");
    }
}

#[test]
fn a_right_pin_counts_and_a_wrong_one_does_not() {
    for (row, _) in taps() {
        let scene = Scene::of(row).at_strict_terminal(row);
        for (digits, expected) in [("000000", Reason::WrongPin), (TEST_PIN, Reason::Approved)] {
            let request = scene.request(LIMIT + 1);
            let pin = Pin::parse(digits).expect("a PIN");
            let block = terminal_pin_key().seal(&pin, request.track2.number());
            let verdict = scene.send(&Authorisation {
                pin_block: Some(block),
                ..scene.message(&request)
            });
            assert_eq!(verdict.reason, expected, "{row}");
        }
    }
}
