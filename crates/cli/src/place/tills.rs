//! The tills of a home.

use serde::Serialize;

use crate::failure::Failure;
use crate::home::{Home, Side, TillName};
use crate::output::{FAINT, Output, paint};
use crate::state::{configuration, till_state};

/// A till of a home.
#[derive(Serialize)]
pub(super) struct TillView {
    /// Its name; the first one has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    till: Option<String>,
    terminal: String,
    merchant: String,
    batch: u32,
    entries: usize,
    /// True if the reversal of a request is owed to the bank.
    owed: bool,
}

/// The tills of a home, the first one in front.
pub(super) fn of(home: &Home) -> Result<Vec<TillView>, Failure> {
    let mut tills = Vec::new();
    if home.path(Side::Terminal).exists() {
        tills.extend(view(home, None)?);
    }
    for name in home.tills()? {
        tills.extend(view(home, Some(&name))?);
    }
    Ok(tills)
}

/// A till with what its state says; one that was never used has an empty batch.
fn view(home: &Home, name: Option<&TillName>) -> Result<Option<TillView>, Failure> {
    let till = name.map(ToString::to_string);
    if let Some(state) = till_state(home, name)? {
        let (terminal, merchant) = state.identity();
        return Ok(Some(TillView {
            till,
            terminal: terminal.text().trim_end().to_owned(),
            merchant: merchant.text().trim_end().to_owned(),
            batch: state.batch().number,
            entries: state.batch().entries.len(),
            owed: state.outstanding().is_some(),
        }));
    }
    let kept = name.map(|name| configuration(home, name)).transpose()?;
    Ok(kept.flatten().map(|(config, _)| TillView {
        till,
        terminal: config.terminal_id().escape_ascii().to_string(),
        merchant: config.merchant_id().escape_ascii().to_string(),
        batch: 1,
        entries: 0,
        owed: false,
    }))
}

/// Prints the tills.
pub(super) fn print(tills: &[TillView], out: &mut Output) {
    if tills.is_empty() {
        return;
    }
    out.line("");
    let heading = format!(
        "{:<8}  {:<8}  {:<15}  {:>6}  {:>7}",
        "TILL", "TERMINAL", "MERCHANT", "BATCH", "ENTRIES"
    );
    out.line(paint(FAINT, heading));
    for till in tills {
        let owed = if till.owed {
            "  a reversal is owed"
        } else {
            ""
        };
        out.line(format!(
            "{:<8}  {:<8}  {:<15}  {:06}  {:>7}{owed}",
            till.till.as_deref().unwrap_or("-"),
            till.terminal,
            till.merchant,
            till.batch,
            till.entries
        ));
    }
}
