//! The wallet as a device that an issuer knows: its keys, where its two conversations stand, and
//! what it has to report.

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

/// The keys of an issuer, as they come with its challenge: on a way that the user trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerKeys {
    /// One or more: a letter may be signed with any of them.
    pub verify: Vec<VerifyKey>,
    /// Reports are sealed to this one.
    pub receive: PublicReceiveKey,
}

/// All that outlives the process of an enrolled wallet, besides its cards.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) sign: Arc<SigningKey>,
    pub(crate) receive: Keyring,
    /// Batches that are sealed to a key of this epoch or an earlier one may have been taken, and used,
    /// in a generation of the store that is damaged since; 0 if there was none.
    pub(crate) suspect_epoch: u32,
    pub(crate) issuer: IssuerKeys,
    /// The last letter that was accepted.
    pub(crate) inbox: Sequence,
    /// The last report that the issuer accepted.
    pub(crate) reports: Sequence,
    /// The report after it, whole, from when it is made until it is accepted.
    pub(crate) in_flight: Option<Arc<[u8]>>,
    /// The store's generation when it was 0: not 0 for a wallet that was taken over.
    pub(crate) generation_base: u64,
    pub(crate) refusals: Refusals,
    /// The latest time that the issuer signed.
    pub(crate) signed_time: Option<UnixTime>,
    /// When the last report was made, by the trusted time.
    pub(crate) reported_at: Option<UnixTime>,
    pub(crate) report_wanted: bool,
    pub(crate) keys_wanted: BTreeSet<CardId>,
    pub(crate) marks: Marks,
}
