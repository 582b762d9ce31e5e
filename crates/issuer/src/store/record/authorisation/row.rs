//! A row of the table as a record.

use rusqlite::Row;
use understudy_acquiring::{
    ApprovalCode, Identity, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
    TransactionKind,
};
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};

use crate::fault::Fault;
use crate::host::reason::Reason;
use crate::host::record::{Content, Hold, Record};
use crate::id::{AuthorisationId, SettlementId, TokenId};
use crate::store::StoreError;

/// Reads all columns of a row.
pub(super) fn read(row: &Row<'_>) -> Result<Record, Fault> {
    let reversed_at: Option<u64> = row.get("reversed_at")?;
    let voided_by: Option<u64> = row.get("voided_by")?;
    let settlement: Option<u64> = row.get("settlement")?;
    let released_at: Option<u64> = row.get("released_at")?;
    Ok(Record {
        id: AuthorisationId(row.get("id")?),
        content: content(row)?,
        reversed_at: reversed_at.map(UnixTime),
        voided_by: voided_by.map(AuthorisationId),
        settlement: settlement.map(SettlementId),
        released_at: released_at.map(UnixTime),
    })
}

fn content(row: &Row<'_>) -> Result<Content, Fault> {
    let damaged = StoreError::Value;
    let token: Option<u32> = row.get("token")?;
    let atc: Option<u16> = row.get("atc")?;
    let original: Option<u64> = row.get("original")?;
    let (kind, reason): (String, String) = (row.get("kind")?, row.get("reason")?);
    let amount = amount_of(row.get("amount")?, row.get("currency")?);
    let balance: Option<u64> = row.get("balance")?;
    let balance = balance.zip(row.get("balance_currency")?);
    Ok(Content {
        token: token.map(TokenId),
        atc: parsed(atc, |atc| Atc::new(*atc))?,
        cryptogram: row.get("cryptogram")?,
        kind: TransactionKind::from_name(&kind).ok_or(damaged("a request's kind"))?,
        by_code: row.get("by_code")?,
        original: original.map(AuthorisationId),
        reason: Reason::from_name(&reason).ok_or(damaged("a request's reason"))?,
        arpc: row.get("arpc")?,
        approval: parsed(row.get("approval")?, |text: &String| {
            ApprovalCode::parse(text).ok()
        })?,
        amount: amount.ok_or(damaged("a request's amount"))?,
        balance: parsed(balance, |(minor, currency)| amount_of(*minor, *currency))?,
        hold: hold(row)?,
        identity: identity(row)?,
        reference: parsed(row.get("reference")?, |text: &String| {
            Reference::parse(text).ok()
        })?
        .ok_or(damaged("a request's reference"))?,
        decided_at: UnixTime(row.get("decided_at")?),
    })
}

fn amount_of(minor: u64, currency: u16) -> Option<Amount> {
    Amount::new(minor, Currency::new(currency)?)
}

fn hold(row: &Row<'_>) -> Result<Option<Hold>, Fault> {
    let (until, verified): (Option<u64>, Option<bool>) =
        (row.get("hold_until")?, row.get("verified")?);
    let limit = row.get("tap_limit")?;
    Ok(until.map(|until| Hold {
        verified: verified.unwrap_or(false),
        limit,
        until: UnixTime(until),
    }))
}

fn identity(row: &Row<'_>) -> Result<Identity, Fault> {
    let damaged = StoreError::Value("a request's identity");
    let text = |name| row.get::<_, String>(name);
    Ok(Identity {
        merchant: MerchantId::parse(&text("merchant")?).map_err(|_| damaged)?,
        terminal: TerminalId::parse(&text("terminal")?).map_err(|_| damaged)?,
        trace: TraceNumber::new(row.get("trace")?).map_err(|_| damaged)?,
        local_time: LocalTime::from_text(&text("local_time")?).ok_or(damaged)?,
    })
}

/// The parsed value of a column; `None` for NULL.
fn parsed<C, T>(column: Option<C>, parse: impl Fn(&C) -> Option<T>) -> Result<Option<T>, Fault> {
    let damaged = StoreError::Value("a request's column");
    let value = column.map(|column| parse(&column).ok_or(damaged));
    Ok(value.transpose()?)
}
