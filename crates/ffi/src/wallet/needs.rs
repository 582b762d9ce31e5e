//! The errands of an app between two taps.

use understudy_wallet::{CardNeeds, Thresholds};

use super::Wallet;
use crate::error::WalletError;

/// Errands that an app should do before the user stands at the till.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Needs {
    /// The keys of every card.
    pub cards: Vec<Keys>,
    /// Letters should be fetched.
    pub letters: bool,
    /// A report should be sent, and letters fetched after it.
    pub report: bool,
    /// `settle` should be called.
    pub settle: bool,
}

/// The keys of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Keys {
    /// The card.
    pub card: u16,
    /// Keys that are left and have not expired.
    pub left: u16,
    /// The last second of the batch that ends first, in Unix time.
    pub next_end: Option<u64>,
    /// The card needs keys.
    pub wanted: bool,
}

#[uniffi::export]
impl Wallet {
    /// Errands that should be done before the user stands at the till.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn needs(&self) -> Result<Needs, WalletError> {
        let needs = self.look(|phone| phone.needs(&Thresholds::default()))?;
        Ok(Needs {
            cards: needs.cards.into_iter().map(Keys::from).collect(),
            letters: needs.letters,
            report: needs.report,
            settle: needs.settle,
        })
    }
}

impl From<CardNeeds> for Keys {
    fn from(needs: CardNeeds) -> Self {
        Self {
            card: needs.card.0,
            left: needs.keys_left,
            next_end: needs.next_end.map(|end| end.0),
            wanted: needs.keys,
        }
    }
}
