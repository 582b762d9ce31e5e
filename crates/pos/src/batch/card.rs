//! The data of a card and its tap that an entry keeps: enough for receipts and a reversal, without
//! the full number.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_core::wire::digits::{CARD_NUMBER_MAX, CARD_NUMBER_MIN, CardNumber};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, Writer, find};

use super::codec;
use crate::aid::Aid;
use crate::host::TextError;
use crate::online::{CardEntry, OnlineRequest};
use crate::outcome::Cvm;
use crate::receipt::without_numbers;

/// A card number of which at most the first six and the last four digits are known.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaskedNumber(String);

impl MaskedNumber {
    /// The first six digits and the last four, the rest as `*`; below 13 digits the last four.
    #[must_use]
    pub fn of(number: &CardNumber) -> Self {
        Self(number.to_string())
    }
}

impl TryFrom<String> for MaskedNumber {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        let hidden = text.bytes().filter(|&octet| octet == b'*').count();
        let shown = text.bytes().filter(u8::is_ascii_digit).count();
        let good = hidden + shown == text.len()
            && (CARD_NUMBER_MIN..=CARD_NUMBER_MAX).contains(&text.len())
            && hidden > 0
            && shown <= 10;
        good.then_some(Self(text))
            .ok_or(TextError("a masked card number"))
    }
}

impl From<MaskedNumber> for String {
    fn from(number: MaskedNumber) -> Self {
        number.0
    }
}

impl fmt::Display for MaskedNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The card behind an entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The card's number, masked.
    pub number: MaskedNumber,
    /// The card sequence number (DE 23), two BCD digits, if the card has one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub psn: Option<u8>,
    /// The application (`84`).
    #[serde(with = "codec::aid")]
    pub aid: Aid,
    /// The application label (`50`), card numbers in it masked.
    pub label: String,
}

impl Card {
    pub(crate) fn of(request: &OnlineRequest) -> Self {
        let number = MaskedNumber::of(request.track2.number());
        Self {
            label: without_numbers(&request.label, &number),
            number,
            psn: request.psn,
            aid: request.aid,
        }
    }
}

/// The tap or the code behind an entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chip {
    /// A tap, or a code.
    #[serde(default, skip_serializing_if = "CardEntry::is_contactless")]
    pub entry: CardEntry,
    /// The application cryptogram (`9F26`).
    #[serde(with = "hex::serde")]
    pub cryptogram: [u8; 8],
    /// The ATC (`9F36`).
    #[serde(with = "hex::serde")]
    pub atc: [u8; 2],
    /// The TVR (`95`); zeros for a code, which has none.
    #[serde(with = "hex::serde")]
    pub tvr: [u8; 5],
    /// The cardholder verification.
    #[serde(with = "codec::CvmName")]
    pub cvm: Cvm,
    /// DE 55 of a reversal: `95`, `9F10`, `9F1E` and `9F36`; of a code's `9F10` and `9F36`.
    #[serde(with = "hex::serde")]
    pub reversal: Vec<u8>,
}

/// The data object missing in the DE 55 of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("the chip data (DE 55) of the request has no good {0}; tap again")]
pub struct ChipDataError(pub Tag);

impl Chip {
    pub(crate) fn of(request: &OnlineRequest) -> Result<Self, ChipDataError> {
        let de55 = &request.de55;
        let of_tap = request.entry.is_contactless();
        Ok(Self {
            entry: request.entry,
            cryptogram: octets(de55, tags::APPLICATION_CRYPTOGRAM)?,
            atc: octets(de55, tags::ATC)?,
            tvr: if of_tap {
                octets(de55, tags::TVR)?
            } else {
                [0; 5]
            },
            cvm: request.cvm,
            reversal: if of_tap {
                subset(de55, &OF_TAP)?
            } else {
                subset(de55, &OF_CODE)?
            },
        })
    }
}

fn octets<const N: usize>(de55: &[u8], tag: Tag) -> Result<[u8; N], ChipDataError> {
    value(de55, tag)?.try_into().map_err(|_| ChipDataError(tag))
}

fn value(de55: &[u8], tag: Tag) -> Result<&[u8], ChipDataError> {
    let found = find(de55, tag).ok().flatten();
    found.ok_or(ChipDataError(tag))
}

/// DE 55 of a tap's reversal.
const OF_TAP: [Tag; 4] = [
    tags::TVR,
    tags::ISSUER_APPLICATION_DATA,
    tags::INTERFACE_DEVICE_SERIAL_NUMBER,
    tags::ATC,
];
/// DE 55 of a code's reversal.
const OF_CODE: [Tag; 2] = [tags::ISSUER_APPLICATION_DATA, tags::ATC];

fn subset(de55: &[u8], wanted: &[Tag]) -> Result<Vec<u8>, ChipDataError> {
    let mut buffer = vec![0; de55.len()];
    let mut subset = Writer::new(&mut buffer);
    for tag in wanted {
        subset
            .object(*tag, value(de55, *tag)?)
            .map_err(|_| ChipDataError(*tag))?;
    }
    Ok(subset.written().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_masked_is_refused() {
        for text in [
            "6230123456789014",
            "62301*3456789014",
            "623012",
            "******",
            "623012******901x",
            "623012*************9014",
            "",
        ] {
            assert!(MaskedNumber::try_from(text.to_owned()).is_err(), "{text}");
        }
        for text in ["623012******9014", "********1234"] {
            let number = MaskedNumber::try_from(text.to_owned()).unwrap();
            assert_eq!(number.to_string(), text);
        }
    }
}
