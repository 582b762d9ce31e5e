use std::collections::BTreeMap;

use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_provisioning::enrolment::Challenge;
use understudy_test_letters::{self as letters, CARD, CHALLENGE, Issuer};
use understudy_tests::{AcData, GpoData, MASTERCARD, UNIONPAY_DEBIT, gpo, select};
use understudy_wallet::store::Fate;
use understudy_wallet::{
    Filter, Folder as _, IssuerKeys, Needs, OpenError, Record, Simulated, StorageKey, Taken,
    Thresholds, Verification, Wallet, WalletError,
};
use zeroize::Zeroizing;

use crate::clock::HandClock;
use crate::state::State;

/// The longest file that is copied, in octets.
const FILE_MAX: u64 = 1 << 26;

/// The files of a wallet, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The octets of [`storage_key`].
pub const STORAGE_KEY: [u8; 32] = [0x77; 32];

/// The storage key of every phone of this kit.
#[must_use]
pub fn storage_key() -> StorageKey {
    StorageKey::new(Zeroizing::new(STORAGE_KEY))
}

/// The public keys of every issuer of letters.
#[must_use]
pub fn issuer_keys() -> IssuerKeys {
    let (verify, receive) = letters::issuer_keys();
    IssuerKeys {
        verify: vec![verify],
        receive,
    }
}

/// A wallet, its folder, and its clocks.
pub struct Phone {
    /// The wallet.
    pub wallet: Wallet<Simulated, HandClock>,
    /// Its folder.
    pub folder: Simulated,
    /// Its clocks.
    pub clock: HandClock,
}

impl Phone {
    /// A phone with an empty wallet.
    #[must_use]
    pub fn new(clock: &HandClock) -> Self {
        Self::open(Simulated::new(), clock).expect("an empty folder opens")
    }

