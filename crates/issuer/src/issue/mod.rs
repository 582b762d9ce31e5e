//! Issuing tokens, their profiles and their single-use keys.

mod error;
mod package;

use std::collections::BTreeMap;
use std::fmt;

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_provisioning::Subject;
use zeroize::Zeroizing;

use crate::account::{Account, AccountId};
use crate::calendar;
use crate::custody::CardIdentity;
use crate::issuer::Issuer;
use crate::options::{IssueOptions, check_key_count};
use crate::profile::{self, Cardholder};
use crate::random::{self, NoRandomness};
use crate::token::{self, Token, TokenId, TokenStatus, Unverified};

pub use error::IssueError;
use package::Batch;

/// The plaintext of a package: keys in the clear, wiped when it is dropped.
pub type PackageOctets = Zeroizing<Vec<u8>>;

/// An issued token.
pub struct Issued {
    /// Its name.
    pub token: TokenId,
    /// Its number; prints itself masked.
    pub number: CardNumber,
    /// Profile and first keys, for the device.
    pub package: PackageOctets,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("token", &self.token)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Magnetic stripe readers are told that there is a chip; no restriction.
const SERVICE_CODE: [u8; 3] = [2, 0, 1];

/// Random digits in track 2, so that the number alone does not make one.
const DISCRETIONARY_DIGITS: usize = 8;

impl Issuer {
    /// Issues a token for `pan`: a new number, its profile and its first keys. The token expires
    /// with `expiry`.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn issue(
        &mut self,
        pan: &CardNumber,
        expiry: Expiry,
        options: &IssueOptions,
        now: UnixTime,
    ) -> Result<Issued, IssueError> {
        options.check()?;
        self.check_pan(pan)?;
        if !calendar::is_good(expiry, now) {
            return Err(IssueError::Expired(expiry));
        }
        let number = self.draw_number()?;
        let track2 = Track2::new(
            number.clone(),
            expiry,
            SERVICE_CODE,
            &*discretionary_digits()?,
        )?;
        let holder = Cardholder {
            track2: &track2,
            pan,
            token_requestor: self.token_requestor,
        };
        let profile = profile::write(&holder, options)?;
        let batch = Batch {
            card: CardIdentity {
                number: &number,
                psn: options.psn,
            },
            cvn: options.cvn,
            after: None,
            count: options.keys,
        };
        let (package, last_key) = batch.pack(&self.keys, &Subject::Card { profile: &profile })?;
        let token = self.enter(pan, track2, options, last_key)?;
        Ok(Issued {
            token,
            number,
            package,
        })
    }

    /// Makes the next `keys` keys of a token. The package names the token and brings no profile.
    ///
    /// # Errors
    /// [`IssueError`]; a token that is not active, or has expired, gets no keys.
    pub fn replenish(
        &mut self,
        id: TokenId,
        keys: u16,
        now: UnixTime,
    ) -> Result<PackageOctets, IssueError> {
        check_key_count(keys)?;
        let token = self
            .vault
            .token_mut(id)
            .ok_or(IssueError::UnknownToken(id))?;
        if token.status != TokenStatus::Active {
            return Err(IssueError::NotActive(id));
        }
        if token.is_expired(now) {
            return Err(IssueError::Expired(token.track2.expiry()));
        }
        let batch = Batch {
            card: token.identity(),
            cvn: token.issued.cvn,
            after: token.last_key,
            count: keys,
        };
        let subject = Subject::Keys {
            number: token.track2.number().clone(),
        };
        let (package, last_key) = batch.pack(&self.keys, &subject)?;
        token.last_key = Some(last_key);
        Ok(package)
    }

    fn check_pan(&self, pan: &CardNumber) -> Result<(), IssueError> {
        if !(13..=19).contains(&pan.len()) || !pan.luhn_valid() {
            return Err(IssueError::Pan);
        }
        if self.ranges.iter().any(|range| range.contains(pan)) {
            return Err(IssueError::PanIsToken);
        }
        Ok(())
    }

    fn draw_number(&self) -> Result<CardNumber, IssueError> {
        for range in &self.ranges {
            if let Some(number) = range.draw(|number| self.vault.is_free(number))? {
                return Ok(number);
            }
        }
        Err(IssueError::RangeExhausted)
    }

    /// The account of a PAN, which is opened if there is none.
    fn account(&mut self, pan: &CardNumber) -> Result<AccountId, IssueError> {
        if let Some(account) = self.vault.account_of_pan(pan) {
            return Ok(account);
        }
        let account = self.vault.next_account().ok_or(IssueError::Vault)?;
        self.vault
            .insert_account(Account::new(account, pan.clone()))?;
        Ok(account)
    }

    /// Enters what was made.
    fn enter(
        &mut self,
        pan: &CardNumber,
        track2: Track2,
        options: &IssueOptions,
        last_key: Atc,
    ) -> Result<TokenId, IssueError> {
        let id = self.vault.next_token().ok_or(IssueError::Vault)?;
        let account = self.account(pan)?;
        self.vault.insert_token(Token {
            id,
            account,
            status: TokenStatus::Active,
            product: options.product,
            track2,
            psn: options.psn,
            issued: token::Issued {
                cvn: options.cvn,
                dki: options.dki,
                discretionary: options.discretionary.clone(),
                verified_in_iad: options.verified_in_iad,
                domestic_only: options.domestic_only,
            },
            limits: options.limits,
            last_key: Some(last_key),
            unverified: Unverified::default(),
            used: BTreeMap::new(),
        })?;
        Ok(id)
    }
}

fn discretionary_digits() -> Result<Zeroizing<[u8; DISCRETIONARY_DIGITS]>, NoRandomness> {
    let mut digits = Zeroizing::new([0; DISCRETIONARY_DIGITS]);
    for digit in digits.iter_mut() {
        *digit = u8::try_from(random::below(10)?).unwrap_or(0);
    }
    Ok(digits)
}
