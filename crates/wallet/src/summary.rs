//! A wallet's cards and its store, in a form that its user may see.

use understudy_core::card::{CardId, Ledger, Limits, Scheme, Standing, Usage};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_provisioning::letter::SuspendReason;

use crate::card::Card;
use crate::live::Live;
use crate::store::{Folder, SLOTS};
use crate::time::Moment;
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

/// A card in a form that its user may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSummary {
    /// The card's name in this wallet.
    pub id: CardId,
    /// The stand-in number: first six and last four digits.
    pub token: String,
    /// The card's scheme.
    pub scheme: Scheme,
    /// The algorithms of its keys.
    pub algorithms: Algorithms,
    /// The label of the card's first application.
    pub label: String,
    /// The AIDs of its applications, 1–4, of 5–16 octets each.
    pub aids: Vec<Vec<u8>>,
    /// The last four digits of the bank card, if the issuer gave them.
    pub last_four: Option<String>,
    /// YYMMDD: the last day on which it pays.
    pub expiry: [u8; 3],
    /// The limits for payments, with verification and without.
    pub limits: Limits,
    /// The permission to pay.
    pub standing: Standing,
    /// The reason of the issuer's suspension; `None` if there is none.
    pub suspended_by_issuer: Option<SuspendReason>,
    /// True for the default card.
    pub default: bool,
    /// True for the card that readers see now.
    pub presented: bool,
    /// Keys left, last counter and usage.
    pub ledger: Ledger,
}

/// The data on disk, and its losses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageSummary {
    /// The newest generation. It never falls.
    pub generation: u64,
    /// Files of the store.
    pub files: usize,
    /// Their octets.
    pub octets: u64,
    /// Slots of the journal that are used.
    pub slots_used: usize,
    /// Slots of the journal.
    pub slots: usize,
    /// The armed key: its card and counter.
    pub armed: Option<(CardId, Atc)>,
    /// Taps since the wallet was opened that waited for storage, because no key was armed.
    pub waited: u64,
    /// The loss from a damaged generation when the wallet was opened.
    pub lost: Option<Lost>,
}

/// The loss from a damaged generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The number of unreadable generations; the newest whole one before them was read.
    pub generations: usize,
    /// The number of keys spent because of it.
    pub keys: usize,
}

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// The cards, in the order in which they were installed.
    pub fn cards(&self) -> Vec<CardSummary> {
        let live = self.live();
        let moment = self.moment(&live);
        let presented = live.presented(&moment);
        let cards = live.book.cards.iter();
        cards
            .map(|card| CardSummary {
                default: live.book.default == Some(card.id()),
                presented: presented == Some(card.id()),
                ..summary(card, &live, &moment)
            })
            .collect()
    }

    /// The data on disk. Waits for a write in progress.
    ///
    /// # Errors
    /// [`WalletError::Store`], [`WalletError::Wiped`].
    pub fn storage(&self) -> Result<StorageSummary, WalletError> {
        let mut side = self.store();
        let summary = side.get()?.summary()?;
        let live = self.live();
        let armed = live.book.armed().filter(|_| live.ready);
        Ok(StorageSummary {
            generation: summary.generation,
            files: summary.files,
            octets: summary.octets,
            slots_used: summary.slots_used,
            slots: SLOTS,
            armed: armed.map(|(card, armed)| (card, armed.atc)),
            waited: live.waited,
            lost: self.lost(),
        })
    }
}

fn summary<H>(card: &Card, live: &Live<H>, moment: &Moment) -> CardSummary {
    let profile = &card.slot.profile;
    let first = profile.applications().next();
    let label = first.map(|first| String::from_utf8_lossy(first.label).into_owned());
    let (keys, expired) = card.account.keys.count(moment.now());
    CardSummary {
        id: card.id(),
        token: card.token.masked.to_string(),
        scheme: profile.scheme(),
        algorithms: profile.algorithms(),
        label: label.unwrap_or_default(),
        aids: profile.applications().map(|app| app.aid.to_vec()).collect(),
        last_four: profile.last_four().map(hex::encode),
        expiry: profile.expiry(),
        limits: *profile.limits(),
        standing: card.slot.standing,
        suspended_by_issuer: card.account.suspended,
        default: false,
        presented: false,
        ledger: Ledger {
            keys,
            expired,
            last_atc: card.account.last_atc,
            usage: Usage {
                exposure: card.account.exposure,
                guard: live.book.guard,
            },
        },
    }
}