    /// Opens the wallet in a folder.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(folder: Simulated, clock: &HandClock) -> Result<Self, OpenError> {
        let wallet = Wallet::open(folder.clone(), &storage_key(), clock.clone())?;
        Ok(Self {
            wallet,
            folder,
            clock: clock.clone(),
        })
    }

    /// A phone with a copy of these files.
    #[must_use]
    pub fn of(files: &Files, clock: &HandClock) -> Self {
        Self::open(folder_of(files), clock).expect("whole files")
    }

    /// A phone that is enrolled with an issuer of this kit.
    #[must_use]
    pub fn enrolled(clock: &HandClock) -> (Self, Issuer) {
        let phone = Self::new(clock);
        let request = phone.enrol().expect("a request");
        let now = understudy_wallet::Clock::wall(clock).expect("a clock that shows the time");
        (phone, Issuer::of(&request, now.0))
    }

    /// An enrolled phone with card 1 and keys for these counters.
    #[must_use]
    pub fn with_card(clock: &HandClock, atcs: &[u16]) -> (Self, Issuer) {
        let (phone, mut issuer) = Self::enrolled(clock);
        phone.takes(&issuer.card(CARD, atcs));
        (phone, issuer)
    }

    /// Enrols with the issuer of this kit.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn enrol(&self) -> Result<Vec<u8>, WalletError> {
        self.enrol_with(issuer_keys(), CHALLENGE)
    }

    /// Enrols with any issuer.
    ///
    /// # Errors
    /// [`WalletError`].
    pub fn enrol_with(
        &self,
        issuer: IssuerKeys,
        challenge: Challenge,
    ) -> Result<Vec<u8>, WalletError> {
        self.wallet.enrol(issuer, challenge, None)
    }

    /// The files with their last writes, synced or not.
    #[must_use]
    pub fn files(&self) -> Files {
        let names = self.folder.names().expect("a living folder").into_iter();
        names
            .map(|name| {
                let octets = self.folder.read(&name, FILE_MAX).expect("a file");
                (name, octets)
            })
            .collect()
    }

    /// The state in the newest generation, opened with the storage key.
    #[must_use]
    pub fn state(&self) -> State {
        State::of(folder_of(&self.files()))
    }

    /// Another phone with a copy of the files, on the same clocks.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self::of(&self.files(), &self.clock)
    }

    /// Ends the process and opens the wallet in a new one.
    #[must_use]
    pub fn died(self) -> Self {
        let folder = self.folder.die();
        Self::open(folder, &self.clock).expect("a whole wallet")
    }

    /// Cuts the power, so that everything unsynced is lost, and restarts the phone.
    #[must_use]
    pub fn lost_power(self) -> Self {
        self.cut(|| Fate::Lost)
    }

    /// Cuts the power and restarts the phone; `fate` is called for each unsynced change.
    #[must_use]
    pub fn cut(self, fate: impl FnMut() -> Fate) -> Self {
        let folder = self.folder.cut_power(fate);
        self.clock.reboot();
        Self::open(folder, &self.clock).expect("a whole wallet")
    }

    /// Gives the wallet a letter, which it must take.
    pub fn takes(&self, letter: &[u8]) -> Taken {
        self.wallet.receive(letter).expect("a good letter")
    }

    /// A new report, or the one in flight.
    #[must_use]
    pub fn report(&self) -> Vec<u8> {
        self.wallet.report().expect("a report")
    }

    /// The answer to one command.
    #[must_use]
    pub fn send(&self, command: &[u8]) -> Vec<u8> {
        let mut buffer = [0; ANSWER_MAX];
        self.wallet.process(command, &mut buffer).to_vec()
    }

    /// Verifies the user.
    pub fn verify(&self) {
        self.wallet.user_verified(Verification::aged(0));
    }

    /// A verified user pays 12.34 CNY; returns the status word of GET PROCESSING OPTIONS. The field
    /// is lost a second after it.
    #[must_use]
    pub fn tap(&self) -> u16 {
        self.verify();
        self.tap_for(&GpoData::default(), 1)
    }

    /// A verified user pays 12.34 CNY with a Mastercard card; returns the status word of GENERATE AC.
    /// The field is lost a second after it.
    #[must_use]
    pub fn tap_mastercard(&self) -> u16 {
        self.verify();
        let _ = self.send(&select(MASTERCARD));
        let _ = self.send(&gpo(&[]));
        let answer = self.send(&AcData::default().command(0x80));
        self.clock.pass(1);
        self.wallet.field_lost();
        u16::from_be_bytes(*answer.last_chunk().expect("a status word"))
    }

    /// A tap whose field is lost `seconds` seconds after the answer.
    #[must_use]
    pub fn tap_for(&self, data: &GpoData, seconds: u64) -> u16 {
        let _ = self.send(&select(UNIONPAY_DEBIT));
        let answer = self.send(&data.command());
        self.clock.pass(seconds);
        self.wallet.field_lost();
        u16::from_be_bytes(*answer.last_chunk().expect("a status word"))
    }

    /// The taps that used a key, or may have, newest first.
    #[must_use]
    pub fn payments(&self) -> Vec<Record> {
        let all = self.wallet.history(&Filter::default()).into_iter();
        all.filter(|record| record.atc.is_some()).collect()
    }

    /// The wallet's needs by the default thresholds.
    #[must_use]
    pub fn needs(&self) -> Needs {
        self.wallet.needs(&Thresholds::default())
    }

    /// The number of keys and the last counter of a card, 0 for none.
    #[must_use]
    pub fn counts(&self, card: CardId) -> (u16, u16) {
        let cards = self.wallet.cards();
        let held = cards.iter().find(|held| held.id == card);
        let ledger = held.expect("the card is held").ledger;
        (ledger.keys, ledger.last_atc.map_or(0, Atc::get))
    }
}

/// A folder with these files.
fn folder_of(files: &Files) -> Simulated {
    let folder = Simulated::new();
    for (name, octets) in files {
        folder.put(name, octets);
    }
    folder
}
