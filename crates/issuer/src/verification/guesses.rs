//! Wrong codes of an account. Each token allows three, but whoever guesses binds one token after the
//! other.

use understudy_core::card::UnixTime;

use super::WRONG_MAX;
use crate::account::AccountId;
use crate::fault::Fault;
use crate::store::Transaction;

/// Wrong codes in a row for the tokens of one account after which it rests.
const ACCOUNT_WRONG_MAX: u8 = 3 * WRONG_MAX;

/// Seconds for which it does.
const REST_SECONDS: u64 = 86_400;

/// Whether an account rests: its tokens are sent no codes, and none is taken.
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

/// Counts a wrong code. An account that has rested starts anew.
pub(super) fn count(db: &Transaction<'_>, account: AccountId, now: UnixTime) -> Result<(), Fault> {
    db.execute(
        "UPDATE account SET wrong_codes = iif(wrong_codes >= ?2, 1, wrong_codes + 1), \
            wrong_code_at = ?3 WHERE id = ?1",
        (account.get(), ACCOUNT_WRONG_MAX, now.0),
    )?;
    Ok(())
}

/// Forgets wrong codes, once a right one came.
pub(super) fn forget(db: &Transaction<'_>, account: AccountId) -> Result<(), Fault> {
    let clear = "UPDATE account SET wrong_codes = 0 WHERE id = ?1";
    db.execute(clear, [account.get()])?;
    Ok(())
}
