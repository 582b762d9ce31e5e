//! Tokens and accounts, and how each is found.

use std::collections::BTreeMap;
use std::iter::repeat_n;

use understudy_core::wire::digits::CardNumber;

use crate::account::{Account, AccountId};
use crate::token::{Token, TokenId};

/// Digits of a number that enter the derivation of its key (Option A takes 16, of which the
/// sequence number is two).
const KEY_DIGITS: usize = 14;

/// All tokens and accounts. Every token has its account, no PAN has two, and no two tokens share
/// the digits that their keys are derived from.
#[derive(Default)]
pub(crate) struct Vault {
    accounts: BTreeMap<AccountId, Account>,
    tokens: BTreeMap<TokenId, Token>,
    by_pan: BTreeMap<CardNumber, AccountId>,
    by_key_digits: BTreeMap<CardNumber, TokenId>,
}

/// Something is in the vault already, or refers to what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conflict;

impl Vault {
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub(crate) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values()
    }

    pub(crate) fn token(&self, id: TokenId) -> Option<&Token> {
        self.tokens.get(&id)
    }

    pub(crate) fn token_mut(&mut self, id: TokenId) -> Option<&mut Token> {
        self.tokens.get_mut(&id)
    }

    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    pub(crate) fn account_mut(&mut self, id: AccountId) -> Option<&mut Account> {
        self.accounts.get_mut(&id)
    }

    /// The token of this number, with its account.
    pub(crate) fn find_mut(&mut self, number: &CardNumber) -> Option<(&mut Token, &mut Account)> {
        let id = self.by_key_digits.get(&key_digits(number)?)?;
        let token = self
            .tokens
            .get_mut(id)
            .filter(|token| token.number() == number)?;
        let account = self.accounts.get_mut(&token.account)?;
        Some((token, account))
    }

    pub(crate) fn account_of_pan(&self, pan: &CardNumber) -> Option<AccountId> {
        self.by_pan.get(pan).copied()
    }

    /// Whether a number may become a token.
    pub(crate) fn is_free(&self, number: &CardNumber) -> bool {
        !self.by_pan.contains_key(number)
            && key_digits(number).is_some_and(|digits| !self.by_key_digits.contains_key(&digits))
    }

    /// The name of the next account.
    pub(crate) fn next_account(&self) -> Option<AccountId> {
        let last = self.accounts.last_key_value().map_or(0, |(id, _)| id.0);
        last.checked_add(1).map(AccountId)
    }

    /// The name of the next token.
    pub(crate) fn next_token(&self) -> Option<TokenId> {
        let last = self.tokens.last_key_value().map_or(0, |(id, _)| id.0);
        last.checked_add(1).map(TokenId)
    }

    pub(crate) fn insert_account(&mut self, account: Account) -> Result<(), Conflict> {
        if self.accounts.contains_key(&account.id) || self.by_pan.contains_key(&account.pan) {
            return Err(Conflict);
        }
        self.by_pan.insert(account.pan.clone(), account.id);
        self.accounts.insert(account.id, account);
        Ok(())
    }

    pub(crate) fn insert_token(&mut self, token: Token) -> Result<(), Conflict> {
        let digits = key_digits(token.number()).ok_or(Conflict)?;
        if self.tokens.contains_key(&token.id)
            || !self.accounts.contains_key(&token.account)
            || !self.is_free(token.number())
        {
            return Err(Conflict);
        }
        self.by_key_digits.insert(digits, token.id);
        self.tokens.insert(token.id, token);
        Ok(())
    }
}

/// The last 14 digits of a number, zeros in front of a shorter one.
fn key_digits(number: &CardNumber) -> Option<CardNumber> {
    let missing = KEY_DIGITS.saturating_sub(number.len());
    let surplus = number.len().saturating_sub(KEY_DIGITS);
    CardNumber::from_digits(repeat_n(0, missing).chain(number.digits().skip(surplus))).ok()
}

#[cfg(test)]
mod tests {
    use super::{Account, AccountId, Conflict, Vault};
    use understudy_core::wire::digits::CardNumber;

    fn account(id: u32, pan: &str) -> Account {
        Account::new(AccountId(id), CardNumber::parse(pan).unwrap())
    }

    #[test]
    fn the_card_number_of_an_account_is_not_free_to_become_a_token() {
        let mut vault = Vault::default();
        let number = CardNumber::parse("6250947000000014").unwrap();
        assert!(vault.is_free(&number));
        vault
            .insert_account(account(1, "6250947000000014"))
            .unwrap();
        assert!(!vault.is_free(&number));
    }

    #[test]
    fn an_account_is_entered_once_under_its_name_and_under_its_card_number() {
        let mut vault = Vault::default();
        assert_eq!(vault.next_account(), Some(AccountId(1)));
        vault
            .insert_account(account(1, "6228480000000015"))
            .unwrap();
        assert_eq!(
            vault.insert_account(account(1, "6222020000000001230")),
            Err(Conflict)
        );
        assert_eq!(
            vault.insert_account(account(2, "6228480000000015")),
            Err(Conflict)
        );
        assert_eq!(vault.next_account(), Some(AccountId(2)));
        vault
            .insert_account(account(2, "6222020000000001230"))
            .unwrap();
    }
}
