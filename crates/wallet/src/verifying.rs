//! Tries of the payment password, each stored before the comparison.

use crate::entry::Entry;
use crate::password::{Password, PasswordError, PasswordStatus};
use crate::store::{Folder, Tail};
use crate::verify::Verification;
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// The state of the payment password.
    pub fn password_status(&self) -> PasswordStatus {
        let live = self.live();
        let password = live.book.password.as_ref();
        password.map_or(PasswordStatus::Unset, Password::status)
    }

    /// Sets the first payment password: 6 to 32 digits.
    ///
    /// # Errors
    /// [`WalletError::Password`]: [`PasswordError::AlreadySet`], [`PasswordError::Shape`],
    /// [`PasswordError::Weak`]; [`WalletError::Store`]. Then nothing has changed.
    pub fn set_password(&self, digits: &str) -> Result<(), WalletError> {
        let password = Password::new(digits)?;
        self.change(|book, _| {
            if book.password.is_some() {
                return Err(PasswordError::AlreadySet.into());
            }
            book.password = Some(password);
            Ok(())
        })
    }

    /// Replaces the payment password. The old one is tried as by
    /// [`verify_password`](Wallet::verify_password); its stored form is erased.
    ///
    /// # Errors
    /// [`WalletError::Password`], [`WalletError::Store`]. Then the old one holds.
    pub fn change_password(&self, old: &str, new: &str) -> Result<(), WalletError> {
        let password = Password::new(new)?;
        let tried = self.try_password(old)?;
        self.erase(|book| {
            if book.password.as_ref().map(|held| held.salt) != Some(tried) {
                return Err(PasswordError::Changed.into());
            }
            book.password = Some(password);
            Ok(())
        })
    }

    /// Tries the payment password. The try is counted, durably, before the comparison; the right
    /// one resets the count, and five wrong ones in a row lock it until the issuer unlocks or
    /// resets it. Takes as long as Argon2id does.
    ///
    /// # Errors
    /// [`WalletError::Password`]: [`PasswordError::Wrong`], [`PasswordError::Locked`],
    /// [`PasswordError::Unset`]; [`WalletError::Store`], [`WalletError::Journal`] if the try could
    /// not be counted: then it was not made.
    pub fn verify_password(&self, digits: &str) -> Result<Verification, WalletError> {
        self.try_password(digits)?;
        Ok(Verification::aged(0))
    }

    /// Tries the password; returns its salt if it was right.
    fn try_password(&self, digits: &str) -> Result<[u8; 16], WalletError> {
        let password = self.count_try()?;
        // No lock is held during the comparison.
        let right = password.is(digits)?;
        let mut live = self.live();
        let held = live.book.password.as_ref();
        let held = held.filter(|held| held.salt == password.salt);
        let held = held.ok_or(PasswordError::Changed)?;
        if !right {
            return Err(match held.status() {
                PasswordStatus::Set { tries_left } => PasswordError::Wrong { tries_left },
                PasswordStatus::Locked | PasswordStatus::Unset => PasswordError::Locked,
            }
            .into());
        }
        // Without this entry the count would lock the password, so it may use any free slot.
        if live.enter(&Entry::Right).is_err() {
            live.note(&Entry::Right);
        }
        Ok(password.salt)
    }

    /// Counts a try that is about to be made; returns the password to compare with.
    fn count_try(&self) -> Result<Password, WalletError> {
        let mut side = self.store();
        side.get()?;
        if self
            .live()
            .tail
            .as_ref()
            .is_none_or(|tail| tail.room() == 0)
        {
            self.settle_in(&mut side)?;
        }
        let (password, slots) = {
            let mut live = self.live();
            let password = live.book.password.clone().ok_or(PasswordError::Unset)?;
            if password.status() == PasswordStatus::Locked {
                return Err(PasswordError::Locked.into());
            }
            live.enter(&Entry::Tried)?;
            (password, live.tail.as_ref().map(Tail::file))
        };
        if let Some(slots) = slots
            && let Err(error) = slots.sync()
        {
            self.live().give_up_journal();
            return Err(error.into());
        }
        Ok(password)
    }
}
