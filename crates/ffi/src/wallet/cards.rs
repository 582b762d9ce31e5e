//! The cards, and the one that readers see.

use understudy_core::card::{CardId, Standing};
use understudy_wallet::CardSummary;

use super::Wallet;
use crate::error::WalletError;
use crate::phone::Phone;

/// A card as its user may see it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Card {
    /// Its number in this wallet.
    pub id: u16,
    /// The token's first six and last four digits.
    pub number: String,
    /// The label of its first application.
    pub label: String,
    /// The AIDs of its applications, 1 to 4, in upper-case hexadecimal digits, 10 to 32 each.
    pub aids: Vec<String>,
    /// The last four digits of the bank card, if the issuer gave them.
    pub bank_card: Option<String>,
    /// YYMMDD: the last day on which it pays.
    pub expiry: String,
    /// It pays, or is kept from paying.
    pub state: CardState,
    /// It is the default card.
    pub is_default: bool,
    /// Readers see it now.
    pub is_presented: bool,
    /// Keys that are left and have not expired.
    pub keys_left: u16,
}

/// The standing of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CardState {
    /// It pays.
    Active,
    /// The user keeps it from paying.
    SuspendedByUser,
    /// The issuer keeps it from paying.
    SuspendedByIssuer,
}

#[uniffi::export]
impl Wallet {
    /// The cards, in the order in which they were installed.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn cards(&self) -> Result<Vec<Card>, WalletError> {
        let cards = self.look(Phone::cards)?;
        Ok(cards.into_iter().map(Card::from).collect())
    }

    /// Makes a card the one that readers see when no other is presented.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn set_default(&self, card: u16) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.set_default(CardId(card))?))
    }

    /// Shows a card to readers for one tap or so many seconds.
    ///
    /// # Errors
    /// [`WalletError::Refused`].
    pub fn present(&self, card: u16, seconds: u32) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.present(CardId(card), seconds)?))
    }

    /// Shows the default card again.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn present_default(&self) -> Result<(), WalletError> {
        self.look(Phone::present_default)
    }

    /// Keeps a card from paying, or lets it pay again if the issuer does.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn set_paying(&self, card: u16, paying: bool) -> Result<(), WalletError> {
        let standing = if paying {
            Standing::Active
        } else {
            Standing::Suspended
        };
        self.act(|phone| Ok(phone.set_standing(CardId(card), standing)?))
    }

    /// Removes a card, its keys and its history from this device.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn remove(&self, card: u16) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.remove(CardId(card))?))
    }
}

impl From<CardSummary> for Card {
    fn from(card: CardSummary) -> Self {
        let state = match (card.standing, card.suspended_by_issuer) {
            (Standing::Active, _) => CardState::Active,
            (Standing::Suspended, None) => CardState::SuspendedByUser,
            (Standing::Suspended, Some(_)) => CardState::SuspendedByIssuer,
        };
        let [year, month, day] = card.expiry;
        Self {
            id: card.id.0,
            number: card.token,
            label: card.label,
            aids: card.aids.iter().map(hex::encode_upper).collect(),
            bank_card: card.last_four,
            expiry: format!("{year:02X}{month:02X}{day:02X}"),
            state,
            is_default: card.default,
            is_presented: card.presented,
            keys_left: card.ledger.keys,
        }
    }
}
