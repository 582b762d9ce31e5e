//! Wrong codes of an account. Each token allows three, but an attacker may bind one token after
//! another.

use understudy_core::card::UnixTime;

use super::WRONG_MAX;
use crate::account::{Account, WrongCodes};
use crate::fault::Fault;
use crate::id::AccountId;
use crate::store::Act;

/// The number of wrong codes in a row, for all tokens of an account, that blocks the account.
const ACCOUNT_WRONG_MAX: u8 = 3 * WRONG_MAX;

/// The seconds for which it is blocked.
const REST_SECONDS: u64 = 86_400;

/// True if an account is blocked: its tokens are sent no codes, and none is accepted.
pub(crate) fn rests(act: &Act<'_>, account: AccountId) -> Result<bool, Fault> {
    let wrong = Account::wrong_codes(act, account)?;
    let rested = act.now.0.saturating_sub(REST_SECONDS);
    Ok(wrong.count >= ACCOUNT_WRONG_MAX && wrong.last_at > UnixTime(rested))
}

/// Counts a wrong code. After a block the count starts anew.
pub(super) fn count(act: &Act<'_>, account: AccountId) -> Result<(), Fault> {
    let before = Account::wrong_codes(act, account)?.count;
    let wrong = WrongCodes {
        count: if before >= ACCOUNT_WRONG_MAX {
            1
        } else {
            before.saturating_add(1)
        },
        last_at: act.now,
    };
    Account::set_wrong_codes(act, account, wrong)
}

/// Resets the count of wrong codes after a right one.
pub(super) fn forget(act: &Act<'_>, account: AccountId) -> Result<(), Fault> {
    let before = Account::wrong_codes(act, account)?;
    Account::set_wrong_codes(act, account, WrongCodes { count: 0, ..before })
}
