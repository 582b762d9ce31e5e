use std::sync::Arc;

use understudy_core::card::{CardId, Profile, Standing};
use understudy_core::crypto::Atc;
use understudy_provisioning::inbox::{self, Accepted, Arrival};
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_provisioning::{Package, Subject};
use zeroize::Zeroizing;

use super::{CARDS_MAX, Taken, card_uses, part};
use crate::WalletError;
use crate::book::Book;
use crate::card::TokenDigest;
use crate::change::Context;
use crate::history::RecordOutcome;
use crate::keys::Batch;

/// Takes a letter and applies it to the book; `None` if it was taken before.
pub(crate) fn take(
    book: &mut Book,
    letter: &[u8],
    context: &Context,
) -> Result<Option<Taken>, WalletError> {
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
        Arrival::Fresh(letter) => apply(book, &letter, context).map(Some),
        Arrival::Done => Ok(None),
    }
}

/// Updates the sequence and the time, and applies a letter's content. Keys whose batch had ended
/// when it was signed are erased.
fn apply(book: &mut Book, letter: &Accepted<'_>, context: &Context) -> Result<Taken, WalletError> {
    let header = letter.header;
    let device = book.device_mut()?;
    device.inbox = letter.sequence;
    let signed = device.signed_time.max(Some(header.issued_at));
    device.signed_time = signed;
    book.time.signed(header.issued_at);
    for card in &mut book.cards {
        card.account.keys.erase_expired(header.issued_at);
        let keys = &card.account.keys;
        card.armed = card.armed.filter(|armed| keys.holds(armed.atc));
    }
    let card = header.card.ok_or(Refusal::Card);
    match &letter.body() {
        Body::Package(brought) => {
            let taken = package(book, card?, brought)?;
            let device = book.device_mut()?;
            let suspect = header.epoch <= device.suspect_epoch;
            device.receive.installed(header.epoch);
            if suspect {
                book.lose_keys(card?);
            }
            Ok(taken)
        }
        Body::Profile(octets) => {
            let card = card?;
            book.set_profile(card, Profile::parse(Arc::from(*octets))?, None)?;
            Ok(Taken::ProfileChanged(card))
        }
        Body::Command(command) => act(book, card, *command, context),
        Body::Notice(said) => notice(book, card, said),
    }
}

fn act(
    book: &mut Book,
    card: Result<CardId, Refusal>,
    command: Command,
    context: &Context,
) -> Result<Taken, WalletError> {
    match command {
        Command::Report => {
            book.device_mut()?.report_wanted = true;
            Ok(Taken::Wanted)
        }
        Command::Replenish => want_keys(book, card?),
        Command::Suspend(reason) => suspend(book, card?, reason),
        Command::Resume => resume(book, card?),
        Command::Delete => delete(book, card?),
        Command::Limits(limits) => {
            let card = card?;
            book.card_mut(card)?.set_limits(limits);
            Ok(Taken::Limited(card))
        }
        Command::Wipe => {
            let parting = part(book, context)?;
            *book = Book {
                parting,
                ..Book::default()
            };
            Ok(Taken::Wiped)
        }
        Command::RotateStorage => {
            book.cards.iter_mut().for_each(|card| card.armed = None);
            Ok(Taken::Rotated)
        }
        Command::UnlockPassword => {
            if let Some(password) = &mut book.password {
                password.tries = 0;
            }
            Ok(Taken::PasswordUnlocked)
        }
        Command::ResetPassword => {
            book.password = None;
            Ok(Taken::PasswordReset)
        }
    }
}

fn package(book: &mut Book, card: CardId, package: &Package<'_>) -> Result<Taken, WalletError> {
    let batch = Batch::of(package);
    let taken = match package.subject() {
        Subject::Card { profile } => {
            let profile = Profile::parse(Arc::from(*profile))?;
            if book.given.contains(&card) {
                book.set_profile(card, profile, Some(batch))?;
                Taken::Reprovisioned(card)
            } else {
                if card_uses(book).len() >= CARDS_MAX {
                    return Err(WalletError::Unreported);
                }
                book.add(card, profile, batch)?;
                Taken::Installed(card)
            }
        }
        Subject::Keys { number } => {
            if book.card(card)?.token.digest != TokenDigest::of(number) {
                return Err(WalletError::OtherCard);
            }
            book.replenish(card, batch)?;
            Taken::Replenished(card)
        }
    };
    book.device_mut()?.keys_wanted.remove(&card);
    Ok(taken)
}

fn suspend(book: &mut Book, card: CardId, reason: SuspendReason) -> Result<Taken, WalletError> {
    let held = book.card_mut(card)?;
    held.set_standing(Standing::Suspended);
    held.account.suspended = Some(reason);
    Ok(Taken::Suspended(card, reason))
}

fn resume(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    let held = book.card_mut(card)?;
    held.set_standing(Standing::Active);
    held.account.suspended = None;
    Ok(Taken::Resumed(card))
}

/// Deletes a card; nothing is left to do if it was deleted before.
fn delete(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    if book.card(card).is_err() {
        return Ok(Taken::Done);
    }
    book.remove(card)?;
    Ok(Taken::Deleted(card))
}

fn want_keys(book: &mut Book, card: CardId) -> Result<Taken, WalletError> {
    book.card(card)?;
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
            let (amount, at) = (verdict.amount, verdict.at);
            (verdict, RecordOutcome::Approved { amount, at })
        }
        Notice::Declined(verdict) => {
            let (response_code, at) = (verdict.response_code, verdict.at);
            (verdict, RecordOutcome::Declined { response_code, at })
        }
        Notice::Reversed(verdict) => {
            let (amount, at) = (verdict.amount, verdict.at);
            (verdict, RecordOutcome::Reversed { amount, at })
        }
        Notice::Refunded(verdict) => {
            let (amount, at) = (verdict.amount, verdict.at);
            (verdict, RecordOutcome::Refunded { amount, at })
        }
    };
    Ok(settle(book, card?, verdict.atc, outcome))
}

/// Records the outcome of a payment. The history may no longer have it.
fn settle(book: &mut Book, card: CardId, atc: Atc, outcome: RecordOutcome) -> Taken {
    match book.record_mut(card, atc) {
        Some(record) => {
            record.settle(outcome);
            Taken::Settled(card, atc)
        }
        None => Taken::Done,
    }
}
