//! Summaries of tokens.

use understudy_core::crypto::Atc;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;

use super::{Home, Token, TokenId, TokenStatus};
use crate::account::{Account, AccountId};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::options::Product;
use crate::par::Par;
use crate::store::Transaction;

/// The issuer's record of a token.
#[derive(Clone, Debug)]
pub struct TokenSummary {
    /// Its name.
    pub id: TokenId,
    /// Its number, masked when printed.
    pub number: CardNumber,
    /// The account behind it.
    pub account: AccountId,
    /// The card that it stands in for, masked when printed.
    pub pan: CardNumber,
    /// The reference of the account.
    pub par: Par,
    /// True if the account has a PIN; without one every PIN is wrong.
    pub has_pin: bool,
    /// Debit or credit.
    pub product: Product,
    /// Its status.
    pub status: TokenStatus,
    /// Its month of expiry.
    pub expiry: Expiry,
    /// The device that holds it; `None` if it was personalised without one.
    pub home: Option<Home>,
    /// The highest counter for which a key was issued; 0 if there was none.
    pub keys_issued: u16,
    /// The number of counters whose cryptograms the host has verified.
    pub counters_used: u32,
}

impl Issuer {
    /// A page of all tokens, in the order in which they were issued: the first [`PAGE`](crate::PAGE), or those
    /// behind the last of the page before.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn tokens(&self, after: Option<TokenId>) -> Result<Vec<TokenSummary>, Fault> {
        self.store.read(|db| {
            let tokens = Token::page(db, self.keys(), after)?.into_iter();
            tokens.map(|token| self.summary(db, &token)).collect()
        })
    }

    /// The tokens on a device that are not deleted, in the order in which they were issued.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn tokens_on(&self, device: DeviceId) -> Result<Vec<TokenSummary>, Fault> {
        self.store.read(|db| {
            let tokens = Token::of_device(db, self.keys(), device)?.into_iter();
            tokens.map(|token| self.summary(db, &token)).collect()
        })
    }

    /// One token.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn token(&self, id: TokenId) -> Result<Option<TokenSummary>, Fault> {
        self.store.read(|db| {
            let token = Token::load(db, self.keys(), id)?;
            token.map(|token| self.summary(db, &token)).transpose()
        })
    }

    /// The token behind a card of a device, deleted or not.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn token_at(&self, home: Home) -> Result<Option<TokenSummary>, Fault> {
        self.store.read(|db| {
            let token = Token::at_home(db, self.keys(), home)?;
            token.map(|token| self.summary(db, &token)).transpose()
        })
    }

    fn summary(&self, db: &Transaction<'_>, token: &Token) -> Result<TokenSummary, Fault> {
        let account = Account::load(db, self.keys(), token.account)?;
        Ok(TokenSummary {
            id: token.id,
            number: token.number().clone(),
            account: token.account,
            pan: account.pan,
            par: account.par,
            has_pin: account.pin.is_some(),
            product: token.terms.product,
            status: token.status,
            expiry: token.track2.expiry(),
            home: token.home,
            keys_issued: token.last_key.map_or(0, Atc::get),
            counters_used: token.counters_used(db)?,
        })
    }
}
