//! The book as octets, which the store seals. One book has one encoding; `docs/formats.md` has
//! every octet.

#![expect(
    clippy::option_option,
    reason = "the outer one is None where octets have no meaning, the inner one where nothing is kept"
)]

mod card;
mod device;
mod record;

use std::collections::BTreeSet;
use std::sync::Arc;

use understudy_core::card::CardId;
use zeroize::Zeroizing;

use crate::book::{Book, CARDS_MAX, Retired};
use crate::card::TokenDigest;
use crate::fields::{atc, guard, put_guard, put_trusted, trusted};
use crate::octets::{Fields, Length, Out};
use crate::password::{Cost, Password};
use crate::{OpenError, StateError};

const VERSION: u8 = 0x02;
/// The version before, in which all keys are of triple DES.
const TRIPLE_DES: u8 = 0x01;

/// The octets of a book. They hold keys in the clear, and are wiped on drop.
pub(crate) fn emit(book: &Book) -> Zeroizing<Vec<u8>> {
    let mut length = Length::default();
    emit_book(book, &mut length);
    // The capacity is exact: growing would leave keys in freed memory.
    let mut octets = Zeroizing::new(Vec::with_capacity(length.0));
    emit_book(book, &mut octets);
    octets
}

/// The book of these octets.
pub(crate) fn parse(octets: &[u8]) -> Result<Book, OpenError> {
    let mut fields = Fields::new(octets);
    let version = match fields.u8() {
        Some(version @ (VERSION | TRIPLE_DES)) => version,
        Some(version) => return Err(StateError::Version(version).into()),
        None => return Err(StateError::Damaged("its length").into()),
    };
    Ok(parse_book(version, fields)?)
}

fn emit_book(book: &Book, out: &mut impl Out) {
    out.u8(VERSION);
    out.u64(book.entered);
    out.flag(book.forgetting);
    out.u16(book.default.map_or(0, |card| card.0));
    put_guard(out, &book.guard);
    put_trusted(out, &book.time);
    put_names(out, &book.given);
    put_count(out, book.retired.len());
    for retired in &book.retired {
        out.u16(retired.card.0);
        out.put(&retired.token.0);
        out.u16(retired.last_atc.get());
    }
    out.flag(book.password.is_some());
    if let Some(password) = &book.password {
        put_password(out, password);
    }
    put_count(out, book.parting.len());
    for report in &book.parting {
        put_octets(out, report);
    }
    out.flag(book.device.is_some());
    if let Some(held) = &book.device {
        device::emit(held, out);
    }
    put_count(out, book.cards.len());
    for held in &book.cards {
        card::emit(held, out);
    }
}

fn parse_book(version: u8, mut fields: Fields<'_>) -> Result<Book, StateError> {
    let damaged = StateError::Damaged;
    let mut book = Book {
        entered: fields.u64().ok_or(damaged("the history's count"))?,
        forgetting: fields.flag().ok_or(damaged("what is to be forgotten"))?,
        default: some_card(&mut fields).ok_or(damaged("the default card"))?,
        guard: guard(&mut fields).ok_or(damaged("the drain guard"))?,
        time: trusted(&mut fields).ok_or(damaged("the time"))?,
        given: names(&mut fields).ok_or(damaged("the cards' names"))?,
        retired: retired(&mut fields).ok_or(damaged("the removed cards"))?,
        password: password(&mut fields).ok_or(damaged("the password"))?,
        parting: parting(&mut fields).ok_or(damaged("the last reports"))?,
        ..Book::default()
    };
    let enrolled = fields.flag().ok_or(damaged("the device"))?;
    book.device = enrolled
        .then(|| device::parse(&mut fields).ok_or(damaged("the device")))
        .transpose()?;
    let cards = fields.u16().ok_or(damaged("the cards"))?;
    for _ in 0..cards {
        let card = card::parse(version, &mut fields).ok_or(damaged("a card"))??;
        book.cards.push(card);
    }
    fields.end().ok_or(damaged("its length"))?;
    consistent(&book).ok_or(damaged("what its parts say of each other"))?;
    Ok(book)
}

