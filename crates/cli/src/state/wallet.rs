//! The wallet and its file.

use std::io;

use understudy_core::card::CardId;
use understudy_issuer::TokenSummary;
use understudy_wallet::{CardSummary, Image, Journal, SystemClock, Volatile, Wallet};

use crate::failure::Failure;
use crate::home::{Home, Opened, Side, Store, damaged};

/// A wallet that keeps itself in its file.
pub(crate) type DeviceWallet = Wallet<Keeper>;

/// The wallet, open.
pub(crate) struct WalletSide {
    /// What the file holds. It keeps every change itself.
    pub(crate) wallet: DeviceWallet,
}

/// Keeps the wallet's image in its file.
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Store,
}

impl Journal for Keeper {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        self.store
            .replace(&image.encode()?)
            .map_err(io::Error::other)
    }
}

impl WalletSide {
    /// Locks and reads the wallet's file; without one, an empty wallet.
    pub(crate) fn open(home: &Home) -> Result<Self, Failure> {
        Self::read(home.open(Side::Wallet)?)
    }

    /// As [`open`](Self::open); `None` if there is no wallet, or another process uses it.
    pub(crate) fn open_if_free(home: &Home) -> Result<Option<Self>, Failure> {
        if !home.path(Side::Wallet).exists() {
            return Ok(None);
        }
        home.open_if_free(Side::Wallet)?.map(Self::read).transpose()
    }

    fn read((store, content): Opened) -> Result<Self, Failure> {
        let path = store.path();
        let keeper = Keeper { store };
        let wallet = match content {
            None => Wallet::new(keeper, SystemClock),
            Some(content) => Wallet::restore(&content, keeper, SystemClock)
                .map_err(|_| Failure::Home(damaged(&path.display())))?,
        };
        Ok(Self { wallet })
    }

    /// What the wallet's file holds, read without its lock: it may be in use, and its file is whole
    /// at any moment. `None` if there is no file.
    pub(crate) fn peek(home: &Home) -> Result<Option<Wallet<Volatile>>, Failure> {
        let Some(content) = home.peek(Side::Wallet)? else {
            return Ok(None);
        };
        let path = home.path(Side::Wallet);
        let wallet = Wallet::restore(&content, Volatile, SystemClock);
        wallet
            .map(Some)
            .map_err(|_| Failure::Home(damaged(&path.display())))
    }

    /// The card of this name, or the one that readers see.
    pub(crate) fn card(&self, named: Option<u16>) -> Result<CardSummary, Failure> {
        find(&self.wallet.cards(), named)
    }
}

/// The card of this name, or the one that readers see.
pub(crate) fn find(cards: &[CardSummary], named: Option<u16>) -> Result<CardSummary, Failure> {
    let found = match named {
        Some(number) => cards.iter().find(|card| card.id == CardId(number)),
        None => cards.iter().find(|card| card.presented),
    };
    match (found, named) {
        (Some(card), _) => Ok(card.clone()),
        (None, _) if cards.is_empty() => Err(Failure::Home(
            "the wallet holds no card: `understudy issue` adds one, and so does `understudy tap` \
             where nothing was issued yet"
                .to_owned(),
        )),
        (None, Some(number)) => Err(Failure::Input(format!(
            "the wallet has no card {number}: `understudy cards` lists them"
        ))),
        (None, None) => Err(Failure::Input(
            "no card is presented: choose one with --from CARD".to_owned(),
        )),
    }
}

/// How a token's card pays from this desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    /// As the wallet's default card.
    Default,
    /// As this card of the wallet.
    Card(u16),
    /// Not from the wallet: it is another device's.
    Elsewhere,
}

/// How the card of a token pays.
pub(crate) fn payer(home: &Home, token: &TokenSummary) -> Result<Payer, Failure> {
    let wallet = WalletSide::peek(home)?;
    let Some((wallet, place)) = wallet.zip(token.home) else {
        return Ok(Payer::Elsewhere);
    };
    let cards = wallet.cards();
    let card = cards.iter().find(|card| card.id == place.card);
    Ok(match card {
        Some(card) if wallet.device() == Some(place.device) && card.default => Payer::Default,
        Some(card) if wallet.device() == Some(place.device) => Payer::Card(card.id.0),
        _ => Payer::Elsewhere,
    })
}
