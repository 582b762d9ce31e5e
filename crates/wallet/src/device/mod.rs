//! The wallet as a device that an issuer knows: its keys, where its two conversations stand, and
//! what it has to report.

mod enrol;
mod keyring;
mod letters;
mod marks;
mod reports;

use std::collections::BTreeSet;
use std::sync::Arc;

use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, SigningKey, VerifyKey};
use understudy_provisioning::message::Refusals;

pub(crate) use enrol::enrol;
pub(crate) use keyring::{KeptKey, Keyring, kept};
pub use letters::Taken;
pub(crate) use letters::take;
pub(crate) use marks::Marks;
pub(crate) use reports::{CARDS_MAX, card_uses, report};

/// The keys of an issuer, as they come with its challenge: on a way that the user trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKeys {
    /// One or more: a letter may be signed with any of them.
    pub verify: Vec<VerifyKey>,
    /// Reports are sealed to this one.
    pub receive: PublicReceiveKey,
}

/// What the issuer asked for and did not get yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// A report; also set when half of the marks that a report can hold are waiting.
    pub report: bool,
    /// Cards whose keys are to be replenished, in ascending order: the issuer sends them after a
    /// report.
    pub replenish: Vec<CardId>,
}

/// All that outlives the process of an enrolled wallet, besides its cards.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) sign: Arc<SigningKey>,
    pub(crate) receive: Keyring,
    pub(crate) issuer: IssuerKeys,
    /// The last letter that was accepted.
    pub(crate) inbox: Sequence,
    /// The last report that the issuer accepted.
    pub(crate) reports: Sequence,
    /// The report after it, whole, from when it is made until it is accepted.
    pub(crate) in_flight: Option<Arc<[u8]>>,
    /// How many times the store was written since enrolment.
    pub(crate) generation: u64,
    pub(crate) refusals: Refusals,
    pub(crate) signed_time: Option<UnixTime>,
    pub(crate) report_wanted: bool,
    pub(crate) keys_wanted: BTreeSet<CardId>,
    pub(crate) marks: Marks,
}

impl Device {
    pub(crate) fn wants(&self) -> Wants {
        Wants {
            report: self.report_wanted || self.marks.len() >= Marks::MAX / 2,
            replenish: self.keys_wanted.iter().copied().collect(),
        }
    }
}
