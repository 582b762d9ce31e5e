//! The image field by field, and its way into and out of a book.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use understudy_core::card::{CardId, Cvm, DrainGuard, Exposure, Profile, Slot, Standing, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;

use super::hex::{Hex, Key};
use crate::RestoreError;
use crate::book::{Account, Book, CARDS_MAX, Card, StoredKey, TokenDigest};
use crate::history::{Outcome, Record};

const FORMAT: &str = "understudy.wallet/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    format: String,
    next: u16,
    default: Option<u16>,
    guard: GuardText,
    cards: Vec<CardText>,
    retired: Vec<(Hex<[u8; 32]>, u16)>,
    history: Vec<RecordText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardText {
    since_act: u8,
    recent: [u64; 3],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardText {
    id: u16,
    suspended: bool,
    profile: Hex<Vec<u8>>,
    last_atc: Option<u16>,
    unverified_taps: u8,
    unverified_sum: u64,
    keys: Vec<(u16, Key)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordText {
    card: u16,
    atc: u16,
    at: Option<u64>,
    amount: u64,
    currency: u16,
    date: Hex<[u8; 3]>,
    transaction_type: u8,
    merchant: Option<Hex<[u8; 20]>>,
    cvm: CvmText,
    outcome: OutcomeText,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CvmText {
    None,
    OnDevice,
    OnlinePin,
    Signature,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeText {
    Spent,
    SentAac,
    SentTc,
    SentArqc,
    PossiblyTorn,
}

impl Text {
    pub(super) fn of(book: &Book) -> Self {
        let cards = book.slots.iter().zip(&book.accounts);
        let DrainGuard { since_act, recent } = book.guard;
        Self {
            format: FORMAT.to_owned(),
            next: book.next,
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
        }
    }

    /// At least as many octets as the text takes, so that writing it leaves no copies of keys in
    /// memory that was given back.
    pub(super) fn room(&self) -> usize {
        const OBJECT: usize = 512;
        let cards = self.cards.iter().map(|card| {
            OBJECT + 2 * card.profile.0.len() + card.keys.len() * size_of::<(u16, [u8; 64])>()
        });
        OBJECT + cards.sum::<usize>() + (self.history.len() + self.retired.len()) * OBJECT
    }

    pub(super) fn into_book(self) -> Result<Book, RestoreError> {
        if self.format != FORMAT {
            return Err(RestoreError::Format);
        }
        let mut book = Book {
            default: self.default.map(CardId),
            guard: DrainGuard {
                since_act: self.guard.since_act,
                recent: self.guard.recent,
            },
            next: self.next,
            ..Book::default()
        };
        let mut tokens = Vec::new();
        for card in self.cards {
            let (slot, account) = card.into_card()?;
            if slot.id.0 >= self.next || book.position(slot.id).is_ok() {
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
        match book.default {
            Some(card) if book.position(card).is_err() => {
                Err(RestoreError::Field("the default card"))
            }
            _ => Ok(book),
        }
    }
}

impl CardText {
    fn of(slot: &Card, account: &Account) -> Self {
        let Exposure { taps, sum } = account.exposure;
        Self {
            id: slot.id.0,
            suspended: slot.standing == Standing::Suspended,
            profile: Hex(slot.profile.octets().to_vec()),
            last_atc: account.last_atc.map(Atc::get),
            unverified_taps: taps,
            unverified_sum: sum,
            keys: account
                .keys
                .iter()
                .map(|(atc, key)| (atc.get(), Key(key.clone())))
                .collect(),
        }
    }

    fn into_card(self) -> Result<(Card, Account), RestoreError> {
        let last_atc = self.last_atc.map(atc).transpose()?;
        let keys = self
            .keys
            .into_iter()
            .map(|(counter, key)| Ok((atc(counter)?, key.0)));
        let keys: VecDeque<StoredKey> = keys.collect::<Result<_, RestoreError>>()?;
        let counters = last_atc.into_iter().chain(keys.iter().map(|(atc, _)| *atc));
        if !counters.is_sorted_by(|earlier, later| earlier < later) {
            return Err(RestoreError::Field("the order of a card's counters"));
        }
        let standing = if self.suspended {
            Standing::Suspended
        } else {
            Standing::Active
        };
        let profile = Profile::parse(Arc::from(self.profile.0))?;
        let exposure = Exposure {
            taps: self.unverified_taps,
            sum: self.unverified_sum,
        };
        let slot = Slot {
            id: CardId(self.id),
            profile,
            standing,
        };
        Ok((
            slot,
            Account {
                keys,
                last_atc,
                exposure,
            },
        ))
    }
}

impl RecordText {
    fn of(record: &Record) -> Self {
        Self {
            card: record.card.0,
            atc: record.atc.get(),
            at: record.at.map(|at| at.0),
            amount: record.amount.minor(),
            currency: record.amount.currency().numeric(),
            date: Hex(record.date),
            transaction_type: record.transaction_type,
            merchant: record.merchant.map(Hex),
            cvm: match record.cvm {
                Cvm::None => CvmText::None,
                Cvm::OnDevice => CvmText::OnDevice,
                Cvm::OnlinePin => CvmText::OnlinePin,
                Cvm::Signature => CvmText::Signature,
            },
            outcome: match record.outcome {
                Outcome::Spent => OutcomeText::Spent,
                Outcome::Sent(CryptogramType::Aac) => OutcomeText::SentAac,
                Outcome::Sent(CryptogramType::Tc) => OutcomeText::SentTc,
                Outcome::Sent(CryptogramType::Arqc) => OutcomeText::SentArqc,
                Outcome::PossiblyTorn => OutcomeText::PossiblyTorn,
            },
        }
    }

    fn to_record(&self) -> Result<Record, RestoreError> {
        let currency = Currency::new(self.currency).ok_or(RestoreError::Field("a currency"))?;
        Ok(Record {
            card: CardId(self.card),
            atc: atc(self.atc)?,
            at: self.at.map(UnixTime),
            amount: Amount::new(self.amount, currency).ok_or(RestoreError::Field("an amount"))?,
            date: self.date.0,
            transaction_type: self.transaction_type,
            merchant: self.merchant.as_ref().map(|merchant| merchant.0),
            cvm: match self.cvm {
                CvmText::None => Cvm::None,
                CvmText::OnDevice => Cvm::OnDevice,
                CvmText::OnlinePin => Cvm::OnlinePin,
                CvmText::Signature => Cvm::Signature,
            },
            outcome: match self.outcome {
                OutcomeText::Spent => Outcome::Spent,
                OutcomeText::SentAac => Outcome::Sent(CryptogramType::Aac),
                OutcomeText::SentTc => Outcome::Sent(CryptogramType::Tc),
                OutcomeText::SentArqc => Outcome::Sent(CryptogramType::Arqc),
                OutcomeText::PossiblyTorn => Outcome::PossiblyTorn,
            },
        })
    }
}

fn atc(counter: u16) -> Result<Atc, RestoreError> {
    Atc::new(counter).ok_or(RestoreError::Field("a counter"))
}
