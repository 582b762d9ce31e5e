//! The payment password.

use understudy_core::wire::amount::Amount as CoreAmount;
use understudy_wallet::PasswordStatus;

use super::Wallet;
use super::verification::{Prompt, answer};
use crate::error::WalletError;
use crate::phone::Phone;

/// The state of the payment password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PasswordState {
    /// There is none.
    Unset,
    /// There is one.
    Set {
        /// Tries that are left.
        tries_left: u8,
    },
    /// It was entered wrongly too often; the issuer unlocks or resets it.
    Locked,
}

#[uniffi::export]
impl Wallet {
    /// The state of the payment password.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn password_state(&self) -> Result<PasswordState, WalletError> {
        Ok(self.look(Phone::password_status)?.into())
    }

    /// Sets the payment password, 6 to 32 digits in a direct buffer, where there is none.
    ///
    /// # Errors
    /// [`WalletError::Password`], [`WalletError::Storage`].
    pub fn set_password(&self, password: &[u8]) -> Result<(), WalletError> {
        let password = digits(password)?;
        self.act(|phone| Ok(phone.set_password(password)?))
    }

    /// Changes the payment password; both in direct buffers.
    ///
    /// # Errors
    /// [`WalletError::Password`], [`WalletError::Storage`].
    pub fn change_password(&self, old: &[u8], new: &[u8]) -> Result<(), WalletError> {
        let (old, new) = (digits(old)?, digits(new)?);
        self.act(|phone| Ok(phone.change_password(old, new)?))
    }

    /// Verifies the user by the payment password. If a tap waits for that, the verification is for
    /// it; otherwise for any tap while it is fresh.
    ///
    /// # Errors
    /// [`WalletError::Password`], [`WalletError::Storage`].
    pub fn verify_password(&self, password: &[u8]) -> Result<(), WalletError> {
        let password = digits(password)?;
        self.act(|phone| {
            let verification = phone.verify_password(password)?;
            phone.user_verified(match phone.prompt() {
                Some(prompt) => verification.for_prompt(&prompt),
                None => verification,
            });
            Ok(())
        })
    }

    /// As `verify_password`, in answer to a prompt: for one tap of its amount or less, and for no
    /// other that came meanwhile. The try counts all the same.
    ///
    /// # Errors
    /// [`WalletError::Password`], [`WalletError::Storage`]; [`WalletError::Refused`] if the
    /// password is right and that tap waits no longer; [`WalletError::Argument`].
    #[expect(clippy::needless_pass_by_value, reason = "records cross by value")]
    pub fn verify_password_for(&self, prompt: Prompt, password: &[u8]) -> Result<(), WalletError> {
        let password = digits(password)?;
        let amount = CoreAmount::try_from(prompt.amount)?;
        self.act(|phone| {
            let verification = phone.verify_password(password)?;
            answer(phone, prompt.card, amount, verification)
        })
    }
}

impl From<PasswordStatus> for PasswordState {
    fn from(status: PasswordStatus) -> Self {
        match status {
            PasswordStatus::Unset => Self::Unset,
            PasswordStatus::Set { tries_left } => Self::Set { tries_left },
            PasswordStatus::Locked => Self::Locked,
        }
    }
}

fn digits(password: &[u8]) -> Result<&str, WalletError> {
    std::str::from_utf8(password)
        .map_err(|_| WalletError::Password("the payment password is 6 to 32 digits".to_owned()))
}
