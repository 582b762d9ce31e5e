//! The issuer's records of devices, and its decisions about them.

use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command, SuspendReason};
use understudy_provisioning::message::Refusals;

use super::error::DeviceError;
use super::outbox::{queue, withdraw_packages};
use super::rollback;
use super::{Device, DeviceStanding};
use crate::audit::{Actor, Deed, Subject, why};
use crate::fault::Fault;
use crate::issue::redeliver;
use crate::issuer::Issuer;
use crate::store::{Act, Letters, View};
use crate::token::Token;

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
    pub(super) fn of(view: &View<'_>, device: Device) -> Result<Self, Fault> {
        Ok(Self {
            tokens: Token::count_on(view, device.id)?,
            letters: Letters(device.id).count(view)?,
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
        self.view(|view| {
            let devices = Device::page(view, after)?.into_iter();
            devices
                .map(|device| DeviceSummary::of(view, device))
                .collect()
        })
    }

    /// One device.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn device(&self, id: DeviceId) -> Result<Option<DeviceSummary>, Fault> {
        self.view(|view| {
            let device = Device::load(view, id)?;
            device
                .map(|device| DeviceSummary::of(view, device))
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
        now: UnixTime,
    ) -> Result<(), DeviceError> {
        self.act(now, |act| {
            let mut device = not_written_off(act, device)?;
            match reason {
                SuspendReason::CloneOrRollback => flag(act, &mut device, act.actor)?,
                _ if !device.standing.is_active() => return Ok(()),
                SuspendReason::Cardholder | SuspendReason::Issuer => {
                    let subject = Subject::Device(device.id);
                    act.record(Deed::DeviceSuspended, subject, why(reason))?;
                    device.standing = DeviceStanding::Suspended;
                    command_cards(act, device.id, Command::Suspend(reason))?;
                    withdraw_packages(act, device.id, None)?;
                }
            }
            Ok(device.update(act)?)
        })
    }

    /// Resumes a device, whatever the reason of its suspension. Its cards are told to go on, except
    /// those whose tokens are suspended themselves: each of these is resumed separately. Payments
    /// missing in its reports up to now are not counted against it again. A card whose packages were
    /// all withdrawn before the device acknowledged one is sent again, with keys for new counters.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn resume_device(&self, device: DeviceId, now: UnixTime) -> Result<(), DeviceError> {
        self.act(now, |act| {
            let mut device = not_written_off(act, device)?;
            if device.standing.is_active() {
                return Ok(());
            }
            if device.standing == DeviceStanding::CloneOrRollback {
                rollback::let_be(act, &device)?;
            }
            device.standing = DeviceStanding::Active;
            command_cards(act, device.id, Command::Resume)?;
            act.record(Deed::DeviceResumed, Subject::Device(device.id), "")?;
            for mut token in Token::of_device(act, device.id)? {
                if token.status.stands() {
                    redeliver(act, &mut device, &mut token)?;
                }
            }
            Ok(device.update(act)?)
        })
    }
}

/// A device that was not told to erase itself, which cannot be undone.
fn not_written_off(act: &Act<'_>, device: DeviceId) -> Result<Device, DeviceError> {
    let device = Device::load(act, device)?.ok_or(DeviceError::Unknown)?;
    if device.standing.is_written_off() {
        return Err(DeviceError::Wiped);
    }
    Ok(device)
}

/// Marks the device of a token as copied or restored.
pub(crate) fn flag_home(act: &Act<'_>, token: &Token) -> Result<(), Fault> {
    let Some(home) = token.home else {
        return Ok(());
    };
    if let Some(mut device) = Device::load(act, home.device)? {
        flag(act, &mut device, &Actor::Issuer)?;
        device.update(act)?;
    }
    Ok(())
}

/// Marks a device as copied or restored, for `actor`, and suspends its tokens. The caller updates the device. A
/// device that was told to erase itself has no tokens left, and keeps its standing. A further finding enters the
/// audit if it suspends a token that was resumed since.
pub(super) fn flag(act: &Act<'_>, device: &mut Device, actor: &Actor) -> Result<(), Fault> {
    if device.standing.is_written_off() {
        return Ok(());
    }
    let was_flagged = device.standing == DeviceStanding::CloneOrRollback;
    let reason = SuspendReason::CloneOrRollback;
    device.standing = DeviceStanding::CloneOrRollback;
    command_cards(act, device.id, Command::Suspend(reason))?;
    withdraw_packages(act, device.id, None)?;
    let suspended = Token::suspend_all(act, device.id)?;
    if was_flagged && suspended.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = suspended.iter().map(ToString::to_string).collect();
    let detail = format!("suspended tokens: {}", names.join(" "));
    let subject = Subject::Device(device.id);
    act.record_for(actor, Deed::DeviceFlagged, subject, detail)
}

/// Queues a command to every card of a device whose token is neither suspended nor deleted.
fn command_cards(act: &Act<'_>, device: DeviceId, command: Command) -> Result<(), Fault> {
    for token in Token::of_device(act, device)? {
        if let Some(home) = token.home.filter(|_| token.status.stands()) {
            queue(act, device, Some(home.card), &Body::Command(command))?;
        }
    }
    Ok(())
}
