//! The phones of these tests, all of which start on the same day.

use understudy_core::card::{CardId, Standing};
use understudy_core::crypto::Atc;
use understudy_test_phone::{HandClock, Issuer, Phone};
use understudy_wallet::RecordOutcome;

/// 2026-11-22T00:00:00Z.
pub(crate) const TODAY: u64 = 1_795_305_600;

/// A phone that is not enrolled.
pub(crate) fn empty() -> Phone {
    Phone::new(&HandClock::at(TODAY))
}

/// A device and its issuer.
pub(crate) fn enrolled() -> (Phone, Issuer) {
    Phone::enrolled(&HandClock::at(TODAY))
}

/// A device with card 1 and keys for these counters.
pub(crate) fn with_card(atcs: &[u16]) -> (Phone, Issuer) {
    Phone::with_card(&HandClock::at(TODAY), atcs)
}

/// The visible state of a wallet, without the time and the counts since the user acted.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// Name, unused keys, last counter, and permission to pay.
    cards: Vec<(CardId, u16, Option<Atc>, Standing)>,
    payments: Vec<(CardId, Option<Atc>, RecordOutcome)>,
    last_letter: u64,
    /// True if a report is needed, and the cards that need keys.
    needs: (bool, Vec<CardId>),
}

pub(crate) fn seen(phone: &Phone) -> Seen {
    let needs = phone.needs();
    let cards = phone.wallet.cards().into_iter();
    let payments = phone.payments().into_iter();
    let poor = needs.cards.iter().filter(|card| card.keys);
    Seen {
        cards: cards
            .map(|card| {
                (
                    card.id,
                    card.ledger.keys,
                    card.ledger.last_atc,
                    card.standing,
                )
            })
            .collect(),
        payments: payments
            .map(|payment| (payment.card, payment.atc, payment.outcome))
            .collect(),
        last_letter: phone.wallet.last_letter(),
        needs: (needs.report, poor.map(|card| card.card).collect()),
    }
}
