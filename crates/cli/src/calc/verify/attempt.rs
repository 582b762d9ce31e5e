//! One way to make a cryptogram: right, or with one mistake.

use understudy_core::crypto::{Algorithm, Atc, Cryptogram, Cvn, Field, Key, KeyIndex, Padding};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use zeroize::Zeroizing;

use crate::calc::chip::Transaction;
use crate::failure::Failure;

/// The card and the key that all attempts start from.
pub(super) struct Subject {
    pub(super) algorithm: Algorithm,
    pub(super) issuer_master_key: Zeroizing<Vec<u8>>,
    pub(super) transaction: Transaction,
}

/// One way to make the cryptogram.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) cvn: Cvn,
    pub(super) method: MasterKeyMethod,
    pub(super) level: Level,
    /// Card number and sequence number as they are derived from.
    pub(super) number: Zeroizing<String>,
    pub(super) psn: Option<u8>,
    /// The index of the limited-use key, if it is known.
    pub(super) index: Option<KeyIndex>,
    /// The counter of the session key, and that under the MAC.
    pub(super) counters: [Atc; 2],
    pub(super) padding: Padding,
    pub(super) part: Part,
    pub(super) parity: Parity,
    pub(super) halves_swapped: bool,
}

/// The key that the MAC is made under.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Level {
    Issuer,
    Card,
    Session(SessionKeyMethod),
    LimitedUse,
}

/// The octets of `9F10` under the MAC.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    /// Those of the version.
    AsVersion,
    Whole,
    /// Without the first octet.
    WithoutFirst,
    FirstHalf,
    SecondHalf,
    /// The card verification results with the octet of their length, of `UnionPay` and Visa.
    WithLength,
    /// The same without it.
    WithoutLength,
    None,
}

/// Odd parity, which changes a key of any cipher but triple DES.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Parity {
    AsMade,
    OfCardKey,
    OfSessionKey,
}

/// The octets under the MAC, part by part, with the tag that each is of.
pub(super) type UnderMac = Vec<(Tag, Vec<u8>)>;

impl Attempt {
    /// The cryptogram; `None` if the mistake cannot be made with this card.
    pub(super) fn cryptogram(&self, of: &Subject) -> Result<Option<Cryptogram>, Failure> {
        let Some(key) = self.key(of)? else {
            return Ok(None);
        };
        let under_mac = self.under_mac(of)?;
        let parts: Vec<&[u8]> = under_mac.iter().map(|(_, part)| part.as_slice()).collect();
        Ok(Some(Cryptogram(key.mac(self.padding, &parts))))
    }

    /// The key; `None` if the cipher has no such derivation.
    pub(super) fn key(&self, of: &Subject) -> Result<Option<Key>, Failure> {
        let issuer = self.issuer_key(of);
        if self.level == Level::Issuer {
            return Ok(key(of.algorithm, &issuer));
        }
        let Some(master) = key(of.algorithm, &issuer).map(IssuerMasterKey::new) else {
            return Ok(None);
        };
        let Ok(card) = master.card_master_key(self.method, &self.number, self.psn) else {
            return Ok(None);
        };
        let card = self.adjusted(card.expose(), Parity::OfCardKey);
        let Some(card) = key(of.algorithm, &card) else {
            return Ok(None);
        };
        match self.level {
            Level::Issuer | Level::Card => Ok(Some(card)),
            Level::Session(method) => {
                let number = of.transaction.array(tags::UNPREDICTABLE_NUMBER)?;
                let [counter, _] = self.counters;
                let session = CardMasterKey::new(card).session_key(method, counter, number);
                Ok(self.last_key(of, session.expose()))
            }
            Level::LimitedUse => {
                let card = CardMasterKey::new(card);
                let derived = self.index.and_then(|index| card.limited_use_key(index));
                Ok(derived.and_then(|derived| self.last_key(of, derived.expose())))
            }
        }
    }

    fn last_key(&self, of: &Subject, octets: &[u8]) -> Option<Key> {
        key(of.algorithm, &self.adjusted(octets, Parity::OfSessionKey))
    }

    /// The octets under the MAC, unpadded.
    pub(super) fn under_mac(&self, of: &Subject) -> Result<UnderMac, Failure> {
        let iad = of.transaction.iad(self.cvn)?;
        let mut under_mac = UnderMac::new();
        let mut replaced = self.part != Part::AsVersion;
        for field in self.cvn.fields() {
            if let Some((tag, value)) = of.transaction.element(*field)? {
                under_mac.push((tag, value.to_vec()));
                continue;
            }
            if *field == Field::Atc {
                let [_, counter] = self.counters;
                under_mac.push((tags::ATC, counter.octets().to_vec()));
            } else if self.part == Part::AsVersion {
                let part = of_version(self.cvn, *field, iad);
                under_mac.push((tags::ISSUER_APPLICATION_DATA, part.to_vec()));
            } else if replaced {
                replaced = false;
                let part = self.part.of(iad);
                under_mac.push((tags::ISSUER_APPLICATION_DATA, part.to_vec()));
            }
        }
        Ok(under_mac)
    }

    fn issuer_key(&self, of: &Subject) -> Zeroizing<Vec<u8>> {
        let mut key = of.issuer_master_key.clone();
        if self.halves_swapped {
            let half = key.len() / 2;
            key.rotate_left(half);
        }
        key
    }

    fn adjusted(&self, key: &[u8], parity: Parity) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(key.to_vec());
        if self.parity == parity {
            for octet in key.iter_mut() {
                let bits = *octet & 0xFE;
                *octet = bits | u8::from(bits.count_ones().is_multiple_of(2));
            }
        }
        key
    }
}

impl Part {
    fn of(self, iad: &[u8]) -> &[u8] {
        let half = iad.len() / 2;
        match self {
            Self::AsVersion | Self::Whole => Some(iad),
            Self::WithoutFirst => iad.get(1..),
            Self::FirstHalf => iad.get(..half),
            Self::SecondHalf => iad.get(half..),
            Self::WithLength => iad.get(3..7),
            Self::WithoutLength => iad.get(4..7),
            Self::None => None,
        }
        .unwrap_or_default()
    }
}

/// The part of `9F10` that a version puts under its MAC for this field.
fn of_version(cvn: Cvn, field: Field, iad: &[u8]) -> &[u8] {
    match cvn.part_of_iad(field) {
        Some(part) => iad.get(part).unwrap_or_default(),
        None => iad,
    }
}

fn key(algorithm: Algorithm, octets: &[u8]) -> Option<Key> {
    Key::from_octets(algorithm, octets)
}
