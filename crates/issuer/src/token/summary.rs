//! Summaries of tokens.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithms, Atc, Cvn};
use understudy_core::scheme::Product;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;

use super::{Home, Token, TokenStatus};
use crate::account::Account;
use crate::fault::Fault;
use crate::id::{AccountId, TokenId};
use crate::issuer::Issuer;
use crate::par::Par;
use crate::store::View;

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
    /// Its scheme.
    pub scheme: Scheme,
    /// The scheme's product that it is.
    pub product: Product,
    /// Its cryptogram version.
    pub cvn: Cvn,
    /// The algorithms of its keys.
    pub algorithms: Algorithms,
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
        self.view(|view| {
            let tokens = Token::page(view, after)?.into_iter();
            tokens.map(|token| summary(view, &token)).collect()
        })
    }

    /// The tokens on a device that are not deleted, in the order in which they were issued.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn tokens_on(&self, device: DeviceId) -> Result<Vec<TokenSummary>, Fault> {
        self.view(|view| {
            let tokens = Token::of_device(view, device)?.into_iter();
            tokens.map(|token| summary(view, &token)).collect()
        })
    }

    /// One token.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn token(&self, id: TokenId) -> Result<Option<TokenSummary>, Fault> {
        self.view(|view| {
            let token = Token::load(view, id)?;
            token.map(|token| summary(view, &token)).transpose()
        })
    }

    /// The token behind a card of a device, deleted or not.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn token_at(&self, home: Home) -> Result<Option<TokenSummary>, Fault> {
        self.view(|view| {
            let token = Token::at_home(view, home)?;
            token.map(|token| summary(view, &token)).transpose()
        })
    }
}

fn summary(view: &View<'_>, token: &Token) -> Result<TokenSummary, Fault> {
    let account = Account::load(view, token.account)?;
    Ok(TokenSummary {
        id: token.id,
        number: token.number().clone(),
        account: token.account,
        pan: account.pan,
        par: account.par,
        has_pin: account.pin.is_some(),
        scheme: token.terms.scheme,
        product: token.terms.product,
        cvn: token.terms.cvn,
        algorithms: token.terms.algorithms,
        status: token.status,
        expiry: token.track2.expiry(),
        home: token.home,
        keys_issued: token.last_key.map_or(0, Atc::get),
        counters_used: token.counters_used(view)?,
    })
}
