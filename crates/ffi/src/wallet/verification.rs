//! The user's verification by the device, and the tap that waits for it.

use understudy_core::wire::amount::Amount as CoreAmount;
use understudy_wallet::Verification;

use super::{Wallet, merchant};
use crate::amount::Amount;
use crate::error::WalletError;
use crate::phone::Phone;

/// A tap that waits for the user's verification and for a second tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Prompt {
    /// The card.
    pub card: u16,
    /// The amount that the reader asked for.
    pub amount: Amount,
    /// The merchant as the reader gave it, not authenticated.
    pub merchant: Option<String>,
}

#[uniffi::export]
impl Wallet {
    /// The user acted in the app: the guard against readers that drain the card starts anew.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn user_acted(&self) -> Result<(), WalletError> {
        self.look(Phone::user_acted)
    }

    /// The device verified its user so many seconds ago. Only who saw this happen may say so.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn user_verified(&self, seconds_ago: u32) -> Result<(), WalletError> {
        self.look(|phone| phone.user_verified(Verification::aged(seconds_ago)))
    }

    /// As `user_verified`, in answer to a prompt: for one tap of its amount or less.
    ///
    /// # Errors
    /// [`WalletError::Refused`] if nothing waits for a second tap; [`WalletError::Argument`].
    #[expect(clippy::needless_pass_by_value, reason = "records cross by value")]
    pub fn user_verified_for(&self, prompt: Prompt, seconds_ago: u32) -> Result<(), WalletError> {
        let amount = CoreAmount::try_from(prompt.amount)?;
        self.act(|phone| answer(phone, prompt.card, amount, Verification::aged(seconds_ago)))
    }

    /// The verification holds no longer: the screen went dark, or the user left.
    pub fn forget_verification(&self) {
        // Closed or panicked, there is no verification either.
        let _ = self.look(Phone::forget_verification);
    }

    /// The tap that waits for the user's verification and a second tap, if one does.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn prompt(&self) -> Result<Option<Prompt>, WalletError> {
        Ok(self.look(Phone::prompt)?.map(Prompt::from))
    }
}

/// Takes a verification for the tap that waits, if it is still one of this card and amount.
pub(super) fn answer(
    phone: &Phone,
    card: u16,
    amount: CoreAmount,
    verification: Verification,
) -> Result<(), WalletError> {
    let open = phone.prompt();
    let asked = open.filter(|open| open.card.0 == card && open.amount == amount);
    let asked = asked.ok_or_else(|| {
        WalletError::Refused("no tap waits for this verification any more".to_owned())
    })?;
    phone.user_verified(verification.for_prompt(&asked));
    Ok(())
}

impl From<understudy_wallet::Prompt> for Prompt {
    fn from(prompt: understudy_wallet::Prompt) -> Self {
        Self {
            card: prompt.card.0,
            amount: prompt.amount.into(),
            merchant: prompt.merchant.map(|octets| merchant(&octets)),
        }
    }
}
