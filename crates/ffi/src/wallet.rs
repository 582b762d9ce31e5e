//! The one object that crosses.
#![expect(
    clippy::needless_pass_by_value,
    reason = "byte arrays and records cross by value"
)]

use std::path::Path;
use std::sync::Arc;

use understudy_core::card::{CardId, Standing};
use understudy_core::wire::amount::Amount as CoreAmount;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::{PublicReceiveKey, VerifyKey};
use understudy_wallet::{
    Filter, IssuerKeys, Thresholds, Verification, WalletEvent, csv, json, monthly_sums,
};

use crate::error::WalletError;
use crate::guard::guarded;
use crate::phone::{self, Open, Phone};
use crate::tap;
use crate::values::{
    Answer, Card, Effect, HistoryEntry, HistoryFilter, Keys, MonthlySum, Needs, PasswordState,
    Prompt, Storage, TapEvent,
};

/// A wallet of stand-in cards, sealed in a folder. Any thread may call. Only `settle`, and what
/// changes the wallet, waits for the storage; a tap does not.
#[derive(uniffi::Object)]
pub struct Wallet {
    pub(crate) open: Arc<Open>,
}

#[uniffi::export]
impl Wallet {
    /// Opens the wallet in a folder, or makes one. If this process has it open already, this is the
    /// same one. `key` is 32 octets in a direct buffer, which its owner overwrites afterwards;
    /// `boot`, 16 octets, names the run of the operating system, and without it the system is asked.
    ///
    /// # Errors
    /// [`WalletError::Busy`], [`WalletError::StorageKey`], [`WalletError::Unreadable`],
    /// [`WalletError::Storage`], [`WalletError::Argument`].
    #[uniffi::constructor]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "crosses as a byte array, not a buffer"
    )]
    pub fn open(folder: &str, key: &[u8], boot: Option<Vec<u8>>) -> Result<Self, WalletError> {
        let open = phone::open(Path::new(folder), key, boot.as_deref())?;
        Ok(Self { open })
    }

    /// Closes the wallet for everybody in this process, and wipes its keys from memory.
    pub fn end(&self) {
        self.open.close();
    }

    /// Does once what the first tap would otherwise wait for.
    ///
    /// # Errors
    /// [`WalletError::Storage`].
    pub fn warm_up(&self) -> Result<(), WalletError> {
        self.settle()
    }

    /// The answer to one command of a reader: 2 to 258 octets, whatever the command is. A panic
    /// inside is answered with 6F00, and the reader has to start again.
    #[must_use]
    pub fn process(&self, command: Vec<u8>) -> Answer {
        let octets = tap::process(&self.open, &command);
        let event = self.events().pop();
        Answer { octets, event }
    }

    /// The reader's field went away: the conversation is over.
    pub fn field_lost(&self) {
        tap::field_lost(&self.open);
    }

    /// What happened in taps since this was last asked, oldest first; at most 16 events.
    #[must_use]
    pub fn events(&self) -> Vec<TapEvent> {
        let events: Vec<WalletEvent> = self.look(Phone::events).unwrap_or_default();
        events.into_iter().filter_map(TapEvent::of).collect()
    }

    /// Makes the next tap ready: the only call that may wait for the storage on a tap's behalf. Due
    /// when `needs` says so: after a tap, after a letter, when another card is presented, when the
    /// service starts.
    ///
    /// # Errors
    /// [`WalletError::Storage`]; what is armed stays so.
    pub fn settle(&self) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.settle()?))
    }

    /// The request that makes this device known to an issuer: `challenge`, `receive_key` and
    /// `verify_key` are 32 octets each and come from the issuer on a way that the user trusts;
    /// `attestation` is what the device's keystore says of it.
    ///
    /// # Errors
    /// [`WalletError::Argument`], [`WalletError::Refused`], [`WalletError::Storage`].
    #[expect(
        clippy::needless_pass_by_value,
        reason = "crosses as a byte array, not a buffer"
    )]
    pub fn enrolment_request(
        &self,
        challenge: &[u8],
        receive_key: &[u8],
        verify_key: &[u8],
        attestation: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, WalletError> {
        let keys = IssuerKeys {
            verify: vec![key(verify_key, VerifyKey::parse)?],
            receive: key(receive_key, PublicReceiveKey::parse)?,
        };
        let challenge = key(challenge, |octets| Some(Challenge(*octets)))?;
        self.act(|phone| Ok(phone.enrol(keys, challenge, attestation.as_deref())?))
    }

    /// The name that the wallet gave itself when it enrolled, 16 octets.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn device(&self) -> Result<Option<Vec<u8>>, WalletError> {
        self.look(|phone| phone.device().map(|device| device.0.to_vec()))
    }

    /// Takes a letter of the issuer.
    ///
    /// # Errors
    /// [`WalletError::Refused`]; [`WalletError::Storage`], and then the letter can be given again.
    pub fn receive(&self, letter: Vec<u8>) -> Result<Effect, WalletError> {
        self.act(|phone| Ok(phone.receive(&letter)?.into()))
    }

    /// The number of the last letter that was accepted; 0 before the first one.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn last_letter(&self) -> Result<u64, WalletError> {
        self.look(Phone::last_letter)
    }

    /// The report for the issuer: a new one, or the last one again until it was accepted.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn report(&self) -> Result<Vec<u8>, WalletError> {
        self.act(|phone| Ok(phone.report()?))
    }

    /// After a letter wiped the wallet: the reports that tell the issuer so, to be sent in order.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn parting_reports(&self) -> Result<Vec<Vec<u8>>, WalletError> {
        self.look(Phone::parting_reports)
    }

    /// What should be seen to before the user stands at the till.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn needs(&self) -> Result<Needs, WalletError> {
        let needs = self.look(|phone| phone.needs(&Thresholds::default()))?;
        Ok(Needs {
            cards: needs.cards.into_iter().map(Keys::from).collect(),
            letters: needs.letters,
            report: needs.report,
            settle: needs.settle,
        })
    }

    /// The cards, in the order in which they were installed.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn cards(&self) -> Result<Vec<Card>, WalletError> {
        let cards = self.look(Phone::cards)?;
        Ok(cards.into_iter().map(Card::from).collect())
    }

    /// Makes a card the one that readers see when no other is presented.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn set_default(&self, card: u16) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.set_default(CardId(card))?))
    }

    /// Shows a card to readers for one tap or so many seconds.
    ///
    /// # Errors
    /// [`WalletError::Refused`].
    pub fn present(&self, card: u16, seconds: u32) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.present(CardId(card), seconds)?))
    }

    /// Shows the default card again.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn present_default(&self) -> Result<(), WalletError> {
        self.look(Phone::present_default)
    }

    /// Keeps a card from paying, or lets it pay again if the issuer does.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn set_paying(&self, card: u16, paying: bool) -> Result<(), WalletError> {
        let standing = if paying {
            Standing::Active
        } else {
            Standing::Suspended
        };
        self.act(|phone| Ok(phone.set_standing(CardId(card), standing)?))
    }

    /// Removes a card, its keys and its history from this device.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn remove(&self, card: u16) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.remove(CardId(card))?))
    }

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
        self.act(|phone| {
            let open = phone.prompt();
            let asked = open.filter(|open| open.card.0 == prompt.card && open.amount == amount);
            let asked = asked.ok_or_else(|| {
                WalletError::Refused("no tap waits for this verification any more".to_owned())
            })?;
            phone.user_verified(Verification::aged(seconds_ago).for_prompt(&asked));
            Ok(())
        })
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

    /// The taps, newest first.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history(&self, filter: HistoryFilter) -> Result<Vec<HistoryEntry>, WalletError> {
        let records = self.look(|phone| phone.history(&filter.into()))?;
        Ok(records.iter().map(HistoryEntry::from).collect())
    }

    /// The history as JSON.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history_json(&self) -> Result<String, WalletError> {
        self.look(|phone| json(&phone.history(&Filter::default())))
    }

    /// The history as CSV, for a spreadsheet.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn history_csv(&self) -> Result<String, WalletError> {
        self.look(|phone| csv(&phone.history(&Filter::default())))
    }

    /// Sums a month, merchant and currency, at a place so many seconds east of Greenwich.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn monthly_sums(&self, utc_offset: i32) -> Result<Vec<MonthlySum>, WalletError> {
        let records = self.look(|phone| phone.history(&Filter::default()))?;
        let sums = monthly_sums(&records, utc_offset);
        Ok(sums.into_iter().map(MonthlySum::from).collect())
    }

    /// Clears the history of a card, or of all.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn clear_history(&self, card: Option<u16>) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.clear_history(card.map(CardId))?))
    }

    /// What is on the disk.
    ///
    /// # Errors
    /// [`WalletError::Storage`], [`WalletError::Closed`].
    pub fn storage(&self) -> Result<Storage, WalletError> {
        self.act(|phone| Ok(phone.storage()?.into()))
    }

    /// Erases everything, and closes the wallet.
    ///
    /// # Errors
    /// [`WalletError::Storage`].
    pub fn wipe(&self) -> Result<(), WalletError> {
        self.act(|phone| Ok(phone.wipe()?))?;
        self.open.close();
        Ok(())
    }
}

impl Wallet {
    /// Does what can fail only because the wallet is closed, or by a defect.
    fn look<R>(&self, work: impl FnOnce(&Phone) -> R) -> Result<R, WalletError> {
        self.open
            .with(|phone| guarded(phone, work))
            .ok_or(WalletError::Closed)?
            .ok_or(WalletError::Internal)
    }

    fn act<R>(
        &self,
        work: impl FnOnce(&Phone) -> Result<R, WalletError>,
    ) -> Result<R, WalletError> {
        self.look(work)?
    }
}

fn key<T>(octets: &[u8], parse: impl FnOnce(&[u8; 32]) -> Option<T>) -> Result<T, WalletError> {
    <&[u8; 32]>::try_from(octets)
        .ok()
        .and_then(parse)
        .ok_or_else(|| WalletError::Argument("a key or challenge is not 32 good octets".to_owned()))
}

fn digits(password: &[u8]) -> Result<&str, WalletError> {
    std::str::from_utf8(password)
        .map_err(|_| WalletError::Password("the payment password is 6 to 32 digits".to_owned()))
}
