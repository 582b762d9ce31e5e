//! A tap in the history.

use serde::Deserialize;
use understudy_core::card::{CardId, Cvm, UnixTime};
use understudy_core::wire::qualifiers::CryptogramType;

use super::fields::{MoneyText, atc, money};
use super::hex::Hex;
use crate::ImageError;
use crate::history::{EntryMode, Record, RecordOutcome};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordText {
    card: u16,
    atc: u16,
    #[serde(deserialize_with = "Option::deserialize")]
    at: Option<u64>,
    amount: u64,
    currency: u16,
    date: Hex<[u8; 3]>,
    transaction_type: u8,
    #[serde(deserialize_with = "Option::deserialize")]
    merchant: Option<Hex<[u8; 20]>>,
    cvm: CvmText,
    outcome: OutcomeText,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CvmText {
    None,
    OnDevice,
    OnlinePin,
    Signature,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OutcomeText {
    Spent,
    SentAac,
    SentTc,
    SentArqc,
    PossiblyTorn,
    Approved(MoneyText),
    Declined(String),
    Reversed(MoneyText),
}

impl RecordText {
    pub(super) fn to_record(&self, number: u64) -> Result<Record, ImageError> {
        Ok(Record {
            number,
            card: CardId(self.card),
            atc: Some(atc(self.atc)?),
            at: self.at.map(UnixTime),
            entry_mode: EntryMode::Tap,
            amount: Some(money(self.amount, self.currency)?),
            date: self.date.0,
            transaction_type: self.transaction_type,
            merchant: self.merchant.as_ref().map(|merchant| merchant.0),
            cvm: Some(match self.cvm {
                CvmText::None => Cvm::None,
                CvmText::OnDevice => Cvm::OnDevice,
                CvmText::OnlinePin => Cvm::OnlinePin,
                CvmText::Signature => Cvm::Signature,
            }),
            outcome: self.outcome.to_outcome()?,
        })
    }
}

impl OutcomeText {
    fn to_outcome(&self) -> Result<RecordOutcome, ImageError> {
        Ok(match self {
            Self::SentAac => RecordOutcome::Sent(CryptogramType::Aac),
            Self::SentTc => RecordOutcome::Sent(CryptogramType::Tc),
            // The older version did not record the answer's delivery, or the payment, of a spent
            // key.
            Self::Spent | Self::SentArqc => RecordOutcome::Sent(CryptogramType::Arqc),
            Self::PossiblyTorn => RecordOutcome::PossiblyTorn,
            Self::Approved(text) => RecordOutcome::Approved {
                amount: text.amount()?,
                at: None,
            },
            Self::Declined(code) => RecordOutcome::Declined {
                response_code: response_code(code)?,
                at: None,
            },
            Self::Reversed(text) => RecordOutcome::Reversed {
                amount: text.amount()?,
                at: None,
            },
        })
    }
}

/// DE 39: two digits or capital letters.
fn response_code(text: &str) -> Result<[u8; 2], ImageError> {
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    let code = <[u8; 2]>::try_from(text.as_bytes()).ok();
    code.filter(|code| code.iter().all(known))
        .ok_or(ImageError::Field("a response code"))
}
