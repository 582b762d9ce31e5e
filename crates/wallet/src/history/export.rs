//! The history as text for other programs.

use serde_json::{Value, json};
use understudy_core::card::Cvm;
use understudy_core::crypto::Atc;

use super::civil::Civil;
use super::{EntryMode, Record, RecordOutcome};

/// The records as a JSON array of objects. Amounts are in minor units, currencies by their ISO 4217
/// numbers, times in ISO 8601 and UTC; unknown values are `null`.
#[must_use]
pub fn json(records: &[Record]) -> String {
    Value::Array(records.iter().map(object).collect()).to_string()
}

/// The records as CSV (RFC 4180) with a header line. A text that a spreadsheet would take for a
/// formula gets an apostrophe in front, since the reader chooses the merchant's name.
#[must_use]
pub fn csv(records: &[Record]) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for record in records {
        let row = row(record);
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        text += &cells.join(",");
        text += "\r\n";
    }
    text
}

const COLUMNS: [&str; 13] = [
    "number",
    "time",
    "card",
    "atc",
    "amount",
    "currency",
    "merchant",
    "type",
    "verification",
    "state",
    "detail",
    "issuer time",
    "entry",
];

fn object(record: &Record) -> Value {
    let (state, detail) = state(record);
    json!({
        "number": record.number,
        "time": record.at.map(Civil::iso),
        "card": record.card.0,
        "atc": record.atc.map(Atc::get),
        "amount": record.amount.map(understudy_core::wire::amount::Amount::minor),
        "currency": record.amount.map(|amount| amount.currency().numeric()),
        "merchant": record.merchant.as_ref().map(merchant_text),
        "type": format!("{:02X}", record.transaction_type),
        "verification": record.cvm.map(verification),
        "state": state,
        "detail": detail,
        "issuer_time": issuer_time(record.outcome),
        "entry": entry(record.entry_mode),
    })
}

fn row(record: &Record) -> [String; 13] {
    let (state, detail) = state(record);
    let text = |value: Option<String>| value.unwrap_or_default();
    let amount = record.amount;
    [
        record.number.to_string(),
        text(record.at.map(Civil::iso)),
        record.card.0.to_string(),
        text(record.atc.map(|atc| atc.get().to_string())),
        text(amount.map(|amount| amount.minor().to_string())),
        text(amount.map(|amount| format!("{:03}", amount.currency().numeric()))),
        text(record.merchant.as_ref().map(merchant_text)),
        format!("{:02X}", record.transaction_type),
        text(record.cvm.map(|cvm| verification(cvm).to_owned())),
        state.to_owned(),
        text(detail),
        text(issuer_time(record.outcome)),
        entry(record.entry_mode).to_owned(),
    ]
}

/// One cell of CSV, in quotation marks where needed, and never a formula.
fn escaped(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\r', '\n', ';']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

fn verification(cvm: Cvm) -> &'static str {
    match cvm {
        Cvm::None => "none",
        Cvm::OnDevice => "on device",
        Cvm::OnlinePin => "online PIN",
        Cvm::Signature => "signature",
    }
}

const fn entry(mode: EntryMode) -> &'static str {
    match mode {
        EntryMode::Tap => "tap",
        EntryMode::Code => "code",
    }
}

/// The outcome of a tap or a code in words, and its detail: reason, response code or amount.
fn state(record: &Record) -> (&'static str, Option<String>) {
    match record.outcome {
        RecordOutcome::Sent(_) if record.entry_mode == EntryMode::Code => ("code shown", None),
        RecordOutcome::Sent(_) => ("sent", None),
        RecordOutcome::PossiblyTorn => ("possibly torn", None),
        RecordOutcome::Refused(refusal) => ("refused", Some(refusal.to_string())),
        RecordOutcome::NeedsVerification => ("needs verification", None),
        RecordOutcome::PowerLost => ("unknown, power lost", None),
        RecordOutcome::Approved { amount, .. } => ("approved", Some(amount.minor().to_string())),
        RecordOutcome::Declined { response_code, .. } => {
            let code = response_code.map(char::from).iter().collect();
            ("declined", Some(code))
        }
        RecordOutcome::Reversed { amount, .. } => ("reversed", Some(amount.minor().to_string())),
        RecordOutcome::Refunded { amount, .. } => ("refunded", Some(amount.minor().to_string())),
    }
}

fn issuer_time(outcome: RecordOutcome) -> Option<String> {
    match outcome {
        RecordOutcome::Approved { at, .. }
        | RecordOutcome::Declined { at, .. }
        | RecordOutcome::Reversed { at, .. }
        | RecordOutcome::Refunded { at, .. } => at.map(Civil::iso),
        RecordOutcome::Sent(_)
        | RecordOutcome::PossiblyTorn
        | RecordOutcome::Refused(_)
        | RecordOutcome::NeedsVerification
        | RecordOutcome::PowerLost => None,
    }
}

/// `9F4E` as text, without the blanks around it; unprintable characters become `?`.
pub(super) fn merchant_text(merchant: &[u8; 20]) -> String {
    let text = String::from_utf8_lossy(merchant);
    let text = text.trim_matches(|c: char| c == ' ' || c == '\0');
    let shown = |c: char| {
        if c.is_control() || c == '\u{FFFD}' {
            '?'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}
