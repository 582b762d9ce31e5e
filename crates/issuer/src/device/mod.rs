//! Devices: enrolment, letters and reports.

mod challenge;
mod enrol;
mod error;
mod life;
pub(crate) mod outbox;
mod remote;
mod report;
mod rollback;

pub use enrol::{Attestation, AttestationRefused, EnrolError, NoAttestation};
pub use error::DeviceError;
pub use life::DeviceSummary;
pub use report::{Reconciliation, ReportError, ReportOutcome};
pub use rollback::CloneOrRollback;

pub(crate) use life::flag_home;
pub(crate) use outbox::{post_batch, post_profile, queue, withdraw_packages};

use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, VerifyKey};
use understudy_provisioning::letter::Recipient;
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::{Ledger, Sender};

use crate::fault::Fault;
use crate::store::StoreError;

#[cfg(test)]
mod tests;

/// The number of a device's latest reports that are kept, to distinguish the repetition of an old
/// one from another one.
pub(crate) const REPORTS_KEPT: u64 = 256;

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

    /// True if the cards of the device pay and get keys.
    #[must_use]
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active)
    }

    /// True if the device was told to erase itself.
    #[must_use]
    pub const fn is_written_off(self) -> bool {
        matches!(self, Self::Wiping | Self::Wiped)
    }
}

/// An enrolled device.
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) standing: DeviceStanding,
    /// The entry about its attestation.
    pub(crate) attestation: String,
    pub(crate) verify: VerifyKey,
    /// The newest key that it offered.
    pub(crate) receive: PublicReceiveKey,
    pub(crate) ledger: Ledger,
    /// Its refusals, by its last report.
    pub(crate) refusals: Refusals,
    /// The time at which its last report was accepted, or of its enrolment.
    pub(crate) reported_at: UnixTime,
    /// The last request that the host had recorded by that time.
    pub(crate) reported_through: u64,
    /// The number of the last letter to it.
    pub(crate) last_letter: u64,
    /// The name of the next card.
    pub(crate) next_card: u16,
    pub(crate) enrolled_at: UnixTime,
    /// The epoch of the receive key that the last package was sealed to; 0 if none was.
    pub(crate) packaged_epoch: u32,
    /// The number of the letter that orders it to erase itself.
    pub(crate) wipe_letter: Option<u64>,
    /// The time at which a report acknowledged that letter.
    pub(crate) wiped_at: Option<UnixTime>,
}

impl Device {
    /// The number up to which reports are deleted: older ones are not compared any more.
    pub(crate) const fn reports_forgotten(&self) -> u64 {
        self.ledger.reports.last().saturating_sub(REPORTS_KEPT)
    }

    /// The name of a new card.
    pub(crate) fn name_card(&mut self) -> Result<CardId, Fault> {
        let card = CardId(self.next_card);
        self.next_card = self.next_card.checked_add(1).ok_or(StoreError::Full)?;
        Ok(card)
    }

    pub(crate) const fn recipient(&self) -> Recipient {
        Recipient {
            device: self.id,
            epoch: self.ledger.epoch,
            key: self.receive,
        }
    }

    pub(crate) const fn sender(&self) -> Sender {
        Sender {
            device: self.id,
            verify: self.verify,
            ledger: self.ledger,
        }
    }
}
