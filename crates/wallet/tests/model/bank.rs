//! The real issuer with one device, and a note of the effect of each of its letters.

use std::collections::BTreeMap;

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_issuer::{
    Authorisation, ChipData, DeviceStanding, EntryMode, Identity, IssueOptions, Issuer, LocalTime,
    MerchantId, NewLimits, ProcessingCode, Reason, Reference, ReportOutcome, Request, Restrictions,
    TerminalId, TokenId, TraceNumber, demonstration,
};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::SuspendReason;
use understudy_test_bank::{self as bank, Mailbox};
use understudy_wallet::{Clock, Folder, Wallet};

use super::clock::DAY;
use super::reader::Tap;

/// The effect of a letter on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A card, or keys for one: its counters, and the last second in which they are good.
    Keys(u16, Vec<u16>, u64),
    Profile(u16),
    /// The limit of one tap without verification, in minor units.
    Limits(u16, u64),
    Suspend(u16),
    Resume(u16),
    Delete(u16),
    Rotate,
    Unlock,
    ResetPassword,
    Wipe,
    /// The payment with this counter was approved (true) or declined.
    Notice(u16, u16, bool),
    Accepted,
}

/// A letter with its number, its effect, and the time it was signed.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) number: u64,
    pub(crate) octets: Vec<u8>,
    pub(crate) effect: Effect,
    pub(crate) signed: u64,
}

/// One token on the device.
#[derive(Clone, Debug)]
struct Held {
    token: TokenId,
    card: u16,
    /// The last counter for which a key was made.
    last: u16,
}

pub(crate) struct Bank {
    issuer: Issuer,
    device: DeviceId,
    held: Vec<Held>,
    noted: BTreeMap<u64, (Effect, u64)>,
    trace: u32,
}

fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

impl Bank {
    /// Enrols a wallet.
    pub(crate) fn of<F: Folder, C: Clock>(wallet: &Wallet<F, C>, now: u64) -> Self {
        let issuer = demonstration::issuer().unwrap();
        Self {
            device: bank::enrol(&issuer, wallet, UnixTime(now)),
            issuer,
            held: Vec::new(),
            noted: BTreeMap::new(),
            trace: 0,
        }
    }

    /// Issues another card; returns its name on the device.
    pub(crate) fn issue(&mut self, keys: u16, now: u64) -> Option<u16> {
        let held = u64::try_from(self.held.len()).unwrap();
        let request = Request {
            pan: &bank::pan(held),
            expiry: Expiry::parse("3612").unwrap(),
            device: self.device,
            options: &IssueOptions {
                keys,
                ..IssueOptions::default()
            },
            funds: cny(10_000_000_000),
            restrictions: &Restrictions::default(),
        };
        let (mailbox, at) = (Mailbox::default(), UnixTime(now));
        let issued = self.issuer.issue(&request, &mailbox, at).ok()?;
        let verified = self
            .issuer
            .verify_identity(issued.token, &mailbox.last(), at);
        verified.unwrap();
        let card = issued.card.0;
        self.held.push(Held {
            token: issued.token,
            card,
            last: keys,
        });
        self.note(
            Effect::Keys(card, (1..=keys).collect(), now + 30 * DAY),
            now,
        );
        Some(card)
    }

    /// The names of all cards that were issued.
    pub(crate) fn cards(&self) -> Vec<u16> {
        self.held.iter().map(|held| held.card).collect()
    }

    /// Makes keys; false if the issuer refuses, as it does without a report since the last ones.
    pub(crate) fn replenish(&mut self, card: u16, keys: u16, now: u64) -> bool {
        let place = self.held.iter().position(|held| held.card == card).unwrap();
        let (token, last) = (self.held[place].token, self.held[place].last);
        if self.issuer.replenish(token, keys, UnixTime(now)).is_err() {
            return false;
        }
        self.held[place].last = last + keys;
        let counters = (last + 1..=last + keys).collect();
        self.note(Effect::Keys(card, counters, now + 30 * DAY), now);
        true
    }

    pub(crate) fn suspend(&mut self, card: u16, now: u64) {
        let done = self
            .issuer
            .suspend(self.token(card), SuspendReason::Issuer, UnixTime(now));
        self.note_if(done.is_ok(), Effect::Suspend(card), now);
    }

    pub(crate) fn resume(&mut self, card: u16, now: u64) {
        let done = self.issuer.resume(self.token(card), UnixTime(now));
        self.note_if(done.is_ok(), Effect::Resume(card), now);
    }

    pub(crate) fn delete(&mut self, card: u16, now: u64) {
        let done = self.issuer.delete(self.token(card), UnixTime(now));
        self.note_if(done.is_ok(), Effect::Delete(card), now);
    }

    pub(crate) fn set_limit(&mut self, card: u16, limit: u64, now: u64) {
        let new = NewLimits {
            unverified_tap: Some(limit),
            ..NewLimits::default()
        };
        let done = self
            .issuer
            .set_limits(self.token(card), &new, UnixTime(now));
        self.note_if(done.is_ok(), Effect::Limits(card, limit), now);
    }

    pub(crate) fn update_profile(&mut self, card: u16, now: u64) {
        let done = self.issuer.update_profile(self.token(card), UnixTime(now));
        self.note_if(done.is_ok(), Effect::Profile(card), now);
    }

