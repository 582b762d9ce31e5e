//! The image field by field, and its way into and out of a book.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use understudy_core::card::{CardId, DrainGuard};

use super::card::CardText;
use super::device::DeviceText;
use super::fields::{OBJECT, atc};
use super::hex::Hex;
use super::record::RecordText;
use crate::RestoreError;
use crate::account::TokenDigest;
use crate::book::{Book, CARDS_MAX};

pub(super) const FORMAT: &str = "understudy.wallet/2";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    format: String,
    given: Vec<u16>,
    #[serde(deserialize_with = "Option::deserialize")]
    default: Option<u16>,
    guard: GuardText,
    cards: Vec<CardText>,
    retired: Vec<(Hex<[u8; 32]>, u16)>,
    history: Vec<RecordText>,
    #[serde(deserialize_with = "Option::deserialize")]
    device: Option<DeviceText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardText {
    since_act: u8,
    recent: [u64; 3],
}

impl Text {
    pub(super) fn of(book: &Book) -> Self {
        let cards = book.slots.iter().zip(&book.accounts);
        let DrainGuard { since_act, recent } = book.guard;
        Self {
            format: FORMAT.to_owned(),
            given: book.given.iter().map(|card| card.0).collect(),
            default: book.default.map(|card| card.0),
            guard: GuardText { since_act, recent },
            cards: cards
                .map(|(slot, account)| CardText::of(slot, account))
                .collect(),
            retired: book
                .retired
                .iter()
                .map(|(token, atc)| (Hex(token.0), atc.get()))
                .collect(),
            history: book.history.iter().map(RecordText::of).collect(),
            device: book.device.as_ref().map(DeviceText::of),
        }
    }

    /// At least as many octets as the text takes, so that writing it leaves no copies of keys in
    /// memory that was given back.
    pub(super) fn room(&self) -> usize {
        const NAME: usize = "65535,".len();
        let objects = 1 + self.history.len() + self.retired.len();
        objects * OBJECT
            + self.given.len() * NAME
            + self.cards.iter().map(CardText::room).sum::<usize>()
            + self.device.as_ref().map_or(0, DeviceText::room)
    }

    pub(super) fn into_book(self) -> Result<Book, RestoreError> {
        let mut book = Book {
            default: self.default.map(CardId),
            guard: DrainGuard {
                since_act: self.guard.since_act,
                recent: self.guard.recent,
            },
            given: given(&self.given)?,
            ..Book::default()
        };
        let mut tokens = Vec::new();
        for card in self.cards {
            let (slot, account) = card.into_card()?;
            if !book.given.contains(&slot.id) || book.position(slot.id).is_ok() {
                return Err(RestoreError::Field("a card's id"));
            }
            tokens.push(TokenDigest::of(&slot.profile));
            Arc::make_mut(&mut book.slots).push(slot);
            book.accounts.push(account);
        }
        for (token, counter) in self.retired {
            let token = TokenDigest(token.0);
            tokens.push(Some(token));
            book.retired.push((token, atc(counter)?));
        }
        let twice = |(place, token)| tokens.iter().take(place).any(|other| other == token);
        if book.slots.len() > CARDS_MAX || tokens.iter().enumerate().any(twice) {
            return Err(RestoreError::Field("the cards' tokens"));
        }
        for record in &self.history {
            book.remember(record.to_record()?);
        }
        if book
            .default
            .is_some_and(|card| book.position(card).is_err())
        {
            return Err(RestoreError::Field("the default card"));
        }
        book.device = self
            .device
            .map(|device| device.into_device(&book))
            .transpose()?;
        Ok(book)
    }
}

/// Names of cards, in ascending order; 0 is none.
pub(super) fn given(names: &[u16]) -> Result<BTreeSet<CardId>, RestoreError> {
    if names.first() == Some(&0) || !names.is_sorted_by(|earlier, later| earlier < later) {
        return Err(RestoreError::Field("the names of cards"));
    }
    Ok(names.iter().copied().map(CardId).collect())
}
