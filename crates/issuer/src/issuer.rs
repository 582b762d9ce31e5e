//! The issuer: everything it knows, and the acts on a token that need no cryptography.

use std::fmt;

use understudy_core::crypto::Atc;

use crate::config::{IssuerConfig, TokenRequestor};
use crate::custody::IssuerKeys;
use crate::pin::{Pin, TerminalPinKey};
use crate::random::NoRandomness;
use crate::range::BinRange;
use crate::token::{TokenId, TokenStatus, TokenSummary};
use crate::vault::Vault;

/// A token service and issuer host, in memory.
///
/// It never reads a clock: each act takes the time from its caller.
pub struct Issuer {
    pub(crate) keys: IssuerKeys,
    pub(crate) ranges: Vec<BinRange>,
    pub(crate) token_requestor: Option<TokenRequestor>,
    pub(crate) vault: Vault,
}

/// Why an act on a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// Deleted tokens stay deleted.
    #[error("token {0} was deleted")]
    Deleted(TokenId),
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl Issuer {
    /// An issuer that has issued nothing.
    #[must_use]
    pub fn new(config: IssuerConfig) -> Self {
        Self {
            keys: config.keys,
            ranges: config.ranges,
            token_requestor: config.token_requestor,
            vault: Vault::default(),
        }
    }

    /// Every token, in the order in which they were issued.
    pub fn tokens(&self) -> impl Iterator<Item = TokenSummary<'_>> {
        self.vault.tokens().filter_map(|token| {
            Some(TokenSummary {
                id: token.id,
                number: token.number(),
                pan: &self.vault.account(token.account)?.pan,
                product: token.product,
                status: token.status,
                expiry: token.track2.expiry(),
                keys_issued: token.last_key.map_or(0, Atc::get),
                counters_seen: token.used.len(),
            })
        })
    }

    /// Suspends a token: it gets no keys and no approval until it is resumed.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn suspend(&mut self, id: TokenId) -> Result<(), TokenError> {
        self.set_status(id, TokenStatus::Suspended)
    }

    /// Resumes a suspended token.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn resume(&mut self, id: TokenId) -> Result<(), TokenError> {
        self.set_status(id, TokenStatus::Active)
    }

    /// Deletes a token for good. Its number stays taken.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn delete(&mut self, id: TokenId) -> Result<(), TokenError> {
        self.set_status(id, TokenStatus::Deleted)
    }

    /// Sets the PIN of the account behind a token, for all its tokens, and lifts a block.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn set_pin(&mut self, id: TokenId, pin: &Pin) -> Result<(), TokenError> {
        let account = self.vault.token(id).ok_or(TokenError::Unknown(id))?.account;
        let account = self
            .vault
            .account_mut(account)
            .ok_or(TokenError::Unknown(id))?;
        Ok(account.set_pin(&self.keys, pin)?)
    }

    /// The key under which terminals encrypt PIN blocks for this issuer.
    #[must_use]
    pub const fn terminal_pin_key(&self) -> &TerminalPinKey {
        self.keys.terminal_pin()
    }

    fn set_status(&mut self, id: TokenId, status: TokenStatus) -> Result<(), TokenError> {
        let token = self.vault.token_mut(id).ok_or(TokenError::Unknown(id))?;
        if token.status == TokenStatus::Deleted && status != TokenStatus::Deleted {
            return Err(TokenError::Deleted(id));
        }
        token.status = status;
        Ok(())
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("tokens", &self.vault.tokens().count())
            .field("accounts", &self.vault.accounts().count())
            .finish_non_exhaustive()
    }
}
