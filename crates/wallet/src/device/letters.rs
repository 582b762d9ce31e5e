use std::sync::Arc;

use understudy_core::card::{CardId, Profile, Standing};
use understudy_core::crypto::Atc;
use understudy_core::wire::track2::Track2;
use understudy_provisioning::inbox::{self, Accepted, Arrival};
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::{Package, Subject};
use zeroize::Zeroizing;

use super::{CARDS_MAX, card_uses};
use crate::WalletError;
use crate::account::stored_keys;
use crate::book::Book;
use crate::history::Outcome;

/// What came of a letter. It and its place in the sequence are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A new card is in the wallet.
    Installed(CardId),
    /// A card has a new profile, under the same token, and new keys.
    Reprovisioned(CardId),
    /// A card has new keys.
    Replenished(CardId),
    /// A card does not pay until the issuer resumes it.
    Suspended(CardId, SuspendReason),
    /// A card pays again.
    Resumed(CardId),
    /// A card and its keys are erased.
    Deleted(CardId),
    /// The issuer wants something: see [`Wallet::wants`](crate::Wallet::wants).
    Wanted,
    /// The history says what became of a payment.
    Settled(CardId, Atc),
    /// The report in flight was accepted.
    ReportAccepted,
    /// It was done already, or there is nothing left here that it could change.
    Done,
}

/// Takes a letter and does in the book what it says; `None` if it was taken before.
pub(crate) fn take(book: &mut Book, letter: &[u8]) -> Result<Option<Taken>, WalletError> {
    let device = book.device()?;
    let cards: Vec<CardId> = book.given.iter().copied().collect();
    let accepted = device.inbox;
    let me = inbox::Device {
        id: device.id,
        cards: &cards,
        issuer: &device.issuer.verify,
        accepted: &accepted,
        keys: &device.receive.ring(),
    };
    let mut room = Zeroizing::new(vec![0; inbox::content_len(letter)?]);
    match inbox::take(letter, &me, &mut room)? {
        Arrival::Fresh(letter) => apply(book, &letter).map(Some),
        Arrival::Done => Ok(None),
    }
}

/// Does what a letter says, and moves the sequence.
fn apply(book: &mut Book, letter: &Accepted<'_>) -> Result<Taken, WalletError> {
    let header = letter.header;
    let card = header.card.ok_or(Refusal::Card);
    let taken = match &letter.body() {
        Body::Package(content) => {
            let taken = package(book, card?, content)?;
            book.device_mut()?.receive.installed(header.epoch);
            taken
        }
        Body::Command(Command::Report) => {
            book.device_mut()?.report_wanted = true;
            Taken::Wanted
        }
        Body::Command(Command::Suspend(reason)) => suspend(book, card?, *reason)?,
        Body::Command(Command::Resume) => resume(book, card?)?,
        Body::Command(Command::Delete) => delete(book, card?)?,
        Body::Command(Command::Replenish) => want_keys(book, card?)?,
        Body::Profile(_)
        | Body::Command(
            Command::Limits(_)
            | Command::Wipe
            | Command::RotateStorage
            | Command::UnlockPassword
            | Command::ResetPassword,
        ) => return Err(Refusal::Content.into()),
        Body::Notice(content) => notice(book, card, content)?,
    };
    let device = book.device_mut()?;
    device.inbox = letter.sequence;
    device.signed_time = device.signed_time.max(Some(header.issued_at));
    Ok(taken)
}

fn package(book: &mut Book, card: CardId, package: &Package<'_>) -> Result<Taken, WalletError> {
    let keys = stored_keys(package);
    let taken = match package.subject() {
        Subject::Card { profile } => {
            let profile = Profile::parse(Arc::from(*profile))?;
            if book.given.contains(&card) {
                book.reprovision(card, profile, keys)?;
                Taken::Reprovisioned(card)
            } else {
                if card_uses(book).len() >= CARDS_MAX {
                    return Err(WalletError::Unreported);
                }
                book.add(card, profile, keys)?;
                Taken::Installed(card)
            }
        }
        Subject::Keys { number } => {
            let own = Track2::parse(book.card(card)?.profile.track2());
            if !own.is_ok_and(|track2| track2.number() == number) {
                return Err(WalletError::OtherCard);
            }
            book.account_mut(card)?.add(keys)?;
            Taken::Replenished(card)
        }
    };
    book.device_mut()?.keys_wanted.remove(&card);
    Ok(taken)
}

fn suspend(book: &mut Book, card: CardId, reason: SuspendReason) -> Result<Taken, WalletError> {
    book.card_mut(card)?.standing = Standing::Suspended;
    book.account_mut(card)?.suspended = Some(reason);
    Ok(Taken::Suspended(card, reason))
}

fn resume(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    book.card_mut(card)?.standing = Standing::Active;
    book.account_mut(card)?.suspended = None;
    Ok(Taken::Resumed(card))
}

/// A card that was deleted before is done already.
fn delete(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    if book.position(card).is_err() {
        return Ok(Taken::Done);
    }
    book.remove(card)?;
    Ok(Taken::Deleted(card))
}

fn want_keys(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    book.position(card)?;
    book.device_mut()?.keys_wanted.insert(card);
    Ok(Taken::Wanted)
}

fn notice(
    book: &mut Book,
    card: Result<CardId, Refusal>,
    notice: &Notice,
) -> Result<Taken, WalletError> {
    let (verdict, outcome) = match notice {
        Notice::ReportAccepted(sequence) => {
            return Ok(book.device_mut()?.report_accepted(*sequence)?);
        }
        Notice::Approved(verdict) => {
            let amount = verdict.amount;
            (verdict, Outcome::Approved { amount })
        }
        Notice::Declined(verdict) => {
            let response_code = verdict.response_code;
            (verdict, Outcome::Declined { response_code })
        }
        Notice::Reversed(verdict) => {
            let amount = verdict.amount;
            (verdict, Outcome::Reversed { amount })
        }
    };
    Ok(settle(book, card?, verdict.atc, outcome))
}

/// Enters what became of a payment. The history may have forgotten it.
fn settle(book: &mut Book, card: CardId, atc: Atc, outcome: Outcome) -> Taken {
    match book.record_mut(card, atc) {
        Some(record) => {
            record.outcome = outcome;
            Taken::Settled(card, atc)
        }
        None => Taken::Done,
    }
}
