//! The configuration of one application of the terminal.

use serde::Deserialize;

use super::{ReaderFeatures, ReaderLimits};
use crate::aid::Aid;
use crate::kernel_id::KernelId;

/// An application of the terminal: an AID with its kernel, and the limits and rules for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Application {
    pub(crate) aid: Aid,
    pub(crate) kernel: KernelId,
    /// True if the AID may be the beginning of the card's.
    pub(crate) partial: bool,
    pub(crate) limits: ReaderLimits,
    pub(crate) zero_amount: ZeroAmount,
    /// True if a single unit of currency means a status check.
    pub(crate) status_check: bool,
    pub(crate) reader: ReaderFeatures,
}

impl Application {
    /// An application with the limits and rules of the whole terminal.
    pub(crate) const fn new(
        aid: Aid,
        kernel: KernelId,
        limits: ReaderLimits,
        reader: ReaderFeatures,
    ) -> Self {
        Self {
            aid,
            kernel,
            partial: true,
            limits,
            zero_amount: ZeroAmount::Online,
            status_check: false,
            reader,
        }
    }
}

/// The treatment of an amount of zero by an application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ZeroAmount {
    /// The transaction goes online.
    Online,
    /// The application is not used.
    NotAllowed,
}

/// Reader features that differ from the terminal's for one application.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReaderOverride {
    emv_mode: Option<bool>,
    contact: Option<bool>,
    offline_only: Option<bool>,
    online_pin: Option<bool>,
    signature: Option<bool>,
    device_cvm: Option<bool>,
    pin_after_read: Option<bool>,
    sm_algorithms: Option<bool>,
}

impl ReaderOverride {
    pub(super) fn over(self, terminal: ReaderFeatures) -> ReaderFeatures {
        ReaderFeatures {
            emv_mode: self.emv_mode.unwrap_or(terminal.emv_mode),
            contact: self.contact.unwrap_or(terminal.contact),
            offline_only: self.offline_only.unwrap_or(terminal.offline_only),
            online_pin: self.online_pin.unwrap_or(terminal.online_pin),
            signature: self.signature.unwrap_or(terminal.signature),
            device_cvm: self.device_cvm.unwrap_or(terminal.device_cvm),
            pin_after_read: self.pin_after_read.unwrap_or(terminal.pin_after_read),
            sm_algorithms: self.sm_algorithms.unwrap_or(terminal.sm_algorithms),
        }
    }
}
