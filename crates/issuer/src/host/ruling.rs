//! The decision about a request, before it is kept.

use understudy_core::crypto::Atc;
use understudy_provisioning::keys::DeviceId;

use super::reason::Reason;
use super::record::{Hold, Record};

/// A decision about a request.
pub(crate) struct Ruling {
    pub(crate) reason: Reason,
    /// The earlier request that it is about: of a follow-up, or of a refund with a tap.
    pub(crate) original: Option<Record>,
    /// The hold of a pre-authorisation.
    pub(crate) hold: Option<Hold>,
    /// The counter that it used up.
    pub(crate) used: Option<UsedCounter>,
}

/// A counter that a request used up.
#[derive(Clone, Copy)]
pub(crate) struct UsedCounter {
    pub(crate) atc: Atc,
    /// The cryptogram of the card.
    pub(crate) cryptogram: [u8; 8],
    /// The answer cryptogram, if the version has one.
    pub(crate) arpc: Option<[u8; 8]>,
    /// The device to which the key was issued.
    pub(crate) device: Option<DeviceId>,
}

impl Ruling {
    /// A decision that is about nothing else.
    pub(crate) const fn of(reason: Reason) -> Self {
        Self {
            reason,
            original: None,
            hold: None,
            used: None,
        }
    }
}
