//! A wallet's cards, as its user may see them.

use understudy_core::card::{CardId, Env as _, Ledger, Limits, Standing};
use understudy_core::wire::track2::Track2;
use understudy_provisioning::letter::SuspendReason;

use crate::book::Card;
use crate::image::Journal;
use crate::{Clock, Wallet};

/// A card as its user may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSummary {
    /// The card's name in this wallet.
    pub id: CardId,
    /// The stand-in number: first six and last four digits.
    pub token: String,
    /// The label of the card's first application.
    pub label: String,
    /// The last four digits of the bank card, if the issuer gave them.
    pub last_four: Option<String>,
    /// YYMMDD: the last day on which it pays.
    pub expiry: [u8; 3],
    /// What it pays at most, verified and not.
    pub limits: Limits,
    /// Whether it may pay.
    pub standing: Standing,
    /// Why the issuer keeps it from paying; `None` if it does not.
    pub suspended_by_issuer: Option<SuspendReason>,
    /// Whether it is the default card.
    pub default: bool,
    /// Whether readers see it now.
    pub presented: bool,
    /// Keys left, last counter and usage.
    pub ledger: Ledger,
}

impl<J: Journal, C: Clock> Wallet<J, C> {
    /// The cards, in the order in which they were installed.
    pub fn cards(&self) -> Vec<CardSummary> {
        self.host
            .book
            .slots
            .iter()
            .map(|slot| self.summary(slot))
            .collect()
    }

    fn summary(&self, slot: &Card) -> CardSummary {
        let token = Track2::parse(slot.profile.track2());
        let label = slot
            .profile
            .applications()
            .next()
            .map(|first| first.label.to_vec());
        CardSummary {
            id: slot.id,
            token: token
                .map(|track2| track2.number().to_string())
                .unwrap_or_default(),
            label: String::from_utf8_lossy(&label.unwrap_or_default()).into_owned(),
            last_four: slot.profile.last_four().map(hex::encode),
            expiry: slot.profile.expiry(),
            limits: *slot.profile.limits(),
            standing: slot.standing,
            suspended_by_issuer: self
                .host
                .book
                .account(slot.id)
                .ok()
                .and_then(|account| account.suspended),
            default: self.host.book.default == Some(slot.id),
            presented: self.presented() == Some(slot.id),
            ledger: self.host.ledger(slot.id),
        }
    }
}
