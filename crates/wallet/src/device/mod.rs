//! The wallet as a device of its issuer: its keys, the state of letters and reports, and the data
//! to be reported.

mod enrol;
mod keyring;
mod letters;
mod marks;
mod reports;
mod taken;

use std::collections::BTreeSet;
use std::sync::Arc;

use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, SigningKey, VerifyKey};
use understudy_provisioning::message::Refusals;

pub(crate) use enrol::enrol;
pub(crate) use keyring::{KeptKey, Keyring, kept};
pub(crate) use letters::take;
pub(crate) use marks::Marks;
pub(crate) use reports::{CARDS_MAX, card_uses, part, report};
pub use taken::Taken;

/// The keys of an issuer, which arrive with its challenge over a channel that the user trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKeys {
    /// The keys that letters are signed with; at least one.
    pub verify: Vec<VerifyKey>,
    /// The key that reports are sealed to.
    pub receive: PublicReceiveKey,
}

/// The state of an enrolled wallet, apart from its cards.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) sign: Arc<SigningKey>,
    pub(crate) receive: Keyring,
    /// The newest epoch at the loss of a damaged generation; 0 if none was lost. Keys of batches
    /// sealed up to it may have been used in that generation, and are refused.
    pub(crate) suspect_epoch: u32,
    pub(crate) issuer: IssuerKeys,
    /// The state of the letters: the last one accepted.
    pub(crate) inbox: Sequence,
    /// The state of the reports: the last one that the issuer accepted.
    pub(crate) reports: Sequence,
    /// The next report, whole, from its making until it is accepted.
    pub(crate) in_flight: Option<Arc<[u8]>>,
    /// The generation of an earlier version's wallet that was taken over, to which reports add the
    /// store's own; 0 for a wallet that began in this store.
    pub(crate) generation_base: u64,
    pub(crate) refusals: Refusals,
    /// The latest time that the issuer signed.
    pub(crate) signed_time: Option<UnixTime>,
    /// The trusted time at which the last report was made.
    pub(crate) reported_at: Option<UnixTime>,
    pub(crate) report_wanted: bool,
    pub(crate) keys_wanted: BTreeSet<CardId>,
    pub(crate) marks: Marks,
}
