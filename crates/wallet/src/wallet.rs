//! The wallet itself.

use std::sync::Arc;

use understudy_core::card::{
    CardId, Directory, DrainGuard, Event, Exposure, Profile, Standing, Tap,
};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::track2::Track2;
use understudy_provisioning::{Package, Subject};

use crate::account::stored_keys;
use crate::book::Book;
use crate::host::Host;
use crate::image::{self, Journal};
use crate::{Clock, Record, RestoreError, SystemClock, WalletError};

/// Up to ten stand-in cards, one of which a reader sees.
///
/// Its issuer writes to it once it is [enrolled](Wallet::enrol).
#[derive(Debug)]
pub struct Wallet<J, C = SystemClock> {
    pub(crate) host: Host<J, C>,
    tap: Tap,
    /// The user's choice for the next taps; not stored.
    chosen: Option<CardId>,
}

impl<J: Journal, C: Clock> Wallet<J, C> {
    /// An empty wallet.
    pub fn new(journal: J, clock: C) -> Self {
        Self::with(Book::default(), journal, clock)
    }

    /// The wallet that `image` was kept of. The user's verification and choice of a card are not in
    /// it.
    ///
    /// # Errors
    /// [`RestoreError`] if the image is damaged or of another format.
    pub fn restore(image: &[u8], journal: J, clock: C) -> Result<Self, RestoreError> {
        Ok(Self::with(image::decode(image)?, journal, clock))
    }

    fn with(book: Book, journal: J, clock: C) -> Self {
        Self {
            host: Host::new(book, journal, clock),
            tap: Tap::default(),
            chosen: None,
        }
    }

    /// Adds the card that a package brings, in the clear, to a wallet that is not enrolled; the
    /// first card becomes the default.
    ///
    /// # Errors
    /// [`WalletError`]: [`WalletError::Unsealed`] if the wallet is enrolled. Then nothing has changed.
    pub fn install(&mut self, package: &[u8]) -> Result<CardId, WalletError> {
        self.takes_unsealed()?;
        let package = Package::parse(package)?;
        let octets = package.profile().ok_or(WalletError::NoProfile)?;
        let profile = Profile::parse(Arc::from(octets))?;
        let keys = stored_keys(&package);
        self.host.commit(|book| {
            let card = book.next_name()?;
            book.add(card, profile, keys)?;
            Ok(card)
        })
    }

    /// Adds a package's keys, in the clear, to a card of a wallet that is not enrolled. The number
    /// or the profile in it must be the card's own.
    ///
    /// # Errors
    /// [`WalletError`]: [`WalletError::Unsealed`] if the wallet is enrolled. Then nothing has changed.
    pub fn replenish(&mut self, card: CardId, package: &[u8]) -> Result<(), WalletError> {
        self.takes_unsealed()?;
        let package = Package::parse(package)?;
        let keys = stored_keys(&package);
        self.host.commit(|book| {
            let own = &book.card(card)?.profile;
            let is_own = match package.subject() {
                Subject::Card { profile } => *profile == own.octets(),
                Subject::Keys { number } => {
                    Track2::parse(own.track2()).is_ok_and(|track2| track2.number() == number)
                }
            };
            if !is_own {
                return Err(WalletError::OtherCard);
            }
            book.account_mut(card)?.add(keys)
        })
    }

    /// Removes a card and its keys. The first of the others becomes the default if it was.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Journal`]; then nothing has changed.
    pub fn remove(&mut self, card: CardId) -> Result<(), WalletError> {
        self.host.commit(|book| book.remove(card))
    }

    /// Lets a card pay, or keeps it from paying.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Journal`]; [`WalletError::SuspendedByIssuer`] if
    /// it shall pay and the issuer does not let it. Then nothing has changed.
    pub fn set_standing(&mut self, card: CardId, standing: Standing) -> Result<(), WalletError> {
        self.host.commit(|book| {
            if standing == Standing::Active && book.account(card)?.suspended.is_some() {
                return Err(WalletError::SuspendedByIssuer);
            }
            book.card_mut(card)?.standing = standing;
            Ok(())
        })
    }

    /// Makes a card the one that readers see when the user chose none.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Journal`]; then nothing has changed.
    pub fn set_default(&mut self, card: CardId) -> Result<(), WalletError> {
        self.host.commit(|book| {
            book.position(card)?;
            book.default = Some(card);
            Ok(())
        })
    }

    /// Shows `card` to readers until told otherwise; `None` returns to the default card.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`]; then nothing has changed.
    pub fn present(&mut self, card: Option<CardId>) -> Result<(), WalletError> {
        if let Some(card) = card {
            self.host.book.position(card)?;
        }
        self.chosen = card;
        Ok(())
    }

    /// The user acted in the wallet: the drain guard starts anew.
    ///
    /// # Errors
    /// [`WalletError::Journal`]; then nothing has changed.
    pub fn user_acted(&mut self) -> Result<(), WalletError> {
        self.host.commit(|book| {
            book.guard = DrainGuard::default();
            Ok(())
        })
    }

    /// The user verified on the device just now, which is also acting. The verification itself is
    /// kept in memory only.
    ///
    /// # Errors
    /// [`WalletError::Journal`]; then nothing has changed.
    pub fn user_verified(&mut self) -> Result<(), WalletError> {
        self.host.commit(|book| {
            book.guard = DrainGuard::default();
            for account in &mut book.accounts {
                account.exposure = Exposure::default();
            }
            Ok(())
        })?;
        self.host.user_verified();
        Ok(())
    }

    /// The user's verification holds no longer: the phone was locked, or the user left.
    pub fn forget_verification(&mut self) {
        self.host.forget_verification();
    }

    /// Answers one command of a reader; see [`Tap::process`].
    pub fn process<'b>(&mut self, apdu: &[u8], answer: &'b mut [u8; ANSWER_MAX]) -> &'b [u8] {
        let slots = Arc::clone(&self.host.book.slots);
        let directory = Directory {
            slots: &slots,
            presented: self.presented(),
        };
        self.tap.process(apdu, directory, &mut self.host, answer)
    }

    /// The reader's field went away.
    ///
    /// # Errors
    /// [`WalletError::Journal`] if the tap's outcome could not be stored; the key it used was.
    pub fn field_lost(&mut self) -> Result<(), WalletError> {
        self.tap.field_lost(&mut self.host);
        self.host.commit(|_| Ok(()))
    }

    /// The conversation is over, whatever happened in it: for a caller that caught a panic.
    pub fn reset(&mut self) {
        self.tap = Tap::default();
    }

    /// The taps that left a cryptogram, newest first; at most 100.
    pub fn history(&self) -> impl Iterator<Item = &Record> {
        self.host.book.history.iter().rev()
    }

    /// What happened since this was last called; at most the last 16 events.
    pub fn events(&mut self) -> impl Iterator<Item = Event> {
        self.host.events.drain(..)
    }

    fn takes_unsealed(&self) -> Result<(), WalletError> {
        match self.device() {
            Some(_) => Err(WalletError::Unsealed),
            None => Ok(()),
        }
    }

    pub(crate) fn presented(&self) -> Option<CardId> {
        let held = |card: &CardId| self.host.book.position(*card).is_ok();
        self.chosen.filter(held).or(self.host.book.default)
    }
}
