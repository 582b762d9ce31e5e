//! All that an issuer knows, in a form that can be kept in a file.
//!
//! Records are written with `serde` in any format; the names below are those of the file. Keys,
//! card numbers and PIN references stand in it in the clear: whoever stores it protects it, and
//! wipes the text that it passes through.

mod load;
mod record;
mod save;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::ZeroizeOnDrop;

use crate::token::TokenId;
use record::{AccountRecord, FormatVersion, KeyRecords, RangeRecord, TokenRecord};

/// All that an issuer knows. Secrets in it are wiped when it is dropped.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// First, so that another version is named before anything else is read.
    version: FormatVersion,
    keys: KeyRecords,
    ranges: Vec<RangeRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_requestor: Option<u64>,
    accounts: Vec<AccountRecord>,
    tokens: Vec<TokenRecord>,
}

impl ZeroizeOnDrop for Snapshot {}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("accounts", &self.accounts.len())
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

/// Why a snapshot is not taken: it was damaged, or edited into nonsense. Names the place, never
/// what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// A key does not have its check value.
    #[error("the issuer's {0} key does not match its check value; restore the file from a copy")]
    Key(&'static str),
    /// A range is none.
    #[error("the issuer's number ranges are damaged; restore the file from a copy")]
    Range,
    /// The token requestor has more than 11 digits.
    #[error("the issuer's token requestor is damaged; restore the file from a copy")]
    TokenRequestor,
    /// A field of an account has no meaning, or contradicts another.
    #[error("account {account} of the issuer: {field} is damaged; restore the file from a copy")]
    Account {
        /// Which account.
        account: u32,
        /// Which field.
        field: &'static str,
    },
    /// The currency is not under the MAC of a token that is not domestic only.
    #[error(
        "token {token} of the issuer: its cryptogram version does not have the currency under its \
         MAC, so domestic_only must be true"
    )]
    CurrencyUnprotected {
        /// Which token.
        token: TokenId,
    },
    /// A field of a token has no meaning, or contradicts another.
    #[error("token {token} of the issuer: {field} is damaged; restore the file from a copy")]
    Token {
        /// Which token.
        token: TokenId,
        /// Which field.
        field: &'static str,
    },
}
