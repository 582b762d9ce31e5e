//! The work that an app should do before the user stands at the till.

use understudy_core::card::{CardId, UnixTime};

use crate::Clock;
use crate::book::Book;
use crate::card::Card;
use crate::device::Device;
use crate::store::Folder;
use crate::time::Moment;
use crate::wallet::Wallet;

/// The thresholds of [`Needs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// A card with fewer good keys than this needs more.
    pub keys: u16,
    /// A card whose batch ends in fewer seconds than this needs more keys.
    pub expiry: u64,
    /// A report is needed for this many used keys.
    pub marks: usize,
    /// Letters are fetched after this many seconds without one.
    pub silence: u64,
}

impl Default for Thresholds {
    /// 10 keys, 2 days to the end of a batch, 50 keys to report, 1 day of silence.
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            keys: 10,
            expiry: 2 * DAY,
            marks: 50,
            silence: DAY,
        }
    }
}

/// The work that is due now. Letters are fetched first, then a report is sent, then letters are
/// fetched again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Every card, in the order in which they were installed.
    pub cards: Vec<CardNeeds>,
    /// Letters should be fetched: the issuer owes an answer or keys, or has been silent for long.
    pub letters: bool,
    /// A report should be sent: the issuer asked for one, keys are needed (it brings the key that
    /// they are sealed to), enough was used, or the last one is not accepted yet.
    pub report: bool,
    /// [`Wallet::settle`](crate::Wallet::settle) should be called.
    pub settle: bool,
}

/// The needs of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardNeeds {
    /// The card.
    pub card: CardId,
    /// Unused keys that are good.
    pub keys_left: u16,
    /// The last second of the batch that ends first; `None` if none ends.
    pub next_end: Option<UnixTime>,
    /// The card needs keys: few are left, or they end soon, or the issuer replaces them.
    pub keys: bool,
}

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// The work that is due now, by these thresholds. A wallet that is not enrolled needs no
    /// letters and no report.
    pub fn needs(&self, thresholds: &Thresholds) -> Needs {
        let settle = self.settle_due();
        let live = self.live();
        let moment = self.moment(&live);
        let cards: Vec<_> = live
            .book
            .cards
            .iter()
            .map(|card| card_needs(card, &live.book, thresholds, &moment))
            .collect();
        let keys = cards.iter().any(|card| card.keys);
        let needs = Needs {
            cards,
            settle,
            ..Needs::default()
        };
        match &live.book.device {
            Some(device) => Needs {
                letters: letters(device, keys, thresholds, &moment),
                report: report(device, keys, thresholds),
                ..needs
            },
            None => needs,
        }
    }
}

fn card_needs(card: &Card, book: &Book, thresholds: &Thresholds, moment: &Moment) -> CardNeeds {
    let now = moment.now();
    let keys = &card.account.keys;
    let (keys_left, _) = keys.count(now);
    let next_end = keys.next_end();
    let soon = |(end, now): (UnixTime, UnixTime)| end.0.saturating_sub(now.0) < thresholds.expiry;
    let wanted = book.device.as_ref();
    let wanted = wanted.is_some_and(|device| device.keys_wanted.contains(&card.id()));
    let wanted = wanted || sum_is_short(card);
    CardNeeds {
        card: card.id(),
        keys_left,
        next_end,
        keys: wanted || keys_left < thresholds.keys || next_end.zip(now).is_some_and(soon),
    }
}

/// True if less is left of a limited-use key's sum than the card pays without a verification.
fn sum_is_short(card: &Card) -> bool {
    #[cfg(feature = "limited-use")]
    if let Some(sum) = card.account.keys.sum_left() {
        return sum < card.slot.profile.limits().unverified_tap;
    }
    let _ = card;
    false
}

fn letters(device: &Device, keys: bool, thresholds: &Thresholds, moment: &Moment) -> bool {
    let heard = device.signed_time.zip(moment.now());
    let silence = heard.map(|(signed, now)| now.0.saturating_sub(signed.0));
    keys || device.in_flight.is_some()
        || silence.is_none_or(|silence| silence >= thresholds.silence)
}

fn report(device: &Device, keys: bool, thresholds: &Thresholds) -> bool {
    keys || device.report_wanted
        || device.in_flight.is_some()
        || device.marks.len() >= thresholds.marks
}
