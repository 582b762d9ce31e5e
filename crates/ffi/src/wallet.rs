//! The one object that crosses.

use std::sync::Mutex;

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::status::StatusWord;
use understudy_wallet::{SystemClock, Volatile};

use crate::guard::{Recover, guarded};

type InMemory = understudy_wallet::Wallet<Volatile>;

/// Why a call other than a command failed; nothing has changed.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum WalletError {
    /// The wallet refused, and says why.
    #[error(transparent)]
    Refused(#[from] understudy_wallet::WalletError),
    /// A defect of the library.
    #[error("the library failed inside; the wallet can be used on")]
    Internal,
}

/// Stand-in cards that live in memory and end with the process. Any thread may call; calls take
/// turns, and none of them waits for storage or for the network.
#[derive(uniffi::Object)]
pub struct Wallet {
    inner: Mutex<InMemory>,
}

#[uniffi::export]
impl Wallet {
    /// A wallet without a card.
    #[uniffi::constructor]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "a constructor is what crosses")]
    pub fn new() -> Self {
        Self {
            inner: Mutex::new(InMemory::new(Volatile, SystemClock)),
        }
    }

    /// Adds the card that a provisioning package brings. The package holds keys: it is read in
    /// place, and its owner overwrites it afterwards.
    ///
    /// # Errors
    /// [`WalletError`] if the package is refused; the message holds nothing of it.
    pub fn install(&self, package: &[u8]) -> Result<(), WalletError> {
        self.change(|wallet| wallet.install(package).map(|_| ()))
    }

    /// The answer to one command of a reader: 2 to 258 octets, whatever the command is. A panic
    /// inside is answered with 6F00, and the reader has to start again.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "crosses as a byte array, not a buffer"
    )]
    pub fn process(&self, command: Vec<u8>) -> Vec<u8> {
        self.answer(|wallet| wallet.process(&command, &mut [0; ANSWER_MAX]).to_vec())
    }

    /// The reader's field went away: the conversation is over.
    pub fn field_lost(&self) {
        // A journal in memory keeps everything, and a panic leaves no conversation behind either.
        let _ = self.change(InMemory::field_lost);
    }

    /// Payments that the card shown to readers has keys for; 0 without a card.
    #[must_use]
    pub fn keys_left(&self) -> u16 {
        guarded(&self.inner, |wallet| {
            let cards = wallet.cards();
            cards
                .iter()
                .find(|card| card.presented)
                .map_or(0, |card| card.ledger.keys)
        })
        .unwrap_or_default()
    }

    /// The user acted in the app: the guard against readers that drain the card starts anew.
    ///
    /// # Errors
    /// [`WalletError::Internal`] on a defect of the library.
    pub fn user_acted(&self) -> Result<(), WalletError> {
        self.change(InMemory::user_acted)
    }

    /// The device verified its user just now. Only an app that saw this happen may say so.
    ///
    /// # Errors
    /// [`WalletError::Internal`] on a defect of the library.
    pub fn user_verified(&self) -> Result<(), WalletError> {
        self.change(InMemory::user_verified)
    }
}

impl Wallet {
    fn answer(&self, work: impl FnOnce(&mut InMemory) -> Vec<u8>) -> Vec<u8> {
        guarded(&self.inner, work).unwrap_or_else(|| StatusWord::INTERNAL.octets().to_vec())
    }

    fn change(
        &self,
        work: impl FnOnce(&mut InMemory) -> Result<(), understudy_wallet::WalletError>,
    ) -> Result<(), WalletError> {
        guarded(&self.inner, work)
            .ok_or(WalletError::Internal)?
            .map_err(WalletError::from)
    }
}

impl Recover for InMemory {
    fn recover(&mut self) {
        self.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::{Wallet, WalletError};

    /// The card and the tap of the Kotlin tests: hex, with a comment on most lines.
    const PACKAGE: &str = include_str!(
        "../../../bindings/kotlin/understudy/src/test/resources/org/understudy/package.hex"
    );
    const TAP: &str = include_str!(
        "../../../bindings/kotlin/understudy/src/test/resources/org/understudy/tap.hex"
    );

    fn octets(line: &str) -> Vec<u8> {
        let digits = line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace();
        hex::decode(digits.collect::<String>()).unwrap()
    }

    fn provisioned() -> Wallet {
        let wallet = Wallet::new();
        wallet
            .install(&PACKAGE.lines().flat_map(octets).collect::<Vec<u8>>())
            .unwrap();
        wallet
    }

    /// SELECT PPSE, SELECT AID, GET PROCESSING OPTIONS.
    fn tap() -> [Vec<u8>; 3] {
        let commands = TAP
            .lines()
            .map(octets)
            .filter(|command| !command.is_empty());
        commands.collect::<Vec<_>>().try_into().unwrap()
    }

    #[test]
    fn a_panic_amid_a_tap_is_answered_with_6f00_and_ends_the_tap() {
        let wallet = provisioned();
        let [_, select, options] = tap();
        assert!(wallet.process(select.clone()).ends_with(&[0x90, 0x00]));

        assert_eq!(wallet.answer(|_| panic!("a defect")), [0x6F, 0x00]);

        assert_eq!(wallet.process(options.clone()), [0x69, 0x85]);
        assert!(wallet.process(select).ends_with(&[0x90, 0x00]));
        assert!(wallet.process(options).ends_with(&[0x90, 0x00]));
    }

    #[test]
    fn a_panic_outside_a_tap_is_an_internal_error() {
        let wallet = provisioned();
        let error = wallet.change(|_| panic!("a defect"));
        assert!(matches!(error, Err(WalletError::Internal)));
        assert_eq!(wallet.keys_left(), 1);
    }

    #[test]
    fn a_wallet_whose_lock_was_poisoned_pays_on() {
        let wallet = provisioned();
        std::thread::scope(|scope| {
            let dead = scope.spawn(|| {
                let _held = wallet.inner.lock();
                panic!("while it held the wallet");
            });
            assert!(dead.join().is_err());
        });
        let answers = tap().map(|command| wallet.process(command));
        assert!(answers.iter().all(|answer| answer.ends_with(&[0x90, 0x00])));
        assert!(!wallet.inner.is_poisoned());
    }

    #[test]
    fn a_wallet_may_be_shared_by_all_threads_for_the_life_of_the_process() {
        fn is_shareable<T: Send + Sync + 'static>() {}
        is_shareable::<Wallet>();
    }
}
