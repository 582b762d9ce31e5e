//! A tap in the history.

use serde::{Deserialize, Serialize};
use understudy_core::card::{CardId, Cvm, UnixTime};
use understudy_core::wire::qualifiers::CryptogramType;

use super::fields::{MoneyText, atc, money};
use super::hex::Hex;
use crate::RestoreError;
use crate::history::{Outcome, Record};

#[derive(Serialize, Deserialize)]
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
    Approved(MoneyText),
    Declined(String),
    Reversed(MoneyText),
}

impl RecordText {
    pub(super) fn of(record: &Record) -> Self {
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
            outcome: OutcomeText::of(record.outcome),
        }
    }

    pub(super) fn to_record(&self) -> Result<Record, RestoreError> {
        Ok(Record {
            card: CardId(self.card),
            atc: atc(self.atc)?,
            at: self.at.map(UnixTime),
            amount: money(self.amount, self.currency)?,
            date: self.date.0,
            transaction_type: self.transaction_type,
            merchant: self.merchant.as_ref().map(|merchant| merchant.0),
            cvm: match self.cvm {
                CvmText::None => Cvm::None,
                CvmText::OnDevice => Cvm::OnDevice,
                CvmText::OnlinePin => Cvm::OnlinePin,
                CvmText::Signature => Cvm::Signature,
            },
            outcome: self.outcome.to_outcome()?,
        })
    }
}

impl OutcomeText {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Spent => Self::Spent,
            Outcome::Sent(CryptogramType::Aac) => Self::SentAac,
            Outcome::Sent(CryptogramType::Tc) => Self::SentTc,
            Outcome::Sent(CryptogramType::Arqc) => Self::SentArqc,
            Outcome::PossiblyTorn => Self::PossiblyTorn,
            Outcome::Approved { amount } => Self::Approved(MoneyText::of(amount)),
            Outcome::Declined { response_code } => {
                Self::Declined(response_code.map(char::from).iter().collect())
            }
            Outcome::Reversed { amount } => Self::Reversed(MoneyText::of(amount)),
        }
    }

    fn to_outcome(&self) -> Result<Outcome, RestoreError> {
        Ok(match self {
            Self::Spent => Outcome::Spent,
            Self::SentAac => Outcome::Sent(CryptogramType::Aac),
            Self::SentTc => Outcome::Sent(CryptogramType::Tc),
            Self::SentArqc => Outcome::Sent(CryptogramType::Arqc),
            Self::PossiblyTorn => Outcome::PossiblyTorn,
            Self::Approved(text) => Outcome::Approved {
                amount: text.amount()?,
            },
            Self::Declined(code) => Outcome::Declined {
                response_code: response_code(code)?,
            },
            Self::Reversed(text) => Outcome::Reversed {
                amount: text.amount()?,
            },
        })
    }
}

/// DE 39: two digits or capital letters.
fn response_code(text: &str) -> Result<[u8; 2], RestoreError> {
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    let code = <[u8; 2]>::try_from(text.as_bytes()).ok();
    code.filter(|code| code.iter().all(known))
        .ok_or(RestoreError::Field("a response code"))
}
