//! The image's fields, and their conversion to and from a book.

use std::collections::BTreeSet;

use serde::Deserialize;
use understudy_core::card::{CardId, DrainGuard};

use super::card::CardText;
use super::device::DeviceText;
use super::fields::atc;
use super::hex::Hex;
use super::record::RecordText;
use crate::ImageError;
use crate::book::{Book, CARDS_MAX, Retired};
use crate::card::TokenDigest;

pub(super) const FORMAT: &str = "understudy.wallet/2";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    #[serde(rename = "format")]
    _format: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardText {
    since_act: u8,
    recent: [u64; 3],
}

impl Text {
    pub(super) fn into_book(self) -> Result<Book, ImageError> {
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
            let card = card.into_card()?;
            if !book.given.contains(&card.id()) || book.card(card.id()).is_ok() {
                return Err(ImageError::Field("a card's id"));
            }
            tokens.push(card.token.digest);
            book.cards.push(card);
        }
        // The image does not name the card of a removed token; any name that is not held will do.
        let nobody = CardId(0);
        for (token, counter) in self.retired {
            let token = TokenDigest(token.0);
            tokens.push(token);
            book.retired.push(Retired {
                card: nobody,
                token,
                last_atc: atc(counter)?,
            });
        }
        let twice = |(place, token)| tokens.iter().take(place).any(|other| other == token);
        if book.cards.len() > CARDS_MAX || tokens.iter().enumerate().any(twice) {
            return Err(ImageError::Field("the cards' tokens"));
        }
        for (number, record) in (1..).zip(&self.history) {
            let record = record.to_record(number)?;
            book.entered = number;
            if let Ok(account) = book.account_mut(record.card) {
                account.history.enter(record);
            }
        }
        if book.default.is_some_and(|card| book.card(card).is_err()) {
            return Err(ImageError::Field("the default card"));
        }
        book.device = self
            .device
            .map(|device| device.into_device(&book))
            .transpose()?;
        if let Some(time) = book.device.as_ref().and_then(|device| device.signed_time) {
            book.time.signed(time);
        }
        Ok(book)
    }
}

/// Names of cards, in ascending order; 0 is none.
pub(super) fn given(names: &[u16]) -> Result<BTreeSet<CardId>, ImageError> {
    if names.first() == Some(&0) || !names.is_sorted_by(|earlier, later| earlier < later) {
        return Err(ImageError::Field("the names of cards"));
    }
    Ok(names.iter().copied().map(CardId).collect())
}