/// Checks that the parts of a book are consistent with each other.
fn consistent(book: &Book) -> Option<()> {
    let cards = &book.cards;
    let held = |card: CardId| cards.iter().filter(|held| held.id() == card).count();
    let tokens = cards.iter().map(|card| card.token.digest);
    let tokens: Vec<TokenDigest> = tokens
        .chain(book.retired.iter().map(|retired| retired.token))
        .collect();
    let twice = |(place, token)| tokens.iter().take(place).any(|other| other == token);
    let names = cards
        .iter()
        .all(|card| held(card.id()) == 1 && book.given.contains(&card.id()));
    // 0000 stands for a card of an image that was taken over, which did not name it.
    let known = |card: CardId| card == CardId(0) || book.given.contains(&card);
    let gone = |retired: &Retired| held(retired.card) == 0 && known(retired.card);
    let armed = cards.iter().filter(|card| card.armed.is_some()).count();
    let ok = cards.len() <= CARDS_MAX
        && names
        && armed <= 1
        && book.retired.iter().all(gone)
        && book.default.is_none_or(|card| held(card) == 1)
        && !tokens.iter().enumerate().any(twice)
        && book
            .device
            .as_ref()
            .is_none_or(|device| device::fits(device, book));
    ok.then_some(())
}

/// A card's name, 2 octets; 0000 for none.
fn some_card(fields: &mut Fields<'_>) -> Option<Option<CardId>> {
    let card = fields.u16()?;
    Some((card != 0).then_some(CardId(card)))
}

/// A count, 2 octets.
fn put_count(out: &mut impl Out, count: usize) {
    out.u16(u16::try_from(count).unwrap_or(u16::MAX));
}

/// A length of 4 octets, followed by the octets.
fn put_octets(out: &mut impl Out, octets: &[u8]) {
    out.u32(u32::try_from(octets.len()).unwrap_or(u32::MAX));
    out.put(octets);
}

fn octets<'a>(fields: &mut Fields<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(fields.u32()?).ok()?;
    fields.slice(length)
}

/// Names of cards in ascending order; 0 is none.
fn put_names(out: &mut impl Out, names: &BTreeSet<CardId>) {
    put_count(out, names.len());
    for card in names {
        out.u16(card.0);
    }
}

fn names(fields: &mut Fields<'_>) -> Option<BTreeSet<CardId>> {
    let count = fields.u16()?;
    let mut names = BTreeSet::new();
    for _ in 0..count {
        let card = CardId(fields.u16()?);
        let ascends = card > *names.last().unwrap_or(&CardId(0));
        ascends.then_some(())?;
        names.insert(card);
    }
    Some(names)
}

fn retired(fields: &mut Fields<'_>) -> Option<Vec<Retired>> {
    let count = fields.u16()?;
    let one = |_| {
        Some(Retired {
            card: CardId(fields.u16()?),
            token: TokenDigest(*fields.array()?),
            last_atc: atc(fields)?,
        })
    };
    (0..count).map(one).collect()
}

fn put_password(out: &mut impl Out, password: &Password) {
    out.u32(password.cost.memory);
    out.u32(password.cost.passes);
    out.u32(password.cost.lanes);
    out.put(&password.salt);
    out.put(password.hash.as_slice());
    out.u8(password.tries);
}

fn password(fields: &mut Fields<'_>) -> Option<Option<Password>> {
    if !fields.flag()? {
        return Some(None);
    }
    Some(Some(Password {
        cost: Cost {
            memory: fields.u32()?,
            passes: fields.u32()?,
            lanes: fields.u32()?,
        },
        salt: *fields.array()?,
        hash: Arc::new(Zeroizing::new(*fields.array()?)),
        tries: fields.u8()?,
    }))
}

fn parting(fields: &mut Fields<'_>) -> Option<Vec<Arc<[u8]>>> {
    let count = fields.u16()?;
    (0..count).map(|_| octets(fields).map(Arc::from)).collect()
}

#[cfg(test)]
mod tests;
