//! Completions: up to what is held without more ado, beyond it within every limit of the tap.

use understudy_acquiring::TransactionKind;
use understudy_core::wire::amount::Amount;

use super::money;
use super::original::{self, reject_followed};
use super::reason::Reason;
use super::record::Record;
use super::standing::check_standing;
use super::stop::Stop;
use crate::account::Account;
use crate::fault::Fault;
use crate::store::{Act, StoreError, View};
use crate::token::{Token, Unverified};

/// The most that a completion may be of its pre-authorisation, in percent: `UnionPay`'s rule for
/// pre-authorisation completions, taken as the project's.
pub const COMPLETION_MAX_PERCENT: u64 = 115;

/// Holds a completion against its pre-authorisation.
///
/// Up to the amount that is held it is honoured, whatever has happened since: the merchant relies on
/// the hold. What goes beyond needs a token in good standing, the funds, and the whole must be within
/// the limits under which the tap was approved.
pub(super) fn admit(act: &Act<'_>, held: &Record, asked: Amount) -> Result<(), Stop> {
    let followers = original::admit(act, TransactionKind::Completion, held, asked)?;
    reject_followed(&followers)?;
    if held.released_at.is_some() {
        return Err(Reason::HoldExpired.into());
    }
    let had = held.content.amount.minor();
    if u128::from(asked.minor()) * 100 > u128::from(had) * u128::from(COMPLETION_MAX_PERCENT) {
        return Err(Reason::CompletionExceeds.into());
    }
    match asked.minor().saturating_sub(had) {
        0 => Ok(()),
        surplus => admit_surplus(act, held, (asked, surplus)),
    }
}

fn admit_surplus(
    act: &Act<'_>,
    held: &Record,
    (asked, surplus): (Amount, u64),
) -> Result<(), Stop> {
    let token = token_behind(act, held)?;
    check_standing(act, &token)?;
    let unverified = admit_limits(&token, held, asked, surplus)?;
    let account = Account::load(act, token.account)?;
    if asked.currency() == account.currency {
        money::admit_funds(act, &account, surplus)?;
    }
    if unverified != token.unverified {
        token.set_unverified(act, unverified)?;
    }
    Ok(())
}

/// The sum of unverified taps after the completion. A hold of which it is not known how its
/// cardholder was verified counts as unverified.
fn admit_limits(
    token: &Token,
    held: &Record,
    asked: Amount,
    surplus: u64,
) -> Result<Unverified, Reason> {
    let (limits, before) = (&token.terms.limits, token.unverified);
    let terms = held.content.hold;
    let limit = terms
        .and_then(|terms| terms.limit)
        .unwrap_or(limits.unverified_tap);
    if terms.is_some_and(|terms| terms.verified) {
        return if asked.minor() <= limit {
            Ok(before)
        } else {
            Err(Reason::OverLimit)
        };
    }
    if asked.currency() != limits.currency || asked.minor() > limit {
        return Err(Reason::NoCvm);
    }
    let sum = before.sum.saturating_add(surplus);
    if sum > limits.unverified_sum {
        return Err(Reason::VerificationDue);
    }
    Ok(Unverified { sum, ..before })
}

fn token_behind(view: &View<'_>, held: &Record) -> Result<Token, Fault> {
    let token = held.content.token;
    let token = token.map_or(Ok(None), |token| Token::load(view, token))?;
    Ok(token.ok_or(StoreError::Value("an approved request without its token"))?)
}
