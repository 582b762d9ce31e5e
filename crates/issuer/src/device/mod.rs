//! Devices: which are enrolled, what is written to them, and what they report.

mod challenge;
mod enrol;
mod life;
pub(crate) mod outbox;
mod record;
mod report;
mod rollback;

pub use enrol::{Attestation, AttestationRefused, EnrolError, NoAttestation};
pub use life::{DeviceError, DeviceSummary};
pub use report::{Outcome, Reconciliation, ReportError};
pub use rollback::CloneOrRollback;

pub(crate) use life::flag_home;
pub(crate) use outbox::{post_package, queue, withdraw_packages};
pub(crate) use record::Device;

#[cfg(test)]
mod tests;

/// What the issuer thinks of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceStanding {
    /// Its cards pay.
    Active,
    /// None of its cards pays, and it gets no keys, until it is resumed.
    Suspended,
    /// As suspended: its store seems to have been copied or put back.
    CloneOrRollback,
}

impl DeviceStanding {
    const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::CloneOrRollback];

    /// A short stable name, such as `active`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::CloneOrRollback => "clone-or-rollback",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.name() == name)
    }
}
