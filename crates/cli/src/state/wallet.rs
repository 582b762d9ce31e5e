//! The wallet and its store.

use std::io;

use understudy_core::card::CardId;
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_issuer::TokenSummary;
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::store;
use understudy_wallet::{
    CardSummary, Disk, OpenError, PresentedCode, SystemClock, Wallet, WalletError,
};

use super::first_card::no_card;
use super::presented::Presented;
use super::storage_key::{self, KeySource};
use crate::failure::Failure;
use crate::home::{Home, Lock, Side, damaged};
use crate::output::warn;
use crate::passphrase::WAYS;

/// The status word of a card that cannot answer.
const CONDITIONS_NOT_SATISFIED: [u8; 2] = [0x69, 0x85];

/// The wallet, open and locked.
pub(crate) struct WalletSide {
    /// The wallet, which stores every change itself.
    pub(crate) wallet: Wallet,
    /// The card that the user presented for a limited time in an earlier command.
    presented: Option<Presented>,
    /// Dropped after the wallet.
    lock: Lock,
}

impl WalletSide {
    /// Locks and opens the wallet, or makes an empty one. A wallet of an earlier version is taken
    /// over, and its file erased.
    pub(crate) fn open(home: &Home) -> Result<Self, Failure> {
        let lock = home.lock_wallet()?;
        Self::open_locked(home, lock)?.ok_or_else(|| busy(home))
    }

    /// As [`open`](Self::open); `None` if there is no wallet, or it is in use.
    pub(crate) fn open_if_free(home: &Home) -> Result<Option<Self>, Failure> {
        if !home.has_wallet()? {
            return Ok(None);
        }
        match home.lock_wallet_if_free()? {
            Some(lock) => Self::open_locked(home, lock),
            None => Ok(None),
        }
    }

    /// As [`open`](Self::open); `None` if there is no wallet.
    pub(crate) fn open_existing(home: &Home) -> Result<Option<Self>, Failure> {
        if home.has_wallet()? {
            Self::open(home).map(Some)
        } else {
            Ok(None)
        }
    }

    fn open_locked(home: &Home, lock: Lock) -> Result<Option<Self>, Failure> {
        let opened = open_store(home)?;
        let wallet = match opened {
            Ok(wallet) => wallet,
            Err(OpenError::Store(store::OpenError::Busy)) => return Ok(None),
            Err(error) => return Err(unusable(home, error)),
        };
        if let Err(failure) = home.erase_old_wallet() {
            warn(&format!(
                "the wallet was taken over from a file with keys in the clear, which is still \
                 there: {failure}"
            ));
        }
        if let Some(lost) = wallet.lost() {
            warn(&format!(
                "{} generations of the wallet are damaged; the newest whole one was read, and its \
                 {} keys are spent: `understudy replenish` brings new ones",
                lost.generations, lost.keys
            ));
        }
        let presented = Presented::read(home, &wallet);
        Ok(Some(Self {
            wallet,
            presented,
            lock,
        }))
    }

    /// The card of this number, or the one that readers see. The wallet is that of `home`.
    pub(crate) fn card(&self, home: &Home, named: Option<u16>) -> Result<CardSummary, Failure> {
        let cards = self.wallet.cards();
        let found = match named {
            Some(number) => cards.iter().find(|card| card.id == CardId(number)),
            None => cards.iter().find(|card| card.presented),
        };
        match (found, named) {
            (Some(card), _) => Ok(card.clone()),
            (None, _) if cards.is_empty() => Err(no_card(home, Some(&self.wallet))),
            (None, Some(number)) => Err(Failure::Input(format!(
                "the wallet has no card {number}: `understudy cards` lists them"
            ))),
            (None, None) => Err(Failure::Input(
                "no card is presented: choose one with --from CARD".to_owned(),
            )),
        }
    }

