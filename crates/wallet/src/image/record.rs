//! Taps in the history.

use std::collections::VecDeque;

use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;

use super::put_count;
use crate::fields::{
    amount, cryptogram, cvm, merchant, put_amount, put_cryptogram, put_cvm, put_merchant,
    put_reason, put_time, reason, some_atc, time,
};
use crate::history::{CardHistory, EntryMode, Record, RecordOutcome};
use crate::octets::{Fields, Out};

pub(super) fn put_records(out: &mut impl Out, records: &VecDeque<Record>) {
    put_count(out, records.len());
    for record in records {
        put_record(out, record);
    }
}

fn put_record(out: &mut impl Out, record: &Record) {
    out.u64(record.number);
    out.u16(record.atc.map_or(0, Atc::get));
    put_time(out, record.at);
    out.u8(match (record.entry_mode, record.amount) {
        (EntryMode::Tap, None) => 0,
        (EntryMode::Tap, Some(_)) => 1,
        (EntryMode::Code, None) => 2,
        (EntryMode::Code, Some(_)) => 3,
    });
    if let Some(amount) = record.amount {
        put_amount(out, amount);
    }
    out.put(&record.date);
    out.u8(record.transaction_type);
    put_merchant(out, record.merchant);
    out.flag(record.cvm.is_some());
    if let Some(cvm) = record.cvm {
        put_cvm(out, cvm);
    }
    put_outcome(out, record.outcome);
}

/// The records of a card, with keys or refusals, each in the order of their numbers.
pub(super) fn records(
    fields: &mut Fields<'_>,
    card: CardId,
    used: bool,
) -> Option<VecDeque<Record>> {
    let count = fields.u16()?;
    let most = if used {
        CardHistory::USED_MAX
    } else {
        CardHistory::REFUSED_MAX
    };
    (usize::from(count) <= most).then_some(())?;
    let records = (0..count).map(|_| record(fields, card));
    let records = records.collect::<Option<VecDeque<_>>>()?;
    let ascend = records
        .iter()
        .is_sorted_by(|one, next| one.number < next.number);
    let fit = records.iter().all(|record| record.atc.is_some() == used);
    (ascend && fit).then_some(records)
}

fn record(fields: &mut Fields<'_>, card: CardId) -> Option<Record> {
    let (number, atc, at) = (fields.u64()?, some_atc(fields)?, time(fields)?);
    let (entry_mode, stated) = match fields.u8()? {
        0 => (EntryMode::Tap, false),
        1 => (EntryMode::Tap, true),
        2 => (EntryMode::Code, false),
        3 => (EntryMode::Code, true),
        _ => return None,
    };
    Some(Record {
        number,
        card,
        atc,
        at,
        entry_mode,
        amount: if stated { Some(amount(fields)?) } else { None },
        date: *fields.array()?,
        transaction_type: fields.u8()?,
        merchant: merchant(fields)?,
        cvm: if fields.flag()? {
            Some(cvm(fields)?)
        } else {
            None
        },
        outcome: outcome(fields)?,
    })
}

fn put_outcome(out: &mut impl Out, outcome: RecordOutcome) {
    let mut verdict = |code, amount: Option<Amount>, at| {
        out.u8(code);
        if let Some(amount) = amount {
            put_amount(out, amount);
        }
        put_time(out, at);
    };
    match outcome {
        RecordOutcome::Approved { amount, at } => verdict(0x06, Some(amount), at),
        RecordOutcome::Reversed { amount, at } => verdict(0x08, Some(amount), at),
        RecordOutcome::Refunded { amount, at } => verdict(0x09, Some(amount), at),
        RecordOutcome::Declined { response_code, at } => {
            verdict(0x07, None, at);
            out.put(&response_code);
        }
        RecordOutcome::Sent(cryptogram) => {
            out.u8(0x01);
            put_cryptogram(out, cryptogram);
        }
        RecordOutcome::PossiblyTorn => out.u8(0x02),
        RecordOutcome::Refused(refusal) => {
            out.u8(0x03);
            put_reason(out, refusal);
        }
        RecordOutcome::NeedsVerification => out.u8(0x04),
        RecordOutcome::PowerLost => out.u8(0x05),
    }
}

fn outcome(fields: &mut Fields<'_>) -> Option<RecordOutcome> {
    Some(match fields.u8()? {
        0x01 => RecordOutcome::Sent(cryptogram(fields)?),
        0x02 => RecordOutcome::PossiblyTorn,
        0x03 => RecordOutcome::Refused(reason(fields)?),
        0x04 => RecordOutcome::NeedsVerification,
        0x05 => RecordOutcome::PowerLost,
        0x06 => RecordOutcome::Approved {
            amount: amount(fields)?,
            at: time(fields)?,
        },
        0x07 => RecordOutcome::Declined {
            at: time(fields)?,
            response_code: response_code(fields)?,
        },
        0x08 => RecordOutcome::Reversed {
            amount: amount(fields)?,
            at: time(fields)?,
        },
        0x09 => RecordOutcome::Refunded {
            amount: amount(fields)?,
            at: time(fields)?,
        },
        _ => return None,
    })
}

/// DE 39: two digits or capital letters.
fn response_code(fields: &mut Fields<'_>) -> Option<[u8; 2]> {
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    let code = *fields.array()?;
    code.iter().all(known).then_some(code)
}
