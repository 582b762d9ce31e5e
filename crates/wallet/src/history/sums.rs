use std::collections::BTreeMap;

use understudy_core::card::Cvm;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;

use super::civil::Civil;
use super::export::merchant_text;
use super::{Record, RecordOutcome};

/// The payments to one merchant in one month in one currency.
///
/// The phone itself does not know which payments were made: only those approved by a notice of the
/// issuer count. Taps that were sent and have no notice yet are summed separately; refused and
/// declined ones are not summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthlySum {
    /// The year.
    pub year: u64,
    /// The month, 1–12.
    pub month: u8,
    /// The merchant's name and place as the reader stated them, not authenticated; empty if it did
    /// not.
    pub merchant: String,
    /// The currency.
    pub currency: Currency,
    /// Approved by the issuer, in minor units.
    pub approved: u64,
    /// Reversed again, and refunds that the issuer approved, in minor units.
    pub returned: u64,
    /// Sent, without a notice of the issuer, in minor units.
    pub unconfirmed: u64,
    /// Sent for a terminal that asks for the PIN, without a notice of the issuer, in minor units:
    /// nothing went to the issuer unless the PIN was entered.
    pub pin_asked: u64,
    /// The number of taps in these sums.
    pub taps: u64,
}

/// The transaction type (`9C`) of a refund.
const REFUND: u8 = 0x20;

enum Share {
    Approved,
    Returned,
    Unconfirmed,
    PinAsked,
}

/// Sums the records by month, merchant and currency, `utc_offset` seconds east of Greenwich; newest
/// month first, then by merchant. Records whose time is unknown are left out.
#[must_use]
pub fn monthly_sums(records: &[Record], utc_offset: i32) -> Vec<MonthlySum> {
    let mut sums = BTreeMap::new();
    for record in records {
        let Some(at) = record.at else { continue };
        let Civil { year, month, .. } = Civil::at(at, utc_offset);
        let merchant = record
            .merchant
            .as_ref()
            .map(merchant_text)
            .unwrap_or_default();
        for (share, amount) in shares(record) {
            let currency = amount.currency();
            let key = (std::cmp::Reverse((year, month)), merchant.clone(), currency);
            let sum = sums.entry(key).or_insert_with(|| MonthlySum {
                year,
                month,
                merchant: merchant.clone(),
                currency,
                approved: 0,
                returned: 0,
                unconfirmed: 0,
                pin_asked: 0,
                taps: 0,
            });
            let part = match share {
                Share::Approved => &mut sum.approved,
                Share::Returned => &mut sum.returned,
                Share::Unconfirmed => &mut sum.unconfirmed,
                Share::PinAsked => &mut sum.pin_asked,
            };
            *part = part.saturating_add(amount.minor());
        }
        // Every part of a record is in one sum, except a reversal in another currency.
        if let Some((_, amount)) = shares(record).into_iter().next() {
            let key = (
                std::cmp::Reverse((year, month)),
                merchant,
                amount.currency(),
            );
            if let Some(sum) = sums.get_mut(&key) {
                sum.taps += 1;
            }
        }
    }
    sums.into_values().collect()
}

fn shares(record: &Record) -> Vec<(Share, Amount)> {
    let approved = match record.transaction_type {
        REFUND => Share::Returned,
        _ => Share::Approved,
    };
    match (record.outcome, record.amount) {
        (RecordOutcome::Approved { amount, .. }, _) => vec![(approved, amount)],
        (
            RecordOutcome::Reversed { amount, .. } | RecordOutcome::Refunded { amount, .. },
            Some(asked),
        ) => {
            vec![(approved, asked), (Share::Returned, amount)]
        }
        (
            RecordOutcome::Sent(CryptogramType::Arqc | CryptogramType::Tc)
            | RecordOutcome::PossiblyTorn,
            Some(amount),
        ) => vec![(unheard(record), amount)],
        _ => Vec::new(),
    }
}

/// The share of a tap of which the issuer has said nothing.
fn unheard(record: &Record) -> Share {
    match record.cvm {
        Some(Cvm::OnlinePin) => Share::PinAsked,
        _ => Share::Unconfirmed,
    }
}