    /// The card's answer to a reader, if no other process can have the wallet.
    ///
    /// # Errors
    /// The lock or the home was deleted, moved or replaced: another process may use the wallet or a
    /// copy of it, so no key is used here.
    pub(crate) fn process<'a>(
        &self,
        command: &[u8],
        answer: &'a mut [u8; ANSWER_MAX],
    ) -> Result<&'a [u8], io::Error> {
        let _turn = self.lock.turn()?;
        Ok(self.wallet.process(command, answer))
    }

    /// A code of a card, if no other process can have the wallet, as for
    /// [`process`](Self::process).
    ///
    /// # Errors
    /// The outer one as there; the inner one of the wallet.
    pub(crate) fn present_code(
        &self,
        card: CardId,
    ) -> Result<Result<PresentedCode, WalletError>, Failure> {
        let turn = self.lock.turn();
        let _turn = turn.map_err(|error| Failure::Home(error.to_string()))?;
        Ok(self.wallet.present_code(card))
    }

    /// The answer to a reader after an error of [`process`](Self::process).
    pub(crate) const REFUSAL: [u8; 2] = CONDITIONS_NOT_SATISFIED;

    /// Does pending work, so that the next tap need not wait.
    pub(crate) fn settle(&self) -> Result<(), Failure> {
        if self.wallet.settle_due() {
            self.wallet.settle()?;
        }
        Ok(())
    }

    /// As [`settle`](Self::settle), after an act that is done in any case: after a failure the next
    /// tap waits instead.
    pub(crate) fn settle_later(&self) {
        if let Err(failure) = self.settle() {
            warn(&format!("the next tap has to wait for storage: {failure}"));
        }
    }

    /// Erases the limited presentation, if a tap or the user ended it.
    pub(crate) fn end_presentation(&mut self, home: &Home) {
        let ended = |presented: &Presented| self.wallet.presented() != Some(presented.card());
        if self.presented.as_ref().is_some_and(ended) {
            self.presented = None;
            if let Err(failure) = Presented::forget(home) {
                warn(&failure.to_string());
            }
        }
    }
}

/// Opens the store; data of an earlier version is read only if there is no store.
fn open_store(home: &Home) -> Result<Result<Wallet, OpenError>, Failure> {
    let image = if home.has_store()? {
        None
    } else {
        home.peek(Side::Wallet)?
    };
    let key = storage_key::of(home)?;
    let path = home.wallet();
    let folder = Disk::open(&path);
    let folder = folder.map_err(|error| Failure::Home(format!("{}: {error}", path.display())))?;
    Ok(match image {
        Some(image) => Wallet::take_over(&image, folder, key, SystemClock),
        None => Wallet::open(folder, key, SystemClock),
    })
}

fn busy(home: &Home) -> Failure {
    Failure::Home(format!(
        "the wallet in {} is in use by another process: let it end (an `understudy card` ends with \
         its input), or name another folder with --home DIR",
        home.folder().display()
    ))
}

fn unusable(home: &Home, error: OpenError) -> Failure {
    let folder = home.wallet();
    let folder = folder.display();
    Failure::Home(match error {
        OpenError::Store(store::OpenError::Busy) => return busy(home),
        OpenError::Store(store::OpenError::WrongKey) => match KeySource::of(home) {
            Ok(KeySource::Passphrase) => format!(
                "{folder}: the passphrase is not the one of this wallet: give the passphrase that \
                 it was made with: {WAYS} (wallet.salt beside it must be its own)"
            ),
            _ => format!(
                "{folder} is sealed under a passphrase, and wallet.salt beside it is missing: put \
                 the file back"
            ),
        },
        OpenError::Store(store::OpenError::Newer(_)) => format!(
            "{folder} was written by a newer understudy: update this one, or name another folder \
             with --home DIR"
        ),
        OpenError::Store(store::OpenError::Damaged) | OpenError::State(_) => damaged(&folder),
        OpenError::Image(_) => damaged(&home.path(Side::Wallet).display()),
        error => format!("{folder}: {error}"),
    })
}

/// The way in which a token's card can pay from this desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    /// As the wallet's default card.
    Default,
    /// As this card of the wallet.
    Card(u16),
    /// Not from the wallet: it is on another device, or the wallet is in use.
    Elsewhere,
}

/// True if a device is the wallet of this home, whose letters need nobody to carry them. A wallet that
/// is in use or cannot be opened counts as the device.
pub(crate) fn is_here(home: &Home, device: DeviceId) -> bool {
    match (home.has_wallet(), WalletSide::open_if_free(home)) {
        (Ok(false), _) => false,
        (Ok(true), Ok(Some(side))) => side.wallet.device() == Some(device),
        _ => true,
    }
}

/// The way in which the card of a token can pay.
pub(crate) fn payer(home: &Home, token: &TokenSummary) -> Result<Payer, Failure> {
    let side = WalletSide::open_if_free(home)?;
    let Some((side, place)) = side.zip(token.home) else {
        return Ok(Payer::Elsewhere);
    };
    let cards = side.wallet.cards();
    let card = cards.iter().find(|card| card.id == place.card);
    Ok(match card {
        _ if side.wallet.device() != Some(place.device) => Payer::Elsewhere,
        Some(card) if card.default => Payer::Default,
        Some(card) => Payer::Card(card.id.0),
        None => Payer::Elsewhere,
    })
}
