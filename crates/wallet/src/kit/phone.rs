use getrandom::SysRng;
use understudy_core::card::CardId;
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::tlv::Reader;
use understudy_test_letters::{CHALLENGE, Heard, Issuer};
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use zeroize::Zeroizing;

use super::{HandClock, issuer_keys, issuer_of};
use crate::password::{Cost, Password};
use crate::store::{Fate, Folder as _, Store};
use crate::{
    Filter, OpenError, Record, Simulated, StorageKey, Taken, Verification, Wallet, WalletError,
};

/// A wallet, the folder that it is in, its clocks, and its issuer.
pub(crate) struct Phone {
    pub(crate) folder: Simulated,
    pub(crate) clock: HandClock,
    pub(crate) wallet: Wallet<Simulated, HandClock>,
    pub(crate) issuer: Issuer,
}

/// A reader's answer to its GET PROCESSING OPTIONS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A cryptogram with this counter.
    Cryptogram(u16, Vec<u8>),
    /// A refusal with this status word.
    Refused(u16),
}

impl Answer {
    pub(crate) fn atc(&self) -> Option<u16> {
        match self {
            Self::Cryptogram(atc, _) => Some(*atc),
            Self::Refused(_) => None,
        }
    }
}

pub(crate) const fn card(name: u16) -> CardId {
    CardId(name)
}

pub(crate) fn key() -> StorageKey {
    StorageKey::new(Zeroizing::new([0x77; 32]))
}

/// The state in each file of a folder, each opened separately.
pub(crate) fn states(folder: &Simulated) -> Vec<(String, Zeroizing<Vec<u8>>)> {
    let alone = |name: String| {
        let file = Simulated::new();
        file.put(&name, &folder.read(&name, 1 << 24).unwrap());
        let opened = Store::open(file, &key(), &mut SysRng).unwrap();
        (name, opened.state.unwrap())
    };
    folder.names().unwrap().into_iter().map(alone).collect()
}

impl Phone {
    /// An enrolled wallet without cards.
    pub(crate) fn empty() -> Self {
        let (folder, clock) = (Simulated::new(), HandClock::new());
        let wallet = Wallet::open(folder.clone(), &key(), clock.clone()).unwrap();
        let request = wallet.enrol(issuer_keys(), CHALLENGE, None).unwrap();
        let issuer = issuer_of(&request);
        Self {
            folder,
            clock,
            wallet,
            issuer,
        }
    }

    /// An enrolled wallet with card 1, keys 1 to `keys`, the first of them armed.
    pub(crate) fn with_keys(keys: u16) -> Self {
        let mut phone = Self::empty();
        phone.install(1, &(1..=keys).collect::<Vec<_>>());
        phone.wallet.settle().unwrap();
        phone
    }

    pub(crate) fn install(&mut self, name: u16, atcs: &[u16]) {
        let letter = self.issuer.card(card(name), atcs);
        assert_eq!(
            self.wallet.receive(&letter).unwrap(),
            Taken::Installed(card(name))
        );
    }

    /// Opens a folder as a new process finds it after the previous one ended.
    pub(crate) fn reopen(&mut self, folder: Simulated) -> Result<(), OpenError> {
        self.folder = folder;
        self.wallet = Wallet::open(self.folder.clone(), &key(), self.clock.clone())?;
        Ok(())
    }

    /// Ends the process and opens the wallet in a new one.
    pub(crate) fn die(&mut self) {
        let folder = self.folder.die();
        self.reopen(folder).unwrap();
    }

    /// Cuts the power, so that everything unsynced is lost, and restarts the phone.
    pub(crate) fn lose_power(&mut self) {
        let folder = self.folder.cut_power(|| Fate::Lost);
        self.clock.reboot();
        self.reopen(folder).unwrap();
    }

    /// A reader asks for 12.34 CNY, and the field is lost afterwards.
    pub(crate) fn tap(&self) -> Answer {
        self.tap_for(&GpoData::default())
    }

    pub(crate) fn tap_for(&self, data: &GpoData) -> Answer {
        let answer = self.begin(data);
        // Long after the answer, so that the tap does not count as torn.
        self.clock.pass(1);
        self.wallet.field_lost();
        answer
    }

    /// The user verifies, taps, and the wallet settles.
    pub(crate) fn pay(&self) -> Answer {
        self.verify();
        let answer = self.tap();
        self.wallet.settle().unwrap();
        answer
    }

    /// Sets a payment password that costs less to try than that of a real phone.
    pub(crate) fn set_cheap_password(&self, digits: &str) -> Result<(), WalletError> {
        let cost = Cost {
            memory: 8,
            passes: 1,
            lanes: 1,
        };
        let password = Password::of_cost(digits, cost)?;
        self.wallet.change(|book, _| {
            book.password = Some(password);
            Ok(())
        })
    }

    pub(crate) fn verify(&self) {
        self.wallet.user_verified(Verification::aged(0));
    }

    /// A reader selects and asks for payment; the field stays.
    pub(crate) fn begin(&self, data: &GpoData) -> Answer {
        self.send(&select(UNIONPAY_DEBIT));
        let answer = self.send(&data.command());
        match answer.as_slice() {
            [body @ .., 0x90, 0x00] => cryptogram(body),
            [high, low] => Answer::Refused(u16::from_be_bytes([*high, *low])),
            _ => panic!("no answer"),
        }
    }

    pub(crate) fn send(&self, command: &[u8]) -> Vec<u8> {
        let mut answer = [0; ANSWER_MAX];
        self.wallet.process(command, &mut answer).to_vec()
    }

    pub(crate) fn receive(&self, letter: &[u8]) -> Taken {
        self.wallet.receive(letter).unwrap()
    }

    /// Makes a report and has it acknowledged; returns its content.
    pub(crate) fn report(&mut self) -> Heard {
        let report = self.wallet.report().unwrap();
        let heard = self.issuer.take(&report).unwrap().unwrap();
        let letter = self.issuer.acknowledge();
        assert_eq!(self.receive(&letter), Taken::ReportAccepted);
        heard
    }

    pub(crate) fn history(&self) -> Vec<Record> {
        self.wallet.history(&Filter::default())
    }

    pub(crate) fn keys_left(&self) -> u16 {
        self.wallet
            .cards()
            .iter()
            .map(|card| card.ledger.keys)
            .sum()
    }

    pub(crate) fn armed(&self) -> Option<(u16, u16)> {
        let armed = self.wallet.storage().unwrap().armed;
        armed.map(|(card, atc)| (card.0, atc.get()))
    }
}

/// Counter and cryptogram out of an answer's template `77`.
fn cryptogram(body: &[u8]) -> Answer {
    let template = Reader::new(body).next().unwrap().unwrap();
    let value = |tag: u32| {
        let mut objects = Reader::new(template.value).flatten();
        let object = objects.find(|object| object.tag == understudy_core::wire::tlv::Tag::new(tag));
        object.unwrap().value.to_vec()
    };
    let atc = u16::from_be_bytes(value(0x9F36).try_into().unwrap());
    Answer::Cryptogram(atc, value(0x9F26))
}
