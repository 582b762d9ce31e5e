//! Wrong codes of an account. Each token allows three, but an attacker may bind one token after
//! another.

use understudy_core::card::UnixTime;

use super::WRONG_MAX;
use crate::account::AccountId;
use crate::fault::Fault;
use crate::store::Transaction;

/// The number of wrong codes in a row, for all tokens of an account, that blocks the account.
const ACCOUNT_WRONG_MAX: u8 = 3 * WRONG_MAX;

/// The seconds for which it is blocked.
const REST_SECONDS: u64 = 86_400;

/// True if an account is blocked: its tokens are sent no codes, and none is accepted.
pub(crate) fn rests(
    db: &Transaction<'_>,
    account: AccountId,
    now: UnixTime,
) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM account WHERE id = ?1 AND wrong_codes >= ?2 AND wrong_code_at > ?3",
    )?;
    let rested = now.0.saturating_sub(REST_SECONDS);
    Ok(statement.exists((account.get(), ACCOUNT_WRONG_MAX, rested))?)
}

/// Counts a wrong code. After a block the count starts anew.
pub(super) fn count(db: &Transaction<'_>, account: AccountId, now: UnixTime) -> Result<(), Fault> {
    db.execute(
        "UPDATE account SET wrong_codes = iif(wrong_codes >= ?2, 1, wrong_codes + 1), \
            wrong_code_at = ?3 WHERE id = ?1",
        (account.get(), ACCOUNT_WRONG_MAX, now.0),
    )?;
    Ok(())
}

/// Resets the count of wrong codes after a right one.
pub(super) fn forget(db: &Transaction<'_>, account: AccountId) -> Result<(), Fault> {
    let clear = "UPDATE account SET wrong_codes = 0 WHERE id = ?1";
    db.execute(clear, [account.get()])?;
    Ok(())
}
