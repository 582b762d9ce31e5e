//! Devices: enrolment, letters and reports.

mod challenge;
mod enrol;
mod life;
pub(crate) mod outbox;
mod record;
mod remote;
mod report;
mod rollback;

pub use enrol::{Attestation, AttestationRefused, EnrolError, NoAttestation};
pub use life::{DeviceError, DeviceSummary};
pub use report::{Outcome, Reconciliation, ReportError};
pub use rollback::CloneOrRollback;

pub(crate) use life::flag_home;
pub(crate) use outbox::{post_batch, post_profile, queue, withdraw_packages};
pub(crate) use record::Device;

#[cfg(test)]
mod tests;

/// The standing of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceStanding {
    /// Its cards pay.
    Active,
    /// None of its cards pays, and it gets no keys, until it is resumed.
    Suspended,
    /// As suspended: its store appears to have been copied or restored.
    CloneOrRollback,
    /// For good: its tokens are deleted and it is told to erase itself; no report has confirmed
    /// that yet.
    Wiping,
    /// For good: its last report confirmed that it erases itself.
    Wiped,
}

impl DeviceStanding {
    /// A short stable name, such as `active`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::CloneOrRollback => "clone-or-rollback",
            Self::Wiping => "wiping",
            Self::Wiped => "wiped",
        }
    }

    /// True if the device was told to erase itself.
    #[must_use]
    pub const fn is_written_off(self) -> bool {
        matches!(self, Self::Wiping | Self::Wiped)
    }
}