    /// Sends a command: rotation of the storage keys, unlocking or erasing of the password.
    pub(crate) fn order(&mut self, effect: Effect, now: u64) {
        let done = match effect {
            Effect::Rotate => self.issuer.rotate_storage(self.device, UnixTime(now)),
            Effect::Unlock => self.issuer.unlock_password(self.device, UnixTime(now)),
            Effect::ResetPassword => self.issuer.reset_password(self.device, UnixTime(now)),
            _ => panic!("no order to a device"),
        };
        done.unwrap();
        self.note(effect, now);
    }

    /// Orders the wiping of the device.
    pub(crate) fn wipe(&mut self, now: u64) {
        self.issuer.wipe_device(self.device, UnixTime(now)).unwrap();
        self.note(Effect::Wipe, now);
    }

    /// Requests authorisation of a tap, and checks that its cryptogram is valid and new.
    pub(crate) fn authorise(&mut self, card: u16, tap: &Tap, now: u64) {
        self.trace += 1;
        let date = hex::encode(tap.data.date);
        let request = Authorisation {
            processing_code: ProcessingCode::SALE,
            amount: cny(tap.data.amount),
            identity: Identity {
                merchant: MerchantId::parse("MERCHANT0000001").unwrap(),
                terminal: TerminalId::parse("TERM0001").unwrap(),
                trace: TraceNumber::new(self.trace).unwrap(),
                local_time: LocalTime::parse("093000", &date[2..]).unwrap(),
            },
            expiry: None,
            entry_mode: EntryMode::parse("071").unwrap(),
            psn: Some(0x01),
            track2: Track2::parse(&tap.track2).unwrap(),
            reference: Reference::parse(&format!("R{:011}", self.trace)).unwrap(),
            pin_block: None,
            chip_data: ChipData::new(&tap.chip_data()).unwrap(),
            original: None,
        };
        let verdict = self.issuer.authorise(&request, UnixTime(now)).unwrap();
        let good = !matches!(
            verdict.reason,
            Reason::CryptogramWrong
                | Reason::Replay
                | Reason::CounterNotIssued
                | Reason::CardDataAltered
                | Reason::ChipDataMalformed
                | Reason::ChipDataIncomplete
                | Reason::IssuerApplicationData
                | Reason::UnknownToken
                | Reason::TraceNumberReused
        );
        assert!(
            good,
            "card {card}, counter {}: {:?}",
            tap.atc, verdict.reason
        );
        let approved = verdict.reason == Reason::Approved;
        let told = self.unnoted(now).is_some();
        self.note_if(told, Effect::Notice(card, tap.atc, approved), now);
    }

    /// Takes a report, which must not appear to be that of a copied or restored store. A device
    /// that lacks a card refuses letters to it.
    pub(crate) fn take(&mut self, report: &[u8], lacks: bool, now: u64) {
        let taken = self.issuer.receive_report(report, UnixTime(now)).unwrap();
        assert_eq!(taken.finding, None);
        match taken.outcome {
            ReportOutcome::Accepted { refusals, .. } => {
                assert!(lacks || refusals.count() == 0, "{refusals:?}");
                let told = self.unnoted(now).is_some();
                self.note_if(told, Effect::Accepted, now);
            }
            ReportOutcome::Again => {}
            ReportOutcome::NotAccepted => panic!("the report was not accepted"),
        }
    }

    /// The issuer's standing of the device.
    pub(crate) fn standing(&self) -> DeviceStanding {
        self.issuer.devices(None).unwrap()[0].standing
    }

    /// Every letter that is not acknowledged.
    pub(crate) fn letters(&self, now: u64) -> Vec<Post> {
        let letters = self.sealed(now).into_iter();
        letters
            .map(|(number, octets)| {
                let (effect, signed) = self.noted[&number].clone();
                Post {
                    number,
                    octets,
                    effect,
                    signed,
                }
            })
            .collect()
    }

    fn token(&self, card: u16) -> TokenId {
        let mut held = self.held.iter();
        held.find(|held| held.card == card).unwrap().token
    }

    fn sealed(&self, now: u64) -> Vec<(u64, Vec<u8>)> {
        let letters = self.issuer.letters(self.device, UnixTime(now)).unwrap();
        let numbered = letters.into_iter().map(|letter| {
            let number = Sequence::after(&letter).unwrap().last();
            (number, letter)
        });
        numbered.collect()
    }

    /// The number of the single letter whose effect is not noted yet.
    fn unnoted(&self, now: u64) -> Option<u64> {
        let sealed = self.sealed(now).into_iter();
        let mut new = sealed.filter(|(number, _)| !self.noted.contains_key(number));
        let found = new.next().map(|(number, _)| number);
        assert_eq!(new.next(), None, "two letters at once");
        found
    }

    fn note_if(&mut self, written: bool, effect: Effect, now: u64) {
        if written && let Some(number) = self.unnoted(now) {
            self.noted.insert(number, (effect, now));
        }
    }

    fn note(&mut self, effect: Effect, now: u64) {
        let number = self.unnoted(now).unwrap();
        self.noted.insert(number, (effect, now));
    }
}

/// The name of a card as the wallet has it.
pub(crate) const fn name(card: u16) -> CardId {
    CardId(card)
}
