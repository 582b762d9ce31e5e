//! The taps of the past, and their sums.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_wallet::{Filter, Record, RecordOutcome, csv, json, monthly_sums};

use super::{Wallet, merchant};
use crate::amount::Amount;
use crate::error::WalletError;

/// A choice of history entries; without any field, all.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct HistoryFilter {
    /// Of this card.
    pub card: Option<u16>,
    /// From this second on, in Unix time.
    pub from: Option<u64>,
    /// Before this second.
    pub before: Option<u64>,
}

/// One tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HistoryEntry {
    /// Counts the entries of this wallet.
    pub number: u64,
    /// The card.
    pub card: u16,
    /// Its application transaction counter (`9F36`); none if no key was used.
    pub atc: Option<u16>,
    /// The time of the tap, in Unix time; none if the device did not know.
    pub at: Option<u64>,
    /// The amount that the reader asked for.
    pub amount: Option<Amount>,
    /// `9C`: 00 purchase, 20 refund, 30 balance and so on.
    pub transaction_type: u8,
    /// The merchant as the reader gave it, not authenticated.
    pub merchant: Option<String>,
    /// The outcome, as far as it is known.
    pub outcome: HistoryOutcome,
}

/// The outcome of a tap, as far as the phone knows.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum HistoryOutcome {
    /// The answer was given to the radio. Only the issuer knows whether it was paid.
    Sent,
    /// As sent; the reader may not have it.
    PossiblyTorn,
    /// The card declined under a cryptogram.
    DeclinedByCard,
    /// The card refused.
    Refused {
        /// A sentence that says why.
        reason: String,
    },
    /// The user had to verify first.
    NeedsVerification,
    /// The phone lost power; it is not known if the key left.
    UnknownPowerLost,
    /// The issuer approved.
    Approved {
        /// The amount approved.
        amount: Amount,
    },
    /// The issuer declined.
    Declined {
        /// DE 39.
        response_code: String,
    },
    /// The issuer says that an approved payment was taken back, or refunded in whole or in part.
    Reversed {
        /// The amount taken back.
        amount: Amount,
    },
}

/// The sum of the payments to one merchant in one month in one currency.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct MonthlySum {
    /// The year.
    pub year: u64,
    /// The month, 1–12.
    pub month: u8,
    /// The merchant as the reader gave it, not authenticated; empty if it did not.
    pub merchant: String,
    /// ISO 4217, numeric.
    pub currency: u16,
    /// Approved by the issuer, in minor units.
    pub approved: u64,
    /// Taken back, and refunds, in minor units.
    pub returned: u64,
    /// Sent, and not confirmed by the issuer, in minor units.
    pub unconfirmed: u64,
    /// Taps that are in these sums.
    pub taps: u64,
}

#[uniffi::export]
impl Wallet {
    /// The taps, newest first.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history(&self, filter: HistoryFilter) -> Result<Vec<HistoryEntry>, WalletError> {
        let records = self.look(|phone| phone.history(&filter.into()))?;
        Ok(records.iter().map(HistoryEntry::from).collect())
    }

    /// The history as JSON.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history_json(&self) -> Result<String, WalletError> {
        self.look(|phone| json(&phone.history(&Filter::default())))
    }

    /// The history as CSV, for a spreadsheet.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history_csv(&self) -> Result<String, WalletError> {
        self.look(|phone| csv(&phone.history(&Filter::default())))
    }

    /// Sums a month, merchant and currency, at a place so many seconds east of Greenwich.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn monthly_sums(&self, utc_offset: i32) -> Result<Vec<MonthlySum>, WalletError> {
        let records = self.look(|phone| phone.history(&Filter::default()))?;
        let sums = monthly_sums(&records, utc_offset);
        Ok(sums.into_iter().map(MonthlySum::from).collect())
    }

    /// Clears the history of a card, or of all.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn clear_history(&self, card: Option<u16>) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.clear_history(card.map(CardId))?))
    }
}

impl From<HistoryFilter> for Filter {
    fn from(filter: HistoryFilter) -> Self {
        Self {
            card: filter.card.map(CardId),
            from: filter.from.map(UnixTime),
            before: filter.before.map(UnixTime),
        }
    }
}

impl From<&Record> for HistoryEntry {
    fn from(record: &Record) -> Self {
        Self {
            number: record.number,
            card: record.card.0,
            atc: record.atc.map(Atc::get),
            at: record.at.map(|at| at.0),
            amount: record.amount.map(Amount::from),
            transaction_type: record.transaction_type,
            merchant: record.merchant.map(|octets| merchant(&octets)),
            outcome: record.outcome.into(),
        }
    }
}

impl From<RecordOutcome> for HistoryOutcome {
    fn from(outcome: RecordOutcome) -> Self {
        match outcome {
            RecordOutcome::Sent(CryptogramType::Arqc | CryptogramType::Tc) => Self::Sent,
            RecordOutcome::Sent(CryptogramType::Aac) => Self::DeclinedByCard,
            RecordOutcome::PossiblyTorn => Self::PossiblyTorn,
            RecordOutcome::Refused(refusal) => Self::Refused {
                reason: refusal.to_string(),
            },
            RecordOutcome::NeedsVerification => Self::NeedsVerification,
            RecordOutcome::PowerLost => Self::UnknownPowerLost,
            RecordOutcome::Approved { amount, .. } => Self::Approved {
                amount: amount.into(),
            },
            RecordOutcome::Declined { response_code, .. } => Self::Declined {
                response_code: String::from_utf8_lossy(&response_code).into_owned(),
            },
            RecordOutcome::Reversed { amount, .. } | RecordOutcome::Refunded { amount, .. } => {
                Self::Reversed {
                    amount: amount.into(),
                }
            }
        }
    }
}

impl From<understudy_wallet::MonthlySum> for MonthlySum {
    fn from(sum: understudy_wallet::MonthlySum) -> Self {
        Self {
            year: sum.year,
            month: sum.month,
            merchant: sum.merchant,
            currency: sum.currency.numeric(),
            approved: sum.approved,
            returned: sum.returned,
            unconfirmed: sum.unconfirmed.saturating_add(sum.pin_asked),
            taps: sum.taps,
        }
    }
}
