//! The visible state of a wallet.

use std::collections::BTreeMap;

use understudy_core::card::Standing;
use understudy_core::crypto::Atc;
use understudy_wallet::{
    CardSummary, Clock, EntryMode, Filter, Folder, PasswordStatus, Record, RecordOutcome,
    TRIES_MAX, Wallet,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) cards: BTreeMap<u16, SeenCard>,
    pub(crate) default: Option<u16>,
    pub(crate) letter: u64,
    pub(crate) tries: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenCard {
    pub(crate) keys: usize,
    pub(crate) last: Option<u16>,
    pub(crate) taps: BTreeMap<u16, Tapped>,
    pub(crate) active: bool,
    pub(crate) held_by_issuer: bool,
    pub(crate) limit: u64,
}

/// The history's outcome of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tapped {
    /// Used for this amount, torn or not.
    Sent(u64),
    /// Used for a code.
    Shown,
    PowerLost,
    Approved,
    Declined,
}

pub(crate) fn look<F: Folder, C: Clock>(wallet: &Wallet<F, C>) -> Seen {
    let cards = wallet.cards();
    let default = cards.iter().find(|card| card.default);
    Seen {
        default: default.map(|card| card.id.0),
        letter: wallet.last_letter(),
        tries: match wallet.password_status() {
            PasswordStatus::Unset => None,
            PasswordStatus::Set { tries_left } => Some(TRIES_MAX - tries_left),
            PasswordStatus::Locked => Some(TRIES_MAX),
        },
        cards: cards
            .iter()
            .map(|card| (card.id.0, of(wallet, card)))
            .collect(),
    }
}

fn of<F: Folder, C: Clock>(wallet: &Wallet<F, C>, card: &CardSummary) -> SeenCard {
    let filter = Filter {
        card: Some(card.id),
        ..Filter::default()
    };
    let history = wallet.history(&filter);
    let taps: Vec<_> = history.iter().filter_map(tapped).collect();
    let by_counter: BTreeMap<_, _> = taps.iter().copied().collect();
    assert_eq!(
        by_counter.len(),
        taps.len(),
        "a tap is there twice: {taps:?}"
    );
    SeenCard {
        keys: usize::from(card.ledger.keys) + usize::from(card.ledger.expired),
        last: card.ledger.last_atc.map(Atc::get),
        taps: by_counter,
        active: card.standing == Standing::Active,
        held_by_issuer: card.suspended_by_issuer.is_some(),
        limit: card.limits.unverified_tap,
    }
}

fn tapped(record: &Record) -> Option<(u16, Tapped)> {
    let amount = || record.amount.unwrap().minor();
    let how = match record.outcome {
        RecordOutcome::Sent(_) if record.entry_mode == EntryMode::Code => Tapped::Shown,
        RecordOutcome::Sent(_) | RecordOutcome::PossiblyTorn => Tapped::Sent(amount()),
        RecordOutcome::PowerLost => Tapped::PowerLost,
        RecordOutcome::Approved { .. } => Tapped::Approved,
        RecordOutcome::Declined { .. } => Tapped::Declined,
        RecordOutcome::Refused(_)
        | RecordOutcome::NeedsVerification
        | RecordOutcome::Reversed { .. }
        | RecordOutcome::Refunded { .. } => return None,
    };
    Some((record.atc?.get(), how))
}

/// All visible, durable state of a wallet, to be compared with that of its successor. The presented
/// card is left out, and so are the numbers of records, which only order them.
pub(crate) fn everything<F: Folder, C: Clock>(wallet: &Wallet<F, C>) -> String {
    let mut cards = wallet.cards();
    for card in &mut cards {
        card.presented = false;
    }
    let mut history = wallet.history(&Filter::default());
    history.sort_by_key(|record| (record.card, record.atc, record.number));
    for record in &mut history {
        record.number = 0;
    }
    let lines = cards.iter().map(|card| format!("{card:?}"));
    let records = history.iter().map(|record| format!("{record:?}"));
    let more = [format!("{:?} {:?}", wallet.device(), look(wallet))];
    lines
        .chain(records)
        .chain(more)
        .collect::<Vec<_>>()
        .join("\n")
}
