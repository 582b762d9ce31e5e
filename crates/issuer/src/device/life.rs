//! The issuer's records of devices, and its decisions about them.

use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command, SuspendReason};
use understudy_provisioning::message::Refusals;

use super::outbox::{queue, withdraw_packages};
use super::rollback;
use super::{Device, DeviceStanding};
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{StoreError, Transaction};
use crate::token::{Token, TokenStatus};

/// The reason for which an act on a device was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No such device is enrolled.
    #[error("no device of this name is enrolled; enrol it first")]
    Unknown,
    /// The act is for active devices only.
    #[error("the device is {}, not active", .0.name())]
    NotActive(DeviceStanding),
    /// The device was written off for good.
    #[error("the device was wiped; enrol it anew")]
    Wiped,
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for DeviceError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// The issuer's record of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSummary {
    /// Its name.
    pub id: DeviceId,
    /// Its standing.
    pub standing: DeviceStanding,
    /// The entry about its attestation; `none` if nothing is known of the device.
    pub attestation: String,
    /// The time of its enrolment.
    pub enrolled_at: UnixTime,
    /// The number of its accepted reports.
    pub reports: u64,
    /// The time of the last one; without any, that of the enrolment.
    pub reported_at: UnixTime,
    /// The generation of its store in that report: the number of times that it was written.
    pub generation: u64,
    /// Its refusals up to that report.
    pub refusals: Refusals,
    /// The number of tokens on it.
    pub tokens: u32,
    /// The number of letters that it has not acknowledged.
    pub letters: u32,
}

impl DeviceSummary {
    pub(super) fn of(db: &Transaction<'_>, device: Device) -> Result<Self, Fault> {
        let count = |query| {
            db.prepare_cached(query)?
                .query_row([device.id.0], |row| row.get(0))
        };
        Ok(Self {
            tokens: count("SELECT count(*) FROM token WHERE device = ?1 AND status <> 'deleted'")?,
            letters: count("SELECT count(*) FROM letter WHERE device = ?1")?,
            id: device.id,
            standing: device.standing,
            attestation: device.attestation,
            enrolled_at: device.enrolled_at,
            reports: device.ledger.reports.last(),
            reported_at: device.reported_at,
            generation: device.ledger.generation,
            refusals: device.refusals,
        })
    }
}

impl Issuer {
    /// A page of all devices, in the order in which they enrolled: the first
    /// [`PAGE`](crate::PAGE), or those behind the last of the page before.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn devices(&self, after: Option<DeviceId>) -> Result<Vec<DeviceSummary>, Fault> {
        self.store.read(|db| {
            let devices = Device::page(db, after)?.into_iter();
            devices
                .map(|device| DeviceSummary::of(db, device))
                .collect()
        })
    }

    /// One device.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn device(&self, id: DeviceId) -> Result<Option<DeviceSummary>, Fault> {
        self.store.read(|db| {
            let device = Device::load(db, id)?;
            device
                .map(|device| DeviceSummary::of(db, device))
                .transpose()
        })
    }

    /// Suspends a device: its cards are told to stop, the host declines them, and unacknowledged
    /// packages are withdrawn. Its tokens keep their own status, unless it was copied or restored
    /// from a copy: then they are suspended too.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn suspend_device(
        &self,
        device: DeviceId,
        reason: SuspendReason,
    ) -> Result<(), DeviceError> {
        self.store.write(|db| {
            let mut device = not_written_off(db, device)?;
            match reason {
                SuspendReason::CloneOrRollback => flag(db, self.keys(), &mut device)?,
                _ if device.standing != DeviceStanding::Active => return Ok(()),
                SuspendReason::Cardholder | SuspendReason::Issuer => {
                    device.standing = DeviceStanding::Suspended;
                    command_cards(db, self.keys(), device.id, Command::Suspend(reason))?;
                    withdraw_packages(db, device.id, None)?;
                }
            }
            Ok(device.update(db)?)
        })
    }

    /// Resumes a device, whatever the reason of its suspension. Its cards are told to go on, except
    /// those whose tokens are suspended themselves: each of these is resumed separately. Payments
    /// missing in its reports up to now are not counted against it again.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn resume_device(&self, device: DeviceId) -> Result<(), DeviceError> {
        self.store.write(|db| {
            let mut device = not_written_off(db, device)?;
            if device.standing == DeviceStanding::Active {
                return Ok(());
            }
            if device.standing == DeviceStanding::CloneOrRollback {
                rollback::let_be(db, &device)?;
            }
            device.standing = DeviceStanding::Active;
            command_cards(db, self.keys(), device.id, Command::Resume)?;
            Ok(device.update(db)?)
        })
    }
}

/// A device that was not told to erase itself, which cannot be undone.
fn not_written_off(db: &Transaction<'_>, device: DeviceId) -> Result<Device, DeviceError> {
    let device = Device::load(db, device)?.ok_or(DeviceError::Unknown)?;
    if device.standing.is_written_off() {
        return Err(DeviceError::Wiped);
    }
    Ok(device)
}

/// Marks the device of a token as copied or restored.
pub(crate) fn flag_home(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    token: &Token,
) -> Result<(), Fault> {
    let Some(home) = token.home else {
        return Ok(());
    };
    if let Some(mut device) = Device::load(db, home.device)? {
        flag(db, keys, &mut device)?;
        device.update(db)?;
    }
    Ok(())
}

/// Marks a device as copied or restored, and suspends its tokens. The caller updates the device. A
/// device that was told to erase itself has no tokens left, and keeps its standing.
pub(super) fn flag(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: &mut Device,
) -> Result<(), Fault> {
    if device.standing.is_written_off() {
        return Ok(());
    }
    let reason = SuspendReason::CloneOrRollback;
    device.standing = DeviceStanding::CloneOrRollback;
    command_cards(db, keys, device.id, Command::Suspend(reason))?;
    withdraw_packages(db, device.id, None)?;
    db.execute(
        "UPDATE token SET status = ?2 WHERE device = ?1 AND status IN (?3, ?4)",
        (
            device.id.0,
            TokenStatus::Suspended.name(),
            TokenStatus::Active.name(),
            TokenStatus::Inactive.name(),
        ),
    )?;
    Ok(())
}

/// Queues a command to every card of a device whose token is neither suspended nor deleted.
fn command_cards(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: DeviceId,
    command: Command,
) -> Result<(), Fault> {
    for token in Token::of_device(db, keys, device)? {
        let stands = matches!(token.status, TokenStatus::Active | TokenStatus::Inactive);
        if let Some(home) = token.home.filter(|_| stands) {
            queue(db, device, Some(home.card), &Body::Command(command))?;
        }
    }
    Ok(())
}
